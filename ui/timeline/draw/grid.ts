import type { Palette } from '../palette.ts'
import type { Tick } from '../ticks.ts'
import { xOf, type TimeScale } from '../time-scale.ts'

/** A hairline at every labelled tick. */
export function drawGrid(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  ticks: readonly Tick[],
  scale: TimeScale,
  height: number,
): void {
  ctx.strokeStyle = palette.line1
  ctx.lineWidth = 1
  ctx.beginPath()
  for (const { at, label } of ticks) {
    if (label === '') continue
    const x = Math.round(xOf(at, scale)) + 0.5
    ctx.moveTo(x, 0)
    ctx.lineTo(x, height)
  }
  ctx.stroke()
}
