import { useState } from 'react'
import type { ApiRecord } from '../../../model/api.ts'
import { fieldsOf } from '../../lib/record-fields.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { addCondition, equalsText, onlyCondition } from '../../data/filter-edit.ts'
import { Section } from './dock-frame.tsx'
import styles from './dock.module.css'

interface RecordFieldsProps {
  readonly record: ApiRecord
  readonly query: string
  readonly setQuery: (query: string) => void
}

/** Fields shown before "more". */
const FEW = 7

/** All that a record says, each with a way to see only it, or all but it. */
export function RecordFields({ record, query, setQuery }: RecordFieldsProps) {
  const [isWhole, setWhole] = useState(false)
  const fields = fieldsOf(record)
  const shown = isWhole ? fields : fields.slice(0, FEW)
  return (
    <Section
      title="Fields"
      note={shown.length < fields.length ? `${shown.length} of ${fields.length}` : fields.length}
    >
      <table className={styles['fields']}>
        <tbody>
          {shown.map(({ field, label, value, shown: text }) => (
            <tr key={`${field} ${value}`} className={styles['field']}>
              <th scope="row" className={styles['fieldName']}>
                <InertText text={label} most={80} />
              </th>
              <td className={styles['fieldValue']}>
                <InertText text={text} most={300} keepLines />
              </td>
              <td className={styles['fieldTools']}>
                <button
                  type="button"
                  className={styles['fieldTool']}
                  aria-label={`Only this ${label}`}
                  onClick={() => setQuery(onlyCondition(query, field, equalsText(field, value)))}
                >
                  Only
                </button>
                <button
                  type="button"
                  className={styles['fieldTool']}
                  aria-label={`Not this ${label}`}
                  onClick={() => setQuery(addCondition(query, `not ${equalsText(field, value)}`))}
                >
                  Not
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < fields.length && (
        <button type="button" className={styles['more']} onClick={() => setWhole(true)}>
          {fields.length - shown.length} more
        </button>
      )}
    </Section>
  )
}
