import { and, or, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { formatTime, MAX_TIME, MIN_TIME, type Micros, type TimeRange } from '../../model/time.ts'
import type { QueryContext, Store } from '../store/store.ts'
import { HAPPENING_US, happeningOf } from './chance.ts'
import { Frequencies, templateOf } from './frequencies.ts'

/** What of a store is asked. */
export type Reading = Pick<Store, 'search' | 'aggregate'>

/** Records read on each side of the one asked about, the nearest. */
const MOST_NEAR = 100
/** Of templates that these leave out, the nearest record of so many is read, of the rarest. */
const MOST_KINDS = 60

/** The records of a filter around one. */
export interface Neighbourhood {
  /** The nearest, and the nearest of each template, without the one they are around. */
  readonly records: readonly LogRecord[]
  /** How many happenings of the window look like this record, without it. */
  othersLike(record: LogRecord): number
}

/**
 * The records of a filter within `windowUs` before and after a record: all of them where they are few. Of many,
 * the nearest on each side and beyond those the nearest of each template, so that what a busy device says all
 * the time does not push aside the one line that matters.
 */
export async function nearestTo(
  record: LogRecord,
  filter: Filter,
  windowUs: number,
  store: Reading,
  context: QueryContext,
): Promise<Neighbourhood> {
  const at = record.time
  const walk = new Walk(filter, store, context)
  const sides = await Promise.all([
    walk.through({ from: Math.max(MIN_TIME, at - windowUs) as Micros, to: at }, 'newest'),
    // The record itself is among these.
    walk.through({ from: at, to: Math.min(MAX_TIME, at + windowUs) as Micros }, 'oldest'),
  ])
  const seen = new Frequencies(2 * windowUs)
  const records = new Map<string, LogRecord>()
  for (const { near, beyond, kinds } of sides) {
    for (const other of near) seen.add(templateOf(other), happeningOf(other.time), 1)
    for (const { template, happening, count } of beyond) seen.add(template, happening, count)
    for (const other of [...near, ...kinds]) records.set(other.id, other)
  }
  records.delete(record.id)
  return { records: [...records.values()], othersLike: (other) => seen.othersLike(other) }
}

/** How many records of a template there are in a stretch of time. */
interface Bin {
  readonly template: string | null
  readonly happening: number
  readonly count: number
}

/** What was read on one side of a record. */
interface Side {
  readonly near: readonly LogRecord[]
  /** What was not read. */
  readonly beyond: readonly Bin[]
  /** Of templates that the nearest records left out, the nearest. */
  readonly kinds: readonly LogRecord[]
}

/** A way through time from a record, on one side of it. */
class Walk {
  readonly #filter: Filter
  readonly #store: Reading
  readonly #context: QueryContext

  constructor(filter: Filter, store: Reading, context: QueryContext) {
    this.#filter = filter
    this.#store = store
    this.#context = context
  }

  async through(range: TimeRange, order: 'newest' | 'oldest'): Promise<Side> {
    const filter = this.#filter
    const page = await this.#store.search({ filter, range, order, limit: MOST_NEAR }, this.#context)
    const near = page.records
    if (page.next === undefined) return { near, beyond: [], kinds: [] }
    const last = near.at(-1)!.time
    // A page may end between records of one microsecond: the others of it are left out.
    const rest: TimeRange =
      order === 'newest' ? { ...range, to: last } : { ...range, from: (last + 1) as Micros }
    const beyond = await this.#count(rest)
    return { near, beyond, kinds: await this.#kinds(near, beyond, rest, order) }
  }

  async #count(range: TimeRange): Promise<Bin[]> {
    const { rows } = await this.#store.aggregate(
      {
        filter: this.#filter,
        range,
        by: [
          { kind: 'field', field: 'template' },
          { kind: 'bin', widthUs: HAPPENING_US },
        ],
        aggregates: [{ function: 'count', as: 'count' }],
      },
      this.#context,
    )
    return rows.map(([template, time, count]) => ({
      template: template as string | null,
      happening: happeningOf(Number(time)),
      count: Number(count),
    }))
  }

  async #kinds(
    near: readonly LogRecord[],
    beyond: readonly Bin[],
    range: TimeRange,
    order: 'newest' | 'oldest',
  ): Promise<LogRecord[]> {
    const known = new Set(near.map(templateOf))
    const sign = order === 'newest' ? -1 : 1
    const kinds = new Map<string, { total: number; nearest: number }>()
    for (const { template, happening, count } of beyond) {
      if (template === null || known.has(template)) continue
      const { total, nearest } = kinds.get(template) ?? { total: 0, nearest: happening }
      const isNearer = sign * happening < sign * nearest
      kinds.set(template, { total: total + count, nearest: isNearer ? happening : nearest })
    }
    if (kinds.size === 0) return []
    const places = [...kinds]
      .sort(([a, { total: x }], [b, { total: y }]) => x - y || (a < b ? -1 : 1))
      .slice(0, MOST_KINDS)
      .map(([template, { nearest }]) => placeOf(template, nearest))
    const filter = and(this.#filter, or(...places))
    const request = { filter, range, order, limit: 2 * MOST_KINDS }
    return (await this.#store.search(request, this.#context)).records
  }
}

/** The records of a template in a stretch of time. */
function placeOf(template: string, happening: number): Filter {
  const time = (operator: '>=' | '<', from: number): Filter => {
    const value = formatTime((from * HAPPENING_US) as Micros)
    return { kind: 'compare', field: 'time', operator, value }
  }
  return and(
    { kind: 'equals', field: 'template', value: template },
    time('>=', happening),
    time('<', happening + 1),
  )
}
