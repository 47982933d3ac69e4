import type { LaneEvent } from '../../model/timeline.ts'
import { xOf, type TimeScale } from './time-scale.ts'

/** Events that are drawn as one glyph: alone, or so near that their glyphs would touch. */
export interface Cluster {
  /** By time. */
  readonly events: readonly LaneEvent[]
  /** Whose glyph is drawn: the worst, of equals the first. */
  readonly worst: LaneEvent
  readonly isOnePattern: boolean
  /** Of the first and the last event, CSS pixels. */
  readonly x: number
  readonly xEnd: number
  /** What it covers: glyph, count and pill. */
  readonly left: number
  readonly right: number
}

/** Same pattern nearer than this is one pill, CSS pixels. */
const PILL_PX = 14
/** Half a glyph and the gap beside it. */
export const GLYPH_PX = 7

/**
 * Clusters of a lane's events, left to right, also of those outside the plot, which a pan may bring in; their boxes never
 * overlap and every event is in exactly one.
 *
 * @param countWidth width of the text `×37`, CSS pixels
 */
export function clustersOf(
  events: readonly LaneEvent[],
  originMs: number,
  scale: TimeScale,
  countWidth: (n: number) => number,
): Cluster[] {
  const placed = events
    .map((event) => ({ event, x: xOf(originMs + event.atMs, scale) }))
    .sort((a, b) => a.x - b.x)
  const pills: Cluster[] = []
  const open = new Map<string, number>()
  for (const { event, x } of placed) {
    const pattern = event.template ?? event.title
    const i = open.get(pattern)
    const pill = i === undefined ? undefined : pills[i]
    if (pill !== undefined && x - pill.xEnd < PILL_PX) {
      pills[i!] = boxed([...pill.events, event], pill.x, x, countWidth)
    } else {
      open.set(pattern, pills.length)
      pills.push(boxed([event], x, x, countWidth))
    }
  }
  const apart: Cluster[] = []
  for (let next of pills.sort((a, b) => a.x - b.x)) {
    for (
      let last = apart.at(-1);
      last !== undefined && last.right > next.left;
      last = apart.at(-1)
    ) {
      apart.pop()
      const both = [...last.events, ...next.events].sort((a, b) => a.atMs - b.atMs)
      next = boxed(both, last.x, Math.max(last.xEnd, next.xEnd), countWidth)
    }
    apart.push(next)
  }
  return apart
}

function boxed(
  events: readonly LaneEvent[],
  x: number,
  xEnd: number,
  countWidth: (n: number) => number,
): Cluster {
  const [first] = events
  const tail = events.length === 1 ? 0 : countWidth(events.length) + 2
  return {
    events,
    worst: events.reduce((worst, event) => (event.severity > worst.severity ? event : worst)),
    isOnePattern: events.every(
      ({ template, title }) => (template ?? title) === (first!.template ?? first!.title),
    ),
    x,
    xEnd,
    left: x - GLYPH_PX,
    right: Math.max(xEnd + GLYPH_PX, x + GLYPH_PX + tail),
  }
}

/** One glyph per so many pixels; more is drawn as density. */
const PER_GLYPH_PX = 14
/** A lane changes its way of drawing only when it is so far past the edge, so that a small zoom does not flicker. */
const HYSTERESIS = 0.2

/** Whether a lane is drawn as density: more events in the plot than have room. */
export function isDense(
  events: readonly LaneEvent[] | null,
  originMs: number,
  { from, to, width }: TimeScale,
  wasDense: boolean | undefined,
): boolean {
  if (events === null) return true
  const inView = events.filter(({ atMs }) => originMs + atMs >= from && originMs + atMs < to).length
  const slack = wasDense === undefined ? 1 : wasDense ? 1 - HYSTERESIS : 1 + HYSTERESIS
  return inView > (width / PER_GLYPH_PX) * slack
}
