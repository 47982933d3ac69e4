export interface Point {
  readonly x: number
  readonly y: number
}

/** A curve from cause to effect, CSS pixels. */
export interface LinkPath {
  readonly start: Point
  readonly control1: Point
  readonly control2: Point
  readonly end: Point
  /** Which way the curve arrives: 1 down, −1 up, 0 along the lane. */
  readonly arrives: 1 | -1 | 0
}

/** From the middle of a glyph to where a link may begin. */
const CLEAR_PX = 8

/**
 * Vertical cubic with upright ends, controls at 62 % and 38 % of the height; straight within one lane. It begins and
 * ends beside the glyphs, not on them.
 */
export function linkPath(cause: Point, effect: Point): LinkPath {
  if (Math.abs(cause.y - effect.y) < 1) {
    const way = effect.x >= cause.x ? 1 : -1
    const gap = Math.min(CLEAR_PX, Math.abs(effect.x - cause.x) / 2)
    const start = { x: cause.x + way * gap, y: cause.y }
    const end = { x: effect.x - way * gap, y: effect.y }
    return { start, control1: start, control2: end, end, arrives: 0 }
  }
  const way = effect.y > cause.y ? 1 : -1
  const start = { x: cause.x, y: cause.y + way * CLEAR_PX }
  const end = { x: effect.x, y: effect.y - way * CLEAR_PX }
  const height = end.y - start.y
  return {
    start,
    control1: { x: start.x, y: start.y + height * 0.62 },
    control2: { x: end.x, y: start.y + height * 0.38 },
    end,
    arrives: way,
  }
}

/** Distance of a point from a curve, CSS pixels, to about a pixel. */
export function distanceTo({ start, control1, control2, end }: LinkPath, { x, y }: Point): number {
  const STEPS = 24
  let least = Infinity
  for (let i = 0; i <= STEPS; i++) {
    const t = i / STEPS
    const [a, b, c, d] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3]
    const px = a * start.x + b * control1.x + c * control2.x + d * end.x
    const py = a * start.y + b * control1.y + c * control2.y + d * end.y
    least = Math.min(least, Math.hypot(px - x, py - y))
  }
  return least
}

/** Line width by strength, CSS pixels. */
export const linkWidth = (strength: number, isOfSelection: boolean): number =>
  0.7 + 1.1 * strength + (isOfSelection ? 0.3 : 0)
