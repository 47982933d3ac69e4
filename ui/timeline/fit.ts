import type { EntityId, Layer } from '../../model/entity.ts'
import type { Lane, LayerSummary, MetricLane, TimelineAnswer } from '../../model/timeline.ts'
import { standingOf } from '../lib/standing.ts'

/** What is left out so that what matters is seen without scrolling. */
export interface Fit {
  readonly closed: ReadonlySet<Layer>
  readonly folded: ReadonlySet<MetricLane>
}

export const NOTHING_LEFT_OUT: Fit = { closed: new Set(), folded: new Set() }

/** Entities that something is not left out of. */
export interface Kept {
  /** Nothing: opened, pinned, shared by all. */
  readonly whole: ReadonlySet<EntityId>
  /** Not their lane: what is selected and what that is linked to. Its metrics stay as they are, so that a selection moves no row. */
  readonly present: ReadonlySet<EntityId>
}

type Fitting = Pick<TimelineAnswer, 'layers' | 'lanes'> &
  Partial<Pick<TimelineAnswer, 'metricsUnread'>>

/** What may be left out, the least worth first. */
interface Step {
  readonly metric?: MetricLane
  readonly layer?: Layer
}

/**
 * Takes rows away until all fit into the room, the least worth first, or until only what matters is left:
 *
 * 1. metrics as usual, those of the subject's way last;
 * 2. further metrics of an entity beside its worst, by how far they are out of the usual;
 * 3. layers in which all is as usual, from the bottom: with room again these open first.
 *
 * An entity's worst metric, what is at its limit and shares stay while they are worse than usual, and what `kept` says.
 *
 * @param heightOf of the rows with this left out, CSS pixels
 */
export function fitTo(
  room: number,
  answer: Fitting,
  kept: Kept,
  heightOf: (fit: Fit) => number,
): Fit {
  let fit = NOTHING_LEFT_OUT
  for (const step of stepsOf(answer, kept)) {
    if (heightOf(fit) <= room) break
    fit = {
      closed: step.layer === undefined ? fit.closed : new Set([...fit.closed, step.layer]),
      folded: step.metric === undefined ? fit.folded : new Set([...fit.folded, step.metric]),
    }
  }
  return fit
}

function stepsOf({ layers, lanes, metricsUnread = null }: Fitting, kept: Kept): Step[] {
  const free = lanes.filter(({ entity }) => !kept.whole.has(entity.id))
  const usual = free.flatMap((lane) =>
    lane.metrics.filter(isUsual).map((metric) => ({ metric, isOnWay: lane.step !== null })),
  )
  const further = free.flatMap(({ metrics }) =>
    metrics
      .filter((metric) => !isUsual(metric))
      .slice(1)
      .filter(isFurther),
  )
  return [
    ...usual.filter(({ isOnWay }) => !isOnWay).map(({ metric }) => ({ metric })),
    ...usual.filter(({ isOnWay }) => isOnWay).map(({ metric }) => ({ metric })),
    ...further.sort((a, b) => (a.ratio ?? 1) - (b.ratio ?? 1)).map((metric) => ({ metric })),
    // What was not read may be anything but quiet.
    ...(metricsUnread === null ? quietLayers(layers, lanes, kept) : []).map((layer) => ({ layer })),
  ]
}

const isUsual = (metric: MetricLane): boolean => standingOf(metric.worst, metric) === 'usual'

const isFurther = (metric: MetricLane): boolean =>
  metric.share === null && standingOf(metric.worst, metric) !== 'limit'

/** Layers of which every lane is as usual, the lowest first. */
function quietLayers(layers: readonly LayerSummary[], lanes: readonly Lane[], kept: Kept): Layer[] {
  const isQuiet = (lane: Lane): boolean =>
    !kept.whole.has(lane.entity.id) &&
    !kept.present.has(lane.entity.id) &&
    lane.counts.warning + lane.counts.error + lane.counts.fatal === 0 &&
    lane.coverage.length === 0 &&
    lane.metrics.every(isUsual)
  return layers
    .map(({ layer }) => layer)
    .filter((layer) => lanes.filter(({ entity }) => entity.layer === layer).every(isQuiet))
    .toReversed()
}
