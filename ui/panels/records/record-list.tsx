import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { ApiRecord } from '../../../model/api.ts'
import { movedRow } from '../../lib/active-row.ts'
import { rowAt, rowOf } from '../../lib/record-list.ts'
import { clockTime, type Millis } from '../../lib/zoned-time.ts'
import { RecordRow, type RowStyle } from './record-row.tsx'
import styles from './record-list.module.css'

interface RecordListProps {
  /** Oldest first. */
  readonly records: readonly ApiRecord[]
  /** Changes when the records are others, not only more. */
  readonly anchor: Millis
  readonly rowStyle: RowStyle
  readonly cursor: { readonly at: Millis; readonly place: number } | null
  readonly selected: string | null
  /** What joins a record to the selected one, by its id. */
  readonly links: ReadonlyMap<string, readonly string[]>
  readonly onSelect: (id: string) => void
  /** The list is shown near its first or last record. */
  readonly onNearStart: () => void
  readonly onNearEnd: () => void
  /** Home and End go to the ends of the window, loaded or not. */
  readonly onEnd: (which: 'start' | 'end') => void
  /** Stays at the last record as more arrive. */
  readonly isFollowing: boolean
}

const [ROW_PX, HEAD_PX] = [24, 22]
/** Rows from an end at which more is asked for. */
const NEAR = 60

/** Records on one line each; up and down move a row, Enter selects it. The cursor stands at its place. */
export function RecordList({
  records,
  anchor,
  rowStyle,
  cursor,
  selected,
  links,
  onSelect,
  onNearStart,
  onNearEnd,
  onEnd,
  isFollowing,
}: RecordListProps) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string | null>(null)
  const place = cursor?.place ?? null
  const count = records.length + (place === null ? 0 : 1)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (i) => {
      const row = rowAt(records, place, i)
      return row.kind === 'cursor' ? 'cursor' : row.record.id
    },
    overscan: 12,
    // The head stands in the same scrolling box, above the rows, and stays.
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  })
  const visible = virtual.getVirtualItems()
  const [firstShown, lastShown] = [visible[0]?.index ?? 0, visible.at(-1)?.index ?? 0]

  useHeldPlace(records, scroller)
  useEffect(() => {
    if (records.length === 0) return
    if (firstShown < NEAR) onNearStart()
    if (lastShown > count - NEAR) onNearEnd()
  }, [firstShown, lastShown, count, records, onNearStart, onNearEnd])

  const show = useRef(virtual)
  show.current = virtual
  // Where the cursor stands changes when older records come in, which is no reason to go there.
  const placeNow = useRef(place)
  placeNow.current = place
  const newest = useRef(records)
  newest.current = records
  const last = useRef(count - 1)
  last.current = count - 1
  const hasFocus = (): boolean => scroller.current!.contains(document.activeElement)
  const cursorAt = cursor?.at ?? null
  useEffect(() => {
    if (cursorAt === null || hasFocus() || isFollowing) return
    show.current.scrollToIndex(placeNow.current!, { align: 'center' })
  }, [cursorAt, anchor, isFollowing])
  const selectedAt = selected === null ? -1 : records.findIndex((record) => record.id === selected)
  const goingTo = useRef<'start' | 'end' | null>(null)
  useEffect(() => {
    if (goingTo.current === null) return
    const index = goingTo.current === 'start' ? 0 : last.current
    goingTo.current = null
    show.current.scrollToIndex(index)
    const row = rowAt(newest.current, placeNow.current, index)
    if (row.kind === 'record') setActive(row.record.id)
  }, [anchor])
  const isSelectedHere = selectedAt >= 0
  useEffect(() => {
    if (selectedAt < 0) return
    setActive(selected)
    show.current.scrollToIndex(rowOf(placeNow.current, selectedAt), { align: 'auto' })
    // Not when its place alone changes: it does when older records come in.
  }, [selected, isSelectedHere, anchor])
  useEffect(() => {
    if (isFollowing && count > 0) show.current.scrollToIndex(count - 1, { align: 'end' })
  }, [isFollowing, count])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const known = records.findIndex((record) => record.id === active)
    // Where nothing was active yet, from the cursor, else from what is seen.
    const at = known >= 0 ? known : (place ?? firstShown) - 1
    const page = Math.floor(scroller.current!.clientHeight / ROW_PX) - 2
    const next = movedRow(event.key, at, records.length, page)
    if (next !== null) {
      event.preventDefault()
      if (event.key === 'Home' || event.key === 'End') {
        goingTo.current = event.key === 'Home' ? 'start' : 'end'
        onEnd(goingTo.current)
      }
      setActive(records[next]?.id ?? null)
      virtual.scrollToIndex(rowOf(place, next))
    } else if (event.key === 'Enter' && active !== null) {
      event.preventDefault()
      onSelect(active)
    }
  }

  const tracks = {
    gridTemplateColumns: [
      '28px',
      rowStyle.withDay ? '172px' : '104px',
      ...rowStyle.columns.map(({ width }) => `${width}px`),
      'minmax(240px, 1fr)',
    ].join(' '),
  }
  const activeIndex = records.findIndex((record) => record.id === active)
  const isActiveShown = visible.some(({ index }) => index === rowOf(place, activeIndex))
  return (
    <div
      ref={scroller}
      className={styles['list']}
      role="grid"
      aria-label="Records, oldest first"
      aria-rowcount={-1}
      tabIndex={0}
      aria-activedescendant={activeIndex >= 0 && isActiveShown ? `${id}-${active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className={styles['head']} role="row" style={tracks}>
        <div role="columnheader">
          <span className="visually-hidden">severity</span>
        </div>
        <div role="columnheader">time</div>
        {rowStyle.columns.map((column) => (
          <div key={column.id} role="columnheader">
            {column.label}
          </div>
        ))}
        <div role="columnheader">message</div>
      </div>
      <div role="rowgroup" className={styles['rows']} style={{ height: virtual.getTotalSize() }}>
        {visible.map(({ index, start, key }) => {
          const row = rowAt(records, place, index)
          const at = { transform: `translateY(${start - HEAD_PX}px)` }
          if (row.kind === 'cursor') {
            return (
              <div key={key} role="row" className={styles['cursor']} style={at}>
                <div role="gridcell" className={styles['pill']}>
                  {clockTime(cursor!.at, rowStyle.zone, 1)}
                </div>
                <div role="gridcell" className={styles['word']}>
                  cursor
                </div>
                <div role="gridcell" aria-hidden="true" className={styles['line']} />
              </div>
            )
          }
          const { record } = row
          const joins = links.get(record.id) ?? null
          return (
            <div
              key={key}
              id={`${id}-${record.id}`}
              ref={rowStyle.isWrapped ? virtual.measureElement : undefined}
              data-index={index}
              role="row"
              aria-selected={record.id === selected}
              data-linked={joins !== null}
              data-active={record.id === active}
              data-wrapped={rowStyle.isWrapped}
              className={styles['row']}
              style={{ ...tracks, ...at }}
              onClick={() => {
                setActive(record.id)
                onSelect(record.id)
              }}
            >
              <RecordRow record={record} rowStyle={rowStyle} joins={joins} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Keeps what is seen where it is when older records come in above it. */
function useHeldPlace(
  records: readonly ApiRecord[],
  scroller: React.RefObject<HTMLDivElement | null>,
): void {
  const first = useRef<string | undefined>(undefined)
  useLayoutEffect(() => {
    const known = first.current
    first.current = records[0]?.id
    if (known === undefined || known === first.current) return
    const added = records.findIndex((record) => record.id === known)
    if (added > 0) scroller.current!.scrollTop += added * ROW_PX
  }, [records, scroller])
}
