import { printSelection } from '../data/search-view.ts'
import { printMillis, type Changes } from '../data/use-search-view.ts'
import type { Viewport } from '../data/viewport.ts'
import type { Millis } from '../lib/zoned-time.ts'
import type { Cluster } from './clusters.ts'
import { clusterAt, rowAt } from './hit.ts'
import type { Painter } from './painter.ts'
import type { Row } from './row-layout.ts'
import type { Scene } from './scene.ts'
import { timeAt } from './time-scale.ts'
import type { PlotPoint } from './use-plot-pointer.ts'

/** What a press on the plot is aimed at. */
export interface Aim {
  readonly row: Row | null
  readonly cluster: Cluster | null
  /** Of the event, else of the place. */
  readonly at: Millis
}

export function aimAt(scene: Scene, painter: Painter, point: PlotPoint, scrollTop: number): Aim {
  const { x, y } = point
  const row = rowAt(scene.layout, y, scrollTop)
  const placement = row === null ? undefined : painter.placementOf(row.key)
  const cluster = clusterAt(placement, x, scene.answered.from, painter.scale)
  const times = cluster?.events.map(({ atMs }) => scene.answered.from + atMs) ?? []
  const at =
    times.length === 0 ? timeAt(x, painter.scale) : (Math.min(...times) + Math.max(...times)) / 2
  return { row, cluster, at }
}

/** The window that a double click, or a click on several events, goes to. */
export function closer({ cluster, at }: Aim, { from, to }: Viewport): Viewport {
  const times = cluster?.events.map(({ atMs }) => atMs) ?? []
  const span = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times)
  const width = span === 0 ? (to - from) / 4 : Math.min((to - from) / 2, span * 2)
  return { from: at - width / 2, to: at + width / 2 }
}

/** What a click changes: the cursor stays there, and the event or else the lane is selected. */
export function clicked({ row, cluster, at }: Aim): Changes {
  const [event] = cluster?.events ?? []
  if (event !== undefined) {
    return { at: printMillis(at), sel: printSelection({ kind: 'record', id: event.id }) }
  }
  if (row === null || row.kind === 'layer') return { at: printMillis(at) }
  const { id } = row.lane.entity
  return { at: printMillis(at), sel: printSelection({ kind: 'entity', id }) }
}
