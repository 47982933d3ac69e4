import { BIGINT } from '@duckdb/node-api'
import { accumulator, type Accumulator, type Cell } from '../../../model/aggregate.ts'
import { cellReader, resolveField } from '../../../model/fields.ts'
import { matcher } from '../../../model/match.ts'
import type { Aggregate, GroupKey } from '../../../model/query.ts'
import type { LogRecord } from '../../../model/record.ts'
import { templateText } from '../../../model/template.ts'
import { MICROS_PER_SECOND, type Micros } from '../../../model/time.ts'
import type {
  AggregateRequest,
  FacetsRequest,
  PatternCount,
  PatternsRequest,
  QueryContext,
  Table,
} from '../store.ts'
import type { Stretch } from './block.ts'
import { byPlanAndPartition, candidatesOf, planBoth, type Candidate } from './candidates.ts'
import { isExact } from './condition.ts'
import type { Reading } from './reading.ts'
import { fetchRows, fromWhere, joinStretches, MAX_RANGES } from './rows.ts'
import { search } from './search.ts'

/** Records per page where the grouping needs whole records. */
const SCAN_PAGE = 10_000

/** The counts, and what else is asked for, of the matching records by group. */
export async function aggregate(
  reading: Reading,
  request: AggregateRequest,
  context: QueryContext,
): Promise<Table> {
  const keys = request.by.map((key) => columnOfKey(key, reading))
  const countsOnly = request.aggregates.every((one) => one.function === 'count')
  const rows =
    countsOnly && keys.every((key) => key !== undefined)
      ? await countInSql(reading, request, keys, context)
      : await scanRecords(reading, request, context)
  return { columns: columnNames(request), rows, notes: [] }
}

function columnNames({ by, aggregates }: AggregateRequest): string[] {
  return [
    ...by.map((key) => (key.kind === 'bin' ? 'time' : key.field)),
    ...aggregates.map((one) => one.as),
  ]
}

/** A grouping key on the columns: what SQL groups by, and the cell that its value stands for. */
interface GroupColumn {
  readonly sql: string
  cell(value: Cell): Cell
}

const asIs = (value: Cell): Cell => value

/** Undefined when only a whole record tells the key. */
function columnOfKey(key: GroupKey, { dictionaries }: Reading): GroupColumn | undefined {
  const { entities, streams, shapes, templates } = dictionaries
  if (key.kind === 'bin') {
    return { sql: binSql(key.widthUs), cell: asIs }
  }
  const resolved = resolveField(key.field)
  if (resolved.kind !== 'field') return undefined
  switch (resolved.field.name) {
    case 'source':
    case 'host':
    case 'format':
    case 'layer':
    case 'kind': {
      const { name } = resolved.field
      return { sql: 'stream', cell: (id) => streams.get(id as number)[name] }
    }
    case 'app':
    case 'eventName':
    case 'severityText':
    case 'timeFrom': {
      const { name } = resolved.field
      return { sql: 'shape', cell: (id) => shapes.get(id as number)[name] }
    }
    case 'entity':
      return {
        sql: 'entity',
        cell: (number) => (number === 0 ? null : entities.get((number as number) - 1)),
      }
    case 'template':
      return { sql: 'template', cell: (id) => templates.get(id as number).id }
    case 'severity':
      return { sql: 'severity', cell: asIs }
    default:
      return undefined
  }
}

/** By whole seconds where the bins are, since those are a column. */
function binSql(widthUs: number): string {
  const isWhole = widthUs % MICROS_PER_SECOND === 0
  return isWhole
    ? `(second // ${widthUs / MICROS_PER_SECOND}) * ${widthUs}`
    : `(time // ${widthUs}) * ${widthUs}`
}

async function countInSql(
  reading: Reading,
  request: AggregateRequest,
  keys: readonly GroupColumn[],
  context: QueryContext,
): Promise<Cell[][]> {
  const select = [...keys.map((key, index) => `${key.sql} AS k${index}`), 'count(*) AS n'].join(
    ', ',
  )
  const group =
    keys.length === 0 ? '' : `GROUP BY ${keys.map((_, index) => `k${index}`).join(', ')}`
  const interned = keys.map((key) => new InternedCells(key))
  const groups = new Map<string, { readonly cells: Cell[]; count: number }>()
  if (keys.length === 0) groups.set('', { cells: [], count: 0 })
  for await (const from of matchingRows(reading, request, context)) {
    const columns = await reading.engine.query(`SELECT ${select} ${from} ${group}`, context)
    for (let row = 0; row < columns.rows; row++) {
      let name = ''
      for (let key = 0; key < keys.length; key++) {
        name += `${interned[key]!.numberOf(columns.scalar(key, row))},`
      }
      const count = columns.number(keys.length, row)
      const before = groups.get(name)
      if (before !== undefined) before.count += count
      else {
        const cells = interned.map((key, index) => key.cellOf(columns.scalar(index, row)))
        groups.set(name, { cells, count })
      }
    }
  }
  return [...groups.values()]
    .filter(({ count }) => count > 0 || keys.length === 0)
    .map(({ cells, count }) => [...cells, ...request.aggregates.map(() => count)])
}

/** The cells of one key, numbered: many streams of one host are one cell, and groups are told apart fast. */
class InternedCells {
  readonly #key: GroupColumn
  readonly #numbers = new Map<Cell, number>()
  readonly #byValue = new Map<Cell, { readonly cell: Cell; readonly number: number }>()

  constructor(key: GroupColumn) {
    this.#key = key
  }

  numberOf(value: Cell): number {
    return this.#of(value).number
  }

  cellOf(value: Cell): Cell {
    return this.#of(value).cell
  }

  #of(value: Cell): { readonly cell: Cell; readonly number: number } {
    let known = this.#byValue.get(value)
    if (known === undefined) {
      const cell = this.#key.cell(value)
      let number = this.#numbers.get(cell)
      if (number === undefined) this.#numbers.set(cell, (number = this.#numbers.size))
      this.#byValue.set(value, (known = { cell, number }))
    }
    return known
  }
}

/** Counts by several fields at once: what is a column of its own is grouped in one pass over the rows. */
export async function facets(
  reading: Reading,
  { filter, range, fields }: FacetsRequest,
  context: QueryContext,
): Promise<Table[]> {
  const keys = fields.map((field) => columnOfKey({ kind: 'field', field }, reading))
  const columns = [...new Set(keys.flatMap((key) => (key === undefined ? [] : [key.sql])))]
  const counts = await countByColumns(reading, { filter, range }, columns, context)
  return Promise.all(
    fields.map(async (field, index) => {
      const key = keys[index]
      const by: GroupKey[] = [{ kind: 'field', field }]
      const request = { filter, range, by, aggregates: [COUNT] }
      if (key === undefined) return aggregate(reading, request, context)
      const rows = cellsOfCounts(key, counts.get(key.sql)!)
      return { columns: columnNames(request), rows, notes: [] }
    }),
  )
}

const COUNT: Aggregate = { function: 'count', as: 'count' }

type ColumnCounts = Map<string | number | boolean | null, number>

/** How many of the matching rows have each value, by column. */
async function countByColumns(
  reading: Reading,
  request: RowsRequest,
  columns: readonly string[],
  context: QueryContext,
): Promise<ReadonlyMap<string, ColumnCounts>> {
  const counts = columns.map((): ColumnCounts => new Map())
  if (columns.length > 0) {
    const list = columns.join(', ')
    const sets = columns.map((column) => `(${column})`).join(', ')
    const select = `GROUPING(${list}), count(*), ${list}`
    // GROUPING has a bit for each column that a row is not grouped by, the first column's the highest.
    const all = 2 ** columns.length - 1
    const columnOf = new Map(
      columns.map((_, index) => [all - 2 ** (columns.length - 1 - index), index]),
    )
    for await (const from of matchingRows(reading, request, context)) {
      const rows = await reading.engine.query(
        `SELECT ${select} ${from} GROUP BY GROUPING SETS (${sets})`,
        context,
      )
      for (let row = 0; row < rows.rows; row++) {
        const index = columnOf.get(rows.number(0, row))!
        const value = rows.scalar(2 + index, row)
        const ofColumn = counts[index]!
        ofColumn.set(value, (ofColumn.get(value) ?? 0) + rows.number(1, row))
      }
    }
  }
  return new Map(columns.map((column, index) => [column, counts[index]!]))
}

/** Values of a column that stand for the same cell, many streams of one host, counted together. */
function cellsOfCounts(key: GroupColumn, counts: ColumnCounts): Cell[][] {
  const cells = new Map<Cell, number>()
  for (const [value, count] of counts) {
    const cell = key.cell(value)
    cells.set(cell, (cells.get(cell) ?? 0) + count)
  }
  return [...cells].map(([cell, count]) => [cell, count])
}

type RowsRequest = Pick<AggregateRequest, 'filter' | 'range'>

/**
 * The matching rows as `FROM … WHERE …` texts, few a partition: those the index decides by SQL, the
 * others checked one by one and listed in a temporary table that lives as long as its turn.
 */
async function* matchingRows(
  reading: Reading,
  { filter, range }: RowsRequest,
  context: QueryContext,
): AsyncGenerator<string> {
  const plans = planBoth(filter, reading, 'decide')
  const candidates = candidatesOf(reading, plans, range.from, range.to)
  const matches = matcher(filter, reading.compileRegex)
  for (const part of byPlanAndPartition(candidates)) {
    const [{ snapshot, plan }] = part as [Candidate]
    const stretches = part.map(({ stretch }) => stretch)
    // What lies between is no candidate; but where some block is accented, the condition may not hold for it.
    const isUniform = snapshot.blocks.every((block) => block.accented === 0)
    if (plan.sure !== 'FALSE') {
      const widest = readsText(plan.sure) ? WIDEST_GAP_OF_TEXT : WIDEST_GAP
      for (const some of chunksOf(
        joinStretches(snapshot, stretches, isUniform ? widest : 0, Infinity),
      )) {
        yield fromWhere({ snapshot, stretches: some, range, sql: plan.sure })
      }
    }
    if (isExact(plan)) continue
    const unsure = plan.sure === 'FALSE' ? plan.sql : `(${plan.sql}) AND NOT (${plan.sure})`
    const hits: number[] = []
    const widest = isUniform ? WIDEST_GAP_OF_TEXT : 0
    for (const some of chunksOf(
      joinStretches(snapshot, stretches, widest, MAX_CHECKED),
      MAX_CHECKED,
    )) {
      const query = { snapshot, stretches: some, range, sql: unsure }
      const rows = await fetchRows(reading.engine, query, context)
      for (const row of rows) if (matches(reading.reader.view(row))) hits.push(row.seq)
    }
    if (hits.length > 0) yield* listed(reading, snapshot.partition.database, hits)
  }
}

/** Rows among which the undecided ones are fetched at once; few of a block stay undecided. */
const MAX_CHECKED = 524_288

/**
 * A range of rows costs a query 0.1 ms or more. So many rows between two are read as fast: 2 ns a row
 * where only numbers are compared; of text DuckDB unpacks 2,048 rows at once.
 */
const WIDEST_GAP = 50_000
const WIDEST_GAP_OF_TEXT = 2_048

const readsText = (sql: string): boolean => /\b(?:variables|vals)\b/.test(sql)

/** Stretches in groups that one query can read, each of at most `most` rows if it is of several. */
function chunksOf(stretches: readonly Stretch[], most = Infinity): Stretch[][] {
  const chunks: Stretch[][] = []
  let rows = 0
  for (const stretch of stretches) {
    const last = chunks.at(-1)
    rows += stretch.rows
    if (last === undefined || last.length === MAX_RANGES || rows > most) {
      chunks.push([stretch])
      rows = stretch.rows
    } else last.push(stretch)
  }
  return chunks
}

let lists = 0

async function* listed(
  { engine }: Reading,
  database: string,
  hits: readonly number[],
): AsyncGenerator<string> {
  const table = `hits_${++lists}`
  await engine.createList(table, { type: BIGINT, bigints: Float64Array.from(hits) }, hits.length)
  try {
    yield `FROM ${database}.logs WHERE seq IN (SELECT value FROM memory.main.${table})`
  } finally {
    await engine.dropList(table)
  }
}

/** The templates of the matching records, most frequent first, equal counts by template id. */
export async function patterns(
  reading: Reading,
  request: PatternsRequest,
  context: QueryContext,
): Promise<PatternCount[]> {
  const counts = new Map<number, { count: number; first: number; last: number; severity: number }>()
  for await (const from of matchingRows(reading, request, context)) {
    const rows = await reading.engine.query(
      `SELECT template, count(*), min(time), max(time), max(severity) ${from} GROUP BY template`,
      context,
    )
    for (let row = 0; row < rows.rows; row++) {
      const before = counts.get(rows.number(0, row))
      counts.set(rows.number(0, row), {
        count: (before?.count ?? 0) + rows.number(1, row),
        first: Math.min(before?.first ?? Infinity, rows.number(2, row)),
        last: Math.max(before?.last ?? -Infinity, rows.number(3, row)),
        severity: Math.max(before?.severity ?? 0, rows.number(4, row)),
      })
    }
  }
  return [...counts]
    .map(([number, { count, first, last, severity }]) => {
      const template = reading.dictionaries.templates.get(number)
      const text = templateText(template.pattern)
      return {
        template: template.id,
        text,
        count,
        first: first as Micros,
        last: last as Micros,
        severity,
      }
    })
    .sort((a, b) => b.count - a.count || (a.template < b.template ? -1 : 1))
}

// Whole records

interface Group {
  readonly cells: readonly Cell[]
  readonly accumulators: readonly Accumulator[]
}

/** Reads every matching record, oldest first: the way for keys and functions that need whole records. */
async function scanRecords(
  reading: Reading,
  { filter, range, by, aggregates }: AggregateRequest,
  context: QueryContext,
): Promise<Cell[][]> {
  const keys = by.map(cellsOfKey)
  const inputs = aggregates.map(({ field }) => (field === undefined ? () => [] : cellReader(field)))
  const groups = new Map<string, Group>()
  const groupOf = (cells: readonly Cell[]): Group => {
    const name = JSON.stringify(cells)
    let group = groups.get(name)
    if (group === undefined) {
      group = { cells, accumulators: aggregates.map((one) => accumulator(one.function)) }
      groups.set(name, group)
    }
    return group
  }
  if (by.length === 0) groupOf([])
  for await (const record of oldestFirst(reading, { filter, range }, context)) {
    const values = inputs.map((read) => read(record))
    for (const cells of combinations(keys.map((read) => read(record)))) {
      groupOf(cells).accumulators.forEach((one, index) => one.add(values[index]!))
    }
  }
  return [...groups.values()].map(({ cells, accumulators }) => [
    ...cells,
    ...accumulators.map((one) => one.result()),
  ])
}

async function* oldestFirst(
  reading: Reading,
  request: RowsRequest,
  context: QueryContext,
): AsyncGenerator<LogRecord> {
  let cursor: string | undefined
  do {
    const page = await search(
      reading,
      {
        ...request,
        order: 'oldest',
        limit: SCAN_PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      },
      context,
    )
    yield* page.records
    cursor = page.next
  } while (cursor !== undefined)
}

/** A record without the field stands in the group null, one with several values in a group for each. */
function cellsOfKey(key: GroupKey): (record: LogRecord) => readonly Cell[] {
  if (key.kind === 'bin') return (record) => [Math.floor(record.time / key.widthUs) * key.widthUs]
  const read = cellReader(key.field)
  return (record) => {
    const cells = read(record)
    return cells.length === 0 ? [null] : [...new Set(cells)]
  }
}

/** Every way to take one cell of each list. */
function combinations(lists: readonly (readonly Cell[])[]): Cell[][] {
  return lists.reduce<Cell[][]>(
    (rows, list) => rows.flatMap((row) => list.map((cell) => [...row, cell])),
    [[]],
  )
}
