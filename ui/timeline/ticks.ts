import { tz, tzOffset } from '@date-fns/tz'
import { format } from 'date-fns'
import type { Viewport } from '../data/viewport.ts'
import { calendarDay, clockMinute, clockTime, zoneLabel, type Millis } from '../lib/zoned-time.ts'

export interface Tick {
  readonly at: Millis
  /** Empty for a tick between two labels. */
  readonly label: string
  /** A new day or a change of the zone's offset. */
  readonly isBold: boolean
}

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]

/** Steps of 1, 2, 5 and what clocks and calendars have instead, milliseconds. */
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000].map((n) => n * DAY),
]

/** Least distance of two labels and of two ticks, CSS pixels. */
const [LABEL_PX, TICK_PX] = [64, 12]

/**
 * The ticks of a window in a zone, ascending: every label at least 64 px from the next, at round times of that
 * zone; unlabelled ticks between. Where the zone's offset changes, a bold tick says both offsets.
 */
export function ticksOf({ from, to }: Viewport, width: number, zone: string): Tick[] {
  if (!(to > from) || width <= 0) return []
  const msPerPixel = (to - from) / width
  const step = stepOf(msPerPixel * labelPx(msPerPixel))
  const small = smallStep(step, msPerPixel * TICK_PX)
  const change = small < DAY ? offsetChange(from, to, zone) : null
  const isChangeTold = change !== null && step < DAY
  const ticks: Tick[] = []
  for (const at of roundTimes(from, to, small, zone, change)) {
    const isLabelled = isRound(at, step, zone)
    const isNewDay = isLabelled && isRound(at, DAY, zone)
    const isCrowded = isChangeTold && Math.abs(at - change) < msPerPixel * 2 * LABEL_PX
    const label =
      !isLabelled || isCrowded
        ? ''
        : isNewDay
          ? dayLabel(at, step, zone)
          : timeLabel(at, step, zone)
    ticks.push({ at, label, isBold: isNewDay && step < DAY })
  }
  if (isChangeTold) ticks.push({ at: change, label: changeLabel(change, zone), isBold: true })
  return ticks.sort((a, b) => a.at - b.at)
}

/** A clock with fractions of a second is longer than one of minutes. */
const labelPx = (msPerPixel: number): number => (msPerPixel * LABEL_PX < SECOND ? 96 : LABEL_PX + 8)

const stepOf = (atLeast: number): number => STEPS.find((step) => step >= atLeast) ?? STEPS.at(-1)!

/** The smallest step that divides `step` and is at least so long. */
function smallStep(step: number, atLeast: number): number {
  return STEPS.find((small) => small >= atLeast && step % small === 0) ?? step
}

const offsetOf = (at: Millis, zone: string): number => tzOffset(zone, new Date(at)) * MINUTE

/** Whether a local clock shows a multiple of `step` counted from midnight or, for days, from the epoch. */
function isRound(at: Millis, step: number, zone: string): boolean {
  return (at + offsetOf(at, zone)) % step === 0
}

/** The first change of the offset in a window; null without one. */
function offsetChange(from: Millis, to: Millis, zone: string): Millis | null {
  const before = offsetOf(from, zone)
  if (before === offsetOf(to, zone)) return null
  let [low, high] = [Math.floor(from / MINUTE), Math.ceil(to / MINUTE)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetOf(middle * MINUTE, zone) === before) low = middle
    else high = middle
  }
  return high * MINUTE
}

/** Times in the window that are multiples of `step` on the zone's clock. */
function roundTimes(
  from: Millis,
  to: Millis,
  step: number,
  zone: string,
  change: Millis | null,
): Millis[] {
  if (change !== null) {
    return [
      ...roundTimes(from, change - 1, step, zone, null),
      ...roundTimes(change, to, step, zone, null),
    ]
  }
  const times: Millis[] = []
  const offset = offsetOf(from, zone)
  for (let local = Math.ceil((from + offset) / step) * step; local - offset <= to; local += step) {
    // Midnights of a long window lie before and after changes of the offset.
    const at = step < DAY ? local - offset : local - offsetOf(local - offset, zone)
    if (at >= from && at <= to) times.push(at)
  }
  return times
}

function timeLabel(at: Millis, step: number, zone: string): string {
  if (step < SECOND) return clockTime(at, zone, 3)
  return step < MINUTE ? clockTime(at, zone) : clockMinute(at, zone)
}

function dayLabel(at: Millis, step: number, zone: string): string {
  if (step <= DAY) return calendarDay(at, zone)
  return format(at, step < 100 * DAY ? 'd MMM' : 'MMM yyyy', { in: tz(zone) })
}

function changeLabel(at: Millis, zone: string): string {
  const offset = (time: Millis): string => zoneLabel(zone, time).slice(zone.length + 1)
  return `${offset(at - 1)} → ${offset(at)}`
}
