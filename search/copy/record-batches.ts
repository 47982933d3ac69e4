import { isUtf8 } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import { BatchBuilder } from '../../ingest/batch-builder.ts'
import { StreamTable } from '../../ingest/stream-table.ts'
import type { LogBatch } from '../../model/batch.ts'
import { parseRecordId, recordOf, rowOf } from '../../model/batch-record.ts'
import { AppError, messageOf } from '../../model/errors.ts'
import type { Key, LogRecord } from '../../model/record.ts'
import { templateId } from '../../model/template.ts'
import { stampIn } from './stamp-text.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Makes batches of records as ingest made them, and proves of each record that it comes out as it went in. */
export class RecordBatches {
  /** By id. */
  readonly #patterns: ReadonlyMap<string, string>
  readonly #streams = new StreamTable()
  readonly #builder = new BatchBuilder({ node: '', nextSequence: 0 })
  #records: LogRecord[] = []

  /** `patterns`: those of all templates of the source. */
  constructor(patterns: readonly string[]) {
    this.#patterns = new Map(patterns.map((pattern) => [templateId(pattern), pattern]))
  }

  get rows(): number {
    return this.#records.length
  }

  /** About what the records so far take in memory. */
  get bytes(): number {
    return this.#builder.bytes
  }

  /** Whether a record may stand behind those so far: the rows of a batch are numbered without a gap. */
  goesOn(record: LogRecord): boolean {
    const last = this.#records.at(-1)
    if (last === undefined) return true
    const [a, b] = [parseRecordId(last.id)!, parseRecordId(record.id)!]
    return a.day === b.day && a.node === b.node && a.sequence + 1 === b.sequence
  }

  add(record: LogRecord): void {
    const { source, host, format, layer, kind, body, raw, template } = record
    const pattern = this.#patterns.get(template?.id ?? '')
    if (pattern === undefined) {
      throw new AppError(
        'data_version',
        `cannot copy record ${record.id}: the source does not know its template ${template?.id}`,
      )
    }
    const text = decoder.decode(raw)
    try {
      this.#builder.add({
        stream: this.#streams.find({ source, host, format, layer, kind }),
        entity: record.entity,
        received: record.received,
        time: record.time,
        timeNs: record.timeNs,
        uncertaintyUs: record.uncertaintyUs,
        timeFrom: record.timeFrom,
        stampText: stampIn(text, body),
        app: record.app,
        severity: record.severity,
        severityText: record.severityText,
        eventName: record.eventName,
        attributes: record.attributes,
        body,
        pattern,
        raw,
        text,
        lossy: !isUtf8(raw),
      })
    } catch (cause) {
      const hint = cause instanceof AppError && cause.hint !== undefined ? { hint: cause.hint } : {}
      const code = cause instanceof AppError ? cause.code : 'internal'
      const message = `cannot copy record ${record.id}: ${messageOf(cause)}`
      throw new AppError(code, message, { cause, ...hint })
    }
    this.#records.push(record)
  }

  /** The batch so far. Throws where a record would not be given back exactly. */
  take(): LogBatch | null {
    const records = this.#records
    this.#records = []
    if (records.length === 0) return null
    const { day, node, sequence: firstSequence } = parseRecordId(records[0]!.id)!
    const batch = { ...this.#builder.take(day)!, node, firstSequence }
    records.forEach((record, row) => {
      const field = fieldThatDiffers(record, recordOf(rowOf(batch, row)))
      if (field === undefined) return
      throw new AppError('internal', `cannot copy record ${record.id}: its ${field} would change`)
    })
    return batch
  }
}

/** A field in which two records differ. The order of attributes is nothing that a record says. */
export function fieldThatDiffers(a: LogRecord, b: LogRecord): keyof LogRecord | undefined {
  return (Object.keys(a) as (keyof LogRecord)[]).find((name) => {
    if (name === 'raw') return Buffer.compare(a.raw, b.raw) !== 0
    if (name === 'keys') {
      return !areSame(a.keys, b.keys) && !isDeepStrictEqual(sortedKeys(a), sortedKeys(b))
    }
    const [x, y] = [a[name], b[name]]
    return x !== y && !isDeepStrictEqual(x, y)
  })
}

const areSame = (a: readonly Key[], b: readonly Key[]): boolean =>
  a.length === b.length &&
  a.every(({ kind, value }, at) => kind === b[at]!.kind && value === b[at]!.value)

const sortedKeys = ({ keys }: LogRecord): string[] =>
  keys.map(({ kind, value }) => `${kind} ${value}`).sort()
