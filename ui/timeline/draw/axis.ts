import type { Palette } from '../palette.ts'
import type { Tick } from '../ticks.ts'
import { xOf, type TimeScale } from '../time-scale.ts'
import { plotFont, textWidth } from './text.ts'

/** Rows of the axis, CSS pixels: marks above, ticks below. */
export const [MARKS_HEIGHT, AXIS_HEIGHT] = [18, 40]
const LABEL_Y = MARKS_HEIGHT + 9

/** No label so near to the cursor's pill or to a mark, CSS pixels from its middle. */
export const [CLEAR_OF_CURSOR, CLEAR_OF_MARK] = [46, 22]

/** Ticks and their labels; labels that would touch the cursor's pill, a mark or the edge are left out. */
export function drawAxis(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  ticks: readonly Tick[],
  at: {
    readonly scale: TimeScale
    readonly cursorX: number | null
    readonly markXs: readonly number[]
  },
): void {
  const { scale, cursorX, markXs } = at
  ctx.fillStyle = palette.line3
  for (const tick of ticks) {
    const long = tick.label !== ''
    const height = tick.isBold ? 8 : long ? 5 : 3
    ctx.fillRect(Math.round(xOf(tick.at, scale)), AXIS_HEIGHT - height, 1, height)
  }
  let free = 0
  for (const { at: time, label, isBold } of ticks) {
    if (label === '') continue
    const x = xOf(time, scale)
    const weight = isBold ? 600 : 400
    const half = textWidth(ctx, palette, label, weight) / 2
    const isCovered =
      (cursorX !== null && Math.abs(cursorX - x) < CLEAR_OF_CURSOR + Math.max(0, half - 18)) ||
      markXs.some((mark) => Math.abs(mark - x) < CLEAR_OF_MARK)
    if (isCovered || x - half < free || x + half > scale.width) continue
    free = x + half + 8
    ctx.fillStyle = isBold ? palette.text1 : palette.text2
    ctx.font = plotFont(palette, weight)
    ctx.fillText(label, x - half, LABEL_Y)
  }
}
