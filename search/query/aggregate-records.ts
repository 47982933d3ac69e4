import { accumulator } from '../../model/aggregate.ts'
import type { Cell } from '../../model/aggregate.ts'
import { cellReader } from '../../model/fields.ts'
import type { Aggregate, GroupKey } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'

/** The column of a grouping key; a bin's is `time`. */
export const keyColumn = (key: GroupKey): string => (key.kind === 'bin' ? 'time' : key.field)

/** How one row type gives the cells of a key and of an aggregate's field. */
export interface RowReader<Row> {
  readonly keyCells: (key: GroupKey) => (row: Row) => readonly Cell[]
  readonly cells: (field: string) => (row: Row) => readonly Cell[]
}

/** Groups rows (oldest first) by the meaning in model/aggregate.ts: keys, then results, in no order. */
export function aggregateRows<Row>(
  rows: readonly Row[],
  by: readonly GroupKey[],
  aggregates: readonly Aggregate[],
  reader: RowReader<Row>,
): Cell[][] {
  const keys = by.map(reader.keyCells)
  const inputs = aggregates.map(({ field }) =>
    field === undefined ? () => [] : reader.cells(field),
  )
  const start = () => aggregates.map((aggregate) => accumulator(aggregate.function))
  const groups = new Map<string, { cells: Cell[]; results: ReturnType<typeof start> }>()
  if (by.length === 0) groups.set('[]', { cells: [], results: start() })
  for (const row of rows) {
    for (const cells of combinations(keys.map((read) => read(row)))) {
      const name = JSON.stringify(cells)
      const group = groups.get(name) ?? { cells, results: start() }
      groups.set(name, group)
      group.results.forEach((result, i) => result.add(inputs[i]!(row)))
    }
  }
  return [...groups.values()].map(({ cells, results }) => [
    ...cells,
    ...results.map((result) => result.result()),
  ])
}

/** Every way to take one cell of each list. */
function combinations(lists: readonly (readonly Cell[])[]): Cell[][] {
  return lists.reduce<Cell[][]>(
    (rows, list) => rows.flatMap((row) => list.map((cell) => [...row, cell])),
    [[]],
  )
}

/** The start of the bin of a time. */
export const binStart = (timeUs: number, widthUs: number): number =>
  Math.floor(timeUs / widthUs) * widthUs

function recordKeyCells(key: GroupKey): (record: LogRecord) => readonly Cell[] {
  if (key.kind === 'bin') return (record) => [binStart(record.time, key.widthUs)]
  const read = cellReader(key.field)
  return (record) => {
    const cells = read(record)
    return cells.length === 0 ? [null] : [...new Set(cells)]
  }
}

/** {@link aggregateRows} of records. */
export function aggregateRecords(
  records: readonly LogRecord[],
  by: readonly GroupKey[],
  aggregates: readonly Aggregate[],
): Cell[][] {
  return aggregateRows(records, by, aggregates, { keyCells: recordKeyCells, cells: cellReader })
}
