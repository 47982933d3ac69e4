import { X } from 'lucide-react'
import { useState } from 'react'
import { useHistogram, useSearchAnswer, type Window } from '../../data/questions.ts'
import { printMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { isFollowing } from '../../data/live.ts'
import { count } from '../../lib/quantity.ts'
import { rangeLabel } from '../../lib/typed-time.ts'
import { calendarDay, clockTime, type Millis } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import { partsOf } from '../../data/filter-edit.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { filterPart } from '../../data/filter-part.ts'
import { windowWith } from './range-steps.ts'
import styles from './query-bar.module.css'

/** All times that a record can have. */
const EVER = { from: '1970-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' }

/** Nothing matches: each part of the query with its own count, and where the newest match is. */
export function NoHit(props: ViewProps) {
  const { answer, isLoading, window, view } = props
  const [closed, setClosed] = useState('')
  const key = `${window.query} ${window.from} ${window.to}`
  if (answer === undefined || isLoading || isFollowing(view) || closed === key) return null
  const { info, warning, error, fatal } = answer.total
  if (info + warning + error + fatal > 0) return null
  return <Explained {...props} onClose={() => setClosed(key)} />
}

function Explained({
  window,
  range,
  zone,
  change,
  onClose,
}: ViewProps & { readonly onClose: () => void }) {
  const query = filterPart(window.query)
  const parts = partsOf(query)
  const newest = useSearchAnswer({ query, ...EVER, limit: 1 })
  const record =
    newest.data !== undefined && 'records' in newest.data ? newest.data.records[0] : undefined
  const { day, times } = rangeLabel(range.from, range.to, zone)
  const found = record === undefined ? null : Date.parse(record.time)
  // Nothing was ever received: the screen says so where the lanes would be.
  if (query === '' && found === null) return null
  return (
    <div className={styles['panel']} role="status">
      <div className={styles['title']}>
        <p className={styles['sentence']}>
          No record matches in {day} {times}.
        </p>
        <Button isSmall kind="quiet" aria-label="Close" onClick={onClose}>
          <X size={14} aria-hidden="true" />
        </Button>
      </div>
      {parts.length > 1 && (
        <ul className={styles['parts']}>
          {parts.map((part, i) => (
            <Part
              key={`${i} ${part}`}
              part={part}
              window={window}
              onShow={() => change({ q: part })}
            />
          ))}
        </ul>
      )}
      {newest.data !== undefined && found === null && (
        <p className={styles['hint']}>Nor at any other time.</p>
      )}
      {found !== null && (
        <div className={styles['fixes']}>
          <Button
            isSmall
            kind="primary"
            onClick={() => {
              const next = windowWith(range, found)
              change({ from: printMillis(next.from), to: printMillis(next.to), live: undefined })
            }}
          >
            Newest {newestText(found, range.to, zone)}
          </Button>
        </div>
      )}
    </div>
  )
}

function newestText(at: Millis, seen: Millis, zone: string): string {
  const day = calendarDay(at, zone)
  return day === calendarDay(seen, zone) ? clockTime(at, zone) : `${day} ${clockTime(at, zone)}`
}

function Part({
  part,
  window,
  onShow,
}: {
  readonly part: string
  readonly window: Window
  readonly onShow: () => void
}) {
  const { data, isPlaceholderData } = useHistogram({ ...window, query: part, buckets: 1 })
  const n = data?.buckets.reduce((sum, bucket) => sum + bucket.count, 0)
  return (
    <li>
      <button type="button" className={styles['option']} onClick={onShow}>
        <span className={styles['label']}>
          <InertText text={part} most={200} canGrow={false} />
        </span>
        <span className={styles['about']}>alone</span>
        <span className={styles['right']}>
          {n === undefined || isPlaceholderData ? 'loading' : count(n)}
        </span>
      </button>
    </li>
  )
}
