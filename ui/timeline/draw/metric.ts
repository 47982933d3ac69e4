import type { MetricLane } from '../../../model/timeline.ts'
import type { LaneScale } from '../lane-scale.ts'
import type { Standing } from '../../lib/standing.ts'
import { runsOf, type Run } from '../metric-path.ts'
import type { Palette } from '../palette.ts'

/** Foot and head of the line inside a metric lane, CSS pixels from its top. */
export const [METRIC_HEAD, METRIC_FOOT] = [6, 31]

export interface MetricArea {
  readonly width: number
  readonly columns: number
  readonly scale: LaneScale
}

/** Height of a value inside its lane, CSS pixels from the lane's top. */
export function metricY(scale: LaneScale, value: number): number {
  return METRIC_FOOT - scale.part(value) * (METRIC_FOOT - METRIC_HEAD)
}

const AREA_ALPHA: Readonly<Record<Standing, number>> = {
  usual: 0,
  unusual: 0.12,
  over: 0.12,
  limit: 0.5,
}

/** Usual band, least and greatest, threshold, median and the second series of a metric; left upper corner is 0, 0. */
export function drawMetric(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  metric: MetricLane,
  area: MetricArea,
): void {
  const { width, columns, scale } = area
  const x = (i: number): number => ((metric.column[i]! + 0.5) * width) / columns
  const y = (value: number): number => metricY(scale, value)
  drawUsual(ctx, palette, metric, area)
  const runs = runsOf(metric)
  for (const run of runs) {
    const colour = palette.standing[run.standing]
    ctx.fillStyle = colour
    ctx.globalAlpha = AREA_ALPHA[run.standing]
    if (ctx.globalAlpha > 0)
      ctx.fill(
        between(
          run,
          x,
          (i) => y(metric.value[i]!),
          () => METRIC_FOOT,
        ),
      )
    ctx.globalAlpha = run.standing === 'usual' ? 0.26 : 0.4
    ctx.fill(
      between(
        run,
        x,
        (i) => y(metric.max[i]!),
        (i) => y(metric.min[i]!),
      ),
    )
  }
  ctx.globalAlpha = 1
  if (metric.second !== null) drawSecond(ctx, palette, metric.second, area)
  ctx.lineWidth = 1.4
  ctx.lineJoin = 'round'
  for (const run of runs) {
    ctx.strokeStyle = palette.standing[run.standing]
    ctx.beginPath()
    if (run.from === run.to) ctx.moveTo(x(run.from) - 1, y(metric.value[run.from]!))
    for (let i = run.from; i <= run.to; i++)
      ctx.lineTo(x(i) + (run.from === run.to ? 1 : 0), y(metric.value[i]!))
    ctx.stroke()
  }
}

/** The area of a run between two heights. */
export function between(
  { from, to }: Pick<Run, 'from' | 'to'>,
  x: (i: number) => number,
  top: (i: number) => number,
  foot: (i: number) => number,
): Path2D {
  const path = new Path2D()
  for (let i = from; i <= to; i++) path.lineTo(x(i), top(i))
  for (let i = to; i >= from; i--) path.lineTo(x(i), foot(i))
  path.closePath()
  return path
}

/** A threshold far above all that was measured has no line. */
export const isThresholdDrawn = (
  { threshold }: Pick<MetricLane, 'threshold'>,
  { most }: LaneScale,
): boolean => threshold !== null && threshold <= most

/** The usual band as a ground, and the threshold as a dotted line. */
function drawUsual(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { usual, threshold }: MetricLane,
  { width, scale }: MetricArea,
): void {
  if (usual !== null) {
    const top = metricY(scale, usual.high)
    ctx.globalAlpha = 0.16
    ctx.fillStyle = palette.text3
    ctx.fillRect(0, top, width, Math.max(1, metricY(scale, usual.low) - top))
    ctx.globalAlpha = 1
  }
  if (threshold === null || !isThresholdDrawn({ threshold }, scale)) return
  const y = Math.round(metricY(scale, threshold)) + 0.5
  ctx.strokeStyle = palette.line3
  ctx.lineWidth = 1
  ctx.setLineDash([2, 3])
  ctx.beginPath()
  ctx.moveTo(0, y)
  ctx.lineTo(width, y)
  ctx.stroke()
  ctx.setLineDash([])
}

function drawSecond(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { column, value }: NonNullable<MetricLane['second']>,
  { width, columns, scale }: MetricArea,
): void {
  ctx.strokeStyle = palette.text3
  ctx.lineWidth = 1
  ctx.beginPath()
  column.forEach((at, i) => ctx.lineTo(((at + 0.5) * width) / columns, metricY(scale, value[i]!)))
  ctx.stroke()
}
