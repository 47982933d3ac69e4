import type { Beacon } from '../density-columns.ts'
import type { Palette } from '../palette.ts'
import { drawGlyph } from './glyph.ts'

/** Small glyphs above the columns that hold an error or worse. */
export function drawBeacons(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  beacons: readonly Beacon[],
  at: {
    readonly y: number
    readonly xOfColumn: (column: number) => number
    readonly width: number
  },
): void {
  for (const { column, kind } of beacons) {
    const x = at.xOfColumn(column + 0.5)
    if (x >= -5 && x <= at.width + 5)
      drawGlyph(ctx, palette, { severity: kind, x, y: at.y, scale: 0.75 })
  }
}
