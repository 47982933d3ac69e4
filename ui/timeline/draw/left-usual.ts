import type { MetricLane } from '../../../model/timeline.ts'
import { leftText } from '../../lib/left-usual.ts'
import { standingOf } from '../../lib/standing.ts'
import { ratioText } from '../metric-words.ts'
import type { Palette } from '../palette.ts'
import { xOf, type TimeScale } from '../time-scale.ts'
import { METRIC_FOOT } from './metric.ts'
import { plotFont, textWidth } from './text.ts'

/** How far at most the words reach to the left of their tick, CSS pixels. */
export const LEFT_USUAL_REACH = 132

/** The tick where a metric left its usual band, time and ratio at its left; the ratio is dropped where it does not fit; where
 * not even the time does, it may have left before the view and nothing is said. */
export function drawLeftUsual(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  metric: MetricLane,
  at: {
    readonly y: number
    readonly originMs: number
    readonly columnMs: number
    readonly scale: TimeScale
    readonly zone: string
  },
): void {
  if (metric.leftMs === null) return
  const time = at.originMs + metric.leftMs
  const x = xOf(time, at.scale)
  if (x < 0 || x > at.scale.width) return
  const worst = standingOf(metric.worst, metric)
  const colour = palette.standing[worst]
  const [clock, ratio] = [
    leftText(time, at.columnMs, at.zone),
    worst === 'limit' ? 'full' : ratioText(metric),
  ]
  const clockWidth = textWidth(ctx, palette, clock)
  const ratioWidth = ratio === '' ? 0 : textWidth(ctx, palette, ratio, 600) + 6
  const withRatio = x - 8 - clockWidth - ratioWidth >= 0
  if (!withRatio && x - 8 - clockWidth < 0) return
  ctx.fillStyle = colour
  ctx.fillRect(Math.round(x), at.y + 4, 1, METRIC_FOOT - 4)
  const y = at.y + 11
  const clockX = x - 8 - clockWidth - (withRatio ? ratioWidth : 0)
  ctx.fillStyle = palette.text2
  ctx.font = plotFont(palette)
  ctx.fillText(clock, clockX, y)
  if (!withRatio || ratio === '') return
  ctx.fillStyle = worst === 'unusual' ? palette.warnText : colour
  ctx.font = plotFont(palette, 600)
  ctx.fillText(ratio, clockX + clockWidth + 6, y)
}
