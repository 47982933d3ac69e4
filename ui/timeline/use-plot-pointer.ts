import { useEffect, useRef, type RefObject } from 'react'
import { moving, panned, zoomed, type Viewport } from '../data/viewport.ts'
import type { Painter } from './painter.ts'
import { timeAt } from './time-scale.ts'
import type { WindowMover } from './window-mover.ts'

/** A point of the plot, CSS pixels from the corner of the lanes. */
export interface PlotPoint {
  readonly x: number
  readonly y: number
}

export interface PlotActions {
  readonly painter: () => Painter | null
  readonly mover: WindowMover
  readonly scrollBy: (px: number) => void
  /** The pointer rests or leaves. */
  readonly hover: (point: PlotPoint | null) => void
  readonly click: (point: PlotPoint) => void
  readonly doubleClick: (point: PlotPoint) => void
  readonly brushed: (stretch: Viewport) => void
}

/** A press that moves less is a click, CSS pixels. */
const CLICK_PX = 3
/** Rest of the pointer until the card comes, milliseconds. */
const HOVER_MS = 300
/** A second click comes before or is another one, milliseconds. */
const DOUBLE_MS = 220
/** Wheel travel that doubles the window, in the units of `deltaY`. */
const WHEEL_DOUBLE = 300

/**
 * Wheel, drag, Shift-drag, click and double click on the plot; `isBrush` for the axis, where every drag is a brush. Only
 * `moving` and the painter are touched while the pointer moves.
 */
export function usePlotPointer(
  element: RefObject<HTMLElement | null>,
  newest: PlotActions,
  isBrush: boolean,
): void {
  const latest = useRef(newest)
  latest.current = newest
  useEffect(() => {
    const node = element.current!
    let timer: ReturnType<typeof setTimeout> | undefined
    let clicking: ReturnType<typeof setTimeout> | undefined
    const pointOf = ({ clientX, clientY }: MouseEvent): PlotPoint => {
      const box = node.getBoundingClientRect()
      return { x: clientX - box.left, y: clientY - box.top }
    }
    const timeOf = (event: MouseEvent): number =>
      timeAt(pointOf(event).x, latest.current.painter()?.scale ?? { from: 0, to: 1, width: 1 })
    const unhover = (): void => {
      clearTimeout(timer)
      latest.current.hover(null)
    }

    const onMove = (event: PointerEvent): void => {
      if (event.buttons !== 0) return
      if (!moving.getState().isFrozen) moving.setState({ cursor: timeOf(event) })
      unhover()
      const point = pointOf(event)
      if (!isBrush) timer = setTimeout(() => latest.current.hover(point), HOVER_MS)
    }
    const onLeave = (): void => {
      unhover()
      if (!moving.getState().isFrozen) moving.setState({ cursor: null })
    }
    const onDown = (event: PointerEvent): void => {
      if (event.button !== 0) return
      unhover()
      const drag = isBrush || event.shiftKey ? brushDrag(event) : panDrag(event)
      const start = pointOf(event)
      let isDrag = false
      const onDrag = (next: PointerEvent): void => {
        isDrag ||= Math.abs(pointOf(next).x - start.x) > CLICK_PX
        if (isDrag) drag.move(next)
      }
      const onEnd = (last: PointerEvent): void => {
        removeEventListener('pointermove', onDrag)
        removeEventListener('pointerup', onEnd)
        removeEventListener('pointercancel', onEnd)
        drag.end(isDrag, last)
        if (!isDrag && !isBrush && last.type === 'pointerup') clickSoon(start)
      }
      addEventListener('pointermove', onDrag)
      addEventListener('pointerup', onEnd)
      addEventListener('pointercancel', onEnd)
    }
    const panDrag = (event: PointerEvent) => {
      const { viewport } = moving.getState()
      const { x } = pointOf(event)
      latest.current.mover.hold()
      return {
        move: (next: PointerEvent): void =>
          latest.current.mover.move(panned(viewport, (x - pointOf(next).x) / node.clientWidth)),
        end: (): void => latest.current.mover.release(),
      }
    }
    const brushDrag = (event: PointerEvent) => {
      const start = timeOf(event)
      const stretch = (next: PointerEvent): Viewport => {
        const end = timeOf(next)
        return { from: Math.min(start, end), to: Math.max(start, end) }
      }
      return {
        move: (next: PointerEvent): void => latest.current.painter()?.brush(stretch(next)),
        end: (isDrag: boolean, last: PointerEvent): void => {
          if (isDrag) latest.current.brushed(stretch(last))
          else latest.current.painter()?.brush(null)
        },
      }
    }
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      unhover()
      const { deltaX, deltaY, deltaMode } = event
      const unit = deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      const { viewport } = moving.getState()
      if (event.ctrlKey || event.metaKey) {
        latest.current.mover.move(
          zoomed(viewport, 2 ** ((deltaY * unit) / WHEEL_DOUBLE), timeOf(event)),
        )
      } else if (Math.abs(deltaX) > Math.abs(deltaY)) {
        latest.current.mover.move(panned(viewport, (deltaX * unit) / node.clientWidth))
      } else latest.current.scrollBy(deltaY * unit)
    }
    // What a click selects may open the dock and move the plot away under the second one.
    const clickSoon = (point: PlotPoint): void => {
      clearTimeout(clicking)
      clicking = setTimeout(() => latest.current.click(point), DOUBLE_MS)
    }
    const onDouble = (event: MouseEvent): void => {
      clearTimeout(clicking)
      if (!isBrush) latest.current.doubleClick(pointOf(event))
    }
    node.addEventListener('pointermove', onMove)
    node.addEventListener('pointerleave', onLeave)
    node.addEventListener('pointerdown', onDown)
    node.addEventListener('dblclick', onDouble)
    node.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      clearTimeout(timer)
      clearTimeout(clicking)
      node.removeEventListener('pointermove', onMove)
      node.removeEventListener('pointerleave', onLeave)
      node.removeEventListener('pointerdown', onDown)
      node.removeEventListener('dblclick', onDouble)
      node.removeEventListener('wheel', onWheel)
    }
  }, [element, isBrush])
}
