import type { Density } from '../../../model/timeline.ts'
import { SEVERITY_CLASSES, type SeverityClass } from '../../lib/severity-class.ts'
import { columnHeights, fullestColumn } from '../density-columns.ts'
import type { Palette } from '../palette.ts'

/** Part of the severity's colour: quiet records are ground, not figure. */
const ALPHA: Readonly<Record<SeverityClass, number>> = {
  info: 0.42,
  warning: 1,
  error: 1,
  fatal: 1,
}

/**
 * Gapless columns standing on the foot of an area whose left upper corner is 0, 0; whole device pixels, so that nothing
 * shimmers between neighbours.
 *
 * @param ratio device pixels per CSS pixel
 */
export function drawDensity(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  density: Density,
  area: {
    readonly width: number
    readonly foot: number
    readonly height: number
    readonly columns: number
    readonly ratio: number
  },
): void {
  const { width, foot, height, columns, ratio } = area
  const most = fullestColumn(density)
  const snap = (x: number): number => Math.round(x * ratio) / ratio
  const at = (column: number): number => snap((column * width) / columns)
  const paths: Record<SeverityClass, Path2D> = {
    info: new Path2D(),
    warning: new Path2D(),
    error: new Path2D(),
    fatal: new Path2D(),
  }
  density.column.forEach((column, i) => {
    const counts = {
      info: density.info[i]!,
      warning: density.warning[i]!,
      error: density.error[i]!,
      fatal: density.fatal[i]!,
    }
    const heights = columnHeights(counts, most, height)
    const x = at(column)
    let y = foot
    for (const kind of SEVERITY_CLASSES) {
      if (heights[kind] === 0) continue
      const top = kind === 'info' ? snap(y - heights[kind]) : y - heights[kind]
      paths[kind].rect(x, top, at(column + 1) - x, y - top)
      y = top
    }
  })
  for (const kind of SEVERITY_CLASSES) {
    ctx.globalAlpha = ALPHA[kind]
    ctx.fillStyle = palette.severity[kind]
    ctx.fill(paths[kind])
  }
  ctx.globalAlpha = 1
}
