import { NumberTable } from './number-table.ts'
import { UINTEGER, INTEGER } from '@duckdb/node-api'
import type { Cell } from '../../../model/aggregate.ts'
import type { Filter } from '../../../model/query.ts'
import type { TimeRange } from '../../../model/time.ts'
import type { Counts, QueryContext } from '../store.ts'
import type { Columns, Engine } from './engine.ts'
import { NO_GROUP, type GroupColumn } from './group-column.ts'
import { visitMatches } from './matching.ts'
import type { Reading } from './reading.ts'
import type { Row } from './rows.ts'

/**
 * Counts the matching rows by each of several groupings. Rows are found once; where nothing has to be found, each
 * grouping is a query of its own, since DuckDB counts one by one faster.
 */
export async function countGroups(
  reading: Reading,
  request: { readonly filter: Filter; readonly range: TimeRange },
  groupings: readonly (readonly GroupColumn[])[],
  context: QueryContext,
): Promise<Counts[]> {
  if (groupings.length === 0) return []
  const { engine } = reading
  const counters = groupings.map((columns) => new GroupCounter(columns))
  const questions = questionsOf(counters)
  const lists = await GroupLists.of(
    questions.flatMap(({ columns }) => columns),
    engine,
  )
  try {
    await visitMatches(reading, request, context, {
      told: async (from, isAny) => {
        const together = isAny ? questions.map((question) => [question]) : [questions]
        await Promise.all(
          together.map(async (some) => {
            addCounts(some, await engine.query(countSql(some, lists, from), context))
          }),
        )
      },
      checked: (rows) => {
        for (const counter of counters) counter.addRows(rows)
      },
    })
  } finally {
    await lists.drop()
  }
  return counters.map((counter) => counter.result())
}

/** Columns to count by, and whose counts those are: hosts and layers both come from the stream. */
interface Question {
  readonly columns: readonly GroupColumn[]
  readonly counters: GroupCounter[]
}

function questionsOf(counters: readonly GroupCounter[]): Question[] {
  const questions: Question[] = []
  for (const counter of counters) {
    const { columns } = counter
    const same = questions.find(
      (question) =>
        question.columns.length === columns.length &&
        columns.every(({ sql, groups }, key) => {
          const other = question.columns[key]!
          return other.sql === sql && other.groups === groups
        }),
    )
    if (same === undefined) questions.push({ columns, counters: [counter] })
    else same.counters.push(counter)
  }
  return questions
}

/** Numbers of a table in memory for each column that is counted by groups of its values. */
class GroupLists {
  readonly #engine: Engine
  readonly #tables: ReadonlyMap<GroupColumn, string>

  private constructor(engine: Engine, tables: ReadonlyMap<GroupColumn, string>) {
    this.#engine = engine
    this.#tables = tables
  }

  static async of(columns: readonly GroupColumn[], engine: Engine): Promise<GroupLists> {
    const tables = new Map<GroupColumn, string>()
    for (const column of columns) {
      if (column.groups === undefined) continue
      const table = await engine.createList(
        [
          { name: 'value', type: UINTEGER, numbers: Uint32Array.from(column.groups.keys()) },
          { name: 'place', type: INTEGER, numbers: Int32Array.from(column.groups.values()) },
        ],
        column.groups.size,
      )
      tables.set(column, table)
    }
    return new GroupLists(engine, tables)
  }

  /** The number that the column is grouped by, and the join that it needs for that, as `alias`. */
  sqlOf(column: GroupColumn, alias: string): { readonly sql: string; readonly join: string } {
    const table = this.#tables.get(column)
    if (table === undefined) return { sql: column.sql, join: '' }
    return {
      sql: `coalesce(${alias}.place, ${NO_GROUP})`,
      join: ` LEFT JOIN ${table} ${alias} ON ${alias}.value = r.${column.sql}`,
    }
  }

  async drop(): Promise<void> {
    for (const table of this.#tables.values()) await this.#engine.dropList(table)
  }
}

/** The counts of several groupings of the columns `k0`, `k1` …, each a set of its own; which one, GROUPING tells. */
function countSql(questions: readonly Question[], lists: GroupLists, from: string): string {
  const columns = questions.flatMap((question) => question.columns)
  if (columns.length === 0) return `SELECT count(*) ${from}`
  const told = columns.map((column, index) => lists.sqlOf(column, `g${index}`))
  const keys = told.map(({ sql }, index) => `${sql} AS k${index}`)
  const joins = told.map(({ join }) => join).join('')
  const rows = joins === '' ? from : `FROM (SELECT * ${from}) r${joins}`
  const names = columns.map((_, index) => `k${index}`)
  const inner = `FROM (SELECT ${keys.join(', ')} ${rows})`
  const list = names.join(', ')
  if (questions.length === 1) return `SELECT ${list}, count(*) ${inner} GROUP BY ${list}`
  let next = 0
  const sets = questions.map((question) => {
    const own = question.columns.map(() => names[next++])
    return `(${own.join(', ')})`
  })
  // What a set is not grouped by is NULL, and numbers without one are read as they lie in memory.
  const numbers = names.map((name) => `coalesce(${name}, 0)`).join(', ')
  return `SELECT ${numbers}, count(*), GROUPING(${list}) ${inner} GROUP BY GROUPING SETS (${sets.join(', ')})`
}

/** Takes the answer of {@link countSql}. */
function addCounts(questions: readonly Question[], rows: Columns): void {
  const width = questions.reduce((sum, { columns }) => sum + columns.length, 0)
  // GROUPING has a bit for each column that a row is not grouped by, the first column's the highest.
  const all = 2 ** width - 1
  const placeOf = new Map<number, { readonly counters: GroupCounter[]; readonly first: number }>()
  let first = 0
  for (const { columns, counters } of questions) {
    const own = columns.reduce((sum, _, key) => sum + 2 ** (width - 1 - first - key), 0)
    placeOf.set(all - own, { counters, first })
    first += columns.length
  }
  for (let row = 0; row < rows.rows; row++) {
    const set = questions.length === 1 ? 0 : rows.number(width + 1, row)
    const { counters, first: from } = placeOf.get(set)!
    for (const counter of counters) counter.addCount(rows, row, from, rows.number(width, row))
  }
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

/** Counts by one grouping. */
class GroupCounter {
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

  /** A row of an answer whose columns from `first` on are the keys. */
  addCount(rows: Columns, row: number, first: number, count: number): void {
    for (let key = 0; key < this.#row.length; key++) {
      this.#row[key] = this.#cells[key]!.numberOf(rows.number(first + key, row))
    }
    this.#add(count)
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
      keys: this.#numbers.map((numbers, key) => {
        const { cells } = this.#cells[key]!
        return numbers.map((number) => cells[number]!)
      }),
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
