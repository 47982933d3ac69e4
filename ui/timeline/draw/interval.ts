import type { LaneInterval } from '../../../model/timeline.ts'
import { intervalForms, type StackedIntervals } from '../intervals.ts'
import type { Palette } from '../palette.ts'
import { INTERVAL_HEIGHT } from '../row-layout.ts'
import { xOf, type TimeScale } from '../time-scale.ts'
import { plotFont, textWidth } from './text.ts'

/** Bars on top of an entity's lane: caps only at ends that are known; `+4` for those without a row. */
export function drawIntervals(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { rows, hidden }: StackedIntervals,
  at: {
    readonly y: number
    readonly originMs: number
    readonly scale: TimeScale
    readonly zone: string
  },
): void {
  rows.forEach((row, i) => {
    for (const interval of row)
      drawInterval(ctx, palette, interval, { ...at, y: at.y + 1 + i * 15 })
  })
  if (hidden === 0) return
  const text = `+${hidden}`
  ctx.fillStyle = palette.text3
  ctx.font = plotFont(palette, 500)
  ctx.fillText(
    text,
    at.scale.width - textWidth(ctx, palette, text, 500) - 4,
    at.y + rows.length * 15 - 7,
  )
}

function drawInterval(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  interval: LaneInterval,
  {
    y,
    originMs,
    scale,
    zone,
  }: {
    readonly y: number
    readonly originMs: number
    readonly scale: TimeScale
    readonly zone: string
  },
): void {
  const { fromMs, toMs, begins, ends } = interval
  const [start, end] = [xOf(originMs + fromMs, scale), xOf(originMs + toMs, scale)]
  const [left, right] = [Math.max(0, start), Math.min(scale.width, end)]
  if (right <= left) return
  ctx.fillStyle = palette.text3
  ctx.globalAlpha = 0.18
  ctx.fillRect(left, y, right - left, INTERVAL_HEIGHT)
  ctx.globalAlpha = 1
  ctx.fillStyle = palette.text2
  if (begins && start >= 0) ctx.fillRect(start, y, 2, INTERVAL_HEIGHT)
  if (ends && end <= scale.width) ctx.fillRect(end - 2, y, 2, INTERVAL_HEIGHT)
  const label = intervalForms(interval, originMs, zone).find(
    (form) => textWidth(ctx, palette, form) + 10 <= right - left,
  )
  if (label === undefined) return
  ctx.font = plotFont(palette)
  ctx.fillText(label, left + 6, y + INTERVAL_HEIGHT / 2)
}
