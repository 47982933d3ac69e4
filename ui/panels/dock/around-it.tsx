import { useState } from 'react'
import type { ApiRecord } from '../../../model/api.ts'
import { useContextOf } from '../../data/questions.ts'
import { recordTime, speakerOf, type EntityNames } from '../../lib/record-words.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { Section, Toggle } from './dock-frame.tsx'
import styles from './dock.module.css'

const SCOPES = ['source', 'entity', 'layers'] as const

interface AroundItProps {
  readonly record: ApiRecord
  readonly zone: string
  readonly isRaw: boolean
  readonly names: EntityNames
  readonly onRecord: (id: string) => void
}

/** What was written just before and after a record, whatever the query says. */
export function AroundIt({ record, zone, isRaw, names, onRecord }: AroundItProps) {
  const [scope, setScope] = useState<(typeof SCOPES)[number]>('source')
  const { data, error } = useContextOf(record.id, scope)
  const records =
    data?.record.id === record.id ? [...data.before, data.record, ...data.after] : [record]
  return (
    <Section
      title="Around it"
      note={<Toggle label="Around it in" options={SCOPES} value={scope} onChange={setScope} />}
    >
      {error !== null && <p className={styles['caution']}>{error.message}</p>}
      <ul>
        {records.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className={styles['around']}
              aria-current={one.id === record.id}
              onClick={() => onRecord(one.id)}
            >
              <SeverityGlyph severity={one.severity} />
              <span>{recordTime(one, zone, { isRaw, withDay: false })}</span>
              <span className={styles['said']}>
                {scope === 'layers' ? speakerOf(one, names) : (one.app ?? one.source)}:{' '}
                <InertText text={one.body} most={120} canGrow={false} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
