import { binStart, keyColumn } from '../../model/group-table.ts'
import type { Cell } from '../../model/aggregate.ts'
import { cellNumber } from '../../model/aggregate.ts'
import { compareText } from '../../model/match.ts'
import type { Aggregate, GroupKey, Pipe } from '../../model/query.ts'
import { formatTime, parseRfc3339 } from '../../model/time.ts'
import type { Micros } from '../../model/time.ts'
import { aggregateRows } from './aggregate-records.ts'
import { columnPlace } from './check-pipes.ts'

/** A column while a query runs; the cells of a `time` one are microseconds until the answer is made. */
export interface Column {
  readonly name: string
  readonly unit?: string
  readonly time?: true
}

export interface WorkingTable {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

/** The place of a column that `checkPipes` has seen. */
export function columnIndex(table: WorkingTable, name: string): number {
  const names = table.columns.map((column) => column.name)
  const place = columnPlace(name, names)
  if (place < 0) throw new Error(`BUG: no column ${name} in ${names.join(', ')}`)
  return place
}

function orderOf(cell: Cell, column: Column): number | undefined {
  if (column.time === true && typeof cell === 'string') return parseRfc3339(cell)?.us
  return cellNumber(cell)
}

/** Numbers by value, other cells by text; null comes last in both directions. */
export function compareCells(a: Cell, b: Cell, column: Column, descending = false): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const x = orderOf(a, column)
  const y = orderOf(b, column)
  const order = x !== undefined && y !== undefined ? x - y : compareText(String(a), String(b))
  return descending ? -order : order
}

/** Rows ordered by their first `count` columns, so that a table without `sort` is the same each time. */
export function orderedByKeys(table: WorkingTable, count: number): WorkingTable {
  const keys = table.columns.slice(0, count)
  const rows = [...table.rows].sort((a, b) => {
    for (const [i, column] of keys.entries()) {
      const order = compareCells(a[i]!, b[i]!, column)
      if (order !== 0) return order
    }
    return 0
  })
  return { columns: table.columns, rows }
}

type PipeOf<K extends Pipe['kind']> = Extract<Pipe, { readonly kind: K }>

export function sortTable(table: WorkingTable, { by }: PipeOf<'sort'>): WorkingTable {
  const keys = by.map(({ column, descending }) => ({ at: columnIndex(table, column), descending }))
  const rows = [...table.rows].sort((a, b) => {
    for (const { at, descending } of keys) {
      const order = compareCells(a[at]!, b[at]!, table.columns[at]!, descending)
      if (order !== 0) return order
    }
    return 0
  })
  return { columns: table.columns, rows }
}

export function limitTable(table: WorkingTable, { count }: PipeOf<'limit'>): WorkingTable {
  return { columns: table.columns, rows: table.rows.slice(0, count) }
}

export function projectTable(table: WorkingTable, { fields }: PipeOf<'fields'>): WorkingTable {
  const places = fields.map((field) => columnIndex(table, field))
  return {
    columns: places.map((at) => table.columns[at]!),
    rows: table.rows.map((row) => places.map((at) => row[at]!)),
  }
}

export function dedupTable(table: WorkingTable, { fields }: PipeOf<'dedup'>): WorkingTable {
  const places = fields.map((field) => columnIndex(table, field))
  const seen = new Set<string>()
  const rows = table.rows.filter((row) => {
    const combination = JSON.stringify(places.map((at) => row[at]))
    return !seen.has(combination) && seen.add(combination)
  })
  return { columns: table.columns, rows }
}

/** `stats` over the rows of a table; `first` and `last` go by the order of the rows. */
export function statsOfTable(table: WorkingTable, pipe: PipeOf<'stats'>): WorkingTable {
  const cells = (field: string) => {
    const at = columnIndex(table, field)
    return (row: readonly Cell[]): readonly Cell[] => (row[at] === null ? [] : [row[at]!])
  }
  const keyCells = (key: GroupKey) => {
    const at = columnIndex(table, keyColumn(key))
    return (row: readonly Cell[]): readonly Cell[] => [
      key.kind === 'bin' ? binStart(cellNumber(row[at]!) ?? 0, key.widthUs) : row[at]!,
    ]
  }
  const rows = aggregateRows(table.rows, pipe.by, pipe.aggregates, { cells, keyCells })
  const columnOf = (name: string): Column => table.columns[columnIndex(table, name)]!
  const columns = [
    ...pipe.by.map((key) => columnOf(keyColumn(key))),
    ...pipe.aggregates.map((aggregate) => aggregateColumn(aggregate, columnOf)),
  ]
  return orderedByKeys({ columns, rows }, pipe.by.length)
}

/** The column of an aggregate: it keeps unit and time of its field where its value is one of the field's. */
export function aggregateColumn(
  { function: name, field, as }: Aggregate,
  columnOf: (field: string) => Column,
): Column {
  if (field === undefined || name === 'distinct' || name === 'count') return { name: as }
  const { unit, time } = columnOf(field)
  return {
    name: as,
    ...(unit === undefined ? {} : { unit }),
    ...(time === undefined || name === 'sum' ? {} : { time }),
  }
}

/** The most frequent values of a counted table `[value, count]`, missing ones left out. */
export function topOf(table: WorkingTable, limit: number): WorkingTable {
  const present = { columns: table.columns, rows: table.rows.filter((row) => row[0] !== null) }
  const byValue = orderedByKeys(present, 1)
  const rows = [...byValue.rows].sort((a, b) => Number(b[1]) - Number(a[1])).slice(0, limit)
  return { columns: table.columns, rows }
}

/** Times as RFC 3339, for the answer. */
export function finishedRows({ columns, rows }: WorkingTable): Cell[][] {
  return rows.map((row) => row.map((cell, i) => finishedCell(cell, columns[i]!.time === true)))
}

/** One cell of an answer; of a `time` field as RFC 3339. */
export function finishedCell(cell: Cell, isTime: boolean): Cell {
  return isTime && typeof cell === 'number' ? formatTime(Math.round(cell) as Micros) : cell
}
