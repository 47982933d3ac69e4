import { SEVERITY_CLASSES } from '../../lib/severity-class.ts'
import { columnHeights } from '../density-columns.ts'
import type { Viewport } from '../../data/viewport.ts'
import type { Palette } from '../palette.ts'
import type { Tick } from '../ticks.ts'
import { xOf, type TimeScale } from '../time-scale.ts'
import type { LoadedBucket } from '../use-loaded.ts'
import { drawHatch } from './hatch.ts'
import { plotFont, textWidth } from './text.ts'

export const MINIMAP_HEIGHT = 34
const [FOOT, COLUMNS_HEIGHT, LABEL_Y] = [31, 16, 8]
/** Of what is not complete: below the labels, and never so narrow that it is not seen. */
const [HATCH_HEIGHT, HATCH_LEAST_PX] = [20, 4]
/** Outside the window all is fainter. */
const OUTSIDE = 0.42

/** Everything that is loaded, the window's part in full, the rest fainter. */
export function drawMinimap(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  map: {
    readonly buckets: readonly LoadedBucket[]
    readonly behind: Viewport | null
    readonly ticks: readonly Tick[]
    readonly scale: TimeScale
    readonly window: Viewport
  },
): void {
  const { buckets, behind, ticks, scale, window } = map
  ctx.clearRect(0, 0, scale.width, MINIMAP_HEIGHT)
  ctx.textBaseline = 'middle'
  if (behind !== null) {
    const [left, right] = [xOf(behind.from, scale), xOf(behind.to, scale)]
    const area = { x: left, y: MINIMAP_HEIGHT - HATCH_HEIGHT, height: HATCH_HEIGHT }
    drawHatch(ctx, palette, { ...area, width: Math.max(HATCH_LEAST_PX, right - left) })
  }
  const columns = columnsOf(buckets, scale)
  const most = columns.reduce((n, { counts }) => Math.max(n, sumOf(counts)), 0)
  for (const { left, width, from, to, counts } of columns) {
    const isOutside = to <= window.from || from >= window.to
    const heights = columnHeights(counts, most, COLUMNS_HEIGHT, 'linear')
    let y = FOOT
    for (const kind of SEVERITY_CLASSES) {
      if (heights[kind] === 0) continue
      ctx.globalAlpha = (isOutside ? OUTSIDE : 1) * (kind === 'info' ? 0.5 : 1)
      ctx.fillStyle = palette.severity[kind]
      ctx.fillRect(left, y - heights[kind], width, heights[kind])
      y -= heights[kind]
    }
  }
  ctx.globalAlpha = 1
  ctx.fillStyle = palette.text2
  ctx.font = plotFont(palette)
  let free = 0
  for (const { at, label } of ticks) {
    const x = xOf(at, scale) + 5
    if (label === '' || x < free) continue
    const end = x + textWidth(ctx, palette, label)
    if (end > scale.width) break
    ctx.fillText(label, x, LABEL_Y)
    free = end + 60
  }
}

interface Column extends LoadedBucket {
  readonly left: number
  readonly width: number
}

/** Buckets as whole pixels; those that begin in the same one are summed. */
function columnsOf(buckets: readonly LoadedBucket[], scale: TimeScale): Column[] {
  const columns = new Map<number, Column>()
  for (const bucket of buckets) {
    const left = Math.floor(xOf(bucket.from, scale))
    const width = Math.max(1, Math.floor(xOf(bucket.to, scale)) - left)
    const there = columns.get(left)
    columns.set(left, {
      left,
      width,
      from: there?.from ?? bucket.from,
      to: bucket.to,
      counts: there === undefined ? bucket.counts : added(there.counts, bucket.counts),
    })
  }
  return [...columns.values()]
}

type Counts = LoadedBucket['counts']

const sumOf = ({ info, warning, error, fatal }: Counts): number => info + warning + error + fatal

const added = (a: Counts, b: Counts): Counts => ({
  info: a.info + b.info,
  warning: a.warning + b.warning,
  error: a.error + b.error,
  fatal: a.fatal + b.fatal,
})
