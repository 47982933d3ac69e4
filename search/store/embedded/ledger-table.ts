import type { Commit, LedgerCounts } from '../../../model/batch.ts'
import { changesOf, sumOf, type LedgerEntry } from '../ledger.ts'
import { sqlText, type Columns, type Engine } from './engine.ts'

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
