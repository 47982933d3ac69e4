import type { ApiRecord } from '../../../model/api.ts'
import type { AttributeValue } from '../../../model/record.ts'
import { speakerOf, type EntityNames } from '../../lib/record-words.ts'

/** A column of the records beside severity, time and message, which are always there. */
export interface RecordColumn {
  /** `entity`, `host`, …, or `attributes.<name>`. */
  readonly id: string
  readonly label: string
  readonly width: number
}

const KNOWN: readonly RecordColumn[] = [
  { id: 'entity', label: 'entity', width: 168 },
  { id: 'app', label: 'application', width: 118 },
  { id: 'host', label: 'host', width: 168 },
  { id: 'source', label: 'source', width: 148 },
  { id: 'layer', label: 'layer', width: 88 },
  { id: 'severityText', label: 'severity', width: 78 },
  { id: 'received', label: 'received', width: 104 },
  { id: 'format', label: 'format', width: 104 },
  { id: 'eventName', label: 'event', width: 168 },
  { id: 'template', label: 'pattern', width: 148 },
]

export const USUAL_COLUMNS: readonly string[] = ['entity', 'app']

const ATTRIBUTE = 'attributes.'
/** Attributes offered as columns: those that most records have. */
const MOST_ATTRIBUTES = 12

/** The columns of a choice, in the order in which they are drawn; what is not known is left out. */
export function columnsOf(ids: readonly string[]): readonly RecordColumn[] {
  return [
    ...KNOWN.filter(({ id }) => ids.includes(id)),
    ...ids.filter((id) => id.startsWith(ATTRIBUTE)).map(attributeColumn),
  ]
}

/** All columns that can be chosen for these records, and those chosen that they do not have. */
export function choices(
  records: readonly ApiRecord[],
  chosen: readonly string[],
): readonly RecordColumn[] {
  const counts = new Map<string, number>()
  for (const { attributes } of records) {
    for (const name of Object.keys(attributes)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const frequent = [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, MOST_ATTRIBUTES)
    .map(([name]) => ATTRIBUTE + name)
  const kept = chosen.filter((id) => id.startsWith(ATTRIBUTE) && !frequent.includes(id))
  return [...KNOWN, ...[...frequent, ...kept].map(attributeColumn)]
}

const attributeColumn = (id: string): RecordColumn => ({
  id,
  label: id.slice(ATTRIBUTE.length),
  width: 148,
})

/** What a record has in a column, as text; empty when it has nothing. */
export function cellText(record: ApiRecord, column: string, names: EntityNames): string {
  if (column.startsWith(ATTRIBUTE)) {
    return valueText(record.attributes[column.slice(ATTRIBUTE.length)] ?? null)
  }
  switch (column) {
    case 'entity':
      return speakerOf(record, names)
    case 'template':
      return record.template?.text ?? ''
    case 'app':
    case 'host':
    case 'source':
    case 'layer':
    case 'severityText':
    case 'received':
    case 'format':
    case 'eventName':
      return record[column] ?? ''
    default:
      return ''
  }
}

export const valueText = (value: AttributeValue): string => (value === null ? '' : String(value))
