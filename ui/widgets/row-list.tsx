import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { movedRow } from '../lib/active-row.ts'
import styles from './row-list.module.css'

interface RowListProps<T> {
  /** For screen readers. */
  readonly label: string
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  /** CSS pixels, of every row or of each. */
  readonly rowHeight: number | ((row: T) => number)
  /** Place of the active row; −1 for none. */
  readonly active: number
  readonly onActive: (index: number) => void
  /** Enter, or a click. */
  readonly onOpen: (row: T) => void
  /** Other keys on the active row; true when it was one. */
  readonly onKey?: (event: KeyboardEvent, row: T) => boolean
  readonly render: (row: T, isActive: boolean) => ReactNode
}

/** A list of any length of which only what is seen is drawn; one stop of the Tab key, arrows walk its rows. */
export function RowList<T>(props: RowListProps<T>) {
  const { label, rows, keyOf, rowHeight, active, onActive, onOpen, onKey, render } = props
  const scroller = useRef<HTMLDivElement>(null)
  const id = useId()
  const heightOf = (index: number): number =>
    typeof rowHeight === 'number' ? rowHeight : rowHeight(rows[index]!)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: heightOf,
    getItemKey: (index) => keyOf(rows[index]!),
    overscan: 12,
  })
  const page = (): number =>
    Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / heightOf(0)) - 1)
  useEffect(() => {
    if (active >= 0 && active < rows.length) virtual.scrollToIndex(active, { align: 'auto' })
    // Only when the row changes: new data must not scroll.
  }, [active])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = rows[active]
    const goal = rows.length === 0 ? null : movedRow(event.key, active, rows.length, page())
    if (goal !== null) onActive(goal)
    else if (row !== undefined && event.key === 'Enter') onOpen(row)
    else if (row === undefined || onKey?.(event, row) !== true) return
    event.preventDefault()
  }
  return (
    <div
      ref={scroller}
      className={styles['scroller']}
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
      onKeyDown={onKeyDown}
    >
      <div
        className={styles['rows']}
        style={{ height: virtual.getTotalSize() }}
        role="presentation"
      >
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]!
          return (
            <div
              key={keyOf(row)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              className={styles['row']}
              style={{ height: heightOf(index), transform: `translateY(${start}px)` }}
              onClick={() => {
                onActive(index)
                onOpen(row)
              }}
            >
              {render(row, index === active)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
