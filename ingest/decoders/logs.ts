import { severityFromWord, type Severity } from '../../model/severity.ts'
import type { ParsedLine } from '../formats/format.ts'
import type { Decoder, Item } from './decoder.ts'
import type { JsonFields } from './json-fields.ts'
import { ndjsonDecoder, type NdjsonLine } from './ndjson.ts'
import { entityField, stampField } from './own-fields.ts'

/**
 * Our log lines: `{"time","source","entity"?,"severity"?,"body","attributes"?}`. `severity` is an
 * OpenTelemetry number 0–24 or a level word. A line sent again is recognised by its bytes.
 */
export const logsDecoder: Decoder = ndjsonDecoder('logs', readLog)

function readLog(fields: JsonFields, line: NdjsonLine): Item {
  const source = fields.text('source')
  const entity = fields.has('entity') ? entityField(fields, 'entity') : undefined
  const parsed: ParsedLine = {
    body: fields.text('body'),
    stamp: stampField(fields, 'time'),
    ...(entity === undefined ? {} : { entity }),
    ...(fields.has('severity') ? readSeverity(fields) : {}),
    ...(fields.has('attributes') ? { attributes: fields.attributes('attributes') } : {}),
  }
  return {
    kind: 'log',
    raw: line.raw,
    text: line.text,
    ...(line.lossy ? { lossy: true } : {}),
    parsed,
    format: 'plumbline',
    source,
    channel: source,
    retry: 'content',
  }
}

function readSeverity(fields: JsonFields): { severity: Severity; severityText?: string } {
  const value = fields.raw('severity')
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 24) {
    return { severity: value }
  }
  const severity = typeof value === 'string' ? severityFromWord(value) : 0
  if (severity === 0) {
    fields.fail(`"severity" is ${JSON.stringify(value)}: give 0 to 24 or a word such as "error"`)
  }
  return { severity, severityText: String(value) }
}
