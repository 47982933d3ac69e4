import {
  attributesOf,
  bodyOf,
  recordId,
  recordOf,
  type LogRow,
} from '../../../model/batch-record.ts'
import { keysOfRecord } from '../../../model/keys.ts'
import type { AttributeValue, Key, LogRecord } from '../../../model/record.ts'
import type { Micros } from '../../../model/time.ts'
import type { QueryContext } from '../store.ts'
import type { Dictionaries } from './dictionary.ts'
import type { Engine } from './engine.ts'
import type { Row } from './rows.ts'

const NO_BYTES = new Uint8Array()

/** Turns rows into records. */
export class RecordReader {
  readonly #engine: Engine
  readonly #dictionaries: Dictionaries

  constructor(engine: Engine, dictionaries: Dictionaries) {
    this.#engine = engine
    this.#dictionaries = dictionaries
  }

  /** Records in the order of the rows; `raw` is empty unless asked for. */
  async read(rows: readonly Row[], withRaw: boolean, context: QueryContext): Promise<LogRecord[]> {
    if (!withRaw) return rows.map((row) => recordOf(this.#logRow(row), false))
    const verbatim = await this.#verbatim(rows, context)
    return rows.map((row) => {
      const bytes = verbatim.get(row)
      return recordOf(
        bytes === undefined ? this.#logRow(row) : { ...this.#logRow(row), verbatim: bytes },
      )
    })
  }

  /** A record whose parts are worked out when they are looked at: for checking many rows. */
  view(row: Row): LogRecord {
    return new RecordView(this.#logRow(row))
  }

  #logRow(row: Row): LogRow {
    const { entities, streams, shapes, templates } = this.#dictionaries
    return {
      day: row.partition.day,
      ...row.partition.origins.of(row.seq, row.partition.position?.node ?? ''),
      time: row.time,
      timeNs: row.timeNs,
      received: row.received,
      severity: row.severity,
      entity: row.entity === 0 ? null : entities.get(row.entity - 1),
      stream: streams.get(row.stream),
      shape: shapes.get(row.shape),
      template: templates.get(row.template),
      variables: row.variables,
      values: row.values,
    }
  }

  /** The bytes of those rows that are kept verbatim. */
  async #verbatim(rows: readonly Row[], context: QueryContext): Promise<Map<Row, Uint8Array>> {
    const kept = rows.filter((row) => this.#dictionaries.shapes.get(row.shape).frame === null)
    const found = new Map<Row, Uint8Array>()
    for (const partition of new Set(kept.map((row) => row.partition))) {
      const bySeq = new Map(
        kept.filter((row) => row.partition === partition).map((row) => [row.seq, row]),
      )
      const columns = await this.#engine.query(
        `SELECT seq, raw FROM ${partition.database}.verbatim WHERE seq IN (${[...bySeq.keys()].join(',')})`,
        context,
      )
      for (let i = 0; i < columns.rows; i++) {
        const row = bySeq.get(columns.number(0, i))
        if (row !== undefined) found.set(row, columns.bytes(1, i))
      }
    }
    return found
  }
}

/** {@link LogRecord} over a row, lazily; without raw bytes. */
class RecordView implements LogRecord {
  readonly #row: LogRow
  #body: string | undefined
  #attributes: Readonly<Record<string, AttributeValue>> | undefined

  constructor(row: LogRow) {
    this.#row = row
  }

  get id(): string {
    return recordId(this.#row.day, this.#row.node, this.#row.sequence)
  }
  get kind(): 'log' | 'change' {
    return this.#row.stream.kind
  }
  get time(): Micros {
    return this.#row.time as Micros
  }
  get timeNs(): number {
    return this.#row.timeNs
  }
  get received(): Micros {
    return this.#row.received as Micros
  }
  get uncertaintyUs(): number {
    return this.#row.shape.uncertaintyUs
  }
  get timeFrom(): LogRecord['timeFrom'] {
    return this.#row.shape.timeFrom
  }
  get source(): string {
    return this.#row.stream.source
  }
  get format(): string {
    return this.#row.stream.format
  }
  get layer(): LogRecord['layer'] {
    return this.#row.stream.layer
  }
  get entity(): string | null {
    return this.#row.entity
  }
  get host(): string | null {
    return this.#row.stream.host
  }
  get app(): string | null {
    return this.#row.shape.app
  }
  get severity(): number {
    return this.#row.severity
  }
  get severityText(): string | null {
    return this.#row.shape.severityText
  }
  get eventName(): string | null {
    return this.#row.shape.eventName
  }
  get template(): LogRecord['template'] {
    return { id: this.#row.template.id, text: '' }
  }
  get body(): string {
    return (this.#body ??= bodyOf(this.#row.template, this.#row.variables))
  }
  get attributes(): Readonly<Record<string, AttributeValue>> {
    return (this.#attributes ??= attributesOf(this.#row))
  }
  get keys(): readonly Key[] {
    return keysOfRecord(this.body, this.attributes)
  }
  get raw(): Uint8Array {
    return NO_BYTES
  }
}
