import { clockTime, type Millis } from '../../lib/zoned-time.ts'
import type { Palette } from '../palette.ts'
import { secondDigits, type TimeScale } from '../time-scale.ts'
import { AXIS_HEIGHT, MARKS_HEIGHT } from './axis.ts'
import { drawPill, textWidth } from './text.ts'

/** A metric's value at the cursor, in the coordinates of the canvas. */
export interface CursorValue {
  readonly text: string
  readonly colour: string
  readonly y: number
  /** Of its lane. */
  readonly top: number
  readonly bottom: number
}

/** Nearer to the right edge than this, values stand left of the line, CSS pixels. */
const EDGE_PX = 90

/** The line through axis and lanes with its time, and a dot and a pill on each metric lane. */
export function drawCursor(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  values: readonly CursorValue[],
  at: {
    readonly x: number
    readonly time: Millis
    readonly zone: string
    readonly scale: TimeScale
    readonly height: number
  },
): void {
  const { x, time, zone, scale, height } = at
  ctx.fillStyle = palette.text1
  ctx.fillRect(Math.round(x), MARKS_HEIGHT, 1, height - MARKS_HEIGHT)
  for (const value of values) {
    ctx.fillStyle = value.colour
    ctx.strokeStyle = palette.bg1
    ctx.lineWidth = 1
    ctx.beginPath()
    ctx.arc(x + 0.5, value.y, 3.5, 0, 2 * Math.PI)
    ctx.fill()
    ctx.stroke()
    const width = textWidth(ctx, palette, value.text, 500) + 12
    const isLeft = x > scale.width - EDGE_PX
    drawPill(ctx, palette, {
      text: value.text,
      x: isLeft ? x - 8 - width : x + 8,
      y: Math.min(value.bottom - 10, Math.max(value.top + 10, value.y + 11)),
      ground: palette.bg0,
      ink: palette.text1,
    })
  }
  const text = clockTime(time, zone, secondDigits(scale))
  const width = textWidth(ctx, palette, text, 600) + 12
  drawPill(ctx, palette, {
    text,
    x: Math.min(Math.max(0, x - width / 2), scale.width - width),
    y: (MARKS_HEIGHT + AXIS_HEIGHT) / 2,
    ground: palette.text1,
    ink: palette.bg0,
    weight: 600,
  })
}

/** The stretch that is being brushed. */
export function drawBrush(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  {
    left,
    right,
    height,
  }: { readonly left: number; readonly right: number; readonly height: number },
): void {
  ctx.fillStyle = palette.accent
  ctx.globalAlpha = 0.08
  ctx.fillRect(left, MARKS_HEIGHT, right - left, height - MARKS_HEIGHT)
  ctx.globalAlpha = 1
  ctx.fillRect(Math.round(left), MARKS_HEIGHT, 1, height - MARKS_HEIGHT)
  ctx.fillRect(Math.round(right), MARKS_HEIGHT, 1, height - MARKS_HEIGHT)
}
