import { useState } from 'react'
import type { ApiRecord } from '../../../model/api.ts'
import { useSearchAnswer } from '../../data/questions.ts'
import { calendarDay, clockTime } from '../../lib/zoned-time.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { RowList } from '../../widgets/row-list.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import styles from './records-tab.module.css'

const LIMIT = 200

interface RecordsTabProps {
  readonly query: string
  readonly from: string
  readonly to: string
  readonly zone: string
  /** Opens a record on the Search screen. */
  readonly onOpen: (record: ApiRecord) => void
}

/** The newest records that name the entity, of the day before the time. */
export function RecordsTab({ query, from, to, zone, onOpen }: RecordsTabProps) {
  const { data, error, isLoading } = useSearchAnswer({ query, from, to, limit: LIMIT })
  const [active, setActive] = useState(0)
  const records = data !== undefined && 'records' in data ? data.records : []
  if (error !== null)
    return <p className={styles['none']}>Could not read the records: {error.message}</p>
  if (records.length === 0) {
    return (
      <p className={styles['none']}>
        {isLoading
          ? 'Reading the records'
          : `No record names it in the day before ${calendarDay(Date.parse(to), zone)} ${clockTime(Date.parse(to), zone)}.`}
      </p>
    )
  }
  return (
    <RowList<ApiRecord>
      label={`Records, newest first${records.length === LIMIT ? `, the last ${LIMIT}` : ''}`}
      rows={records}
      keyOf={({ id }) => id}
      rowHeight={24}
      active={Math.min(active, records.length - 1)}
      onActive={setActive}
      onOpen={onOpen}
      render={(record) => (
        <div className={styles['row']}>
          <SeverityGlyph severity={record.severity} />
          <span className="mono">
            {calendarDay(Date.parse(record.time), zone)}{' '}
            {clockTime(Date.parse(record.time), zone, 3)}
          </span>
          <span>{record.app ?? record.format}</span>
          <span className={styles['body']}>
            <InertText text={record.body} most={400} canGrow={false} />
          </span>
        </div>
      )}
    />
  )
}
