import { tz, tzOffset } from '@date-fns/tz'
import { format } from 'date-fns'

/** A time on the screen: milliseconds since the epoch UTC, with a fraction where it is known. */
export type Millis = number

/** The zone of this browser, as IANA names it. */
export const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Whether the runtime knows an IANA zone. */
export function isZone(name: string): boolean {
  return !Number.isNaN(tzOffset(name, new Date(0)))
}

/** `10:42:17`, with `digits` of a second's fraction. */
export function clockTime(at: Millis, zone: string, digits: 0 | 1 | 3 = 0): string {
  const pattern = digits === 0 ? 'HH:mm:ss' : `HH:mm:ss.${'S'.repeat(digits)}`
  return format(at, pattern, { in: tz(zone) })
}

/** `10:42`. */
export const clockMinute = (at: Millis, zone: string): string =>
  format(at, 'HH:mm', { in: tz(zone) })

/** `Fri 20 Nov`. */
export const calendarDay = (at: Millis, zone: string): string =>
  format(at, 'EEE d MMM', { in: tz(zone) })

/** `Europe/Rome +01:00`, as of a time. */
export function zoneLabel(zone: string, at: Millis): string {
  const minutes = tzOffset(zone, new Date(at))
  const sign = minutes < 0 ? '−' : '+'
  const pad = (n: number): string => String(n).padStart(2, '0')
  const abs = Math.abs(minutes)
  return `${zone} ${sign}${pad(Math.floor(abs / 60))}:${pad(abs % 60)}`
}

/** A span in the two largest units that say something: `14 m 27 s`, `24 h`, `350 ms`. */
export function spanText(ms: number): string {
  const abs = Math.abs(ms)
  if (abs < 1) return `${Math.round(abs * 1000)} µs`
  if (abs < 1_000) return `${Math.round(abs)} ms`
  const units: readonly [string, number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ]
  const first = units.findIndex(([, size]) => abs >= size)
  const [unit, size] = units[first]!
  const whole = Math.floor(abs / size)
  const next = units[first + 1]
  if (next === undefined) {
    const seconds = abs / 1_000
    return `${seconds < 10 ? seconds.toFixed(1).replace(/\.0$/, '') : Math.round(seconds)} s`
  }
  const rest = Math.round((abs - whole * size) / next[1])
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${next[0]}`
}

/** `10:30 – 11:00`, with the days where they differ from today or from each other. */
export function rangeText(from: Millis, to: Millis, zone: string): string {
  const [a, b] = [calendarDay(from, zone), calendarDay(to, zone)]
  const [start, end] = [clockMinute(from, zone), clockMinute(to, zone)]
  return a === b ? `${a} ${start} – ${end}` : `${a} ${start} – ${b} ${end}`
}
