import type { Commit, LedgerCounts } from '../../../model/batch.ts'
import { sqlText, type Columns, type Engine } from './engine.ts'

/** Counts of a source with its newest event and receive times (null before the first record). */
export interface LedgerEntry {
  readonly counts: LedgerCounts
  readonly watermark: number | null
  readonly lastReceived: number | null
}

const COUNT_COLUMNS = [
  ['received', 'received'],
  ['stored', 'stored'],
  ['deduplicated', 'deduplicated'],
  ['unparsed', 'unparsed'],
  ['rejected', 'rejected'],
  ['deadLettered', 'dead_lettered'],
  ['lost', 'lost'],
] as const satisfies readonly (readonly [keyof LedgerCounts, string])[]

/** The ledger of one partition: in memory for questions, on disk in the transaction of its rows. */
export class LedgerTable {
  #entries = new Map<string, LedgerEntry>()
  readonly #engine: Engine
  readonly #table: string

  constructor(engine: Engine, table: string) {
    this.#engine = engine
    this.#table = table
  }

  get entries(): ReadonlyMap<string, LedgerEntry> {
    return this.#entries
  }

  async load(): Promise<void> {
    const names = COUNT_COLUMNS.map(([, column]) => column).join(', ')
    const rows = await this.#engine.query(
      `SELECT source, ${names}, watermark, last_received FROM ${this.#table}`,
    )
    this.#entries = new Map()
    for (let row = 0; row < rows.rows; row++)
      this.#entries.set(rows.text(0, row), entryOf(rows, row))
  }

  /** Writes a commit's deltas inside the caller's transaction. */
  async write(commit: Commit): Promise<void> {
    const changes = changesOf(commit)
    if (changes.size > 0) await this.#upsert(changes)
  }

  /** Takes the deltas over once the transaction has committed. */
  adopt(commit: Commit): void {
    this.#add(changesOf(commit))
  }

  /** Adds a whole ledger to this one's file inside the caller's transaction; then {@link adoptEntries}. */
  async writeEntries(entries: ReadonlyMap<string, LedgerEntry>): Promise<void> {
    if (entries.size > 0) await this.#upsert(entries)
  }

  adoptEntries(entries: ReadonlyMap<string, LedgerEntry>): void {
    this.#add(entries)
  }

  #add(changes: ReadonlyMap<string, LedgerEntry>): void {
    for (const [source, change] of changes) {
      const before = this.#entries.get(source)
      this.#entries.set(source, before === undefined ? change : sumOf(before, change))
    }
  }

  async #upsert(changes: ReadonlyMap<string, LedgerEntry>): Promise<void> {
    const sql = (time: number | null): string => (time === null ? 'NULL' : String(time))
    const values = [...changes].map(([source, { counts, watermark, lastReceived }]) => {
      const numbers = COUNT_COLUMNS.map(([key]) => counts[key])
      return `(${sqlText(source)}, ${numbers.join(', ')}, ${sql(watermark)}, ${sql(lastReceived)})`
    })
    const sums = COUNT_COLUMNS.map(([, column]) => `${column} = ${column} + excluded.${column}`)
    await this.#engine.run(`INSERT INTO ${this.#table} VALUES ${values.join(', ')}
      ON CONFLICT (source) DO UPDATE SET ${sums.join(', ')},
        watermark = greatest(watermark, excluded.watermark),
        last_received = greatest(last_received, excluded.last_received)`)
  }
}

/** The sum of two ledgers of one source. */
export function sumOf(a: LedgerEntry, b: LedgerEntry): LedgerEntry {
  const counts = { ...a.counts }
  for (const [key] of COUNT_COLUMNS) counts[key] += b.counts[key]
  return {
    counts,
    watermark: latest(a.watermark, b.watermark),
    lastReceived: latest(a.lastReceived, b.lastReceived),
  }
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}

function entryOf(rows: Columns, row: number): LedgerEntry {
  const counts = {} as LedgerCounts
  COUNT_COLUMNS.forEach(([key], index) => (counts[key] = rows.number(index + 1, row)))
  const time = (column: number): number | null =>
    rows.isNull(column, row) ? null : rows.number(column, row)
  return {
    counts,
    watermark: time(COUNT_COLUMNS.length + 1),
    lastReceived: time(COUNT_COLUMNS.length + 2),
  }
}

function changesOf(commit: Commit): Map<string, LedgerEntry> {
  const times = timesBySource(commit)
  const changes = new Map<string, LedgerEntry>()
  for (const [source, counts] of commit.ledger) {
    const seen = times.get(source)
    changes.set(source, {
      counts: { ...counts },
      watermark: seen?.watermark ?? null,
      lastReceived: seen?.lastReceived ?? null,
    })
  }
  return changes
}

function timesBySource(commit: Commit): Map<string, { watermark: number; lastReceived: number }> {
  const bySource = new Map<string, { watermark: number; lastReceived: number }>()
  const see = (source: string, time: number, received: number): void => {
    const seen = bySource.get(source)
    if (seen === undefined) bySource.set(source, { watermark: time, lastReceived: received })
    else {
      seen.watermark = Math.max(seen.watermark, time)
      seen.lastReceived = Math.max(seen.lastReceived, received)
    }
  }
  const { logs, metrics } = commit
  if (logs !== null) {
    const watermark = new Float64Array(logs.streams.length).fill(-1)
    const received = new Float64Array(logs.streams.length).fill(-1)
    for (let row = 0; row < logs.count; row++) {
      const stream = logs.stream[row]!
      if (logs.time[row]! > watermark[stream]!) watermark[stream] = logs.time[row]!
      if (logs.received[row]! > received[stream]!) received[stream] = logs.received[row]!
    }
    logs.streams.forEach((stream, index) => {
      if (received[index]! >= 0) see(stream.source, watermark[index]!, received[index]!)
    })
  }
  if (metrics !== null) {
    for (let row = 0; row < metrics.count; row++) {
      const series = metrics.seriesIndex[row]!
      see(metrics.series[series]!.source, metrics.time[row]!, metrics.received[series]!)
    }
  }
  return bySource
}
