import type { EntityId } from '../../model/entity.ts'
import type { Lane, LaneEvent, LayerSummary } from '../../model/timeline.ts'
import { isPartial, mayLack } from '../lib/lane-rows.ts'
import { LAYER_NAMES } from '../lib/layers.ts'
import { clusterAt, rowAt } from './hit.ts'
import type { Hovered } from './hover-card.tsx'
import { distanceTo } from './link-path.ts'
import type { DrawnLink } from './link-set.ts'
import type { Painter } from './painter.ts'
import type { Scene } from './scene.ts'
import { timeAt } from './time-scale.ts'
import type { PlotPoint } from './use-plot-pointer.ts'

/** What the card says of a point of the plot; null where there is nothing to say. */
export function hoveredAt(
  scene: Scene,
  painter: Painter,
  { x, y }: PlotPoint,
  scrollTop: number,
): Hovered | null {
  const row = rowAt(scene.layout, y, scrollTop)
  if (row === null || scene.answer === undefined || scene.isUnread) return null
  const near = painter.placedLinks.links.findLast(
    ({ path }) => distanceTo(path, { x, y }) < NEAR_PX,
  )
  if (near !== undefined) return hoveredLink(scene, near.link)
  if (row.kind === 'metric') return { kind: 'metric', row }
  if (row.kind === 'unread') return null
  if (row.kind === 'layer') {
    return row.isFolded ? countsAt(scene, row.summary, timeAt(x, painter.scale)) : null
  }
  const { entity } = row.lane
  const cluster = clusterAt(painter.placementOf(row.key), x, scene.answered.from, painter.scale)
  if (cluster !== null) return hoveredEvent(scene, entity.id, cluster.events)
  return countsAt(scene, row.lane, timeAt(x, painter.scale))
}

/** So near to a curve is on it, CSS pixels. */
const NEAR_PX = 4

function hoveredLink({ answer }: Scene, link: DrawnLink): Hovered {
  const nameOf = (id: EntityId): string =>
    answer?.lanes.find(({ entity }) => entity.id === id)?.entity.name ?? id
  const apartMs = link.effect.atMs - link.cause.atMs
  return {
    kind: 'link',
    cause: nameOf(link.cause.entity),
    effect: nameOf(link.effect.entity),
    reason: link.reason,
    value: link.value,
    strength: link.strength,
    apartMs: link.isOrdered ? apartMs : null,
  }
}

/** The card of one or more events of a lane; `isFocused` where the keyboard came to them. */
export function hoveredEvent(
  { answer, links }: Scene,
  id: EntityId,
  events: readonly LaneEvent[],
  isFocused = false,
): Hovered {
  const ids = new Set(events.map((event) => event.id))
  const lane = answer?.lanes.find(({ entity }) => entity.id === id)
  const coverage = lane?.coverage ?? []
  const times = events.map(({ atMs }) => atMs)
  const span = { fromMs: Math.min(...times), toMs: Math.max(...times) + 1 }
  return {
    kind: 'events',
    entity: lane?.entity.name ?? id,
    events,
    isPartial: { here: isPartial({ coverage }, span), inView: isPartial({ coverage }) },
    worst: events.reduce((worst, event) => (event.severity > worst.severity ? event : worst)),
    isFocused,
    links: links.filter(({ cause, effect }) => ids.has(cause.record) || ids.has(effect.record))
      .length,
  }
}

/** The records of a lane, or of a closed layer, in the column at a time; null where it is empty. */
export function countsAt(
  { answer, answered }: Pick<Scene, 'answer' | 'answered'>,
  of: Lane | LayerSummary,
  at: number,
): Hovered | null {
  const { columnMs } = answer!
  const { density } = of
  const column = Math.floor((at - answered.from) / columnMs)
  const i = density.column.indexOf(column)
  if (i < 0) return null
  const fromMs = column * columnMs
  const span = { from: answered.from + fromMs, to: answered.from + fromMs + columnMs }
  return {
    kind: 'counts',
    entity: 'layer' in of ? LAYER_NAMES[of.layer] : of.entity.name,
    span,
    isPartial:
      'layer' in of
        ? mayLack(answer!, span.to)
        : isPartial(of, { fromMs, toMs: fromMs + columnMs }),
    counts: {
      info: density.info[i]!,
      warning: density.warning[i]!,
      error: density.error[i]!,
      fatal: density.fatal[i]!,
    },
  }
}
