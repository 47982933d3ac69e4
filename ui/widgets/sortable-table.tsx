import { useVirtualizer } from '@tanstack/react-virtual'
import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { movedRow } from '../lib/active-row.ts'
import { sortedBy, type Sorting } from '../lib/sorting.ts'
import styles from './sortable-table.module.css'

export interface TableColumn<Row> {
  readonly id: string
  readonly label: string
  /** CSS grid track: `96px`, `minmax(0, 1fr)`. */
  readonly track: string
  readonly isNumber?: boolean
  /** What rows are ordered by; null stands last whichever way. Absent: the column does not sort. */
  readonly order?: (row: Row) => number | string | boolean | null
  readonly cell: (row: Row) => ReactNode
}

interface SortableTableProps<Row> {
  /** What the table shows, for screen readers. */
  readonly label: string
  readonly columns: readonly TableColumn<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row, index: number) => string
  /** The order at first; absent: as the rows come. */
  readonly sorting?: Sorting
  /** Click or Enter on a row. */
  readonly onPick?: (row: Row) => void
  readonly isSelected?: (row: Row) => boolean
  /** Shown when there are no rows. */
  readonly empty: ReactNode
}

const [ROW_PX, HEAD_PX] = [24, 22]

/** A table of any length with a header that sorts; up and down move a row, Enter takes it. */
export function SortableTable<Row>({
  label,
  columns,
  rows,
  keyOf,
  sorting,
  onPick,
  isSelected,
  empty,
}: SortableTableProps<Row>) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [order, setOrder] = useState<Sorting | undefined>(sorting)
  const [active, setActive] = useState(0)
  const sorted = useMemo(() => {
    const by = columns.find((column) => column.id === order?.column)?.order
    return by === undefined ? rows : sortedBy(rows, by, order!.isDescending)
  }, [rows, columns, order])
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    // The head stands in the same scrolling box, above the rows, and stays.
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  })
  const tracks = { gridTemplateColumns: columns.map(({ track }) => track).join(' ') }
  const visible = virtual.getVirtualItems()

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.altKey || event.metaKey)
      return
    const page = Math.floor(scroller.current!.clientHeight / ROW_PX) - 1
    const next = movedRow(event.key, active, sorted.length, page)
    if (next !== null) {
      event.preventDefault()
      setActive(next)
      virtual.scrollToIndex(next)
    } else if (event.key === 'Enter' && sorted[active] !== undefined) {
      event.preventDefault()
      onPick?.(sorted[active])
    }
  }

  return (
    <div
      ref={scroller}
      className={styles['table']}
      role="grid"
      aria-label={label}
      aria-rowcount={sorted.length + 1}
      tabIndex={0}
      aria-activedescendant={
        visible.some(({ index }) => index === active) ? `${id}-${active}` : undefined
      }
      onKeyDown={onKeyDown}
    >
      <div className={styles['head']} role="row" style={tracks}>
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} order={order} setOrder={setOrder} />
        ))}
      </div>
      {sorted.length === 0 ? (
        <div className={styles['empty']} role="row">
          <div role="gridcell">{empty}</div>
        </div>
      ) : (
        <div role="rowgroup" className={styles['rows']} style={{ height: virtual.getTotalSize() }}>
          {visible.map(({ index, start }) => {
            const row = sorted[index]!
            return (
              <div
                key={keyOf(row, index)}
                id={`${id}-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={isSelected?.(row) ?? false}
                data-active={index === active}
                data-can-pick={onPick !== undefined}
                className={styles['row']}
                style={{ ...tracks, transform: `translateY(${start - HEAD_PX}px)` }}
                onClick={() => {
                  setActive(index)
                  onPick?.(row)
                }}
              >
                {columns.map((column) => (
                  <div
                    key={column.id}
                    role="gridcell"
                    className={styles['cell']}
                    data-number={column.isNumber}
                  >
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}

interface HeadCellProps<Row> {
  readonly column: TableColumn<Row>
  readonly order: Sorting | undefined
  readonly setOrder: (order: Sorting) => void
}

function HeadCell<Row>({ column, order, setOrder }: HeadCellProps<Row>) {
  const { id, label, isNumber = false } = column
  if (column.order === undefined) {
    return (
      <div role="columnheader" className={styles['title']} data-number={isNumber}>
        {label}
      </div>
    )
  }
  const isOn = order?.column === id
  const direction = isOn ? (order.isDescending ? 'descending' : 'ascending') : 'none'
  // Numbers are asked for from the greatest on, words from A on.
  const next = isOn ? !order.isDescending : isNumber
  return (
    <div
      role="columnheader"
      aria-sort={direction}
      className={styles['title']}
      data-number={isNumber}
    >
      <button
        type="button"
        className={styles['sort']}
        onClick={() => setOrder({ column: id, isDescending: next })}
      >
        {label}
        <span aria-hidden="true">{isOn ? (order.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </div>
  )
}
