import { UINTEGER, INTEGER } from '@duckdb/node-api'
import type { Cell } from '../../../model/aggregate.ts'
import type { Filter } from '../../../model/query.ts'
import type { TimeRange } from '../../../model/time.ts'
import type { QueryContext } from '../store.ts'
import type { Columns, Engine } from './engine.ts'
import { NO_GROUP, type GroupColumn } from './group-column.ts'
import { visitMatches } from './matching.ts'
import type { Reading } from './reading.ts'
import type { Row } from './rows.ts'

/** How many rows stand for these cells. */
export interface CountedGroup {
  readonly cells: readonly Cell[]
  readonly count: number
}

/**
 * Counts the matching rows by each of several groupings. Rows are found once where their text has to be
 * read; where numbers tell, each grouping is a query of its own, since DuckDB counts one by one faster.
 */
export async function countGroups(
  reading: Reading,
  request: { readonly filter: Filter; readonly range: TimeRange },
  groupings: readonly (readonly GroupColumn[])[],
  context: QueryContext,
): Promise<CountedGroup[][]> {
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
      told: async (from, isText) => {
        const together = isText ? [questions] : questions.map((question) => [question])
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
  return counters.map((counter) => counter.groups())
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
  return `SELECT ${list}, count(*), GROUPING(${list}) ${inner} GROUP BY GROUPING SETS (${sets.join(', ')})`
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

/** Counts by one grouping. */
class GroupCounter {
  readonly columns: readonly GroupColumn[]
  readonly #cells: readonly NumberedCells[]
  readonly #groups = new Map<number | string, { readonly numbers: number[]; count: number }>()

  constructor(columns: readonly GroupColumn[]) {
    this.columns = columns
    this.#cells = columns.map(({ cell }) => new NumberedCells(cell))
    if (columns.length === 0) this.#groups.set(0, { numbers: [], count: 0 })
  }

  /** A row of an answer whose columns from `first` on are the keys. */
  addCount(rows: Columns, row: number, first: number, count: number): void {
    this.#add(
      this.#cells.map((cells, key) => cells.numberOf(rows.number(first + key, row))),
      count,
    )
  }

  addRows(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#add(
        this.#cells.map((cells, key) => cells.numberOf(this.columns[key]!.of(row))),
        1,
      )
    }
  }

  groups(): CountedGroup[] {
    return [...this.#groups.values()].map(({ numbers, count }) => ({
      cells: numbers.map((number, key) => this.#cells[key]!.cells[number]!),
      count,
    }))
  }

  #add(numbers: number[], count: number): void {
    const isShort =
      numbers.length <= MOST_KEYS_IN_NUMBER && numbers.every((number) => number < RADIX)
    const name = isShort
      ? numbers.reduce((name, number) => name * RADIX + number, 0)
      : numbers.join(',')
    const known = this.#groups.get(name)
    if (known === undefined) this.#groups.set(name, { numbers, count })
    else known.count += count
  }
}
