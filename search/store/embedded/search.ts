import { availableParallelism } from 'node:os'
import { matcher } from '../../../model/match.ts'
import type { LogRecord } from '../../../model/record.ts'
import { cursorOf, placeOfCursor } from '../cursor.ts'
import type { QueryContext, SearchPage, SearchRequest, TailPage, TailPosition } from '../store.ts'
import type { Filter } from '../../../model/query.ts'
import type { Stretch } from './block.ts'
import { byPlanAndPartition, candidatesOf, planBoth, type Candidate } from './candidates.ts'
import { isExact, numbersOf, readsText } from './condition.ts'
import { comparePlaces, placeOf, type Place } from './place.ts'
import type { Reading } from './reading.ts'
import { fetchRows, MAX_RANGES, snapshotOf, type Row } from './rows.ts'

/** Stretches looked at in one step at first; then as many as the lanes take. */
const FIRST_GROUP = 16

/** Who wants so many records gets none of them from a few stretches. */
const MANY = 1_000

/** Where numbers decide, so many rows are looked at for each that is wanted, at 2 ns each, before any is read. */
const ROWS_FOR_EACH = 256

/** Queries of one step that run beside each other: DuckDB reads the ranges of one query in turn. */
const LANES = Math.min(4, availableParallelism())

/** One page of matching records in order of time. */
export async function search(
  reading: Reading,
  request: SearchRequest,
  context: QueryContext,
): Promise<SearchPage> {
  const walk = new Walk(reading, request, context)
  // One more than asked for tells whether there is a next page.
  const rows = await walk.collect(request.limit + 1)
  const page = rows.slice(0, request.limit)
  const records = await reading.reader.read(page, request.withRaw === true, context)
  const last = page.at(-1)
  const next =
    rows.length > request.limit && last !== undefined
      ? cursorOf([last.time, last.timeNs, last.partition.day, last.seq])
      : undefined
  return { records, notes: [], ...(next === undefined ? {} : { next }) }
}

/** Visits blocks by falling (or rising) time and keeps the best rows until no block can better them. */
class Walk {
  readonly #reading: Reading
  readonly #request: SearchRequest
  readonly #context: QueryContext
  readonly #sign: 1 | -1
  readonly #after: Place | undefined
  readonly #matches: (record: LogRecord) => boolean

  constructor(reading: Reading, request: SearchRequest, context: QueryContext) {
    this.#reading = reading
    this.#request = request
    this.#context = context
    this.#sign = request.order === 'newest' ? -1 : 1
    this.#after = request.cursor === undefined ? undefined : placeAfter(request.cursor)
    this.#matches = matcher(request.filter, reading.compileRegex)
  }

  async collect(wanted: number): Promise<Row[]> {
    const { from, to } = this.#bounds()
    const plans = planBoth(this.#request.filter, this.#reading, 'sieve')
    const candidates = candidatesOf(this.#reading, plans, from, to)
    candidates.sort((a, b) => this.#nearEdge(a.stretch) - this.#nearEdge(b.stretch))
    let best: Row[] = []
    const parts = new Set(candidates.map(({ plan }) => plan)).size
    let size = wanted > MANY ? firstGroupOfMany(candidates, wanted) : FIRST_GROUP * parts
    for (let at = 0; at < candidates.length;) {
      const worst = best.length >= wanted ? best.at(-1) : undefined
      if (worst !== undefined && this.#nearEdge(candidates[at]!.stretch) > this.#sign * worst.time)
        break
      const group = candidates.slice(at, at + size)
      at += group.length
      // Where numbers decide, a query of many rows costs little more than one of few.
      size = group.every(isByNumbers) ? size * 2 : Math.min(size * 2, MAX_RANGES * LANES * parts)
      for (const part of byPlanAndPartition(group)) {
        const rows = await this.#rowsOf(
          part,
          wanted,
          best.length >= wanted ? best.at(-1) : undefined,
        )
        best = this.#merge(best, rows, wanted)
      }
    }
    return best
  }

  /** The range, narrowed by the cursor. */
  #bounds(): { from: number; to: number } {
    const { from, to } = this.#request.range
    if (this.#after === undefined) return { from, to }
    return this.#sign < 0
      ? { from, to: Math.min(to, this.#after.time + 1) }
      : { from: Math.max(from, this.#after.time), to }
  }

  /** The end of a stretch's times that the walk meets first, as a number that rises along the walk. */
  #nearEdge({ minTime, maxTime }: Stretch): number {
    return this.#sign < 0 ? -maxTime : minTime
  }

  async #rowsOf(
    part: readonly Candidate[],
    wanted: number,
    worst: Row | undefined,
  ): Promise<Row[]> {
    const [{ snapshot, plan }] = part as [Candidate]
    const direction = this.#sign < 0 ? 'DESC' : 'ASC'
    const orderBy = `time ${direction}, time_ns ${direction}, seq ${direction}`
    const conditions = [plan.sql, this.#behind(snapshot.partition.day)]
    if (worst !== undefined) conditions.push(`time ${this.#sign < 0 ? '>=' : '<='} ${worst.time}`)
    const sql = conditions.map((condition) => `(${condition})`).join(' AND ')
    const { engine, reader } = this.#reading
    const all = part.map(({ stretch }) => stretch)
    const query = {
      ...{ snapshot, range: this.#request.range, sql, sure: plan.sure },
      numbers: numbersOf(plan),
    }
    if (isExact(plan)) {
      // What passes is sure: the condition is not worked out a second time to say so.
      const exact = { ...query, sure: 'TRUE', stretches: all, orderBy, limit: wanted }
      return fetchRows(engine, exact, this.#context)
    }
    const lanes = inLanes(all).map((stretches) =>
      fetchRows(engine, { ...query, stretches }, this.#context),
    )
    const rows = (await Promise.all(lanes)).flat()
    return rows.filter((row) => row.isSure || this.#matches(reader.view(row)))
  }

  /** Rows of a day that come after the cursor. */
  #behind(day: string): string {
    const after = this.#after
    if (after === undefined) return 'TRUE'
    const beyond = this.#sign < 0 ? '<' : '>'
    const { time, timeNs, seq } = after
    const laterDay = this.#sign < 0 ? day < after.day : day > after.day
    const arrival = day === after.day ? `seq ${beyond} ${seq}` : laterDay ? 'TRUE' : 'FALSE'
    return `time ${beyond} ${time} OR (time = ${time} AND
      (time_ns ${beyond} ${timeNs} OR (time_ns = ${timeNs} AND ${arrival})))`
  }

  #merge(best: readonly Row[], rows: readonly Row[], wanted: number): Row[] {
    if (rows.length === 0) return [...best]
    const all = [...best, ...rows]
    all.sort((a, b) => this.#sign * comparePlaces(placeOf(a), placeOf(b)))
    // Parts of a plan may find the same row.
    const once = all.filter(
      (row, i) => i === 0 || comparePlaces(placeOf(all[i - 1]!), placeOf(row)) !== 0,
    )
    return once.slice(0, wanted)
  }
}

const isByNumbers = ({ plan }: Candidate): boolean => isExact(plan) && !readsText(plan.sql)

/**
 * Stretches looked at first by who wants many: a few events of hours are found by one question and read by another,
 * while each further step would wait for the one before it.
 */
function firstGroupOfMany(candidates: readonly Candidate[], wanted: number): number {
  if (!candidates.every(isByNumbers)) return MAX_RANGES * LANES
  let rows = 0
  const last = candidates.findIndex(
    ({ stretch }) => (rows += stretch.rows) >= wanted * ROWS_FOR_EACH,
  )
  return last < 0 ? candidates.length : last + 1
}

/** Stretches by lane, neighbours in the same. */
function inLanes(stretches: readonly Stretch[]): Stretch[][] {
  const byPlace = [...stretches].sort((a, b) => a.firstPos - b.firstPos)
  const size = Math.ceil(byPlace.length / LANES)
  return Array.from({ length: Math.ceil(byPlace.length / size) }, (_, lane) =>
    byPlace.slice(lane * size, (lane + 1) * size),
  )
}

const PLACE_TYPES = ['number', 'number', 'string', 'number'] as const

function placeAfter(cursor: string): Place {
  const [time, timeNs, day, seq] = placeOfCursor(cursor, PLACE_TYPES)
  return { time, timeNs, day, seq } as Place
}

/** Sequences looked at in one step of a tail. */
const TAIL_STEP = 65_536

/** Records in order of arrival behind a position. */
export async function tail(
  reading: Reading,
  after: TailPosition | null,
  filter: Filter,
  limit: number,
  context: QueryContext,
): Promise<TailPage> {
  const matches = matcher(filter, reading.compileRegex)
  const { plain, accented } = planBoth(filter, reading, 'sieve')
  const records: LogRecord[] = []
  let position = after ?? { day: '', sequence: -1 }
  for (const snapshot of reading.partitions().map(snapshotOf)) {
    const { partition, blocks } = snapshot
    const { day } = partition
    if (day < position.day) continue
    const plan = blocks.some((block) => block.accented > 0) ? accented : plain
    const end = snapshot.nextSequence
    let from = day === position.day ? position.sequence + 1 : snapshot.firstSequence
    for (; from < end; from += TAIL_STEP) {
      const to = Math.min(from + TAIL_STEP, end)
      const sql = `seq >= ${from} AND seq < ${to} AND (${plan.sql})`
      const query = { snapshot, sql, sure: plan.sure, orderBy: 'seq' }
      const rows = await fetchRows(reading.engine, query, context)
      const hits = rows.filter((row) => row.isSure || matches(reading.reader.view(row)))
      const taken = hits.slice(0, limit - records.length)
      records.push(...(await reading.reader.read(taken, false, context)))
      if (taken.length < hits.length) {
        const last = taken.at(-1)
        return { records, position: last === undefined ? position : { day, sequence: last.seq } }
      }
      position = { day, sequence: to - 1 }
    }
  }
  return { records, position }
}
