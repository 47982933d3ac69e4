import type { Cell } from '../../../model/aggregate.ts'
import type { CountedKey } from '../../../model/counted-key.ts'
import type { Counts } from '../store.ts'
import type { GroupColumn, GroupList } from './group-column.ts'
import { NumberTable } from './number-table.ts'
import type { Row } from './rows.ts'

/** Counts by one grouping. */
export interface GroupCounter {
  readonly columns: readonly GroupColumn[]
  /** So many rows of each group: `keys` has the numbers of all groups for each of the columns. */
  addCounts(keys: readonly Float64Array[], counts: Float64Array): void
  addRows(rows: readonly Row[]): void
  result(): Counts
}

/** Groups up to which each has a place in an array: 8 MB. */
const MOST_PLACES = 2 ** 20

export function counterOf(columns: readonly GroupColumn[]): GroupCounter {
  const lists = columns.flatMap(({ list }) => (list === undefined ? [] : [list]))
  const places = lists.reduce((product, { end }) => product * end, 1)
  const isFixed = columns.length > 0 && lists.length === columns.length && places <= MOST_PLACES
  return isFixed ? new FixedCounter(columns, lists) : new GrowingCounter(columns)
}

/** Of groups that are known before: each has its place. */
class FixedCounter implements GroupCounter {
  readonly columns: readonly GroupColumn[]
  readonly #lists: readonly GroupList[]
  readonly #counts: Float64Array

  constructor(columns: readonly GroupColumn[], lists: readonly GroupList[]) {
    this.columns = columns
    this.#lists = lists
    this.#counts = new Float64Array(lists.reduce((product, { end }) => product * end, 1))
  }

  addCounts(keys: readonly Float64Array[], counts: Float64Array): void {
    const places = new Uint32Array(counts.length)
    keys.forEach((numbers, key) => {
      const { end } = this.#lists[key]!
      for (let group = 0; group < places.length; group++) {
        places[group] = places[group]! * end + numbers[group]!
      }
    })
    const into = this.#counts
    for (let group = 0; group < places.length; group++) into[places[group]!]! += counts[group]!
  }

  addRows(rows: readonly Row[]): void {
    for (const row of rows) {
      let place = 0
      for (const [key, { end }] of this.#lists.entries()) {
        place = place * end + this.columns[key]!.of(row)
      }
      this.#counts[place]!++
    }
  }

  result(): Counts {
    const groups = placesOf(this.#counts)
    const keys: CountedKey[] = []
    let each = 1
    for (let key = this.#lists.length - 1; key >= 0; key--) {
      const { end } = this.#lists[key]!
      keys.unshift(keyOfGroups(groups, each, end, this.columns[key]!))
      each *= end
    }
    const counts = new Float64Array(groups.length)
    for (let group = 0; group < groups.length; group++)
      counts[group] = this.#counts[groups[group]!]!
    return { keys, counts, notes: [] }
  }
}

/** The places that have something counted, in their order. */
function placesOf(counts: Float64Array): Uint32Array {
  const places = new Uint32Array(counts.length)
  let groups = 0
  for (let place = 0; place < counts.length; place++) {
    if (counts[place]! > 0) places[groups++] = place
  }
  return places.subarray(0, groups)
}

/** What groups have of a key, of which each of `end` numbers stands for `each` places before it comes again. */
function keyOfGroups(
  groups: Uint32Array,
  each: number,
  end: number,
  { cell }: GroupColumn,
): CountedKey {
  const cells: Cell[] = []
  const cellOfNumber = new Int32Array(end).fill(-1)
  const places = new Uint32Array(groups.length)
  for (let group = 0; group < groups.length; group++) {
    const number = Math.floor(groups[group]! / each) % end
    if (cellOfNumber[number] === -1) cellOfNumber[number] = cells.push(cell(number)) - 1
    places[group] = cellOfNumber[number]!
  }
  return { cells, places }
}

/** The cells of one column, numbered: many streams of one host are one cell, and groups are told apart fast. */
class NumberedCells {
  readonly #cellOf: (value: number) => Cell
  readonly #numberOfCell = new Map<Cell, number>()
  readonly #numbers = new Map<number, number>()
  readonly cells: Cell[] = []

  constructor(cellOf: (value: number) => Cell) {
    this.#cellOf = cellOf
  }

  numberOf(value: number): number {
    let number = this.#numbers.get(value)
    if (number !== undefined) return number
    const cell = this.#cellOf(value)
    number = this.#numberOfCell.get(cell)
    if (number === undefined) {
      number = this.cells.length
      this.cells.push(cell)
      this.#numberOfCell.set(cell, number)
    }
    this.#numbers.set(value, number)
    return number
  }
}

/** More different cells of one key than this would not fit three to a number. */
const RADIX = 2 ** 17
const MOST_KEYS_IN_NUMBER = 3

/** Groups so far; grows by doubling. */
const FIRST_GROUPS = 256

/** Of groups that come up as they do. */
class GrowingCounter implements GroupCounter {
  readonly columns: readonly GroupColumn[]
  readonly #cells: readonly NumberedCells[]
  readonly #named = new NumberTable()
  readonly #places = new Map<string, number>()
  /** The numbered cell of each group, by key. */
  readonly #numbers: number[][]
  #counts = new Float64Array(FIRST_GROUPS)
  #groups = 0
  readonly #row: number[]

  constructor(columns: readonly GroupColumn[]) {
    this.columns = columns
    this.#cells = columns.map(({ cell }) => new NumberedCells(cell))
    this.#numbers = columns.map(() => [])
    this.#row = columns.map(() => 0)
    // Without keys there is one group, also of nothing.
    if (columns.length === 0) this.#add(0)
  }

  addCounts(keys: readonly Float64Array[], counts: Float64Array): void {
    for (let group = 0; group < counts.length; group++) {
      for (let key = 0; key < this.#row.length; key++) {
        this.#row[key] = this.#cells[key]!.numberOf(keys[key]![group]!)
      }
      this.#add(counts[group]!)
    }
  }

  addRows(rows: readonly Row[]): void {
    for (const row of rows) {
      for (let key = 0; key < this.#row.length; key++) {
        this.#row[key] = this.#cells[key]!.numberOf(this.columns[key]!.of(row))
      }
      this.#add(1)
    }
  }

  result(): Counts {
    return {
      keys: this.#numbers.map((numbers, key) => ({
        cells: this.#cells[key]!.cells,
        places: Uint32Array.from(numbers),
      })),
      counts: this.#counts.slice(0, this.#groups),
      notes: [],
    }
  }

  #add(count: number): void {
    const place = this.#place()
    if (place === this.#groups) {
      this.#groups++
      this.#row.forEach((number, key) => this.#numbers[key]!.push(number))
      if (place === this.#counts.length) {
        const longer = new Float64Array(2 * place)
        longer.set(this.#counts)
        this.#counts = longer
      }
    }
    this.#counts[place]! += count
  }

  /** The place of the row's group; one behind the last for a new one. */
  #place(): number {
    const name = this.#name()
    if (typeof name === 'number') return this.#named.placeOf(name, this.#groups)
    let place = this.#places.get(name)
    if (place === undefined) this.#places.set(name, (place = this.#groups))
    return place
  }

  #name(): number | string {
    const row = this.#row
    if (row.length > MOST_KEYS_IN_NUMBER) return row.join(',')
    let name = 0
    for (const number of row) {
      if (number >= RADIX) return row.join(',')
      name = name * RADIX + number
    }
    return name
  }
}
