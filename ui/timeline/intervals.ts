import type { LaneInterval } from '../../model/timeline.ts'

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
