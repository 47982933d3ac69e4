import { useCallback, useMemo } from 'react'
import type { ApiRecord } from '../../../model/api.ts'
import { useSearchAnswer } from '../../data/questions.ts'
import { MOST_IN_CSV } from '../../data/save-file.ts'
import { printSelection, readSearchView } from '../../data/search-view.ts'
import { pauseTail, useTail } from '../../data/use-tail.ts'
import { printMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { count } from '../../lib/quantity.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { clockTime } from '../../lib/zoned-time.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { NotRead } from '../../widgets/not-read.tsx'
import { AnswerTable } from './answer-table.tsx'
import type { ListedArea } from './listed-area.ts'
import { RecordList } from './record-list.tsx'
import type { RowStyle } from './record-row.tsx'
import { useListedRecords } from './use-listed-records.ts'
import styles from './records-pane.module.css'

interface RecordsTabProps extends ViewProps {
  readonly area: ListedArea | null
  readonly selected: string | null
  readonly links: ReadonlyMap<string, readonly string[]>
  readonly rowStyle: RowStyle
}

/** The records of the view around the cursor, or those of the stretch that is selected. */
export function RecordsTab(props: RecordsTabProps) {
  const { area } = props
  if (area === null) return <Listed {...props} />
  const { range, query } = area
  const window = { query, from: printMillis(range.from), to: printMillis(range.to) }
  // The list stands still at its begin, whatever the view follows.
  const view = readSearchView({ ...props.view, live: undefined, at: undefined })
  const part = { ...props, range, window, view }
  return (
    <div className={styles['stack']}>
      <AreaBar {...props} area={area} />
      <Listed key={props.view.sel} {...part} />
    </div>
  )
}

/** What the list is narrowed to, and the way back. */
function AreaBar({
  area,
  zone,
  change,
  rowStyle,
}: RecordsTabProps & { readonly area: ListedArea }) {
  let where = area.where
  for (const [id, name] of rowStyle.names) where = where.replaceAll(id, shortKey(name))
  const { from, to } = area.range
  const digits = to - from < 10_000 ? 3 : 0
  return (
    <div className={styles['bar']}>
      <span className={styles['quiet']} role="status">
        only {clockTime(from, zone, digits)} – {clockTime(to, zone, digits)}
        {where !== '' && (
          <>
            , <InertText text={where} most={200} canGrow={false} />
          </>
        )}
      </span>
      <button type="button" className={styles['tool']} onClick={() => change({ sel: undefined })}>
        List all records
      </button>
    </div>
  )
}

function Listed(props: RecordsTabProps) {
  const { selected, links, rowStyle } = props
  const list = useListedRecords(props, selected)
  const onSelect = useSelect(props)
  const { records, isEmpty, isLoading, error } = list
  if (error !== null && records.length === 0)
    return <NotRead what="the records" error={error} onRetry={list.retry} />
  if (isEmpty) return <p className={styles['note']}>Records are being read.</p>
  if (records.length === 0 && !isLoading) {
    return (
      <p className={styles['note']}>
        {list.isFollowing
          ? 'Nothing that matches has arrived yet.'
          : 'No record in this window matches the query.'}
      </p>
    )
  }
  return (
    <div className={styles['stack']}>
      {list.isFollowing && <LiveBar />}
      {error !== null && (
        <NotRead
          what="the records here, below are those of before"
          error={error}
          onRetry={list.retry}
        />
      )}
      <RecordList
        key={String(rowStyle.isWrapped)}
        records={records}
        anchor={list.anchor}
        rowStyle={rowStyle}
        cursor={list.cursor}
        selected={selected}
        links={links}
        onSelect={onSelect}
        onNearStart={list.loadBefore}
        onNearEnd={list.loadAfter}
        onEnd={list.goTo}
        isFollowing={list.isFollowing}
      />
    </div>
  )
}

/** Selects a record; one that is selected already hands the focus to the dock. */
function useSelect({ change, selected }: RecordsTabProps): (id: string) => void {
  return useCallback(
    (id) => {
      if (id === selected) document.querySelector<HTMLElement>('[data-dock-title]')?.focus()
      else change({ sel: printSelection({ kind: 'record', id }) })
    },
    [change, selected],
  )
}

/** Says whether what arrives is shown or waits. */
function LiveBar() {
  const isPaused = useTail((tail) => tail.isPaused)
  const waiting = useTail((tail) => tail.waitingCount)
  const state = useTail((tail) => tail.state)
  const words = {
    off: '',
    connecting: 'connecting',
    open: 'showing what arrives',
    lost: 'the server does not answer; asked again',
    refused: 'the server does not follow this query',
  }[state]
  return (
    <div className={styles['bar']}>
      <span className={styles['quiet']} role="status">
        {isPaused ? `paused, ${count(waiting)} waiting` : words}
      </span>
      {isPaused && (
        <button type="button" className={styles['tool']} onClick={() => pauseTail(false)}>
          Show them and go on
        </button>
      )}
    </div>
  )
}

/** The answer of a query with pipes, which is one whole: a table, or some records in the order it says. */
export function WholeAnswerTab(props: RecordsTabProps) {
  const { window, selected, links, rowStyle } = props
  const { data, error, refetch } = useSearchAnswer({ ...window, limit: MOST_IN_CSV })
  const onSelect = useSelect(props)
  const stay = useCallback(() => undefined, [])
  const records = useMemo(
    (): readonly ApiRecord[] => (data !== undefined && 'records' in data ? data.records : []),
    [data],
  )
  if (data === undefined) {
    return error === null ? (
      <p className={styles['note']}>The answer is being read.</p>
    ) : (
      <NotRead what="the answer" error={error} onRetry={() => void refetch()} />
    )
  }
  if ('columns' in data) return <AnswerTable answer={data} />
  if (records.length === 0) {
    return <p className={styles['note']}>No record in this window matches the query.</p>
  }
  return (
    <RecordList
      key={String(rowStyle.isWrapped)}
      records={records}
      anchor={0}
      rowStyle={rowStyle}
      cursor={null}
      selected={selected}
      links={links}
      onSelect={onSelect}
      onNearStart={stay}
      onNearEnd={stay}
      onEnd={stay}
      isFollowing={false}
    />
  )
}
