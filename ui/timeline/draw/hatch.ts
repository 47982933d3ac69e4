import type { Palette } from '../palette.ts'

/** 45° hatch, 6 px apart, anchored to the page so that it does not crawl while lanes scroll. */
export function drawHatch(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  const { x, y, width, height } = area
  if (width <= 0 || height <= 0) return
  ctx.save()
  ctx.beginPath()
  ctx.rect(x, y, width, height)
  ctx.clip()
  ctx.globalAlpha = 0.55
  ctx.fillStyle = palette.bg0
  ctx.fillRect(x, y, width, height)
  ctx.globalAlpha = 1
  ctx.strokeStyle = palette.line2
  ctx.lineWidth = 1
  ctx.beginPath()
  const STEP = 6 * Math.SQRT2
  const first = Math.floor((x - height) / STEP) * STEP
  for (let at = first; at < x + width + height; at += STEP) {
    ctx.moveTo(at, y + height)
    ctx.lineTo(at + height, y)
  }
  ctx.stroke()
  ctx.restore()
}
