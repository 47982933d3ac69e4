import { memo, useMemo } from 'react'
import type { ApiRecord } from '../../../model/api.ts'
import type { TokenPattern } from '../../../model/query.ts'
import { layerColour } from '../../lib/layers.ts'
import { recordTime, severityWord, type EntityNames } from '../../lib/record-words.ts'
import { hitSpans, valueSpans } from '../../lib/text-spans.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { cellText, type RecordColumn } from './columns.ts'
import styles from './record-list.module.css'

/** How rows are written, the same for all of a list. */
export interface RowStyle {
  readonly columns: readonly RecordColumn[]
  readonly names: EntityNames
  readonly zone: string
  readonly isRaw: boolean
  readonly withDay: boolean
  readonly isWrapped: boolean
  readonly phrases: readonly (readonly TokenPattern[])[]
}

interface RecordRowProps {
  readonly record: ApiRecord
  readonly rowStyle: RowStyle
  /** Values that join it to the selected record; null when nothing does. */
  readonly joins: readonly string[] | null
}

/** Characters of a message in one line, and when it may wrap. */
const [MOST_IN_LINE, MOST_WRAPPED] = [400, 2_000]

/** The cells of one record. */
export const RecordRow = memo(function RecordRow({ record, rowStyle, joins }: RecordRowProps) {
  const { columns, names, zone, isRaw, withDay, isWrapped, phrases } = rowStyle
  const spans = useMemo(
    () => [...valueSpans(record.body, joins ?? [], 'join'), ...hitSpans(record.body, phrases)],
    [record.body, joins, phrases],
  )
  return (
    <>
      <div role="gridcell" className={styles['severity']} title={severityWord(record)}>
        <SeverityGlyph severity={record.severity} />
      </div>
      <div role="gridcell" className={styles['time']}>
        {recordTime(record, zone, { isRaw, withDay })}
      </div>
      {columns.map(({ id }) => (
        <div
          key={id}
          role="gridcell"
          className={id === 'entity' ? styles['entity'] : styles['other']}
        >
          {id === 'entity' && (
            <span
              className={styles['spine']}
              style={{ background: layerColour(record.layer) }}
              aria-hidden="true"
            />
          )}
          <span className={styles['value']}>
            <InertText text={cellText(record, id, names)} most={200} canGrow={false} />
          </span>
        </div>
      ))}
      <div role="gridcell" className={styles['message']}>
        <InertText
          text={record.body}
          spans={spans}
          most={isWrapped ? MOST_WRAPPED : MOST_IN_LINE}
          keepLines={isWrapped}
          canGrow={false}
        />
      </div>
    </>
  )
})
