import type { ApiRecord } from '../../model/api.ts'

/** A field of a record with a value to look for. */
export interface RecordField {
  /** As a query names it: `host`, `key.naa`, `attributes.cpu`. */
  readonly field: string
  /** For people: an attribute by its own name. */
  readonly label: string
  readonly value: string
  /** What is shown for the value, where that says more: a pattern's text for its id. */
  readonly shown: string
}

const OWN = ['host', 'app', 'entity', 'layer', 'source', 'format', 'eventName', 'kind'] as const

/** Everything that a record says beside its message and its times. */
export function fieldsOf(record: ApiRecord): readonly RecordField[] {
  const fields: RecordField[] = []
  const add = (field: string, label: string, value: string | null, shown = value): void => {
    if (value !== null && value !== '') fields.push({ field, label, value, shown: shown ?? '' })
  }
  for (const { kind, value } of record.keys) add(`key.${kind}`, kind, value)
  for (const name of OWN) add(name, name, record[name])
  const { severity, severityText, template, id } = record
  add('severity', 'severity', String(severity), severityText ?? String(severity))
  if (template !== null) add('template', 'pattern', template.id, template.text)
  for (const [name, value] of Object.entries(record.attributes)) {
    add(`attributes.${name}`, name, value === null ? null : String(value))
  }
  add('id', 'id', id)
  return fields
}
