import type { LaneEvent } from '../../model/timeline.ts'
import type { Cluster } from './clusters.ts'
import type { Placement } from './placements.ts'
import { rowsBetween, type Row, type RowLayout } from './row-layout.ts'
import { xOf, type TimeScale } from './time-scale.ts'

/** What lies under the pointer. */
export interface Hit {
  readonly row: Row
  readonly cluster: Cluster | null
}

/** Nearer than this to a glyph's middle is on it, CSS pixels. */
const REACH_PX = 12

/** The row at a height below the axis; null below the last. */
export function rowAt(layout: RowLayout, y: number, scrollTop: number): Row | null {
  const isPinned = y < layout.pinnedHeight
  const [rows, inside] = isPinned
    ? [layout.pinned, y]
    : [layout.rows, y - layout.pinnedHeight + scrollTop]
  const [row] = rowsBetween(rows, inside, inside + 0.001)
  return row !== undefined && inside >= row.y && inside < row.y + row.height ? row : null
}

/** The cluster whose glyph, pill or label covers a place; of several the nearest. */
export function clusterAt(
  placement: Placement | undefined,
  x: number,
  originMs: number,
  scale: TimeScale,
): Cluster | null {
  let best: Cluster | null = null
  let least = Infinity
  for (const cluster of placement?.clusters ?? []) {
    const at = xOf(originMs + cluster.events[0]!.atMs, scale)
    const label = placement!.labels.find((one) => one.cluster === cluster)
    const end = label === undefined ? cluster.right : label.x + label.width
    const [left, right] = [at - REACH_PX, at + end - cluster.x]
    if (x < left || x > Math.max(right, at + REACH_PX)) continue
    const distance = Math.abs(x - at)
    if (distance < least) [best, least] = [cluster, distance]
  }
  return best
}

/**
 * The event before or after a time in a lane, errors only where asked; undefined at the end.
 *
 * @param atMs milliseconds after the answer's begin
 */
export function nextEvent(
  events: readonly LaneEvent[],
  atMs: number,
  way: 1 | -1,
  leastSeverity: number,
): LaneEvent | undefined {
  const wanted = events.filter(({ severity }) => severity >= leastSeverity)
  return way === 1
    ? wanted.find((event) => event.atMs > atMs + 1e-6)
    : wanted.findLast((event) => event.atMs < atMs - 1e-6)
}
