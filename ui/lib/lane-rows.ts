import type { CoverageGap, Lane, MetricLane, TimelineAnswer } from '../../model/timeline.ts'
import { clockTime, type Millis } from './zoned-time.ts'

/** What the plot says of one metric of a lane, or of a lane without metrics, in figures. */
export interface LaneRow {
  readonly lane: Lane
  readonly metric: MetricLane | null
  /** When it left its usual band, milliseconds since the epoch. */
  readonly leftAt: Millis | null
  readonly atCursor: number | null
}

/** A row for every metric in the plot, in its order. */
export function laneRows(answer: TimelineAnswer, cursor: Millis | null): readonly LaneRow[] {
  const from = Date.parse(answer.from)
  return answer.lanes.flatMap((lane): readonly LaneRow[] => {
    if (lane.metrics.length === 0) return [{ lane, metric: null, leftAt: null, atCursor: null }]
    return lane.metrics.map((metric) => ({
      lane,
      metric,
      leftAt: metric.leftMs === null ? null : from + metric.leftMs,
      atCursor: cursor === null ? null : valueAt(metric, (cursor - from) / answer.columnMs),
    }))
  })
}

/** The value in force at a column: the last sample's, unless it is too old to speak for it. */
export function valueAt(metric: MetricLane, column: number): number | null {
  let last = -1
  for (let i = 0; i < metric.column.length && metric.column[i]! <= column; i++) last = i
  if (last < 0) return null
  const age = column - metric.column[last]!
  return age > Math.max(1, 2.5 * metric.everyColumns) ? null : metric.value[last]!
}

/** Records of the lane may be missing; samples alone may too, which no count is of. */
export const isPartial = ({ coverage }: Pick<Lane, 'coverage'>): boolean =>
  coverage.some(({ state }) => state !== 'no samples')

/** `complete`, or what is missing: `late, complete to 10:55:10`, `silent since 10:31:00`. */
export function coverageText(gaps: readonly CoverageGap[], zone: string): string {
  if (gaps.length === 0) return 'complete'
  return gaps
    .map(({ state, since }) => {
      if (since === null || state === 'no samples') return state
      const at = clockTime(Date.parse(since), zone)
      return state === 'late' ? `late, complete to ${at}` : `silent since ${at}`
    })
    .filter((text, i, all) => all.indexOf(text) === i)
    .join('; ')
}
