import type { CoverageGap } from '../../../model/timeline.ts'
import { clockTime } from '../../lib/zoned-time.ts'
import type { Palette } from '../palette.ts'
import { xOf, type TimeScale } from '../time-scale.ts'
import { drawHatch } from './hatch.ts'
import { plotFont, textWidth } from './text.ts'

/** `late, complete to 10:55:10`, `silent since 10:31:00`, `no samples`. */
export function gapText({ state, since }: CoverageGap, zone: string): string {
  if (since === null || state === 'no samples') return state
  const time = clockTime(Date.parse(since), zone)
  return state === 'late' ? `late, complete to ${time}` : `silent since ${time}`
}

/** Stretches that must not be taken for calm: hatched, and named where the words fit. */
export function drawGaps(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  gaps: readonly CoverageGap[],
  row: {
    readonly y: number
    readonly height: number
    readonly originMs: number
    readonly scale: TimeScale
    readonly zone: string
    /** Only the first row of a lane says the words. */
    readonly isNamed: boolean
  },
): void {
  const { y, height, originMs, scale, zone } = row
  for (const gap of gaps) {
    const left = Math.max(0, xOf(originMs + gap.fromMs, scale))
    const right = Math.min(scale.width, xOf(originMs + gap.toMs, scale))
    if (right - left < 1) continue
    drawHatch(ctx, palette, { x: left, y, width: right - left, height })
    const text = gapText(gap, zone)
    const width = textWidth(ctx, palette, text)
    if (!row.isNamed || width + 16 > right - left) continue
    const x = left + 8
    ctx.fillStyle = palette.bg1
    ctx.fillRect(x - 4, y + height / 2 - 8, width + 8, 16)
    ctx.fillStyle = palette.text2
    ctx.font = plotFont(palette)
    ctx.fillText(text, x, y + height / 2)
  }
}
