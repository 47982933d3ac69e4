import type { ApiRecord } from '../../../model/api.ts'
import type { TimeOrigin } from '../../../model/record.ts'
import { happenedAt } from '../../lib/record-words.ts'
import { calendarDay, clockTime, spanText, zoneLabel } from '../../lib/zoned-time.ts'
import { Section } from './dock-frame.tsx'
import styles from './dock.module.css'

interface RecordTimeProps {
  readonly record: ApiRecord
  readonly zone: string
  readonly isRaw: boolean
}

const ORIGINS: Readonly<Record<TimeOrigin, string>> = {
  explicit: 'written in the record',
  configured: 'configured for the source',
  inferred: 'inferred from when it was received',
  assumed: 'assumed; the record does not say',
  received: 'the record has no time; when it was received',
}

/** When a record happened, how sure that is, and where it was read. */
export function RecordTime({ record, zone, isRaw }: RecordTimeProps) {
  const at = happenedAt(record, isRaw)
  const [written, received] = [Date.parse(record.time), Date.parse(record.received)]
  const delay = received - at
  const { uncertaintyMs, correctionMs } = record
  return (
    <Section title="Time" note={zoneLabel(zone, at)}>
      <dl className={styles['facts']}>
        <dt>Happened</dt>
        <dd className={styles['mono']}>
          {calendarDay(at, zone)} {clockTime(at, zone, 3)}
          {uncertaintyMs > 0 && ` ± ${spanText(uncertaintyMs)}`}
        </dd>
        <dt>As written</dt>
        <dd className={styles['mono']}>{record.time}</dd>
        {correctionMs !== 0 && (
          <>
            <dt>Correction</dt>
            <dd className={styles['mono']}>
              {correctionMs < 0 ? '−' : '+'} {spanText(correctionMs)}
              {isRaw && ', not applied'}
            </dd>
          </>
        )}
        <dt>Received</dt>
        <dd className={styles['mono']}>
          {calendarDay(received, zone) === calendarDay(written, zone)
            ? ''
            : `${calendarDay(received, zone)} `}
          {clockTime(received, zone, 3)}, {spanText(delay)} {delay < 0 ? 'before' : 'later'}
        </dd>
        <dt>Zone</dt>
        <dd>{ORIGINS[record.timeFrom]}</dd>
      </dl>
    </Section>
  )
}
