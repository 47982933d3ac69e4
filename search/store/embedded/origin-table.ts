import { BIGINT, VARCHAR } from '@duckdb/node-api'
import type { Engine } from './engine.ts'

/** Who numbered a record, and how. */
export interface Origin {
  readonly node: string
  readonly sequence: number
}

/** Rows with `seq` in `[from, to)`, which one node numbered from `sequence` on. */
export interface OriginRun extends Origin {
  readonly from: number
  readonly to: number
}

/** An origin and the first row it is of; up to the next one the numbers go on together. */
interface FirstRow extends Origin {
  readonly first: number
}

/**
 * Which rows of a partition another ingest node numbered: they were copied here and keep their ids, while the rows of a
 * partition have numbers of one sequence. Empty where nothing was copied.
 */
export class OriginTable {
  /** By `first`. */
  #rows: readonly FirstRow[] = []
  readonly #engine: Engine
  readonly #database: string

  constructor(engine: Engine, database: string) {
    this.#engine = engine
    this.#database = database
  }

  async load(): Promise<void> {
    const rows = await this.#engine.query(
      `SELECT first_row, node, sequence FROM ${this.#database}.origins ORDER BY first_row`,
    )
    this.#rows = Array.from({ length: rows.rows }, (_, row) => ({
      first: rows.number(0, row),
      node: rows.text(1, row),
      sequence: rows.number(2, row),
    }))
  }

  /** The origin of a row; `own` is the node of rows that were numbered here. */
  of(seq: number, own: string): Origin {
    const row = this.#rows.findLast(({ first }) => first <= seq)
    if (row === undefined) return { node: own, sequence: seq }
    return { node: row.node, sequence: row.sequence + seq - row.first }
  }

  /** The number of the row in `[from, to)` that a node numbered so; undefined where none can be it. */
  find({ node, sequence }: Origin, own: string, from: number, to: number): number | undefined {
    const run = this.runs(own, from, to).find(
      (one) =>
        one.node === node &&
        sequence >= one.sequence &&
        sequence < one.sequence + (one.to - one.from),
    )
    return run === undefined ? undefined : run.from + sequence - run.sequence
  }

  /** The runs of `[from, to)`, in order. */
  runs(own: string, from: number, to: number): OriginRun[] {
    const starts = [{ first: 0, node: own, sequence: 0 }, ...this.#rows]
    return starts.flatMap(({ first, node, sequence }, index) => {
      const start = Math.max(first, from)
      const end = Math.min(starts[index + 1]?.first ?? Infinity, to)
      return start < end ? [{ node, sequence: sequence + start - first, from: start, to: end }] : []
    })
  }

  /** Notes inside the caller's transaction whose the rows from `first` on are, if it does not go without saying. */
  async write(first: number, origin: Origin, own: string): Promise<FirstRow | undefined> {
    const known = this.of(first, own)
    if (known.node === origin.node && known.sequence === origin.sequence) return undefined
    await this.#engine.append(
      this.#database,
      'origins',
      [
        { type: BIGINT, bigints: Float64Array.of(first) },
        { type: VARCHAR, strings: [origin.node] },
        { type: BIGINT, bigints: Float64Array.of(origin.sequence) },
      ],
      1,
    )
    return { ...origin, first }
  }

  adopt(row: FirstRow | undefined): void {
    if (row !== undefined) this.#rows = [...this.#rows, row]
  }
}
