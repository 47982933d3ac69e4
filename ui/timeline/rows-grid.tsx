import { useEffect, useState, type ReactNode, type RefObject } from 'react'
import type { SearchView } from '../data/search-view.ts'
import { LabelRow } from './label-row.tsx'
import { standingOf, type Standing } from '../lib/standing.ts'
import { rowsBetween, type Row, type RowLayout } from './row-layout.ts'
import type { Reading } from './row-words.ts'
import type { EntityId } from '../../model/entity.ts'
import type { TimelineAnswer } from '../../model/timeline.ts'
import styles from './rows-grid.module.css'

interface RowsGridProps {
  readonly answer: TimelineAnswer
  readonly layout: RowLayout
  readonly view: SearchView
  readonly selected: string | null
  readonly focusedKey: string | null
  readonly reading: Reading
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly onScroll: (top: number) => void
  readonly onFocusRow: (row: Row) => void
  readonly onSelect: (entity: EntityId) => void
  readonly onFold: (row: Row) => void
  readonly onMore: () => void
  readonly onRetry: () => void
}

/** Rows are rendered where they are seen, and so far beyond, CSS pixels. */
const BEYOND_PX = 240

/** The labels of all rows as a treegrid: pinned ones, then the others, which scroll. */
export function RowsGrid(props: RowsGridProps) {
  const { layout, scroller, onScroll, focusedKey } = props
  const [top, setTop] = useState(0)
  const height = useHeight(scroller)
  const visible = rowsBetween(layout.rows, top - BEYOND_PX, top + height + BEYOND_PX)
  const all = [...layout.pinned, ...layout.rows]
  const tabStop = all.find(({ key }) => key === focusedKey)?.key ?? all[0]?.key
  const rendered = new Set(visible.map(({ key }) => key))
  const rows = layout.rows.filter(({ key }) => rendered.has(key) || key === tabStop)
  const rowOf = (row: Row): ReactNode => (
    <LabelRow
      key={row.key}
      row={row}
      index={all.indexOf(row) + 1}
      isTabStop={row.key === tabStop}
      isSelected={row.kind === 'entity' && row.key === props.selected}
      isOpen={row.kind === 'entity' && (props.view.open?.includes(row.key) ?? false)}
      tone={props.reading === 'read' ? toneOf(row, props.answer) : 'usual'}
      reading={props.reading}
      onFocus={() => props.onFocusRow(row)}
      onSelect={() => row.kind !== 'layer' && props.onSelect(row.lane.entity.id)}
      onFold={() => props.onFold(row)}
      onMore={props.onMore}
      onRetry={props.onRetry}
    />
  )
  return (
    <div role="treegrid" aria-label="Lanes" aria-rowcount={all.length} className={styles['grid']}>
      {layout.pinned.length > 0 && (
        <div role="rowgroup" className={styles['pinned']} style={{ height: layout.pinnedHeight }}>
          {layout.pinned.map(rowOf)}
        </div>
      )}
      <div
        role="rowgroup"
        ref={scroller}
        // With the tab stop among the pinned rows it has none of its own.
        tabIndex={layout.pinned.some(({ key }) => key === tabStop) ? 0 : undefined}
        className={styles['scroller']}
        style={{ top: layout.pinnedHeight }}
        onScroll={({ currentTarget }) => {
          const at = currentTarget.scrollTop
          onScroll(at)
          // Rendering again only when rows come near, not with every pixel.
          if (Math.abs(at - top) > BEYOND_PX / 2 || at === 0) setTop(at)
        }}
      >
        <div role="presentation" className={styles['rows']} style={{ height: layout.height }}>
          {rows.map(rowOf)}
        </div>
      </div>
    </div>
  )
}

/** A resource at its limit is red, the largest user of what is shared amber. */
function toneOf(row: Row, { sharing }: TimelineAnswer): Standing {
  if (row.kind !== 'entity') return 'usual'
  const isFull = row.lane.metrics.some((metric) => standingOf(metric.worst, metric) === 'limit')
  if (isFull || row.key === sharing?.resource.id) return 'limit'
  return row.key === sharing?.largest.id ? 'unusual' : 'usual'
}

function useHeight(element: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setHeight(entry!.contentRect.height))
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [element])
  return height
}
