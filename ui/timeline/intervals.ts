import type { LaneInterval } from '../../model/timeline.ts'
import { calendarDay, clockMinute, clockTime, type Millis } from '../lib/zoned-time.ts'

export interface StackedIntervals {
  /** Rows from the top; in each, intervals that do not overlap, by time. */
  readonly rows: readonly (readonly LaneInterval[])[]
  /** Intervals for which no row was left. */
  readonly hidden: number
}

const MOST_ROWS = 3

/** Puts every interval into the first row where it overlaps nothing; three rows at most. */
export function stackIntervals(intervals: readonly LaneInterval[]): StackedIntervals {
  const rows: LaneInterval[][] = []
  let hidden = 0
  for (const interval of [...intervals].sort((a, b) => a.fromMs - b.fromMs)) {
    const row = rows.find((others) => others.at(-1)!.toMs <= interval.fromMs)
    if (row !== undefined) row.push(interval)
    else if (rows.length < MOST_ROWS) rows.push([interval])
    else hidden += 1
  }
  return { rows, hidden }
}

/**
 * What stands on a bar, the longest first: with since when, where that is known and lies before the view.
 *
 * @param from start of the view: of another day the day is said
 */
export function intervalForms(
  { label, since, begins }: LaneInterval,
  from: Millis,
  zone: string,
): readonly string[] {
  if (since === null || begins) return [label]
  const at = Date.parse(since)
  const day = calendarDay(at, zone)
  if (day === calendarDay(from, zone)) return [`${label} since ${clockTime(at, zone)}`, label]
  return [`${label} since ${day}, ${clockMinute(at, zone)}`, `${label} since ${day}`, label]
}
