import type { TimeOrigin } from '../model/record.ts'
import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE } from '../model/time.ts'
import { MICROS_PER_SECOND, microsFromCivil } from '../model/time.ts'
import type { Micros } from '../model/time.ts'
import type { Stamp } from './formats/format.ts'
import { isUtcName, offsetOfZoneName } from './formats/zone-names.ts'
import { wallOffset } from './zone-offset.ts'

/** What is known beside the line when its time is completed. */
export interface StampContext {
  readonly received: Micros
  /** IANA zone configured for the source; must satisfy `isZone`. */
  readonly zone?: string
  /** Year configured for the import, for stamps that have none. */
  readonly year?: number
  /** When the line can have been written at the latest; imports give the file's time. */
  readonly reference?: Micros
}

export interface EventTime {
  readonly us: Micros
  readonly ns: number
  /** Half-width of the interval in which the event happened, at least 1. */
  readonly uncertaintyUs: number
  readonly timeFrom: TimeOrigin
  /** The line's time as written, when it was too far off to be believed. */
  readonly original?: string
}

/** An event may lie this far ahead of its reference: clocks ahead, and zones read wrongly. */
const MAX_AHEAD_US = 2 * MICROS_PER_DAY
/** 1990-01-01: earlier than any system that sends us logs; clocks that lost their time start at 1970. */
const EARLIEST = microsFromCivil(1990, 1, 1, 0, 0, 0)!

/**
 * How much wider an interval gets. A zone that was only assumed can be wrong by UTC-12 … UTC+14; one
 * inferred from an abbreviation mostly by the hour of daylight saving (`EST` written all year). Neither
 * counts when the time so read is close to the receipt: a wrong zone would be half an hour off or more.
 */
const ASSUMED_ZONE_US = 14 * MICROS_PER_HOUR
const INFERRED_ZONE_US = MICROS_PER_HOUR
const CORROBORATED_US = 15 * MICROS_PER_MINUTE
/** A device that calls its own clock unsynchronised; kept small, as offsets are estimated per source. */
const UNSYNCED_US = 10 * MICROS_PER_SECOND
/** How long before its receipt a line without time can have been written: live, and from a file. */
const LIVE_DELAY_US = 5 * MICROS_PER_SECOND
const FILE_DELAY_US = MICROS_PER_DAY

/**
 * The event time of a line from its stamp.
 *
 * Zone, in this order: written as offset, `Z`, `UTC` or `GMT` (`explicit`); configured for the source
 * (`configured`); an abbreviation (`inferred`); UTC (`assumed`). An explicit zone with a year that had
 * to be found counts as `inferred`. An hour that the clock shows twice is read as the abbreviation says,
 * else as the reading nearer to the reference, and its interval covers both.
 *
 * Clocks truncate, so the event lies within one step of the resolution after the time; the half-width
 * is therefore a whole step, not half of one. Where there is no time, or one before 1990 or more than 2
 * days ahead, the event is taken to be at its reference (`received`) and the text is kept in `original`.
 */
export function completeStamp(stamp: Stamp | undefined, context: StampContext): EventTime {
  if (stamp === undefined) return atReceipt(context)
  const time = stamp.kind === 'instant' ? explicit(stamp) : complete(stamp, context)
  const latest = Math.max(context.received, context.reference ?? 0) + MAX_AHEAD_US
  if (time === undefined || time.us < EARLIEST || time.us > latest) {
    return { ...atReceipt(context), original: stamp.text }
  }
  return time
}

function atReceipt({ received, reference }: StampContext): EventTime {
  return {
    us: reference ?? received,
    ns: 0,
    uncertaintyUs: reference === undefined ? LIVE_DELAY_US : FILE_DELAY_US,
    timeFrom: 'received',
  }
}

/** The error that the device's clock and its resolution leave, microseconds. */
function clockError(stamp: Stamp): number {
  const step = stamp.resolutionUs < 1 ? 1 : stamp.resolutionUs
  return step + (stamp.accuracyUs ?? 0) + (stamp.unsynced === true ? UNSYNCED_US : 0)
}

function explicit(stamp: Extract<Stamp, { kind: 'instant' }>): EventTime {
  return { us: stamp.us, ns: stamp.ns, uncertaintyUs: clockError(stamp), timeFrom: 'explicit' }
}

type LocalStamp = Extract<Stamp, { kind: 'local' }>

function complete(stamp: LocalStamp, context: StampContext): EventTime | undefined {
  const reference = context.reference ?? context.received
  const wallUs = wallClock(stamp, stamp.year ?? context.year, reference)
  if (wallUs === undefined) return undefined
  const zone = zoneOf(stamp, wallUs, context, reference)
  const us = (wallUs - zone.offsetUs) as Micros
  let uncertaintyUs = clockError(stamp) + zone.ambiguousUs
  if (zone.doubtUs > 0 && Math.abs(us - context.received) > CORROBORATED_US) {
    uncertaintyUs += zone.doubtUs
  }
  return { us, ns: stamp.ns, uncertaintyUs, timeFrom: zone.from }
}

/**
 * The calendar parts as microseconds as if they were UTC. Without a year it is the latest that puts the
 * event at most 2 days past the reference: -363 … +2 days (formats.md 1.1).
 */
function wallClock(
  stamp: LocalStamp,
  year: number | undefined,
  reference: Micros,
): number | undefined {
  if (year !== undefined) return wallIn(stamp, year)
  const thisYear = yearOf(reference)
  // Next year first: a clock ahead on New Year's Eve. Eight years back reach any 29 February.
  for (let candidate = thisYear + 1; candidate > thisYear - 8; candidate--) {
    const us = wallIn(stamp, candidate)
    if (us !== undefined && us <= reference + MAX_AHEAD_US) return us
  }
  return undefined
}

let knownDay = NaN
let knownYear = NaN

/** The UTC year of a time; the last day's is remembered. */
function yearOf(time: Micros): number {
  const day = Math.floor(time / MICROS_PER_DAY)
  if (day !== knownDay) {
    knownDay = day
    knownYear = new Date(time / 1000).getUTCFullYear()
  }
  return knownYear
}

function wallIn(stamp: LocalStamp, year: number): number | undefined {
  const { month, day, hour, minute, second, microsecond } = stamp
  return microsFromCivil(year, month, day, hour, minute, second, microsecond)
}

interface ZoneReading {
  readonly offsetUs: number
  readonly from: TimeOrigin
  /** How far off the reading is if the zone is another. */
  readonly doubtUs: number
  /** The distance to the other reading of an hour that is shown twice. */
  readonly ambiguousUs: number
}

const ASSUMED_UTC: ZoneReading = {
  offsetUs: 0,
  from: 'assumed',
  doubtUs: ASSUMED_ZONE_US,
  ambiguousUs: 0,
}

function zoneOf(
  stamp: LocalStamp,
  wallUs: number,
  context: StampContext,
  reference: Micros,
): ZoneReading {
  const name = stamp.zoneName
  const named = name === undefined ? undefined : offsetOfName(name)
  if (name !== undefined && named !== undefined && isCertain(name)) {
    const from = stamp.year === undefined ? 'inferred' : 'explicit'
    return { offsetUs: named, from, doubtUs: 0, ambiguousUs: 0 }
  }
  if (context.zone !== undefined) return configured(context.zone, wallUs, named, reference)
  if (named === undefined) return ASSUMED_UTC
  return { offsetUs: named, from: 'inferred', doubtUs: INFERRED_ZONE_US, ambiguousUs: 0 }
}

const isCertain = (name: string): boolean => /^[+-]/.test(name) || isUtcName(name)

/** Microseconds east of UTC of `CEST` or `+02:00`. */
function offsetOfName(name: string): number | undefined {
  const m = /^([+-])(\d\d):(\d\d)$/.exec(name)
  if (m === null) {
    const minutes = offsetOfZoneName(name)
    return minutes === undefined ? undefined : minutes * MICROS_PER_MINUTE
  }
  return (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3])) * MICROS_PER_MINUTE
}

function configured(
  zone: string,
  wallUs: number,
  named: number | undefined,
  reference: Micros,
): ZoneReading {
  const offset = wallOffset(zone, wallUs)
  const from = 'configured'
  if (offset.kind === 'single') return { offsetUs: offset.us, from, doubtUs: 0, ambiguousUs: 0 }
  const { first, second } = offset
  if (named === first || named === second) {
    return { offsetUs: named, from, doubtUs: 0, ambiguousUs: 0 }
  }
  const firstDistance = Math.abs(wallUs - first - reference)
  const secondDistance = Math.abs(wallUs - second - reference)
  return {
    offsetUs: firstDistance <= secondDistance ? first : second,
    from,
    doubtUs: 0,
    ambiguousUs: Math.abs(first - second),
  }
}
