import { useEffect, type KeyboardEvent, type PointerEvent } from 'react'
import { useKept } from '../../data/use-kept.ts'
import styles from './records-pane.module.css'

const [LEAST_PX, STEP_PX] = [120, 24]

const isHeight = (value: unknown): value is number =>
  value === 0 || (typeof value === 'number' && value >= LEAST_PX)

const clamp = (px: number): number =>
  Math.round(Math.min(globalThis.innerHeight - 200, Math.max(LEAST_PX, px)))

/** The upper edge of the records: dragged, or moved by the arrow keys, it sets how high they are. */
export function Splitter({ onMoved }: { readonly onMoved: () => void }) {
  const [height, setHeight] = useKept('recordsHeight', 0, isHeight)
  useEffect(() => {
    const { style } = document.documentElement
    if (height === 0) style.removeProperty('--records')
    else style.setProperty('--records', `${height}px`)
  }, [height])
  const move = (px: number): void => {
    setHeight(clamp(px))
    onMoved()
  }
  const heightOf = (element: Element): number => element.parentElement!.clientHeight
  const onPointerMove = (event: PointerEvent): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    move(event.currentTarget.parentElement!.getBoundingClientRect().bottom - event.clientY)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowUp' ? STEP_PX : event.key === 'ArrowDown' ? -STEP_PX : 0
    if (by === 0) return
    event.preventDefault()
    move(heightOf(event.currentTarget) + by)
  }
  return (
    <div
      role="separator"
      aria-label="Height of the records"
      aria-orientation="horizontal"
      aria-valuenow={height}
      aria-valuemin={LEAST_PX}
      tabIndex={0}
      className={styles['splitter']}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDoubleClick={() => setHeight(0)}
      onKeyDown={onKeyDown}
    />
  )
}
