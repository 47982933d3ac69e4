import {
  METRICS_UNREAD,
  type CoverageGap,
  type Lane,
  type MetricLane,
  type TimelineAnswer,
} from '../../model/timeline.ts'
import { clockTime, type Millis } from './zoned-time.ts'

/** What the plot says of one metric of a lane, or of a lane without metrics, in figures. */
export interface LaneRow {
  readonly lane: Lane
  readonly metric: MetricLane | null
  /** When it left its usual band, milliseconds since the epoch. */
  readonly leftAt: Millis | null
  readonly atCursor: number | null
  /** It may have metrics, which could not be read. */
  readonly isUnread: boolean
}

/** A row for every metric in the plot, in its order. */
export function laneRows(answer: TimelineAnswer, cursor: Millis | null): readonly LaneRow[] {
  const from = Date.parse(answer.from)
  return answer.lanes.flatMap((lane): readonly LaneRow[] => {
    if (lane.metrics.length === 0) {
      const isUnread = answer.metricsUnread !== null
      return [{ lane, metric: null, leftAt: null, atCursor: null, isUnread }]
    }
    return lane.metrics.map((metric) => ({
      lane,
      metric,
      leftAt: metric.leftMs === null ? null : from + metric.leftMs,
      atCursor: cursor === null ? null : valueAt(metric, (cursor - from) / answer.columnMs),
      isUnread: false,
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

/**
 * Records of the lane may be missing; samples alone may too, which no count is of.
 *
 * @param span only there, milliseconds after the view's `from`, the end exclusive; without it in the whole view
 */
export function isPartial(
  { coverage }: Pick<Lane, 'coverage'>,
  span = { fromMs: -Infinity, toMs: Infinity },
): boolean {
  return coverage.some(
    ({ state, fromMs, toMs }) => state !== 'no samples' && fromMs < span.toMs && toMs > span.fromMs,
  )
}

type Counted = Pick<TimelineAnswer, 'coverage' | 'metricsUnread'>

/** Whether records of a view may be missing; samples that were not read are none. */
export function mayLackRecords({ coverage, metricsUnread }: Counted): boolean {
  const { complete, sources, notes } = coverage
  if (complete) return false
  const areAllIn = sources.late + sources.silent + sources.rejected === 0
  return metricsUnread === null || !areAllIn || notes.some((note) => note !== METRICS_UNREAD)
}

/** Whether a sum over sources of which nobody says which they are may be too low before `to`. */
export function mayLack(answer: Counted, to: Millis): boolean {
  if (!mayLackRecords(answer)) return false
  const { sources, late } = answer.coverage
  const isListed = sources.rejected === 0 && late.length > 0
  const areAll = late.length === sources.late + sources.silent
  if (!isListed || !areAll) return true
  return late.some(({ watermark }) => watermark === null || Date.parse(watermark) < to)
}

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
