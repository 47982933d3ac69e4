import { TZDate, tz } from '@date-fns/tz'
import { format } from 'date-fns'
import { formatDuration, micros, parseTimeWord } from '../../model/time.ts'
import { calendarDay, clockMinute, clockTime, spanText, type Millis } from './zoned-time.ts'

/** A time as a field shows it to be changed: `2026-11-20 10:30`, with seconds where there are some. */
export function timeToType(at: Millis, zone: string): string {
  const pattern = at % 1_000 !== 0 ? 'HH:mm:ss.SSS' : at % 60_000 !== 0 ? 'HH:mm:ss' : 'HH:mm'
  return format(at, `yyyy-MM-dd ${pattern}`, { in: tz(zone) })
}

const TYPED =
  /^(?:(\d{4})-(\d\d?)-(\d\d?))?(?:[T ]?\s*(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,3})\d*)?)?)?$/

/**
 * A time as people type it: a date, a time or both in `zone` (a time alone is of the day of `near`), RFC 3339 with
 * its own offset, or a word such as `now-15m`. Undefined for anything else. A time that a change of the clocks
 * leaves out is read as after it.
 */
export function readTypedTime(
  text: string,
  { zone, near, now }: { readonly zone: string; readonly near: Millis; readonly now: Millis },
): Millis | undefined {
  const trimmed = text.trim()
  const match = TYPED.exec(trimmed)
  if (match === null || trimmed === '') {
    const isZoned = /^now|^[+-]|(?:z|[+-]\d\d:?\d\d)$/i.test(trimmed)
    const us = isZoned ? parseTimeWord(trimmed, micros(Math.round(now * 1_000))) : undefined
    return us === undefined ? undefined : us / 1_000
  }
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const ms = Number((match[7] ?? '').padEnd(3, '0'))
  const today = new TZDate(near, zone)
  const isDated = match[1] !== undefined
  const at = isDated
    ? new TZDate(year!, month! - 1, day!, hour!, minute!, second!, ms, zone)
    : new TZDate(
        today.getFullYear(),
        today.getMonth(),
        today.getDate(),
        hour!,
        minute!,
        second!,
        ms,
        zone,
      )
  const isReal =
    hour! < 24 && minute! < 60 && second! < 60 && (!isDated || at.getMonth() === month! - 1)
  return isReal ? at.getTime() : undefined
}

/** Lengths that are offered at once. */
export const QUICK_RANGES = ['5m', '15m', '1h', '6h', '24h', '7d'] as const

const UNIT_NAMES: Readonly<Record<string, string>> = {
  ms: 'ms',
  s: 's',
  m: 'min',
  h: 'h',
  d: 'd',
  w: 'weeks',
}

/** A length in one unit where it is whole in one below two of the next: `30 min`, `24 h`, `14 m 27 s`. */
export function lengthText(ms: number): string {
  const whole = /^(\d+)(ms|s|m|h|d|w)$/.exec(formatDuration(Math.round(ms * 1_000)))
  if (whole === null) return spanText(ms)
  const [, n, unit] = whole as unknown as [string, string, string]
  if (unit === 'd' && n === '1') return '24 h'
  if (unit === 'w') return `${Number(n) * 7} d`
  if (Number(n) >= 600 || (unit === 's' && Number(n) >= 120)) return spanText(ms)
  return `${n} ${UNIT_NAMES[unit]}`
}

/** What the range button says: the day, where it is one; start and end; how long. */
export interface RangeLabel {
  /** `Fri 20 Nov`; empty where start and end carry their days. */
  readonly day: string
  /** `10:30 – 11:00`. */
  readonly times: string
  /** `30 min`. */
  readonly length: string
}

/** Below this, seconds at the edges are told. */
const TEN_MINUTES = 600_000

export function rangeLabel(from: Millis, to: Millis, zone: string): RangeLabel {
  const isExact = (from % 60_000 !== 0 || to % 60_000 !== 0) && to - from < TEN_MINUTES
  const isFine = to - from < 10_000
  const clock = (at: Millis): string =>
    isFine ? clockTime(at, zone, 3) : isExact ? clockTime(at, zone) : clockMinute(at, zone)
  const [a, b] = [calendarDay(from, zone), calendarDay(to, zone)]
  const length = lengthText(to - from)
  if (a === b && to - from < 36 * 3_600_000) {
    return { day: a, times: `${clock(from)} – ${clock(to)}`, length }
  }
  return {
    day: '',
    times: `${a} ${clockMinute(from, zone)} – ${b} ${clockMinute(to, zone)}`,
    length,
  }
}
