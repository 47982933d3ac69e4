import type { Row } from './rows.ts'

/** Characters of texts, and rows, of a generation: about 4 MiB. */
const MOST_CHARACTERS = 1_048_576
const MOST_ROWS = 8_192

/**
 * Rows of a partition that were read lately; a row never changes. Who pans over a timeline or goes from one record to
 * the next asks for the same few again, and each costs DuckDB the unpacking of 2,048 texts. Two generations: when the
 * young one is full it becomes the old one, and what was not asked for again since then goes.
 */
export class RecentRows {
  #young = new Map<number, Row>()
  #old: ReadonlyMap<number, Row> = new Map()
  #characters = 0

  /** The row at a place, if it is still known. */
  get(pos: number): Row | undefined {
    const young = this.#young.get(pos)
    if (young !== undefined) return young
    const old = this.#old.get(pos)
    if (old !== undefined) this.add(old)
    return old
  }

  add(row: Row): void {
    const size = row.variables.length + row.values.length
    // One that would push out most others is read again.
    if (size > MOST_CHARACTERS / 16) return
    if (this.#characters + size > MOST_CHARACTERS || this.#young.size === MOST_ROWS) {
      this.#old = this.#young
      this.#young = new Map()
      this.#characters = 0
    }
    this.#young.set(row.pos, row)
    this.#characters += size
  }
}
