import type { Viewport } from '../../data/viewport.ts'
import { quantity, unitOf } from '../../lib/quantity.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import { laneScaleOf } from '../lane-scale.ts'
import { standingOf } from '../../lib/standing.ts'
import { sampleAt } from '../metric-path.ts'
import type { Palette } from '../palette.ts'
import { rowsBetween, type MetricRow, type Row } from '../row-layout.ts'
import type { PlotSize, Scene } from '../scene.ts'
import type { Tick } from '../ticks.ts'
import { xOf, type TimeScale } from '../time-scale.ts'
import { AXIS_HEIGHT, drawAxis } from './axis.ts'
import { drawBrush, drawCursor, type CursorValue } from './cursor.ts'
import { drawMarks } from './marks.ts'
import { metricY } from './metric.ts'

export interface OverlayState {
  readonly scene: Scene
  readonly size: PlotSize
  readonly scale: TimeScale
  readonly ticks: readonly Tick[]
  readonly cursor: Millis | null
  /** A stretch of time that is being brushed or that something is offered for. */
  readonly brush: Viewport | null
  /** From a scrolled row's own place to the screen below the axis. */
  readonly shift: number
  readonly scrollTop: number
}

/** Axis, marks, brush and cursor, on the canvas that covers axis and lanes: all that a pointer's move redraws. */
export function drawOverlay(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  state: OverlayState,
): void {
  const { scene, size, scale, ticks, cursor } = state
  const height = size.height + AXIS_HEIGHT
  ctx.clearRect(0, 0, size.width, height)
  ctx.textBaseline = 'middle'
  const x = cursor === null ? null : xOf(cursor, scale)
  const isInside = x !== null && x >= 0 && x <= scale.width
  const markXs = [scene.marks.a, scene.marks.b].flatMap((at) =>
    at === null ? [] : [xOf(at, scale)],
  )
  if (state.brush !== null) {
    const left = Math.max(0, xOf(state.brush.from, scale))
    const right = Math.min(scale.width, xOf(state.brush.to, scale))
    if (right > left) drawBrush(ctx, palette, { left, right, height })
  }
  drawAxis(ctx, palette, ticks, { scale, cursorX: isInside ? x : null, markXs })
  drawMarks(ctx, palette, scene.marks, { scale, zone: scene.zone, height })
  if (cursor === null || !isInside) return
  const values = cursorValues(palette, state, cursor)
  drawCursor(ctx, palette, values, { x, time: cursor, zone: scene.zone, scale, height })
}

function cursorValues(
  palette: Palette,
  { scene, size, shift, scrollTop }: OverlayState,
  cursor: Millis,
): CursorValue[] {
  const { answer, answered, layout } = scene
  if (answer === undefined || scene.isUnread) return []
  const column = Math.floor(
    ((cursor - answered.from) / (answered.to - answered.from)) * answer.columns,
  )
  const bottom = scrollTop + size.height - layout.pinnedHeight
  const scrolled = rowsBetween(layout.rows, scrollTop, bottom).filter(
    (row) => row.y >= scrollTop && row.y + row.height <= bottom + 1,
  )
  const valuesOf = (rows: readonly Row[], by: number): CursorValue[] =>
    rows.flatMap((row) => {
      if (row.kind !== 'metric') return []
      const value = valueAt(palette, row, column, scene.isExact)
      const top = row.y + by + AXIS_HEIGHT
      return value === null ? [] : [{ ...value, y: top + value.y, top, bottom: top + row.height }]
    })
  return [...valuesOf(layout.pinned, 0), ...valuesOf(scrolled, shift)]
}

function valueAt(
  palette: Palette,
  { metric }: MetricRow,
  column: number,
  isExact: boolean,
): Pick<CursorValue, 'text' | 'colour' | 'y'> | null {
  const i = sampleAt(metric, column)
  if (i < 0) return null
  const value = metric.value[i]!
  const text = quantity(value, unitOf(metric))
  return {
    text: isExact ? text : `≈ ${text}`,
    colour: palette.standing[standingOf(value, metric)],
    y: metricY(laneScaleOf(metric), value),
  }
}
