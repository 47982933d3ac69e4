import { useEffect, useRef, useState } from 'react'
import { moving, useMoving, type Viewport } from '../data/viewport.ts'
import { Button } from '../widgets/button.tsx'
import { calendarDay, clockTime, rangeText } from '../lib/zoned-time.ts'
import { drawMinimap, MINIMAP_HEIGHT } from './draw/minimap.ts'
import { readPalette, watchTheme } from './palette.ts'
import { ticksOf } from './ticks.ts'
import { timeAt, xOf, type TimeScale } from './time-scale.ts'
import type { Loaded, LoadedAnswer } from './use-loaded.ts'
import type { WindowMover } from './window-mover.ts'
import styles from './minimap.module.css'

interface MinimapProps extends LoadedAnswer {
  readonly range: Viewport
  readonly zone: string
  readonly width: number
  readonly mover: WindowMover
}

/** Narrowest window that can be taken hold of, CSS pixels. */
const LEAST_PX = 6

/** All that is loaded, with the window as a frame that can be moved and stretched. */
export function Minimap({ loaded, error, retry, range, zone, width, mover }: MinimapProps) {
  const viewport = useMoving((state) => state.viewport)
  const scale = { ...domainOf(loaded, range), width }
  const canvas = useRef<HTMLCanvasElement>(null)
  const [theme, setTheme] = useState(0)
  useEffect(() => watchTheme(() => setTheme((n) => n + 1)), [])
  useEffect(() => {
    const ctx = canvas.current!.getContext('2d')!
    const ratio = devicePixelRatio
    ctx.canvas.width = Math.round(width * ratio)
    ctx.canvas.height = MINIMAP_HEIGHT * ratio
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    const paint = (): void =>
      drawMinimap(ctx, readPalette(), {
        buckets: loaded?.buckets ?? [],
        behind: loaded?.behind ?? null,
        ticks: ticksOf(scale, width, zone),
        scale,
        window: viewport,
      })
    paint()
    void document.fonts.ready.then(paint)
  }, [loaded, scale.from, scale.to, width, zone, viewport, theme])

  const [left, right] = [xOf(viewport.from, scale), xOf(viewport.to, scale)]
  const frame = {
    left: Math.max(0, Math.min(left, width - LEAST_PX)),
    width: Math.max(LEAST_PX, Math.min(right, width) - Math.max(0, left)),
  }
  const drag = useDrag(scale, mover)
  return (
    <div className={styles['minimap']}>
      <div className={styles['label']}>
        {error === null || loaded !== undefined ? (
          labelOf(loaded, zone)
        ) : (
          <>
            <span title={error.message}>All loaded: not read</span>
            <Button isSmall onClick={retry}>
              Try again
            </Button>
          </>
        )}
      </div>
      <div className={styles['map']} onPointerDown={(event) => drag(event, 'window')}>
        <canvas ref={canvas} aria-hidden="true" style={{ width, height: MINIMAP_HEIGHT }} />
        <div className={styles['window']} style={frame}>
          {(['from', 'to'] as const).map((edge) => (
            <div
              key={edge}
              role="slider"
              tabIndex={0}
              className={styles[edge]}
              aria-label={edge === 'from' ? 'Start of the window' : 'End of the window'}
              aria-valuemin={Math.round(scale.from)}
              aria-valuemax={Math.round(scale.to)}
              aria-valuenow={Math.round(viewport[edge])}
              aria-valuetext={`${calendarDay(viewport[edge], zone)} ${clockTime(viewport[edge], zone)}`}
              onPointerDown={(event) => drag(event, edge)}
              onKeyDown={(event) => nudge(event, edge, mover, scale)}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

function labelOf(loaded: Loaded | undefined, zone: string): string {
  if (loaded === undefined) return 'All loaded'
  const { from, to } = loaded.extent
  const text = rangeText(from, to, zone)
  const day = `${calendarDay(from, zone)} `
  return `All loaded, ${calendarDay(from, zone) === calendarDay(to, zone) ? text.slice(day.length) : text}`
}

/** All that is loaded, and the window where it reaches beyond. */
function domainOf(loaded: Loaded | undefined, range: Viewport): Viewport {
  if (loaded === undefined) return range
  return {
    from: Math.min(loaded.extent.from, range.from),
    to: Math.max(loaded.extent.to, range.to),
  }
}

type Part = 'from' | 'to' | 'window'

/** Drags an edge or the whole window; a press beside the window moves its middle there. */
function useDrag(scale: TimeScale, mover: WindowMover) {
  return (event: React.PointerEvent<HTMLDivElement>, part: Part): void => {
    if (event.button !== 0) return
    event.stopPropagation()
    const map = event.currentTarget.closest(`.${styles['map']!}`)!
    const timeOf = ({ clientX }: { clientX: number }): number =>
      timeAt(clientX - map.getBoundingClientRect().left, scale)
    let { viewport } = moving.getState()
    const start = timeOf(event)
    mover.hold()
    if (part === 'window' && (start < viewport.from || start > viewport.to)) {
      const half = (viewport.to - viewport.from) / 2
      viewport = { from: start - half, to: start + half }
      mover.move(viewport)
    }
    const move = (to: PointerEvent): void =>
      mover.move(stretched(viewport, part, timeOf(to) - start, scale))
    const end = (): void => {
      removeEventListener('pointermove', move)
      removeEventListener('pointerup', end)
      removeEventListener('pointercancel', end)
      mover.release()
    }
    addEventListener('pointermove', move)
    addEventListener('pointerup', end)
    addEventListener('pointercancel', end)
  }
}

function stretched({ from, to }: Viewport, part: Part, by: number, scale: TimeScale): Viewport {
  if (part === 'window') return { from: from + by, to: to + by }
  const least = ((scale.to - scale.from) / scale.width) * LEAST_PX
  return part === 'from'
    ? { from: Math.min(from + by, to - least), to }
    : { from, to: Math.max(to + by, from + least) }
}

/** Arrow keys move an edge by a hundredth of all that is loaded. */
function nudge(
  event: React.KeyboardEvent,
  edge: 'from' | 'to',
  mover: WindowMover,
  scale: TimeScale,
): void {
  const way = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
  if (way === 0) return
  event.preventDefault()
  event.stopPropagation()
  mover.move(stretched(mover.goal, edge, (way * (scale.to - scale.from)) / 100, scale))
}
