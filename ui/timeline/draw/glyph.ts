import { severityClass, type SeverityClass } from '../../lib/severity-class.ts'
import type { Palette } from '../palette.ts'

const paths: Partial<Record<SeverityClass, Path2D>> = {}

const SHAPES: Readonly<Record<SeverityClass, string>> = {
  info: 'M3 0A3 3 0 1 1-3 0A3 3 0 1 1 3 0Z',
  warning: 'M0-4.8 5 4.5H-5Z',
  error: 'M0-5.3 5.3 0 0 5.3-5.3 0Z',
  fatal: 'M-4.7-4.7H4.7V4.7H-4.7Z',
}

/** The severity's shape, 10 px, its middle at the point: dot, triangle, diamond, square with a cross. */
export function drawGlyph(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  glyph: {
    readonly severity: number | SeverityClass
    readonly x: number
    readonly y: number
    readonly scale?: number
  },
): void {
  const { severity, x, y, scale = 1 } = glyph
  const kind = typeof severity === 'number' ? severityClass(severity) : severity
  const path = (paths[kind] ??= new Path2D(SHAPES[kind]))
  ctx.save()
  ctx.translate(x, y)
  ctx.scale(scale, scale)
  ctx.fillStyle = palette.severity[kind]
  ctx.fill(path)
  if (kind === 'fatal') {
    ctx.strokeStyle = palette.bg1
    ctx.lineWidth = 1.4
    ctx.beginPath()
    ctx.moveTo(-2.6, -2.6)
    ctx.lineTo(2.6, 2.6)
    ctx.moveTo(2.6, -2.6)
    ctx.lineTo(-2.6, 2.6)
    ctx.stroke()
  }
  ctx.restore()
}
