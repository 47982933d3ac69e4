import { daysInMonth, MAX_TIME, microsFromCivil, MICROS_PER_MINUTE } from '../../model/time.ts'
import type { Micros } from '../../model/time.ts'
import type { Stamp } from './format.ts'
import { isUtcName, offsetOfZoneName } from './zone-names.ts'

/*
 * Readers of the time shapes of our field. Each takes a text and an offset and answers the stamp that
 * begins exactly there, or undefined; the stamp ends at `at + stamp.text.length`. They walk character
 * codes, because every line of every source passes here. Digits past the ninth of a fraction are cut.
 */

const ZERO = 48
const NINE = 57
const BLANK = 32
const COLON = 58

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE
const isUpper = (code: number): boolean => code >= 65 && code <= 90
const isWordUnit = (code: number): boolean =>
  isDigit(code) || isUpper(code) || (code >= 97 && code <= 122) || code === 95

function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO
  const ones = text.charCodeAt(at + 1) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

function four(text: string, at: number): number {
  const high = two(text, at)
  const low = two(text, at + 2)
  return high < 0 || low < 0 ? -1 : high * 100 + low
}

/** A year 1970–2199 that stands alone as a word, else -1. */
function yearAt(text: string, at: number): number {
  const year = four(text, at)
  return year >= 1970 && year < 2200 && !isWordUnit(text.charCodeAt(at + 4)) ? year : -1
}

/** True where a year behind a clock ends; `2001:db8::7`, `2026-rack` and `2026.example` are hosts. */
function endsYear(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code === COLON) return !(text.charCodeAt(at + 1) > BLANK)
  return code !== 45 && code !== 46
}

const MONTHS: readonly number[] = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep']
  .concat(['Oct', 'Nov', 'Dec'])
  .map((name) => monthCode(name, 0))

/** The rest of each month's name behind its three letters. */
const MONTH_TAILS = ['uary', 'ruary', 'ch', 'il', '', 'e', 'y', 'ust', 'tember', 'ober'].concat([
  'ember',
  'ember',
])

/** The offset behind the name of a month that begins at `at`, short (`Jul`) or in full (`July`). */
function monthEnd(text: string, at: number, month: number): number {
  const end = at + 3
  if (text.charCodeAt(end) === BLANK) return end
  const tail = MONTH_TAILS[month - 1]!
  return text.startsWith(tail, end) ? end + tail.length : end
}

/** Three letters folded to lower case in one number; distinct for distinct ASCII letters. */
function monthCode(text: string, at: number): number {
  return (
    ((text.charCodeAt(at) | 32) << 16) |
    ((text.charCodeAt(at + 1) | 32) << 8) |
    (text.charCodeAt(at + 2) | 32)
  )
}

/** Month 1–12 of an English three-letter name in any case, 0 when it is none. */
function monthAt(text: string, at: number): number {
  return MONTHS.indexOf(monthCode(text, at)) + 1
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((name) => monthCode(name, 0))

/** The offset behind `Fri ` or `Fri, `, or `at` when no weekday stands there. */
function skipWeekday(text: string, at: number): number {
  if (!WEEKDAYS.includes(monthCode(text, at))) return at
  const comma = text.charCodeAt(at + 3) === 44 ? 1 : 0
  return text.charCodeAt(at + 3 + comma) === BLANK ? at + 4 + comma : at
}

function digitsEnd(text: string, at: number): number {
  let end = at
  while (isDigit(text.charCodeAt(end))) end++
  return end
}

/** Nanoseconds of the decimal digits `text[from..to)` behind a decimal point, exact to the ninth. */
function nanosOfFraction(text: string, from: number, to: number): number {
  let nanos = 0
  for (let i = 0; i < 9; i++) {
    nanos = nanos * 10 + (from + i < to ? text.charCodeAt(from + i) - ZERO : 0)
  }
  return nanos
}

/** Microseconds of the last place of a fraction of so many digits. */
const RESOLUTION_US = [1e6, 1e5, 1e4, 1e3, 100, 10, 1, 0.1, 0.01, 0.001] as const

function resolutionOf(digits: number): number {
  return RESOLUTION_US[digits < 9 ? digits : 9]!
}

/**
 * Offset east of UTC in minutes of `+hh:mm`, `+hhmm` or `+hh` at `at`, and where it ends; the end is
 * 0 when there is none.
 */
function offsetEnd(text: string, at: number): number {
  const sign = text.charCodeAt(at)
  if ((sign !== 43 && sign !== 45) || two(text, at + 1) < 0) return 0
  const colon = text.charCodeAt(at + 3) === COLON ? 1 : 0
  if (two(text, at + 3 + colon) >= 0 && !isDigit(text.charCodeAt(at + 5 + colon))) {
    return at + 5 + colon
  }
  return isDigit(text.charCodeAt(at + 3)) ? 0 : at + 3
}

function offsetMinutes(text: string, at: number, end: number): number {
  const hours = two(text, at + 1)
  const minutes = end - at > 3 ? two(text, end - 2) : 0
  if (hours > 18 || minutes > 59) return NaN
  return (text.charCodeAt(at) === 45 ? -1 : 1) * (hours * 60 + minutes)
}

/** The zone abbreviation of 2–5 capitals at `at` when it is a known one. */
function zoneNameAt(text: string, at: number): string | undefined {
  let end = at
  while (end - at < 6 && isUpper(text.charCodeAt(end))) end++
  if (end - at < 2 || end - at > 5 || isWordUnit(text.charCodeAt(end))) return undefined
  const name = text.slice(at, end)
  return offsetOfZoneName(name) === undefined ? undefined : name
}

interface Zone {
  /** Minutes east of UTC; undefined for an ambiguous abbreviation. */
  readonly offset: number | undefined
  readonly name: string | undefined
  /** Where it ends in the text. */
  readonly end: number
}

/** The zone behind a clock that ended at `at`: `Z`, `+01:00`, ` +0100`, ` CEST`. */
function zoneAt(text: string, at: number): Zone | undefined {
  const next = text.charCodeAt(at)
  if ((next | 32) === 122) {
    return isWordUnit(text.charCodeAt(at + 1))
      ? undefined
      : { offset: 0, name: undefined, end: at + 1 }
  }
  if (next !== BLANK) return numericZone(text, at)
  if (isUpper(text.charCodeAt(at + 1))) {
    const name = zoneNameAt(text, at + 1)
    if (name === undefined) return undefined
    return { offset: isUtcName(name) ? 0 : undefined, name, end: at + 1 + name.length }
  }
  const zone = numericZone(text, at + 1)
  // `+01` alone behind a blank is more likely a number of the message.
  return zone !== undefined && zone.end - at > 4 ? zone : undefined
}

/** `+hh:mm`, as {@link Stamp} carries an offset that has no year beside it. */
function zoneText(offset: number): string {
  const minutes = Math.abs(offset)
  const hh = String(Math.floor(minutes / 60)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${hh}:${String(minutes % 60).padStart(2, '0')}`
}

function numericZone(text: string, at: number): Zone | undefined {
  const end = offsetEnd(text, at)
  if (end === 0) return undefined
  const offset = offsetMinutes(text, at, end)
  return Number.isNaN(offset) ? undefined : { offset, name: undefined, end }
}

/** A decimal point or comma before a digit; a colon before 3 or 6 of them (log4j, Brocade). */
function isFractionPoint(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code === 46 || code === 44) return isDigit(text.charCodeAt(at + 1))
  if (code !== COLON) return false
  const digits = digitsEnd(text, at + 1) - at - 1
  return digits === 3 || digits === 6
}

/**
 * Completes the stamp that began at `start`, reading `hh:mm:ss` at `at`, its fraction, its zone and,
 * when there is no year yet (0), a year behind it.
 */
function readClock(
  text: string,
  start: number,
  at: number,
  year: number,
  month: number,
  day: number,
): Stamp | undefined {
  const hour = two(text, at)
  const minute = two(text, at + 3)
  const second = two(text, at + 6)
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return undefined
  }
  if (text.charCodeAt(at + 2) !== COLON || text.charCodeAt(at + 5) !== COLON) return undefined
  let end = at + 8
  let nanos = 0
  let resolutionUs = 1e6
  if (isFractionPoint(text, end)) {
    const fraction = end + 1
    end = digitsEnd(text, fraction)
    nanos = nanosOfFraction(text, fraction, end)
    resolutionUs = resolutionOf(end - fraction)
  } else if (isDigit(text.charCodeAt(end))) return undefined
  const zone = zoneAt(text, end)
  if (zone !== undefined) end = zone.end
  if (year === 0 && text.charCodeAt(end) === BLANK) {
    const written = yearAt(text, end + 1)
    if (written > 0 && endsYear(text, end + 5)) {
      year = written
      end += 5
    }
  }
  if (day < 1 || day > daysInMonth(year === 0 ? 2000 : year, month)) return undefined
  const microsecond = Math.floor(nanos / 1000)
  const ns = nanos - microsecond * 1000
  if (zone?.offset !== undefined && year !== 0) {
    const utc = microsFromCivil(year, month, day, hour, minute, second, microsecond)!
    const us = (utc - zone.offset * MICROS_PER_MINUTE) as Micros
    return { kind: 'instant', us, ns, resolutionUs, text: text.slice(start, end) }
  }
  const stamp: LocalStamp = {
    kind: 'local',
    month,
    day,
    hour,
    minute,
    second,
    microsecond,
    ns,
    resolutionUs,
    text: text.slice(start, end),
  }
  if (year !== 0) stamp.year = year
  // Without a year there is no instant yet: the zone waits as a name, a numeric one as written.
  if (zone !== undefined) stamp.zoneName = zone.name ?? zoneText(zone.offset ?? 0)
  return stamp
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type LocalStamp = Mutable<Extract<Stamp, { kind: 'local' }>>

/**
 * `YYYY-MM-DD` or `YYYY/MM/DD`, then `T`, a blank, `_` or `-`, then `hh:mm:ss[.,fraction]` and an
 * optional zone: RFC 3339 §5.6, ISO 8601 with any number of digits, `2026-11-21 10:42:00,123`,
 * `2026-11-21 10:42:00.123 CEST`, Brocade's `2026/11/21-10:42:00`.
 */
export function readIso(text: string, at = 0): Stamp | undefined {
  const separator = text.charCodeAt(at + 4)
  if ((separator !== 45 && separator !== 47) || text.charCodeAt(at + 7) !== separator) {
    return undefined
  }
  const year = four(text, at)
  const month = two(text, at + 5)
  const day = two(text, at + 8)
  const between = text.charCodeAt(at + 10)
  // Years that a record can carry (MIN_TIME, MAX_TIME): others are defaults such as 0001 or 1601.
  if (year < 1970 || year > 2199 || month < 1 || month > 12) return undefined
  if ((between | 32) !== 116 && between !== BLANK && between !== 95 && between !== 45) {
    return undefined
  }
  return readClock(text, at, at + 11, year, month, day)
}

/** {@link readIso} where the zone is written, as RFC 3339 demands. */
export function readRfc3339(text: string, at = 0): Stamp | undefined {
  const stamp = readIso(text, at)
  return stamp?.kind === 'instant' ? stamp : undefined
}

/**
 * `Mmm _d hh:mm:ss[.fraction]` (RFC 3164 §4.1.2) with the year nowhere, before the month (NX-OS
 * `2026 Nov 21 10:42:00 UTC`), behind the day (`Nov 21 2026 10:42:00`) or behind the clock (ctime
 * `Sat Nov 21 10:42:00 2026`), an optional weekday before it and zone behind it. The day may be padded
 * with a blank, a zero or not at all.
 */
export function readBsd(text: string, at = 0): Stamp | undefined {
  let i = at
  let year = 0
  if (isDigit(text.charCodeAt(i))) {
    year = yearAt(text, i)
    if (year < 0) return undefined
    i += 5
  } else i = skipWeekday(text, i)
  const month = monthAt(text, i)
  if (month === 0) return undefined
  i = monthEnd(text, i, month)
  if (text.charCodeAt(i) !== BLANK) return undefined
  i += text.charCodeAt(i + 1) === BLANK ? 2 : 1
  const day = dayAt(text, i)
  if (day < 0) return undefined
  i = digitsEnd(text, i)
  if (text.charCodeAt(i) === 44) i++
  if (text.charCodeAt(i) !== BLANK) return undefined
  i++
  if (year === 0) {
    const written = yearAt(text, i)
    if (written > 0) {
      year = written
      i += 5
    }
  }
  return readClock(text, at, i, year, month, day)
}

/** One or two digits, the second not followed by a third; -1 otherwise. */
function dayAt(text: string, at: number): number {
  const first = text.charCodeAt(at) - ZERO
  if (!(first >= 0 && first <= 9)) return -1
  const second = text.charCodeAt(at + 1) - ZERO
  if (!(second >= 0 && second <= 9)) return first
  return isDigit(text.charCodeAt(at + 2)) ? -1 : first * 10 + second
}

/**
 * Day first: `21/Nov/2026:10:42:00 +0000` (common log format), `21-Nov-2026 10:42:00.123` (BIND,
 * RabbitMQ), `Sat, 21 Nov 2026 10:42:00 GMT` (RFC 5322 §3.3).
 */
export function readDayFirst(text: string, at = 0): Stamp | undefined {
  let i = skipWeekday(text, at)
  const day = dayAt(text, i)
  if (day < 0) return undefined
  i = digitsEnd(text, i)
  const separator = text.charCodeAt(i)
  if (separator !== 47 && separator !== 45 && separator !== BLANK) return undefined
  const month = monthAt(text, i + 1)
  if (month === 0 || text.charCodeAt(i + 4) !== separator) return undefined
  const year = yearAt(text, i + 5)
  i += 9
  const between = text.charCodeAt(i)
  if (year < 0 || (between !== COLON && between !== BLANK)) return undefined
  // Erlang's SASL reports write `21-Nov-2026::10:42:00`.
  return readClock(text, at, text.charCodeAt(i + 1) === COLON ? i + 2 : i + 1, year, month, day)
}

export type EpochUnit = 's' | 'ms' | 'us' | 'ns'

/** By the count of whole digits, which keeps the units apart from 1973 to 2286. */
function unitOfDigits(digits: number): EpochUnit | undefined {
  if (digits === 9 || digits === 10) return 's'
  if (digits === 12 || digits === 13) return 'ms'
  if (digits === 15 || digits === 16) return 'us'
  return digits === 18 || digits === 19 ? 'ns' : undefined
}

const PLACES: Readonly<Record<EpochUnit, number>> = { s: 9, ms: 6, us: 3, ns: 0 }

/**
 * A decimal count of seconds, milli-, micro- or nanoseconds since the epoch with an optional fraction,
 * read digit by digit, so that nanoseconds stay exact. Without `unit` the count of digits tells it.
 */
export function readEpoch(text: string, at = 0, unit?: EpochUnit): Stamp | undefined {
  const whole = digitsEnd(text, at)
  const scale = unit ?? unitOfDigits(whole - at)
  if (scale === undefined || whole === at || whole - at > 19) return undefined
  let end = whole
  if (text.charCodeAt(whole) === 46 && isDigit(text.charCodeAt(whole + 1))) {
    end = digitsEnd(text, whole + 1)
  }
  if (isWordUnit(text.charCodeAt(end))) return undefined
  const places = PLACES[scale]
  const fraction = text.slice(whole + 1, end).slice(0, places)
  const nanos = (text.slice(at, whole) + fraction.padEnd(places, '0')).padStart(10, '0')
  const us = Number(nanos.slice(0, -3))
  if (us > MAX_TIME) return undefined
  return {
    kind: 'instant',
    us: us as Micros,
    ns: Number(nanos.slice(-3)),
    resolutionUs: 10 ** (places - 3 - fraction.length),
    text: text.slice(at, end),
  }
}

/** Whichever of the shapes above begins at `at`. */
export function readStamp(text: string, at = 0): Stamp | undefined {
  if (!isDigit(text.charCodeAt(at))) return readBsd(text, at) ?? readDayFirst(text, at)
  return readIso(text, at) ?? readBsd(text, at) ?? readDayFirst(text, at) ?? readEpoch(text, at)
}
