import { accumulator, setIndex, type Accumulator, type Cell } from './aggregate.ts'
import { cellReader } from './fields.ts'
import type { Aggregate, CountKey } from './query.ts'
import type { LogRecord } from './record.ts'

/** The cells that a row has for a key or a field. */
export type CellsOf<Row> = (row: Row) => readonly Cell[]

/** What rows are grouped by, and what is worked out for each group: how one type of row gives both. */
export interface Grouping<Row> {
  readonly keys: readonly CellsOf<Row>[]
  readonly aggregates: readonly {
    readonly function: Aggregate['function']
    readonly cells: CellsOf<Row>
  }[]
}

interface Group {
  readonly cells: readonly Cell[]
  readonly results: readonly Accumulator[]
}

/** Groups rows by the meaning in aggregate.ts, as they come: oldest first. */
export class GroupTable<Row> {
  readonly #grouping: Grouping<Row>
  readonly #groups = new Map<string, Group>()

  constructor(grouping: Grouping<Row>) {
    this.#grouping = grouping
    // Without keys there is one group, also of nothing.
    if (grouping.keys.length === 0) this.#groupOf([])
  }

  add(row: Row): void {
    const { keys, aggregates } = this.#grouping
    const values = aggregates.map(({ cells }) => cells(row))
    for (const cells of combinations(keys.map((read) => read(row)))) {
      this.#groupOf(cells).results.forEach((one, index) => one.add(values[index]!))
    }
  }

  /** Keys, then results, in no order. */
  rows(): Cell[][] {
    return [...this.#groups.values()].map(({ cells, results }) => [
      ...cells,
      ...results.map((one) => one.result()),
    ])
  }

  #groupOf(cells: readonly Cell[]): Group {
    const name = JSON.stringify(cells)
    let group = this.#groups.get(name)
    if (group === undefined) {
      const results = this.#grouping.aggregates.map((one) => accumulator(one.function))
      group = { cells, results }
      this.#groups.set(name, group)
    }
    return group
  }
}

/** How records are grouped. */
export function groupingOfRecords(
  by: readonly CountKey[],
  aggregates: readonly Aggregate[],
): Grouping<LogRecord> {
  return {
    keys: by.map(cellsOfKey),
    aggregates: aggregates.map(({ function: name, field }) => ({
      function: name,
      cells: field === undefined ? () => [] : cellReader(field),
    })),
  }
}

/** The column of a grouping key; a bin's is `time`. */
export const keyColumn = (key: CountKey): string => (key.kind === 'bin' ? 'time' : key.field)

/** The start of the bin of a time. */
export const binStart = (timeUs: number, widthUs: number): number =>
  Math.floor(timeUs / widthUs) * widthUs

/** A record without the field stands in the group null, one with several values in a group for each. */
function cellsOfKey(key: CountKey): CellsOf<LogRecord> {
  if (key.kind === 'bin') return (record) => [binStart(record.time, key.widthUs)]
  const read = cellReader(key.field)
  const index = key.kind === 'among' ? setIndex(key.sets) : (cell: Cell) => cell
  return (record) => {
    const cells = read(record)
    return cells.length === 0 ? [null] : [...new Set(cells.map(index))]
  }
}

/** Every way to take one cell of each list. */
function combinations(lists: readonly (readonly Cell[])[]): Cell[][] {
  return lists.reduce<Cell[][]>(
    (rows, list) => rows.flatMap((row) => list.map((cell) => [...row, cell])),
    [[]],
  )
}
