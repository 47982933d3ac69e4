import { sqlText, type Engine } from './engine.ts'

/** Ranges of one file: `[from, to, from, to, …]`. */
export type FileRangeList = readonly number[]

/**
 * The byte ranges taken of files on one day. The last day that touched a file has all of its ranges:
 * they are kept with the records they stand for, and go with them.
 */
export class FileRangeTable {
  readonly #engine: Engine
  readonly #table: string

  constructor(engine: Engine, table: string) {
    this.#engine = engine
    this.#table = table
  }

  /** Replaces the ranges of these files, inside the caller's transaction. */
  async write(ranges: ReadonlyMap<string, FileRangeList> | undefined): Promise<void> {
    if (ranges === undefined || ranges.size === 0) return
    const files = [...ranges.keys()].map(sqlText).join(', ')
    const rows = [...ranges].map(([file, list]) => `(${sqlText(file)}, '${list.join(' ')}')`)
    await this.#engine.run(`DELETE FROM ${this.#table} WHERE file IN (${files})`)
    await this.#engine.run(`INSERT INTO ${this.#table} VALUES ${rows.join(', ')}`)
  }

  async read(): Promise<[file: string, ranges: FileRangeList][]> {
    const rows = await this.#engine.query(`SELECT file, ranges FROM ${this.#table}`)
    return Array.from({ length: rows.rows }, (_, row) => [
      rows.text(0, row),
      rows.text(1, row).split(' ').map(Number),
    ])
  }
}
