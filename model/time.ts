/**
 * An instant: whole microseconds since 1970-01-01T00:00:00Z (no leap seconds). Branded, so that a
 * duration or a millisecond count cannot be passed for one. Safe integers reach the year 2255.
 */
export type Micros = number & { readonly __unit: 'microseconds since the epoch' }

/** A half-open interval of event time, `from <= t < to`. */
export interface TimeRange {
  readonly from: Micros
  readonly to: Micros
}

/** An instant as exact as its source gave it: `ns` holds the 0–999 ns that {@link Micros} cannot. */
export interface Instant {
  readonly us: Micros
  readonly ns: number
}

export const MICROS_PER_MS = 1_000
export const MICROS_PER_SECOND = 1_000_000
export const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND
export const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE
export const MICROS_PER_DAY = 24 * MICROS_PER_HOUR

/** The earliest and latest instants a record may carry: years 1970 to 2200. */
export const MIN_TIME = 0 as Micros
export const MAX_TIME = 7_258_118_400_000_000 as Micros

/** Marks a number as an instant; the caller vouches for the unit. Rounds to a whole microsecond. */
export function micros(value: number): Micros {
  return Math.round(value) as Micros
}

/** The instant of a `Date`-style millisecond count. */
export function microsFromMillis(ms: number): Micros {
  return Math.round(ms * MICROS_PER_MS) as Micros
}

/** The instant of a decimal count of nanoseconds since the epoch, exact (`"1700000000123456789"`). */
export function instantFromNanos(nanos: bigint): Instant {
  const us = nanos / 1000n
  const rest = nanos - us * 1000n
  return rest < 0n
    ? { us: Number(us - 1n) as Micros, ns: Number(rest + 1000n) }
    : { us: Number(us) as Micros, ns: Number(rest) }
}

/** Days from 1970-01-01 to a proleptic Gregorian date; month 1–12 (Howard Hinnant, `days_from_civil`). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Days in a month, 1–12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/**
 * The instant of a UTC calendar time. `second` may be 60 (a leap second, counted as the next
 * minute's 0). Returns undefined when a part is out of range.
 */
export function microsFromCivil(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  microsecond = 0,
): Micros | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
  return (seconds * MICROS_PER_SECOND + microsecond) as Micros
}

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?(?:([Zz])|([+-])(\d\d):?(\d\d))$/

/**
 * Reads an RFC 3339 time (§5.6; also a blank for `T`, a comma for the decimal point, an offset
 * without colon). Digits past the ninth are cut. Undefined when it is not one.
 */
export function parseRfc3339(text: string): Instant | undefined {
  const m = RFC3339.exec(text)
  if (m === null) return undefined
  const base = microsFromCivil(+m[1]!, +m[2]!, +m[3]!, +m[4]!, +m[5]!, +m[6]!)
  if (base === undefined) return undefined
  const fraction = (m[7] ?? '').padEnd(9, '0')
  const offsetMinutes = m[9] === undefined ? 0 : (m[9] === '-' ? -1 : 1) * (+m[10]! * 60 + +m[11]!)
  const us = base + +fraction.slice(0, 6) - offsetMinutes * MICROS_PER_MINUTE
  return { us: us as Micros, ns: +fraction.slice(6, 9) }
}

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)

/** RFC 3339 in UTC with as many digits as are known: none, 3, 6 or 9. */
export function formatTime(us: Micros, ns = 0): string {
  const date = new Date(Math.floor(us / MICROS_PER_MS))
  const fraction = us - Math.floor(us / MICROS_PER_SECOND) * MICROS_PER_SECOND
  const seconds =
    `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-` +
    `${two(date.getUTCDate())}T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:` +
    two(date.getUTCSeconds())
  if (ns > 0) return `${seconds}.${String(fraction * 1000 + ns).padStart(9, '0')}Z`
  if (fraction === 0) return `${seconds}Z`
  if (fraction % 1000 === 0) return `${seconds}.${String(fraction / 1000).padStart(3, '0')}Z`
  return `${seconds}.${String(fraction).padStart(6, '0')}Z`
}

/** The UTC calendar day of an instant, `YYYY-MM-DD`: the name of a partition. */
export function dayOf(us: Micros): string {
  return formatTime((us - (us % MICROS_PER_DAY)) as Micros).slice(0, 10)
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  us: 1,
  ms: MICROS_PER_MS,
  s: MICROS_PER_SECOND,
  m: MICROS_PER_MINUTE,
  h: MICROS_PER_HOUR,
  d: MICROS_PER_DAY,
  w: 7 * MICROS_PER_DAY,
}

/** Reads a duration such as `90s`, `1.5h`, `250ms`, `1h30m`; microseconds, or undefined. */
export function parseDuration(text: string): number | undefined {
  let total = 0
  let rest = text
  if (rest === '') return undefined
  while (rest !== '') {
    const m = /^(\d+(?:\.\d+)?)(us|ms|s|m|h|d|w)/.exec(rest)
    if (m === null) return undefined
    total += Number(m[1]) * DURATION_UNITS[m[2]!]!
    rest = rest.slice(m[0].length)
  }
  return Math.round(total)
}

/** The reverse of {@link parseDuration} in the largest unit that divides it: `90s`, `1h`. */
export function formatDuration(us: number): string {
  for (const unit of ['w', 'd', 'h', 'm', 's', 'ms'] as const) {
    if (us > 0 && us % DURATION_UNITS[unit]! === 0) return `${us / DURATION_UNITS[unit]!}${unit}`
  }
  return `${us}us`
}

/**
 * Reads a point in time as people type it: RFC 3339, a date, `now`, or `now-15m` / `-15m` / `now+1h`.
 * `now` is passed in, so that the same words give the same answer. A time without zone is UTC.
 */
export function parseTimeWord(text: string, now: Micros): Micros | undefined {
  const trimmed = text.trim()
  if (trimmed === 'now') return now
  const relative = /^(?:now)?([+-])(.+)$/.exec(trimmed)
  if (relative !== null) {
    const span = parseDuration(relative[2]!)
    if (span === undefined) return undefined
    return (relative[1] === '-' ? now - span : now + span) as Micros
  }
  if (/^\d{4}-\d\d-\d\d$/.test(trimmed)) return parseRfc3339(`${trimmed}T00:00:00Z`)?.us
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/.test(trimmed)) return parseRfc3339(`${trimmed}:00Z`)?.us
  return (parseRfc3339(trimmed) ?? parseRfc3339(`${trimmed}Z`))?.us
}
