import { keyColumn } from '../../model/group-table.ts'
import type { Cell } from '../../model/aggregate.ts'
import { unreachable } from '../../model/errors.ts'
import { fieldReader, fieldType } from '../../model/fields.ts'
import type { Aggregate, GroupKey, Pipe, Query } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { formatTime, micros } from '../../model/time.ts'
import type { TimeRange } from '../../model/time.ts'
import type { QueryContext, SearchRequest, Store } from '../store/store.ts'
import { aggregateRecords } from './aggregate-records.ts'
import { checkPipes, isByTimeAlone, PATTERN_COLUMNS } from './check-pipes.ts'
import { closedRange, defaultWidthUs, isOpen, ratesOf } from './rate.ts'
import {
  aggregateColumn,
  compareCells,
  dedupTable,
  finishedRows,
  limitTable,
  orderedByKeys,
  projectTable,
  sortTable,
  statsOfTable,
  topOf,
} from './table.ts'
import type { Column, WorkingTable } from './table.ts'

/** Most records a pipe works on in memory (`sort`, `fields`, `limit`). */
export const MOST_RECORDS = 10_000
/** Most rows of an answer; pipes before its end may work on more. */
export const MOST_ROWS = 100_000
/** Most records `dedup` reads to find different ones. */
export const MOST_SCANNED = 100_000

/** A query with the page of records that is wanted; names in it are resolved (no `entity`, no `near`). */
export interface RunRequest extends Omit<SearchRequest, 'filter'> {
  readonly query: Query
}

/** Records, when the query ends in records: `next` as the store gave it, where paging makes sense. */
export interface RecordsAnswer {
  readonly kind: 'records'
  readonly records: readonly LogRecord[]
  readonly next?: string
  readonly notes: readonly string[]
}

/** A table: times as RFC 3339, missing as null. */
export interface TableAnswer {
  readonly kind: 'table'
  readonly columns: readonly { readonly name: string; readonly unit?: string }[]
  readonly rows: readonly (readonly Cell[])[]
  readonly notes: readonly string[]
}

export type Answer = RecordsAnswer | TableAnswer

/** What of a store a query needs. */
export type QueryStore = Pick<Store, 'search' | 'aggregate' | 'patterns'>

interface Run {
  readonly store: QueryStore
  readonly request: RunRequest
  readonly context: QueryContext
  readonly notes: Set<string>
}

/** Between two pipes: the matches still in the store, records in memory, or a table. */
type Stage =
  | { readonly kind: 'matches'; readonly order: 'newest' | 'oldest' }
  | { readonly kind: 'records'; readonly records: readonly LogRecord[]; readonly limited: boolean }
  | { readonly kind: 'table'; readonly table: WorkingTable }

/**
 * Answers a query from a store. `stats`, `top`, `rate` and `patterns` right after the filter are the
 * store's work; pipes after those, and after `limit`, `sort` or `dedup`, run here over at most
 * {@link MOST_RECORDS} records. What such a bound cut off is said in `notes`.
 */
export async function runQuery(
  store: QueryStore,
  request: RunRequest,
  context: QueryContext,
): Promise<Answer> {
  checkPipes(request.query.pipes)
  const run: Run = { store, request, context, notes: new Set() }
  let stage: Stage = { kind: 'matches', order: request.order }
  for (const pipe of request.query.pipes) stage = await applyPipe(pipe, stage, run)
  return answerOf(stage, run)
}

async function answerOf(stage: Stage, run: Run): Promise<Answer> {
  if (stage.kind === 'table') {
    const columns = stage.table.columns.map(({ name, unit }) =>
      unit === undefined ? { name } : { name, unit },
    )
    const { length } = stage.table.rows
    if (length > MOST_ROWS) {
      run.notes.add(
        `only the first ${MOST_ROWS} of ${length} rows; group by fewer values or use \`top\``,
      )
    }
    const rows = finishedRows(limitTable(stage.table, { kind: 'limit', count: MOST_ROWS }))
    return { kind: 'table', columns, rows, notes: [...run.notes] }
  }
  if (stage.kind === 'matches') return pageOfMatches(stage.order, run)
  const { limit } = run.request
  const { records } = stage
  const cut = !stage.limited && records.length > limit
  if (cut) run.notes.add(`only the first ${limit} records; put \`limit\` at the end for more`)
  const shown = cut ? records.slice(0, limit) : records
  return { kind: 'records', records: shown, notes: [...run.notes] }
}

async function pageOfMatches(order: 'newest' | 'oldest', run: Run): Promise<RecordsAnswer> {
  const { query, ...page } = run.request
  const found = await run.store.search({ ...page, filter: query.filter, order }, run.context)
  return { kind: 'records', ...found, notes: [...run.notes, ...found.notes] }
}

async function applyPipe(pipe: Pipe, stage: Stage, run: Run): Promise<Stage> {
  if (stage.kind === 'table') return { kind: 'table', table: applyToTable(pipe, stage.table) }
  switch (pipe.kind) {
    case 'stats':
      return { kind: 'table', table: await statsOf(stage, pipe.by, pipe.aggregates, run) }
    case 'top': {
      const by: GroupKey = { kind: 'field', field: pipe.field }
      return { kind: 'table', table: topOf(await statsOf(stage, [by], [COUNT], run), pipe.limit) }
    }
    case 'rate':
      return { kind: 'table', table: await rateOf(stage, pipe, run) }
    case 'patterns':
      return { kind: 'table', table: await patternsOf(run) }
    case 'sort':
      return sortRecords(stage, pipe, run)
    case 'limit':
      return { kind: 'records', records: await recordsOf(stage, pipe.count, run), limited: true }
    case 'dedup': {
      const isLast = run.request.query.pipes.at(-1) === pipe
      const wanted = isLast ? run.request.limit : MOST_RECORDS
      const records = await dedupRecords(stage, pipe.fields, wanted, run)
      return { kind: 'records', records, limited: false }
    }
    case 'fields': {
      const limited = stage.kind === 'records' && stage.limited
      const records = await recordsOf(stage, limited ? MOST_RECORDS : run.request.limit, run, true)
      return { kind: 'table', table: fieldsOf(records, pipe.fields) }
    }
    default:
      return unreachable(pipe)
  }
}

const COUNT: Aggregate = { function: 'count', as: 'count' }

function applyToTable(pipe: Pipe, table: WorkingTable): WorkingTable {
  switch (pipe.kind) {
    case 'stats':
      return statsOfTable(table, pipe)
    case 'top': {
      const by: GroupKey = { kind: 'field', field: pipe.field }
      return topOf(
        statsOfTable(table, { kind: 'stats', by: [by], aggregates: [COUNT] }),
        pipe.limit,
      )
    }
    case 'sort':
      return sortTable(table, pipe)
    case 'limit':
      return limitTable(table, pipe)
    case 'fields':
      return projectTable(table, pipe)
    case 'dedup':
      return dedupTable(table, pipe)
    case 'rate':
    case 'patterns':
      throw new Error(`BUG: ${pipe.kind} on a table passed the check`)
    default:
      return unreachable(pipe)
  }
}

type RecordStage = Exclude<Stage, { kind: 'table' }>

const oldestFirst = (records: readonly LogRecord[], run: Run): readonly LogRecord[] =>
  run.request.order === 'newest' ? [...records].reverse() : records

function columnOf(field: string): Column {
  if (field === 'uncertaintyMs') return { name: field, unit: 'ms' }
  return fieldType(field) === 'time' ? { name: field, time: true } : { name: field }
}

async function statsOf(
  stage: RecordStage,
  by: readonly GroupKey[],
  aggregates: readonly Aggregate[],
  run: Run,
): Promise<WorkingTable> {
  const columns = [
    ...by.map((key) => columnOf(keyColumn(key))),
    ...aggregates.map((aggregate) => aggregateColumn(aggregate, columnOf)),
  ]
  if (stage.kind === 'records') {
    const rows = aggregateRecords(oldestFirst(stage.records, run), by, aggregates)
    return orderedByKeys({ columns, rows }, by.length)
  }
  const { query, range } = run.request
  const request = { filter: query.filter, range, by, aggregates }
  const { rows, notes } = await run.store.aggregate(request, run.context)
  for (const note of notes) run.notes.add(note)
  return orderedByKeys({ columns, rows }, by.length)
}

async function rateOf(
  stage: RecordStage,
  pipe: Extract<Pipe, { kind: 'rate' }>,
  run: Run,
): Promise<WorkingTable> {
  const asked = run.request.range
  const extent = isOpen(asked) ? await extentOf(stage, run) : asked
  const widthUs = pipe.widthUs ?? defaultWidthUs(extent ?? asked)
  const range = extent === undefined ? asked : closedRange(asked, extent, widthUs)
  const by: GroupKey[] = [{ kind: 'bin', widthUs }]
  if (pipe.by !== undefined) by.push({ kind: 'field', field: pipe.by })
  const counted = await statsOf(stage, by, [COUNT], run)
  return ratesOf(counted, widthUs, range, pipe.by === undefined && extent !== undefined)
}

/** Where there are records of the range, undefined when there are none. */
async function extentOf(stage: RecordStage, run: Run): Promise<TimeRange | undefined> {
  const edges: readonly Aggregate[] = [
    { function: 'min', field: 'time', as: 'first' },
    { function: 'max', field: 'time', as: 'last' },
  ]
  const [first, last] = (await statsOf(stage, [], edges, run)).rows[0]!
  if (typeof first !== 'number' || typeof last !== 'number') return undefined
  return { from: micros(first), to: micros(last + 1) }
}

const PATTERN_TABLE: readonly Column[] = PATTERN_COLUMNS.map((name) =>
  name === 'first' || name === 'last' ? { name, time: true } : { name },
)

async function patternsOf(run: Run): Promise<WorkingTable> {
  const { query, range } = run.request
  const patterns = await run.store.patterns({ filter: query.filter, range }, run.context)
  const rows = patterns.map((one) => [
    one.template,
    one.text,
    one.count,
    one.first,
    one.last,
    one.severity,
  ])
  const byTemplate = orderedByKeys({ columns: PATTERN_TABLE, rows }, 1)
  return sortTable(byTemplate, { kind: 'sort', by: [{ column: 'count', descending: true }] })
}

/** At most `count` records of a stage, in its order; `says` when more were there. */
async function recordsOf(
  stage: RecordStage,
  count: number,
  run: Run,
  says = false,
): Promise<readonly LogRecord[]> {
  if (stage.kind === 'records') return stage.records.slice(0, count)
  const limit = Math.min(count, MOST_RECORDS)
  const page = await pageOfMatches(stage.order, { ...run, request: { ...run.request, limit } })
  for (const note of page.notes) run.notes.add(note)
  if (page.next !== undefined && (says || limit < count)) {
    run.notes.add(
      limit < MOST_RECORDS
        ? `only the first ${limit} records; put \`limit\` after the filter for more`
        : `only the first ${MOST_RECORDS} records, the most that a pipe takes; narrow the filter`,
    )
  }
  return page.records
}

async function sortRecords(
  stage: RecordStage,
  pipe: Extract<Pipe, { kind: 'sort' }>,
  run: Run,
): Promise<Stage> {
  const { by } = pipe
  if (stage.kind === 'matches' && isByTimeAlone(pipe)) {
    return { kind: 'matches', order: by[0]!.descending ? 'newest' : 'oldest' }
  }
  const records = await recordsOf(stage, MOST_RECORDS, run, true)
  const keys = by.map(({ column, descending }) => ({ read: fieldReader(column), descending }))
  const rows = records.map((record) => ({
    record,
    cells: keys.map(({ read }) => read(record)[0] ?? null),
  }))
  rows.sort((a, b) => {
    for (const [i, { descending }] of keys.entries()) {
      const order = compareCells(a.cells[i]!, b.cells[i]!, UNTYPED, descending)
      if (order !== 0) return order
    }
    return 0
  })
  const limited = stage.kind === 'records' && stage.limited
  return { kind: 'records', records: rows.map((row) => row.record), limited }
}

const UNTYPED: Column = { name: '' }

/** Keeps the first record of each combination; reads on until it has enough or the bound is met. */
async function dedupRecords(
  stage: RecordStage,
  fields: readonly string[],
  wanted: number,
  run: Run,
): Promise<readonly LogRecord[]> {
  const isNew = firstOfItsKind(fields)
  if (stage.kind === 'records') return stage.records.filter(isNew)
  const kept: LogRecord[] = []
  let cursor = run.request.cursor
  const startedAt = performance.now()
  for (let scanned = 0; scanned < MOST_SCANNED; scanned += MOST_RECORDS) {
    const context = withoutSpent(run.context, performance.now() - startedAt)
    const page = await nextPage(stage.order, cursor, { ...run, context })
    kept.push(...page.records.filter(isNew))
    cursor = page.next
    if (cursor === undefined || kept.length > wanted) return kept
  }
  run.notes.add(`only the first ${MOST_SCANNED} matches were looked at`)
  return kept
}

/** The time budget is the whole query's, not one for each page that it reads. */
function withoutSpent(context: QueryContext, spentMs: number): QueryContext {
  const { timeoutMs } = context
  if (timeoutMs === undefined) return context
  return { ...context, timeoutMs: Math.max(1, Math.ceil(timeoutMs - spentMs)) }
}

function nextPage(order: 'newest' | 'oldest', cursor: string | undefined, run: Run) {
  const from = cursor === undefined ? {} : { cursor }
  const request = { ...run.request, limit: MOST_RECORDS, ...from }
  return pageOfMatches(order, { ...run, request })
}

function firstOfItsKind(fields: readonly string[]): (record: LogRecord) => boolean {
  const readers = fields.map(fieldReader)
  const seen = new Set<string>()
  return (record) => {
    const combination = JSON.stringify(readers.map((read) => read(record)))
    if (seen.has(combination)) return false
    seen.add(combination)
    return true
  }
}

function fieldsOf(records: readonly LogRecord[], fields: readonly string[]): WorkingTable {
  const readers = fields.map(fieldCell)
  return {
    columns: fields.map(columnOf),
    rows: records.map((record) => readers.map((read) => read(record))),
  }
}

function fieldCell(field: string): (record: LogRecord) => Cell {
  if (field === 'time') return (record) => formatTime(record.time, record.timeNs)
  const read = fieldReader(field)
  return (record) => {
    const values = read(record)
    return values.length > 1 ? values.join(', ') : (values[0] ?? null)
  }
}
