import type { Key } from '../../../model/record.ts'
import { NO_KEY, type KeyNames } from './key-names.ts'

/** The columns of a row's numbered identifiers, filled from the first. */
export const KEY_COLUMNS = ['key_1', 'key_2', 'key_3', 'key_4'] as const

/** Those columns of the rows of a commit. */
export class KeyColumns {
  readonly columns: readonly Uint32Array[]
  readonly #names: KeyNames

  constructor(rows: number, names: KeyNames) {
    this.columns = KEY_COLUMNS.map(() => new Uint32Array(rows).fill(NO_KEY))
    this.#names = names
  }

  /** Of more identifiers than there is room for, the last column says that there are others. */
  put(row: number, keys: readonly Key[]): void {
    const isMore = keys.length > this.columns.length
    this.columns.forEach((column, index) => {
      const key = keys[index]
      if (key === undefined) return
      const isLast = index === this.columns.length - 1
      column[row] = isMore && isLast ? this.#names.other() : this.#names.intern(key)
    })
  }

  /** The numbers in them. */
  used(): Uint32Array {
    const used = new Set<number>()
    for (const column of this.columns) for (const number of column) used.add(number)
    used.delete(NO_KEY)
    return Uint32Array.from(used)
  }
}
