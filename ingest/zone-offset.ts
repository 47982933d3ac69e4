import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from '../model/time.ts'

/**
 * What a wall clock in a zone can mean: one offset east of UTC in microseconds, or the two of an hour
 * that a clock shows twice in autumn, the earlier instant first.
 */
export type WallOffset =
  | { readonly kind: 'single'; readonly us: number }
  | { readonly kind: 'twice'; readonly first: number; readonly second: number }

/** Offsets change at full quarters of an hour everywhere since 1972 (IANA tzdata). */
const QUARTER_US = 15 * MICROS_PER_MINUTE
const DAY_US = 96 * QUARTER_US
/** Quarters remembered per zone, before its memory starts anew: 40 days. */
const MAX_QUARTERS = 4_096

interface Zone {
  readonly format: Intl.DateTimeFormat
  readonly byQuarter: Map<number, WallOffset>
  lastQuarter: number
  last: WallOffset
}

const zones = new Map<string, Zone>()

/** True for an IANA zone name that this Node knows (`Europe/Berlin`, `UTC`). */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/**
 * The offset of a zone at a wall clock time, given as microseconds as if it were UTC. In a spring gap
 * the offset before the gap holds, so that 02:30 reads as the 03:30 that clocks went to. Throws
 * RangeError for a name that {@link isZone} denies.
 */
export function wallOffset(zoneName: string, wallUs: number): WallOffset {
  const zone = zoneOf(zoneName)
  const quarter = Math.floor(wallUs / QUARTER_US)
  if (quarter === zone.lastQuarter) return zone.last
  let offset = zone.byQuarter.get(quarter)
  if (offset === undefined) {
    offset = computeWallOffset(zone.format, quarter * QUARTER_US)
    if (zone.byQuarter.size >= MAX_QUARTERS) zone.byQuarter.clear()
    zone.byQuarter.set(quarter, offset)
  }
  zone.lastQuarter = quarter
  zone.last = offset
  return offset
}

function zoneOf(name: string): Zone {
  let zone = zones.get(name)
  if (zone === undefined) {
    zone = {
      format: new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
        era: 'short',
      }),
      byQuarter: new Map(),
      lastQuarter: NaN,
      last: { kind: 'single', us: 0 },
    }
    zones.set(name, zone)
  }
  return zone
}

function computeWallOffset(format: Intl.DateTimeFormat, wallUs: number): WallOffset {
  const before = offsetAt(format, wallUs - DAY_US)
  const after = offsetAt(format, wallUs + DAY_US)
  if (before === after) return { kind: 'single', us: before }
  const beforeHolds = offsetAt(format, wallUs - before) === before
  const afterHolds = offsetAt(format, wallUs - after) === after
  if (beforeHolds && afterHolds) return { kind: 'twice', first: before, second: after }
  return { kind: 'single', us: afterHolds ? after : before }
}

/** The offset east of UTC of a zone at an instant, microseconds. */
function offsetAt(format: Intl.DateTimeFormat, utcUs: number): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(utcUs / 1000)) parts[type] = Number(value)
  const { year, month, day, hour, minute, second } = parts
  const wallMs = Date.UTC(year!, month! - 1, day, hour, minute, second)
  const utcSeconds = Math.floor(utcUs / MICROS_PER_SECOND)
  return (wallMs / 1000 - utcSeconds) * MICROS_PER_SECOND
}
