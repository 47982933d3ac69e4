import type { CoverageGap, Density } from '../../../model/timeline.ts'
import { quantity, unitOf } from '../../lib/quantity.ts'
import type { Attention } from '../labels.ts'
import { beaconsOf } from '../density-columns.ts'
import { laneScaleOf } from '../lane-scale.ts'
import type { LaneBitmaps } from '../lane-bitmaps.ts'
import { standingOf } from '../../lib/standing.ts'
import { namePlace } from '../name-place.ts'
import type { Palette } from '../palette.ts'
import type { Placement } from '../placements.ts'
import {
  ENTITY_HEIGHT,
  LAYER_HEIGHT,
  METRIC_HEIGHT,
  type EntityRow,
  type LayerRow,
  type MetricRow,
  type UnreadRow,
} from '../row-layout.ts'
import type { PlotSize, Scene } from '../scene.ts'
import { timeAt, xOf, type TimeScale } from '../time-scale.ts'
import { drawBeacons } from './beacons.ts'
import { drawDensity } from './density.ts'
import { drawEvents } from './events.ts'
import { drawGaps } from './gaps.ts'
import { drawHatch } from './hatch.ts'
import { drawIntervals } from './interval.ts'
import { drawLeftUsual, LEFT_USUAL_REACH } from './left-usual.ts'
import { drawMetric, isThresholdDrawn, metricY } from './metric.ts'
import { drawShare, isNameOnShare, NAME_Y } from './share.ts'
import { plotFont, textWidth } from './text.ts'

/** Everything that drawing a row needs beside the row. */
export interface Ground {
  readonly ctx: CanvasRenderingContext2D
  readonly palette: Palette
  readonly bitmaps: LaneBitmaps
  readonly scene: Scene
  readonly size: PlotSize
  readonly scale: TimeScale
  readonly attention: Attention
  readonly columns: number
}

/** The strip of quiet records at the foot of a lane with glyphs; height of density where it stands alone. */
const [STRIP_HEIGHT, DENSITY_HEIGHT] = [7, 14]
/** Middle of the glyphs above the foot of their lane; of the beacons above a density. */
const [GLYPH_RISE, BEACON_RISE] = [14, 18.5]
/** One beacon per so many pixels. */
const BEACON_PX = 7

/** Middle of the glyphs of an entity's or a folded layer's lane, from the top of its block. */
export const glyphY = ({ y, height }: { readonly y: number; readonly height: number }): number =>
  y + height - GLYPH_RISE

/** A folded layer: one lane with its sum. */
export function drawLayerRow(ground: Ground, row: LayerRow, y: number): void {
  if (!row.isFolded) return
  drawDensityLane(ground, `layer ${row.summary.layer}`, row.summary.density, {
    y,
    laneHeight: LAYER_HEIGHT,
    isStrip: false,
  })
}

export function drawEntityRow(
  ground: Ground,
  row: EntityRow,
  y: number,
  placement: Placement,
): void {
  const { ctx, palette, scene, scale } = ground
  const originMs = scene.answered.from
  drawIntervals(ctx, palette, row.intervals, { y, originMs, scale, zone: scene.zone })
  drawDensityLane(ground, row.key, row.lane.density, {
    y: y + row.height - ENTITY_HEIGHT,
    laneHeight: ENTITY_HEIGHT,
    isStrip: !placement.isDense,
  })
  drawRowGaps(ground, row.lane.coverage.filter(isOfRecords), y, row.height, true)
}

/** What lies over links: glyphs with their labels. */
export function drawEntityEvents(
  { ctx, palette, scene, scale, attention }: Ground,
  row: EntityRow,
  y: number,
  placement: Placement,
): void {
  const hasRoom = (scale.to - scale.from) / scale.width <= placement.msPerPixel * 1.02
  drawEvents(ctx, palette, placement.clusters, hasRoom ? placement.labels : [], {
    y: glyphY({ y, height: row.height }),
    originMs: scene.answered.from,
    scale,
    attention,
    focused: scene.focused,
  })
}

export function drawMetricRow(ground: Ground, row: MetricRow, y: number): void {
  const { ctx, palette, scene, scale, columns } = ground
  const { metric } = row
  const laneScale = laneScaleOf(metric)
  blit(ground, row.key, METRIC_HEIGHT, y, (into, width) => {
    const area = { width, columns, scale: laneScale }
    if (metric.share === null) drawMetric(into, palette, metric, area)
    else drawShare(into, palette, metric, metric.share, area)
  })
  drawRowGaps(
    ground,
    row.lane.coverage,
    y,
    row.height,
    row.lane.coverage.every((gap) => !isOfRecords(gap)),
  )
  const { from, to } = scene.answered
  const columnMs = (to - from) / columns
  drawLeftUsual(ctx, palette, metric, { y, originMs: from, columnMs, scale, zone: scene.zone })
  drawNames(ground, row, y)
}

/** Hatched over the whole view: nothing is known of it. */
export function drawUnreadRow({ ctx, palette, size }: Ground, row: UnreadRow, y: number): void {
  drawHatch(ctx, palette, { x: 0, y, width: size.width, height: row.height })
}

/** Samples may be missing while records are complete; then only the metric's lanes are hatched. */
const isOfRecords = ({ state }: CoverageGap): boolean => state !== 'no samples'

function drawRowGaps(
  { ctx, palette, scene, scale }: Ground,
  gaps: readonly CoverageGap[],
  y: number,
  height: number,
  isNamed: boolean,
): void {
  const originMs = scene.answered.from
  drawGaps(ctx, palette, gaps, { y, height, originMs, scale, zone: scene.zone, isNamed })
}

function drawDensityLane(
  ground: Ground,
  key: string,
  density: Density,
  lane: { readonly y: number; readonly laneHeight: number; readonly isStrip: boolean },
): void {
  const { ctx, palette, size, scale, columns, scene } = ground
  const { y, laneHeight, isStrip } = lane
  if (density.column.length > 0) {
    blit(ground, `${key} ${isStrip ? 'strip' : 'density'}`, laneHeight, y, (into, width) =>
      drawDensity(into, palette, isStrip ? quiet(density) : density, {
        width,
        foot: laneHeight - 1,
        height: isStrip ? STRIP_HEIGHT : DENSITY_HEIGHT,
        columns,
        ratio: size.ratio,
      }),
    )
  }
  if (isStrip) return
  const { from, to } = scene.answered
  const xOfColumn = (column: number): number => xOf(from + (column / columns) * (to - from), scale)
  const columnPx = xOfColumn(1) - xOfColumn(0)
  drawBeacons(ctx, palette, beaconsOf(density, BEACON_PX / columnPx), {
    y: y + laneHeight - BEACON_RISE,
    xOfColumn,
    width: scale.width,
  })
}

/** Beside glyphs the strip holds only what has no glyph. */
function quiet(density: Density): Density {
  const none = density.column.map(() => 0)
  return { ...density, warning: none, error: none, fatal: none }
}

/** Copies a lane's bitmap to where its window is now. */
function blit(
  { ctx, bitmaps, size, scene, scale }: Ground,
  key: string,
  height: number,
  y: number,
  draw: (into: CanvasRenderingContext2D, width: number) => void,
): void {
  const bitmap = bitmaps.get(key, { ...size, height }, scene.answered, (into) =>
    draw(into, size.width),
  )
  if (bitmap === null) return
  const [left, right] = [xOf(bitmap.window.from, scale), xOf(bitmap.window.to, scale)]
  const snap = (x: number): number => Math.round(x * size.ratio) / size.ratio
  if (right < 0 || left > scale.width) return
  // What lies outside is not left to the canvas to cut off: deep in a zoom that is a picture a thousand screens wide.
  const from = Math.max(left, -EDGE_PX)
  const to = Math.min(right, scale.width + EDGE_PX)
  const perPx = bitmap.canvas.width / (right - left)
  ctx.drawImage(
    bitmap.canvas,
    (from - left) * perPx,
    0,
    Math.max(1, (to - from) * perPx),
    bitmap.canvas.height,
    snap(from),
    y,
    snap(to) - snap(from),
    height,
  )
}

/** Beyond the plot's edges, so that rounding shows nothing at them. */
const EDGE_PX = 2

/** The largest user's name on its share, and the second series' name, where they have room. */
function drawNames(
  { ctx, palette, scale, scene, columns }: Ground,
  { metric }: MetricRow,
  y: number,
): void {
  const { from, to } = scene.answered
  const columnAt = (px: number): number => ((timeAt(px, scale) - from) / (to - from)) * columns
  const laneScale = laneScaleOf(metric)
  if (metric.second !== null && metric.second.value.length > 0) {
    const worst = metric.second.value.reduce((most, value) => Math.max(most, value))
    const text = `${metric.second.label} ${quantity(worst, unitOf(metric))}`
    const width = textWidth(ctx, palette, text)
    const x = scale.width - 96 - width
    const under = {
      from: columnAt(x - 4) - metric.everyColumns,
      to: columnAt(x + width + 4) + metric.everyColumns,
    }
    const place = namePlace(
      isThresholdDrawn(metric, laneScale) ? metric : { ...metric, threshold: null },
      under,
      (value) => metricY(laneScale, value),
    )
    ctx.fillStyle = palette.text2
    ctx.font = plotFont(palette)
    const left = metric.leftMs === null ? -Infinity : xOf(from + metric.leftMs, scale)
    const isClear = x > left + 4 || x + width + 4 < left - LEFT_USUAL_REACH
    if (x > 0 && place !== null && isClear) ctx.fillText(text, x, y + place)
  }
  if (metric.share === null || metric.leftMs === null) return
  const text = `${metric.share.largest.name}  ${Math.round(metric.share.worstPart * 100)} %`
  const start = xOf(from + metric.leftMs, scale)
  const columnMs = (to - from) / columns
  const last = metric.value.findLastIndex((value) => standingOf(value, metric) !== 'usual')
  const end = xOf(from + (metric.column[last] ?? 0) * columnMs, scale)
  const width = textWidth(ctx, palette, text, 600)
  const [left, right] = [Math.max(0, start), Math.min(scale.width, end)]
  const x = left + (right - left) * 0.62 - width / 2
  const under = { from: columnAt(x), to: columnAt(x + width) }
  if (right - left < width + 24 || !isNameOnShare(metric, metric.share, under, laneScale)) return
  ctx.fillStyle = palette.bg0
  ctx.font = plotFont(palette, 600)
  ctx.fillText(text, x, y + NAME_Y)
}
