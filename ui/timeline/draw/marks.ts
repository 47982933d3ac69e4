import { clockTime, spanText, type Millis } from '../../lib/zoned-time.ts'
import type { Palette } from '../palette.ts'
import { xOf, type TimeScale } from '../time-scale.ts'
import { MARKS_HEIGHT } from './axis.ts'
import { drawPill, plotFont, textWidth } from './text.ts'

export interface Marks {
  readonly a: Millis | null
  readonly b: Millis | null
}

/** Flags A and B with dashed lines down the plot, and between them how much time lies there. */
export function drawMarks(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { a, b }: Marks,
  at: { readonly scale: TimeScale; readonly zone: string; readonly height: number },
): void {
  const { scale, zone, height } = at
  const flags = [
    { name: 'A', time: a },
    { name: 'B', time: b },
  ].flatMap(({ name, time }) =>
    time === null ? [] : [{ text: `${name} ${clockTime(time, zone)}`, x: xOf(time, scale) }],
  )
  for (const { x } of flags) {
    if (x < 0 || x > scale.width) continue
    ctx.strokeStyle = palette.accent
    ctx.lineWidth = 1
    ctx.setLineDash([3, 3])
    ctx.beginPath()
    ctx.moveTo(Math.round(x) + 0.5, MARKS_HEIGHT)
    ctx.lineTo(Math.round(x) + 0.5, height)
    ctx.stroke()
    ctx.setLineDash([])
  }
  if (a !== null && b !== null) drawBetween(ctx, palette, a, b, scale)
  for (const { text, x } of flags) {
    const width = textWidth(ctx, palette, text, 500) + 12
    if (x < -width || x > scale.width + width) continue
    const left = Math.min(Math.max(0, x - width / 2), scale.width - width)
    drawPill(ctx, palette, {
      text,
      x: left,
      y: MARKS_HEIGHT / 2 + 1,
      ground: palette.accent,
      ink: palette.accentInk,
      height: 16,
    })
  }
}

function drawBetween(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  a: Millis,
  b: Millis,
  scale: TimeScale,
): void {
  const [left, right] = [
    Math.max(0, xOf(Math.min(a, b), scale)),
    Math.min(scale.width, xOf(Math.max(a, b), scale)),
  ]
  if (right <= left) return
  const y = MARKS_HEIGHT / 2 + 1
  const text = spanText(b - a)
  const half = textWidth(ctx, palette, text, 500) / 2
  const middle = (left + right) / 2
  ctx.fillStyle = palette.accent
  ctx.fillRect(left, y - 0.5, right - left, 1)
  if (right - left < 2 * half + 130) return
  ctx.fillStyle = palette.bg0
  ctx.fillRect(middle - half - 6, y - 8, 2 * half + 12, 16)
  ctx.fillStyle = palette.accent
  ctx.font = plotFont(palette, 500)
  ctx.fillText(text, middle - half, y)
}
