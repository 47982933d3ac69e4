import type { Cell } from '../../../model/aggregate.ts'
import type { Counts } from '../store.ts'

/** More groups than fit in memory: a place below it and one more make one whole number. */
const MOST_GROUPS = 2 ** 26

/** Counts by the cells of some keys. It takes as many buckets as there are records, so a group is found by numbers alone. */
export class CountTable {
  readonly #cells: readonly Map<Cell, number>[]
  /** Of each key the places of all groups. */
  readonly #places: readonly number[][]
  /** Groups by the first keys, and the place of the next: each key but the first narrows them down. */
  readonly #narrowed: readonly Map<number, number>[]
  readonly #counts: number[]

  constructor(keys: number) {
    this.#cells = Array.from({ length: keys }, () => new Map<Cell, number>())
    this.#places = this.#cells.map(() => [])
    this.#narrowed = this.#cells.slice(1).map(() => new Map<number, number>())
    // Without keys there is one group, also of nothing.
    this.#counts = keys === 0 ? [0] : []
  }

  /** Where a cell stands among those of a key. */
  placeOf(key: number, cell: Cell): number {
    const cells = this.#cells[key]!
    let place = cells.get(cell)
    if (place === undefined) cells.set(cell, (place = cells.size))
    return place
  }

  addCells(cells: readonly Cell[], count: number): void {
    this.add(
      cells.map((cell, key) => this.placeOf(key, cell)),
      count,
    )
  }

  /** Adds to the group of a place of each key. */
  add(places: readonly number[], count: number): void {
    let group = places[0] ?? 0
    for (const [index, known] of this.#narrowed.entries()) {
      const name = group * MOST_GROUPS + places[index + 1]!
      const narrowed = known.get(name)
      if (narrowed === undefined) known.set(name, (group = known.size))
      else group = narrowed
    }
    if (group < this.#counts.length) {
      this.#counts[group]! += count
      return
    }
    this.#counts.push(count)
    this.#places.forEach((column, key) => column.push(places[key]!))
  }

  columns(): Omit<Counts, 'notes'> {
    const keys = this.#cells.map((cells, key) => ({
      cells: [...cells.keys()],
      places: Uint32Array.from(this.#places[key]!),
    }))
    return { keys, counts: Float64Array.from(this.#counts) }
  }
}
