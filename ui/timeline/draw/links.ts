import type { DrawnLink } from '../link-set.ts'
import { linkWidth, type LinkPath } from '../link-path.ts'
import type { Palette } from '../palette.ts'
import { plotFont, textWidth } from './text.ts'

/** A link with its place on the screen. */
export interface PlacedLink {
  readonly link: DrawnLink
  readonly path: LinkPath
}

/** A link whose other end lies before or after the view: a short line at this end with the other's name. */
export interface LinkStub {
  readonly x: number
  readonly y: number
  readonly name: string
  readonly side: 'left' | 'right'
}

/** Links that the selection has nothing to do with. */
const FADED = 0.28
const CASING_PX = 3
const DASHES: Readonly<Record<DrawnLink['kind'], readonly number[]>> = {
  identifier: [],
  topology: [6, 3],
}
const STUB_PX = 16

/** Links as curves with a casing, so that they stay apart where they cross; an arrow where the order is decided, else rings. */
export function drawLinks(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  links: readonly PlacedLink[],
  hasSelection: boolean,
): void {
  for (const { link, path } of links) {
    ctx.globalAlpha = hasSelection && !link.isOfSelection ? FADED : 1
    const width = linkWidth(link.strength, hasSelection && link.isOfSelection)
    stroke(ctx, path, palette.bg1, width + CASING_PX, [])
    stroke(ctx, path, palette.accent, width, DASHES[link.kind])
    if (link.isOrdered) drawArrow(ctx, palette, path)
    else {
      drawRing(ctx, palette, path.start)
      drawRing(ctx, palette, path.end)
    }
  }
  ctx.globalAlpha = 1
}

function stroke(
  ctx: CanvasRenderingContext2D,
  { start, control1, control2, end }: LinkPath,
  colour: string,
  width: number,
  dash: readonly number[],
): void {
  ctx.strokeStyle = colour
  ctx.lineWidth = width
  ctx.setLineDash([...dash])
  ctx.beginPath()
  ctx.moveTo(start.x, start.y)
  ctx.bezierCurveTo(control1.x, control1.y, control2.x, control2.y, end.x, end.y)
  ctx.stroke()
  ctx.setLineDash([])
}

function drawArrow(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { start, end, arrives }: LinkPath,
): void {
  const [dx, dy] = arrives === 0 ? [Math.sign(end.x - start.x) || 1, 0] : [0, arrives]
  ctx.fillStyle = palette.accent
  ctx.beginPath()
  ctx.moveTo(end.x + dx * 2, end.y + dy * 2)
  ctx.lineTo(end.x - dx * 6 + dy * 4, end.y - dy * 6 + dx * 4)
  ctx.lineTo(end.x - dx * 6 - dy * 4, end.y - dy * 6 - dx * 4)
  ctx.fill()
}

function drawRing(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { x, y }: LinkPath['end'],
): void {
  ctx.fillStyle = palette.bg1
  ctx.strokeStyle = palette.accent
  ctx.lineWidth = 1.5
  ctx.beginPath()
  ctx.arc(x, y, 3, 0, 2 * Math.PI)
  ctx.fill()
  ctx.stroke()
}

/** Ends of the selection's links that lie before or after the view. */
export function drawStubs(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  stubs: readonly LinkStub[],
): void {
  for (const { x, y, name, side } of stubs) {
    const way = side === 'left' ? -1 : 1
    const [near, far] = [x + way * 9, x + way * (9 + STUB_PX)]
    ctx.fillStyle = palette.accent
    ctx.fillRect(Math.min(near, far), y - 0.75, STUB_PX, 1.5)
    const width = textWidth(ctx, palette, name, 500)
    const left = side === 'left' ? far - 4 - width : far + 4
    ctx.fillStyle = palette.accentBg
    ctx.fillRect(left - 3, y - 8, width + 6, 16)
    ctx.fillStyle = palette.accent
    ctx.font = plotFont(palette, 500)
    ctx.fillText(name, left, y)
  }
}
