import type { Lane, MetricLane, TimelineAnswer } from '../../model/timeline.ts'
import { clockMinute, clockTime, type Millis } from './zoned-time.ts'

/** A metric that left its usual band. */
export interface Leaving {
  readonly lane: Lane
  readonly metric: MetricLane
  readonly at: Millis
}

/** The metrics of a view that left their usual band in a part of it, in the order of leaving. */
export function leftUsualIn(answer: TimelineAnswer, from: Millis, to: Millis): readonly Leaving[] {
  const start = Date.parse(answer.from)
  return answer.lanes
    .flatMap((lane) =>
      lane.metrics.flatMap((metric) =>
        metric.leftMs === null ? [] : [{ lane, metric, at: start + metric.leftMs }],
      ),
    )
    .filter(({ at }) => at >= from && at < to)
    .sort((a, b) => a.at - b.at)
}

/** A coarser column does not know the second. */
const COARSE_MS = 60_000

/**
 * When a metric left its usual band: `10:38:16`, `≈ 10:37` in a view of which a column is a minute or more.
 *
 * @param at the start of the column it left in
 */
export function leftText(at: Millis, columnMs: Millis, zone: string): string {
  if (columnMs < COARSE_MS) return clockTime(at, zone)
  return `≈ ${clockMinute(at + columnMs / 2, zone)}`
}
