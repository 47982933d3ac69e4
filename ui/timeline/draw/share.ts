import type { MetricLane } from '../../../model/timeline.ts'
import type { LaneScale } from '../lane-scale.ts'
import { runsOf } from '../metric-path.ts'
import type { Palette } from '../palette.ts'
import { between, METRIC_FOOT, metricY, type MetricArea } from './metric.ts'

/** A lane of shares: the largest user's part below, all others on top in one grey, and the sum as a line. */
export function drawShare(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  metric: MetricLane,
  share: NonNullable<MetricLane['share']>,
  { width, columns, scale }: MetricArea,
): void {
  const x = (i: number): number => ((metric.column[i]! + 0.5) * width) / columns
  const y = (value: number): number => metricY(scale, value)
  for (const run of runsOf(metric)) {
    const isUsual = run.standing === 'usual'
    const own = (i: number): number => y(metric.value[i]! * share.part[i]!)
    ctx.globalAlpha = 0.42
    ctx.fillStyle = palette.severity.info
    ctx.fill(between(run, x, (i) => y(metric.value[i]!), isUsual ? () => METRIC_FOOT : own))
    if (!isUsual) {
      ctx.globalAlpha = 0.66
      ctx.fillStyle = palette.warn
      ctx.fill(between(run, x, own, () => METRIC_FOOT))
    }
    ctx.globalAlpha = 1
    ctx.strokeStyle = isUsual ? palette.standing.usual : palette.warn
    ctx.lineWidth = 1.4
    ctx.beginPath()
    for (let i = run.from; i <= run.to; i++) ctx.lineTo(x(i), y(metric.value[i]!))
    ctx.stroke()
  }
}

/** Middle of the largest user's name, CSS pixels from the top of its lane. */
export const NAME_Y = 20

/**
 * Whether that name lies all on the largest user's part: it has the colour of the ground, and is not seen beside it.
 *
 * @param under columns that the name covers
 */
export function isNameOnShare(
  { column, value }: Pick<MetricLane, 'column' | 'value'>,
  { part }: Pick<NonNullable<MetricLane['share']>, 'part'>,
  under: { readonly from: number; readonly to: number },
  scale: LaneScale,
): boolean {
  return column.every(
    (at, i) =>
      at < under.from || at > under.to || metricY(scale, value[i]! * part[i]!) <= NAME_Y - 6,
  )
}
