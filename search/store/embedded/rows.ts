import { readsText } from './condition.ts'
import type { Engine } from './engine.ts'
import type { Block, Stretch } from './block.ts'
import type { Partition } from './partition.ts'
import type { Segment } from './segment.ts'
import type { QueryContext } from '../store.ts'
import { MICROS_PER_SECOND, type TimeRange } from '../../../model/time.ts'

/** One row of a partition's `logs`, as the columns have it. */
export interface Row {
  readonly partition: Partition
  /** Its place in the file. */
  readonly pos: number
  readonly seq: number
  readonly time: number
  readonly timeNs: number
  readonly received: number
  readonly severity: number
  /** 0 for none, else one more than its number. */
  readonly entity: number
  readonly stream: number
  readonly shape: number
  readonly template: number
  readonly variables: string
  readonly values: string
  /** The index has decided that it matches. */
  readonly isSure: boolean
}

/** What of a row it can be grouped by. */
export type RowNumbers = Pick<Row, 'time' | 'severity' | 'entity' | 'stream' | 'shape' | 'template'>

/** What a query saw when it began: later rows stay out of it. */
export interface Snapshot {
  readonly partition: Partition
  readonly segments: readonly Segment[]
  readonly blocks: readonly Block[]
  /** How many rows there were. */
  readonly rows: number
  /** Those before this place were tallied. */
  readonly talliedRows: number
  /** Sequences of its rows lie in `[firstSequence, nextSequence)`. */
  readonly firstSequence: number
  readonly nextSequence: number
}

export function snapshotOf(partition: Partition): Snapshot {
  const { segments } = partition
  const blocks = segments.flatMap((segment) => segment.blocks)
  return {
    partition,
    segments,
    blocks,
    rows: blocks.reduce((sum, block) => sum + block.rows, 0),
    talliedRows: partition.tallies.end,
    firstSequence: partition.firstSequence,
    nextSequence: partition.position?.nextSequence ?? partition.firstSequence,
  }
}

export interface RowQuery {
  readonly snapshot: Snapshot
  /** Rows to look at; all of the snapshot's when absent. */
  readonly stretches?: readonly Stretch[]
  readonly range?: TimeRange
  /** The filter's condition on the columns. */
  readonly sql: string
  /** The part of it that needs no check; `FALSE` when absent. */
  readonly sure?: string
  /** What numbers alone say of every row that passes, where the condition reads texts. */
  readonly numbers?: string
  readonly orderBy?: string
  readonly limit?: number
}

/** Ranges of places in one query: each is a scan of its own that holds a few MiB. */
export const MAX_RANGES = 24

interface PlaceRange {
  from: number
  to: number
}

/** The FROM and WHERE of a query on one partition's rows. */
export function fromWhere(query: Omit<RowQuery, 'sure' | 'orderBy' | 'limit'>): string {
  const { snapshot, range, sql } = query
  const conditions = [`pos < ${snapshot.rows}`]
  if (range !== undefined) {
    conditions.push(...timeConditions(range, query.stretches ?? snapshot.blocks))
  }
  if (sql !== 'TRUE') conditions.push(`(${sql})`)
  return `FROM ${rowsOf(query)} WHERE ${conditions.join(' AND ')}`
}

/**
 * What of a range the rows of these stretches have to be asked for. By whole seconds where it begins and ends
 * with one: that is a column, which DuckDB compares before it reads others; `time` it works out for each row.
 */
function timeConditions({ from, to }: TimeRange, stretches: readonly Stretch[]): string[] {
  const conditions: string[] = []
  if (stretches.some(({ minTime }) => minTime < from)) {
    const second = Math.floor(from / MICROS_PER_SECOND)
    conditions.push(`second >= ${second}`)
    if (second * MICROS_PER_SECOND !== from) conditions.push(`time >= ${from}`)
  }
  if (stretches.some(({ maxTime }) => maxTime >= to)) {
    const second = Math.floor(to / MICROS_PER_SECOND)
    const isWhole = second * MICROS_PER_SECOND === to
    conditions.push(isWhole ? `second < ${second}` : `second <= ${second} AND time < ${to}`)
  }
  return conditions
}

/**
 * The rows of some stretches. DuckDB skips what lies outside one range, but not between several of an OR; of a
 * union it works out the condition for each range anew, so an expression is kept outside of it where the rows are few.
 */
function rowsOf({
  snapshot,
  stretches,
  sql,
}: Pick<RowQuery, 'snapshot' | 'stretches' | 'sql'>): string {
  const table = `${snapshot.partition.database}.logs`
  if (stretches === undefined) return table
  const ranges = placeRanges(stretches)
  if (ranges.length === 1 && ranges[0]!.from === 0 && ranges[0]!.to >= snapshot.rows) return table
  const selects = ranges.map(
    ({ from, to }) => `SELECT * FROM ${table} WHERE pos BETWEEN ${from} AND ${to - 1}`,
  )
  if (selects.length === 0) return `(SELECT * FROM ${table} LIMIT 0)`
  const all = selects.join(' UNION ALL ')
  const rows = ranges.reduce((sum, { from, to }) => sum + to - from, 0)
  return selects.length > 1 && rows <= MOST_KEPT && sql.includes('regexp_matches')
    ? `(WITH ranges AS MATERIALIZED (${all}) SELECT * FROM ranges)`
    : `(${all})`
}

/** Rows that are unpacked whole to spare working out an expression for each of their ranges. */
const MOST_KEPT = 20_000

const byPlace = (stretches: readonly Stretch[]): Stretch[] =>
  [...stretches].sort((a, b) => a.firstPos - b.firstPos)

/** The places of stretches, neighbours joined. */
function placeRanges(stretches: readonly Stretch[]): PlaceRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const { firstPos, rows } of byPlace(stretches)) {
    const last = ranges.at(-1)
    if (last?.to === firstPos) last.to = firstPos + rows
    else ranges.push({ from: firstPos, to: firstPos + rows })
  }
  return ranges
}

/**
 * Joins stretches over gaps of at most `widest` rows, those before the first and behind the last too. The
 * gaps must hold no match of their own: rows that another query of the same question looks at would answer
 * twice. No stretch becomes longer than `most` rows by it.
 */
export function joinStretches(
  { blocks, rows: end }: Snapshot,
  stretches: readonly Stretch[],
  widest: number,
  most: number,
): Stretch[] {
  const joined: PlaceRange[] = []
  for (const { firstPos: from, rows } of byPlace(stretches)) {
    const last = joined.at(-1)
    const before = last?.to ?? 0
    const isNear = from - before <= widest
    if (last === undefined) joined.push({ from: isNear ? 0 : from, to: from + rows })
    else if (isNear && from + rows - last.from <= most) last.to = from + rows
    else joined.push({ from, to: from + rows })
  }
  const last = joined.at(-1)
  if (last !== undefined && end - last.to <= widest && end - last.from <= most) last.to = end
  let block = 0
  return joined.map(({ from, to }) => {
    let minTime = Infinity
    let maxTime = -Infinity
    for (; block < blocks.length && blocks[block]!.firstPos < to; block++) {
      const { firstPos, rows, minTime: min, maxTime: max } = blocks[block]!
      if (firstPos + rows > from) {
        minTime = Math.min(minTime, min)
        maxTime = Math.max(maxTime, max)
      }
      // It may reach into the next stretch.
      if (firstPos + rows > to) break
    }
    return { firstPos: from, rows: to - from, minTime, maxTime }
  })
}

/** Joins ranges over their smallest gaps until at most `most` are left. */
function closeGaps(ranges: readonly PlaceRange[], most: number): readonly PlaceRange[] {
  if (ranges.length <= most) return ranges
  const gaps = ranges.slice(1).map((range, index) => range.from - ranges[index]!.to)
  const widestKept = gaps.toSorted((a, b) => b - a)[most - 2] ?? Infinity
  let kept = most - 1
  return ranges.reduce<{ from: number; to: number }[]>((joined, range, index) => {
    const last = joined.at(-1)
    const keepsGap = index > 0 && gaps[index - 1]! >= widestKept && kept-- > 0
    if (last === undefined || keepsGap) joined.push({ ...range })
    else last.to = range.to
    return joined
  }, [])
}

const COLUMNS =
  'pos, seq, time, time_ns, received, severity, entity, stream, shape, template, variables, vals'

/** Rows found, by their places in the file, in the order asked for. */
interface Found {
  readonly places: readonly number[]
  readonly sure: ReadonlySet<number>
}

/** More rows than this are most of what is looked at: they are read at once. */
const MANY_ROWS = 1_000

/** Stretches as short as granules were found by their tokens: most hold a row that passes. */
const areNarrow = (stretches: readonly Stretch[]): boolean =>
  stretches.reduce((sum, { rows }) => sum + rows, 0) <= stretches.length * NARROW_ROWS

const NARROW_ROWS = 512

/**
 * Fetches whole rows. First their places, by the columns that the condition names alone: DuckDB reads
 * every column asked for of every row it looks at, and most of those rows do not pass. Where the condition names the
 * texts, which are most of a row, nothing is spared by that.
 */
export async function fetchRows(
  engine: Engine,
  query: RowQuery,
  context: QueryContext,
): Promise<Row[]> {
  const { partition } = query.snapshot
  const readAtOnce = (): Promise<Row[]> =>
    readRows(engine, partition, `(${query.sure ?? 'FALSE'}) ${selection(query)}`, context)
  if (query.limit !== undefined && query.limit > MANY_ROWS && readsText(query.sql)) {
    return readAtOnce()
  }
  if (query.stretches !== undefined && areNarrow(query.stretches)) return readAtOnce()
  if (readsText(query.sql)) {
    const few = await fewByNumbers(engine, query, context)
    if (few?.length === 0) return []
    if (few !== undefined) {
      const at = `FROM ${rowsAt(partition, few)} WHERE (${query.sql})${tail(query)}`
      return readRows(engine, partition, `(${query.sure ?? 'FALSE'}) ${at}`, context)
    }
    if (query.sql.includes('variables') && query.sql.includes('vals')) return readAtOnce()
  }
  const { places, sure } = await findPlaces(engine, query, context)
  if (places.length === 0) return []
  if (places.length > MANY_ROWS) return readAtOnce()
  const rows = await readPlaces(engine, partition, places, context)
  return places.map((pos) => ({ ...rows.get(pos)!, isSure: sure.has(pos) }))
}

/** The rows at some places, those that were not read lately. */
export async function readPlaces(
  engine: Engine,
  partition: Partition,
  places: readonly number[],
  context: QueryContext,
): Promise<Map<number, Row>> {
  const { recentRows } = partition
  const rows = new Map<number, Row>()
  const unknown = places.filter((pos) => {
    const row = recentRows.get(pos)
    if (row !== undefined) rows.set(pos, row)
    return row === undefined
  })
  if (unknown.length === 0) return rows
  const at = `FALSE FROM ${rowsAt(partition, unknown, COLUMNS)}`
  for (const row of await readRows(engine, partition, at, context)) {
    rows.set(row.pos, row)
    recentRows.add(row)
  }
  return rows
}

/** What is selected of the rows of a query, from FROM on. */
const selection = (query: RowQuery): string => `${fromWhere(query)}${tail(query)}`

function tail(query: RowQuery): string {
  const order = query.orderBy === undefined ? '' : ` ORDER BY ${query.orderBy}`
  const limit = query.limit === undefined ? '' : ` LIMIT ${query.limit}`
  return `${order}${limit}`
}

/** The places that numbers leave of rows whose texts have to be read; undefined when they are many. */
async function fewByNumbers(
  engine: Engine,
  query: RowQuery,
  context: QueryContext,
): Promise<number[] | undefined> {
  const { numbers = 'TRUE' } = query
  if (numbers === 'TRUE') return undefined
  const columns = await engine.query(
    `SELECT pos ${fromWhere({ ...query, sql: numbers })} LIMIT ${MANY_ROWS + 1}`,
    context,
  )
  return columns.rows > MANY_ROWS ? undefined : [...columns.numbers(0)]
}

/** Rows whose last column, whether they surely match, `rest` begins with. */
async function readRows(
  engine: Engine,
  partition: Partition,
  rest: string,
  context: QueryContext,
): Promise<Row[]> {
  const columns = await engine.query(`SELECT ${COLUMNS}, ${rest}`, context)
  return Array.from({ length: columns.rows }, (_, row) => ({
    partition,
    pos: columns.number(0, row),
    seq: columns.number(1, row),
    time: columns.number(2, row),
    timeNs: columns.number(3, row),
    received: columns.number(4, row),
    severity: columns.number(5, row),
    entity: columns.number(6, row),
    stream: columns.number(7, row),
    shape: columns.number(8, row),
    template: columns.number(9, row),
    variables: columns.text(10, row),
    values: columns.text(11, row),
    isSure: columns.scalar(12, row) === true,
  }))
}

async function findPlaces(engine: Engine, query: RowQuery, context: QueryContext): Promise<Found> {
  const columns = await engine.query(
    `SELECT pos, (${query.sure ?? 'FALSE'}) ${selection(query)}`,
    context,
  )
  const places: number[] = []
  const sure = new Set<number>()
  for (let row = 0; row < columns.rows; row++) {
    const pos = columns.number(0, row)
    places.push(pos)
    if (columns.scalar(1, row) === true) sure.add(pos)
  }
  return { places, sure }
}

/** Places further apart than a vector of DuckDB's are read by scans of their own. */
const NEAR = 2_048

/**
 * The rows at these places. A short list inside a scan lets it pass over whole vectors; each scan costs less that names
 * its columns.
 */
function rowsAt(partition: Partition, places: readonly number[], columns = '*'): string {
  const sorted = [...places].sort((a, b) => a - b)
  const ranges: PlaceRange[] = []
  let from = sorted[0]!
  let last = from
  for (const pos of sorted) {
    if (pos - last > NEAR) {
      ranges.push({ from, to: last + 1 })
      from = pos
    }
    last = pos
  }
  ranges.push({ from, to: last + 1 })
  let next = 0
  const selects = closeGaps(ranges, MAX_RANGES).map(({ from: first, to }) => {
    const begin = next
    while (next < sorted.length && sorted[next]! < to) next++
    const list = sorted.slice(begin, next).join(',')
    return `SELECT ${columns} FROM ${partition.database}.logs WHERE pos BETWEEN ${first} AND ${to - 1} AND pos IN (${list})`
  })
  return `(${selects.join(' UNION ALL ')})`
}
