import type { Palette } from '../palette.ts'

export type Weight = 400 | 500 | 600

/** The one size of text in the plot, 11 px. */
export const plotFont = (palette: Palette, weight: Weight = 400): string =>
  `${weight} 11px ${palette.sans}`

const widths = new Map<string, number>()
const MOST_KEPT = 20_000

/** Width of a text in the plot's font, CSS pixels; measured once. */
export function textWidth(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  text: string,
  weight: Weight = 400,
): number {
  const key = `${weight}${text}`
  const known = widths.get(key)
  if (known !== undefined) return known
  ctx.font = plotFont(palette, weight)
  const { width } = ctx.measureText(text)
  if (widths.size > MOST_KEPT) widths.clear()
  widths.set(key, width)
  return width
}

/** Forgets widths that were measured before the fonts were there. */
export function forgetWidths(): void {
  widths.clear()
}

/** A text on a rounded ground, its middle at `y`; returns its width. */
export function drawPill(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  pill: {
    readonly text: string
    readonly x: number
    readonly y: number
    readonly ground: string
    readonly ink: string
    readonly weight?: Weight
    readonly height?: number
  },
): number {
  const { text, x, y, ground, ink, weight = 500, height = 18 } = pill
  const width = textWidth(ctx, palette, text, weight) + 12
  ctx.fillStyle = ground
  ctx.beginPath()
  ctx.roundRect(x, y - height / 2, width, height, 3)
  ctx.fill()
  ctx.fillStyle = ink
  ctx.font = plotFont(palette, weight)
  ctx.fillText(text, x + 6, y)
  return width
}
