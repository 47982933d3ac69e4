import { SEVERITY } from '../../model/severity.ts'
import type { Decoder, Item } from './decoder.ts'
import type { JsonFields } from './json-fields.ts'
import { ndjsonDecoder, type NdjsonLine } from './ndjson.ts'
import { entityField, stampField } from './own-fields.ts'

/**
 * Our change lines: `{"time","entity","kind","actor"?,"task"?,"summary"}`. They become records of kind
 * `change` counted under the source `changes`, with the event name `change.<kind>` and the attributes
 * `change.kind`, `change.actor`, `change.task`.
 */
export const changesDecoder: Decoder = ndjsonDecoder('changes', readChange)

function readChange(fields: JsonFields, line: NdjsonLine): Item {
  const kind = fields.text('kind')
  const actor = fields.optionalText('actor')
  const task = fields.optionalText('task')
  return {
    kind: 'log',
    change: true,
    raw: line.raw,
    text: line.text,
    ...(line.lossy ? { lossy: true } : {}),
    parsed: {
      body: fields.text('summary'),
      stamp: stampField(fields, 'time'),
      entity: entityField(fields, 'entity'),
      severity: SEVERITY.info,
      eventName: `change.${kind}`,
      attributes: {
        'change.kind': kind,
        ...(actor === undefined ? {} : { 'change.actor': actor }),
        ...(task === undefined ? {} : { 'change.task': task }),
      },
    },
    format: 'plumbline',
    source: 'changes',
    channel: 'changes',
    retry: 'content',
  }
}
