import type { MetricLane } from '../../model/timeline.ts'
import { standingOf, type Standing } from '../lib/standing.ts'

/** A stretch of a metric without a gap and of one standing; neighbours share their end points. */
export interface Run {
  readonly standing: Standing
  /** Places in the metric's arrays, first and last included. */
  readonly from: number
  readonly to: number
  /** Goes on from the run before, without a gap. */
  readonly isJoined: boolean
}

/** A gap is drawn where samples are so much rarer than usual. */
const GAP = 2.5
/** Whether the line breaks between a sample and the next. */
export function isGap(
  { column, everyColumns }: Pick<MetricLane, 'column' | 'everyColumns'>,
  i: number,
): boolean {
  return column[i + 1]! - column[i]! > GAP * Math.max(1, everyColumns)
}

/** The runs of a metric, left to right. Every sample is in one; a sample alone between gaps is a run of itself. */
export function runsOf(metric: MetricLane): Run[] {
  const runs: Run[] = []
  const { value } = metric
  let from = 0
  let standing: Standing | undefined
  let isJoined = false
  const close = (to: number): void => {
    runs.push({ standing: standing ?? standingOf(value[from]!, metric), from, to, isJoined })
  }
  for (let i = 0; i < value.length; i++) {
    const isLast = i === value.length - 1
    if (isLast || isGap(metric, i)) {
      close(i)
      from = i + 1
      standing = undefined
      isJoined = false
      continue
    }
    const next = standingOf((value[i]! + value[i + 1]!) / 2, metric)
    if (standing !== undefined && next !== standing) {
      close(i)
      from = i
      isJoined = true
    }
    standing = next
  }
  return runs
}

/** Place in the arrays of the sample that is shown at a column: the last at or before it, unless a gap lies between; −1 for none. */
export function sampleAt(
  metric: Pick<MetricLane, 'column' | 'everyColumns'>,
  column: number,
): number {
  const columns = metric.column
  let [low, high] = [0, columns.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (columns[middle]! <= column) low = middle + 1
    else high = middle
  }
  const i = low - 1
  if (i < 0) return -1
  return column - columns[i]! > GAP * Math.max(1, metric.everyColumns) ? -1 : i
}
