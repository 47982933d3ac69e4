import type { Filter } from '../../../model/query.ts'
import type { TimeRange } from '../../../model/time.ts'
import { TALLY_SECONDS, type Counts, type QueryContext } from '../store.ts'
import type { Columns, Engine } from './engine.ts'
import { talliedOf, templatesOf } from './counted-rows.ts'
import type { GroupColumn } from './group-column.ts'
import { counterOf, type GroupCounter } from './group-counter.ts'
import { queriesOn, visitMatches, type ToldRows } from './matching.ts'
import type { Reading } from './reading.ts'
import { tallyCounterOf, type TallyCounter } from './tally-counts.ts'
import type { SlotSeconds } from './tally-table.ts'

/** Counts the matching rows by each of several groupings. Rows that have to be found are found once. */
export async function countGroups(
  reading: Reading,
  request: { readonly filter: Filter; readonly range: TimeRange },
  groupings: readonly (readonly GroupColumn[])[],
  context: QueryContext,
): Promise<Counts[]> {
  if (groupings.length === 0) return []
  const { engine } = reading
  const counters = groupings.map(counterOf)
  const questions = questionsOf(counters)
  // Made once it is known which rows are asked for: what comes in meanwhile may hold numbers that no list has.
  let making: Promise<GroupLists> | undefined
  try {
    await visitMatches(reading, request, context, {
      told: (rows) =>
        waysToCount(questions, rows, reading).map((way) => async () => {
          if ('tallies' in way) {
            const { keys, counts } = await way.tallies(engine, context)
            handOut(way.asked, keys, counts)
            return
          }
          making ??= GroupLists.of(
            questions.flatMap(({ columns }) => columns),
            engine,
          )
          addCounts(way.asked, await engine.query(countSql(way, await making), context))
        }),
      checked: (rows) => {
        for (const counter of counters) counter.addRows(rows)
      },
    })
  } finally {
    await (await making)?.drop()
  }
  return counters.map((counter) => counter.result())
}

/** Different columns to count by, and whose counts those are: hosts and layers both come from the stream. */
interface Question {
  readonly columns: readonly GroupColumn[]
  readonly counters: { readonly counter: GroupCounter; readonly places: readonly number[] }[]
}

function questionsOf(counters: readonly GroupCounter[]): Question[] {
  const questions: Question[] = []
  for (const counter of counters) {
    const columns: GroupColumn[] = []
    const places = counter.columns.map((column) => {
      const known = columns.findIndex((other) => isSame(column, other))
      return known < 0 ? columns.push(column) - 1 : known
    })
    const same = questions.find(
      (question) =>
        question.columns.length === columns.length &&
        columns.every((column, place) => isSame(column, question.columns[place]!)),
    )
    if (same === undefined) questions.push({ columns, counters: [{ counter, places }] })
    else same.counters.push({ counter, places })
  }
  return questions
}

/** A query that counts, for some of the questions. */
interface CountQuery {
  readonly asked: readonly Question[]
  /** What is counted, from FROM on. */
  readonly from: string
}

/** Counts that are read from tallies, for one question. */
interface TallyRead {
  readonly asked: Question
  readonly tallies: TallyCounter
}

/** How rows that SQL tells are counted: as far as it goes by what is known of many of them at once. */
function waysToCount(
  questions: readonly Question[],
  rows: ToldRows,
  { dictionaries }: Reading,
): (CountQuery | TallyRead)[] {
  const isAny = rows.sql === 'TRUE'
  const ways: (CountQuery | TallyRead)[] = []
  const askRows = (asked: readonly Question[], some: readonly ToldRows[]): void => {
    if (asked.length === 0) return
    for (const from of some.flatMap(queriesOn)) {
      // Where nothing has to be found, DuckDB counts one by one faster than by several groupings at once.
      if (isAny) ways.push(...asked.map((question) => ({ asked: [question], from })))
      else ways.push({ asked, from })
    }
  }
  let open = questions
  for (const seconds of Object.values(TALLY_SECONDS)) {
    const asked = open.filter(({ columns }) => widestTallies(columns) === seconds)
    const tallied = asked.length === 0 ? undefined : talliedOf(rows, seconds)
    if (tallied === undefined) continue
    const { range, rest } = tallied
    const { snapshot, sql } = rows
    const counted: TallyRead[] = asked.flatMap((question) => {
      const of = { snapshot, seconds, range, sql, streams: dictionaries.streams.size }
      const tallies = tallyCounterOf(question.columns, of)
      return tallies === undefined ? [] : [{ asked: question, tallies }]
    })
    ways.push(...counted)
    const answered = new Set(counted.map((one) => one.asked))
    askRows([...answered], rest)
    open = open.filter((question) => !answered.has(question))
  }
  const templates = open.some(isOfTemplates) ? templatesOf(rows) : undefined
  if (templates !== undefined) {
    const asked = open.filter(isOfTemplates)
    const { numbers, counts } = templates
    for (const { counter } of asked.flatMap(({ counters }) => counters)) {
      counter.addCounts([numbers], counts)
    }
    askRows(asked, templates.rest)
    open = open.filter((question) => !isOfTemplates(question))
  }
  askRows(open, [rows])
  return ways
}

/** The widest tallies that tell all columns; undefined where none do. */
function widestTallies(columns: readonly GroupColumn[]): SlotSeconds | undefined {
  let widest: SlotSeconds = TALLY_SECONDS.coarse
  for (const { tallied } of columns) {
    if (tallied === undefined) return undefined
    if (tallied < widest) widest = tallied
  }
  return widest
}

const isOfTemplates = ({ columns }: Question): boolean =>
  columns.length === 1 && columns[0]!.sql === 'template' && columns[0]!.list === undefined

const isSame = (a: GroupColumn, b: GroupColumn): boolean => a.sql === b.sql && a.list === b.list

/** A table in memory for each column that is counted by groups of its values. */
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
      if (column.list === undefined) continue
      tables.set(column, await engine.createList(column.list.rows))
    }
    return new GroupLists(engine, tables)
  }

  /**
   * The number that the column is grouped by, and the join that it needs for that, as `alias`. A list has all numbers
   * that occur, so nothing is lost by an inner join, which alone DuckDB makes a look into an array.
   */
  sqlOf(column: GroupColumn, alias: string): { readonly sql: string; readonly join: string } {
    const table = this.#tables.get(column)
    if (table === undefined) return { sql: column.sql, join: '' }
    return {
      sql: `${alias}.place`,
      join: ` JOIN ${table} ${alias} ON ${alias}.value = r.${column.sql}`,
    }
  }

  async drop(): Promise<void> {
    for (const table of this.#tables.values()) await this.#engine.dropList(table)
  }
}

/** The counts of several groupings of the columns `k0`, `k1` …, each a set of its own; which one, GROUPING tells. */
function countSql({ asked: questions, from }: CountQuery, lists: GroupLists): string {
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
  let first = 0
  for (const question of questions) {
    const { columns } = question
    const from = first
    const own = columns.reduce((sum, _, key) => sum + 2 ** (width - 1 - from - key), 0)
    const taken = questions.length === 1 ? undefined : rowsOfSet(rows, width + 1, all - own)
    const valuesOf = (column: number): Float64Array => {
      const values = rows.numbers(column)
      return taken === undefined ? values : Float64Array.from(taken, (row) => values[row]!)
    }
    const counts = valuesOf(width)
    const keys = columns.map((_, key) => valuesOf(from + key))
    handOut(question, keys, counts)
    first += columns.length
  }
}

/** So many rows of each group to all who count by these columns: `keys` has the groups' numbers by column. */
function handOut(
  { counters }: Question,
  keys: readonly Float64Array[],
  counts: Float64Array,
): void {
  for (const { counter, places } of counters) {
    counter.addCounts(
      places.map((place) => keys[place]!),
      counts,
    )
  }
}

/** The rows that are grouped by one set of columns. */
function rowsOfSet(rows: Columns, grouping: number, set: number): number[] {
  const taken: number[] = []
  rows.numbers(grouping).forEach((of, row) => {
    if (of === set) taken.push(row)
  })
  return taken
}
