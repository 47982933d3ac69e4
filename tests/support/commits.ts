import { BatchBuilder } from '../../ingest/batch-builder.ts'
import { StreamTable } from '../../ingest/stream-table.ts'
import type { Commit, LedgerCounts, LogBatch } from '../../model/batch.ts'
import { recordOf, rowOf } from '../../model/batch-record.ts'
import type { LogRecord } from '../../model/record.ts'
import { dayOf, type Micros } from '../../model/time.ts'

/** Makes commits of records as ingest does, one node's worth, and remembers what went in. */
export class CommitMaker {
  readonly #builder: BatchBuilder
  readonly #streams = new StreamTable()
  readonly node: string
  #offset: number
  /** The records of every commit so far, as a store must give them back. */
  readonly records: LogRecord[] = []

  constructor(node = 'n1', nextSequence = 1, offset = 0) {
    this.node = node
    this.#offset = offset
    this.#builder = new BatchBuilder({ node, nextSequence })
  }

  /** A commit of these records on one day; their ids and templates are given here. */
  commit(records: readonly LogRecord[], extra: Partial<Commit> = {}): Commit {
    const day = dayOf((records[0]?.received ?? 0) as Micros)
    for (const record of records) this.#add(record)
    const logs = this.#builder.take(day)
    if (logs !== null) this.#remember(logs)
    this.#offset += 1
    return {
      day,
      node: this.node,
      logs,
      metrics: null,
      ledger: ledgerOf(records),
      deadLetters: [],
      retryKeys: new Uint32Array(),
      position: { segment: 1, offset: this.#offset, nextSequence: this.#builder.nextSequence },
      ...extra,
    }
  }

  #remember(batch: LogBatch): void {
    for (let row = 0; row < batch.count; row++) this.records.push(recordOf(rowOf(batch, row)))
  }

  #add(record: LogRecord): void {
    const { source, host, format, layer, kind } = record
    this.#builder.add({
      stream: this.#streams.find({ source, host, format, layer, kind }),
      entity: record.entity,
      received: record.received,
      time: record.time,
      timeNs: record.timeNs,
      uncertaintyUs: record.uncertaintyUs,
      timeFrom: record.timeFrom,
      app: record.app,
      severity: record.severity,
      severityText: record.severityText,
      eventName: record.eventName,
      attributes: record.attributes,
      body: record.body,
      raw: record.raw,
      text: new TextDecoder().decode(record.raw),
      lossy: false,
    })
  }
}

function ledgerOf(records: readonly LogRecord[]): Map<string, LedgerCounts> {
  const ledger = new Map<string, LedgerCounts>()
  for (const { source } of records) {
    const counts = ledger.get(source) ?? counted(0)
    ledger.set(source, { ...counts, received: counts.received + 1, stored: counts.stored + 1 })
  }
  return ledger
}

/** Counts of so many records received and stored. */
export function counted(records: number): LedgerCounts {
  return {
    received: records,
    stored: records,
    deduplicated: 0,
    unparsed: 0,
    rejected: 0,
    deadLettered: 0,
    lost: 0,
  }
}
