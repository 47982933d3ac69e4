import type { Attention, PlacedLabel } from '../labels.ts'
import type { Cluster } from '../clusters.ts'
import { xOf, type TimeScale } from '../time-scale.ts'
import type { Palette } from '../palette.ts'
import { severityClass } from '../../lib/severity-class.ts'
import { drawGlyph } from './glyph.ts'
import { plotFont, textWidth } from './text.ts'

/** `×37`. */
export const countText = (n: number): string => `×${n.toLocaleString('en-US')}`

/** A glyph that the selection has nothing to do with, while something is selected. */
const FADED = 0.38
/** Half the width of uncertainty from which on a whisker is drawn, CSS pixels. */
const WHISKER_PX = 4
/** It may have been at any time of the view (its zone is not known, say): a line without ends, in pieces. */
const OPEN_WHISKER = [-18, -12, -6, 0, 6, 12, 18].map((middle) => middle - 1.5)

export interface EventsAt {
  /** Middle of the glyphs. */
  readonly y: number
  readonly originMs: number
  readonly scale: TimeScale
  readonly attention: Attention
  /** Record whose glyph has the keyboard's ring. */
  readonly focused: string | null
}

/** The clusters of a lane with their labels; places come from the time, so that they follow a pan exactly. */
export function drawEvents(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  clusters: readonly Cluster[],
  labels: readonly PlacedLabel[],
  at: EventsAt,
): void {
  for (const cluster of clusters) drawCluster(ctx, palette, cluster, at)
  for (const label of labels) drawLabel(ctx, palette, label, at)
}

/** Where a cluster's glyph is now. */
function clusterX({ events }: Cluster, { originMs, scale }: EventsAt): number {
  return xOf(originMs + events[0]!.atMs, scale)
}

const isDim = ({ events }: Cluster, { selected, linked }: Attention): boolean =>
  selected !== null && !events.some(({ id }) => id === selected || linked.has(id))

function drawCluster(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  cluster: Cluster,
  at: EventsAt,
): void {
  const x = clusterX(cluster, at)
  const { events, worst } = cluster
  const dim = isDim(cluster, at.attention)
  ctx.globalAlpha = dim ? FADED : 1
  if (events.length > 1) drawCount(ctx, palette, cluster, x, at.y)
  else drawWhisker(ctx, palette, cluster, x, at)
  drawGlyph(ctx, palette, { severity: worst.severity, x, y: at.y })
  ctx.globalAlpha = 1
  const isSelected = events.some(({ id }) => id === at.attention.selected)
  const isFocused = events.some(({ id }) => id === at.focused)
  if (!isSelected && !isFocused) return
  ctx.strokeStyle = palette.accent
  ctx.lineWidth = 2
  ctx.beginPath()
  ctx.arc(x, at.y, 9, 0, 2 * Math.PI)
  ctx.stroke()
}

/** The pill from the first to the last, with the count. */
function drawCount(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { events, worst, left, right }: Cluster,
  x: number,
  y: number,
): void {
  const kind = severityClass(worst.severity)
  const alpha = ctx.globalAlpha
  ctx.globalAlpha = alpha * (kind === 'info' ? 0.14 : 0.2)
  ctx.fillStyle = palette.severity[kind]
  ctx.beginPath()
  ctx.roundRect(x - 7, y - 8, right - left, 16, 8)
  ctx.fill()
  ctx.globalAlpha = alpha
  ctx.fillStyle = palette.text1
  ctx.font = plotFont(palette, 600)
  ctx.fillText(countText(events.length), x + 7, y)
}

function drawWhisker(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { worst }: Cluster,
  x: number,
  { y, scale }: EventsAt,
): void {
  const half = (worst.uncertaintyMs / (scale.to - scale.from)) * scale.width
  if (half < WHISKER_PX) return
  ctx.fillStyle = palette.text2
  if (half > scale.width) {
    for (const part of OPEN_WHISKER) ctx.fillRect(x + part, y + 8, 3, 1)
    return
  }
  ctx.fillRect(x - half, y + 8, 2 * half, 1)
  ctx.fillRect(x - half, y + 6, 1, 5)
  ctx.fillRect(x + half - 1, y + 6, 1, 5)
}

function drawLabel(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  label: PlacedLabel,
  at: EventsAt,
): void {
  const { cluster, text } = label
  const x = clusterX(cluster, at) + label.x - cluster.x
  const isLit = cluster.events.some(({ id }) => id === at.attention.selected || id === at.focused)
  // Links run behind the words, not through them.
  ctx.fillStyle = isLit ? palette.accentBg : palette.bg1
  ctx.fillRect(x - 3, at.y - 7, textWidth(ctx, palette, text) + 6, 14)
  const isQuiet = severityClass(cluster.worst.severity) === 'info'
  ctx.fillStyle = isDim(cluster, at.attention) || isQuiet ? palette.text3 : palette.text1
  ctx.font = plotFont(palette)
  ctx.fillText(text, x, at.y)
}
