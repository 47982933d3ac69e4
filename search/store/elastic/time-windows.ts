import type { Query } from './clause.ts'
import type { Connection } from './connection.ts'
import type { Indices } from './indices.ts'
import { searchOnce, type Budget } from './scan.ts'

/**
 * Records are not sorted on disk, and a page in order of time reads something of every match behind its beginning. So a
 * question to many records is put to one window of time after the other, and ends where it has enough.
 */

/** Fewer records are read through faster than asked about. */
const MANY = 1_000_000
/** What a window should hold of all records. */
const WINDOW_RECORDS = 20_000
/** A window with fewer hits than this part is followed by a wider one. */
const FEW = 0.25
const WIDER = 8

/** Some records: how many, and between which times, the second not among them. */
export interface Extent {
  readonly count: number
  readonly from: number
  readonly to: number
}

/** Bounds of time, microseconds; one that is missing is open. */
export interface Window {
  readonly from?: number
  readonly to?: number
}

export function windowQuery({ from, to }: Window): Query | null {
  if (from === undefined && to === undefined) return null
  const lower = from === undefined ? {} : { gte: from }
  return { range: { time: { ...lower, ...(to === undefined ? {} : { lt: to }) } } }
}

/**
 * Windows that follow each other from one end of the times to the other and leave nothing out, whatever the extent says:
 * it only tells how wide they should be. Whoever takes one says how many hits it had.
 */
export function* windowsOf(
  { count, from, to }: Extent,
  direction: 'asc' | 'desc',
): Generator<Window, void, number> {
  let width = count === 0 ? Infinity : Math.ceil(((to - from) * WINDOW_RECORDS) / count)
  let edge = direction === 'asc' ? from : to
  let isFirst = true
  for (;;) {
    const next = direction === 'asc' ? edge + width : edge - width
    const isLast = direction === 'asc' ? next >= to : next <= from
    const behind = isFirst ? {} : direction === 'asc' ? { from: edge } : { to: edge }
    const ahead = isLast ? {} : direction === 'asc' ? { to: next } : { from: next }
    const hits = yield { ...behind, ...ahead }
    if (isLast) return
    if (hits < WINDOW_RECORDS * FEW) width *= WIDER
    edge = next
    isFirst = false
  }
}

/** How long what is known of all records is used. It only grows stale, never wrong: see {@link windowsOf}. */
const FRESH_MS = 10_000

/** How many records there are, and when. */
export class Extents {
  readonly #connection: Connection
  readonly #indices: Indices
  #all: Extent = { count: 0, from: 0, to: 0 }
  #readAt = -Infinity

  constructor(connection: Connection, indices: Indices) {
    this.#connection = connection
    this.#indices = indices
  }

  /** Of the records within bounds. A count of 0 where they are too few to be worth windows. */
  async within({ from, to }: Window, budget: Budget): Promise<Extent> {
    const all = await this.#ofAll(budget)
    const bounds = {
      from: Math.max(from ?? all.from, all.from),
      to: Math.min(to ?? all.to, all.to),
    }
    if (all.count < MANY || bounds.to <= bounds.from) return { count: 0, ...bounds }
    // Without aggregations the index answers it, not the records.
    const query = windowQuery(bounds)!
    const answer = await this.#ask({ query }, budget)
    const count = answer.hits.total!.value
    return { ...bounds, count: count < MANY ? 0 : count }
  }

  async #ofAll(budget: Budget): Promise<Extent> {
    const now = performance.now()
    if (now - this.#readAt < FRESH_MS) return this.#all
    const aggs = { first: { min: { field: 'time' } }, last: { max: { field: 'time' } } }
    const { hits, aggregations } = await this.#ask({ aggs }, budget)
    const { first, last } = aggregations ?? {}
    this.#all = { count: hits.total!.value, from: first?.value ?? 0, to: (last?.value ?? 0) + 1 }
    this.#readAt = now
    return this.#all
  }

  #ask(body: object, budget: Budget) {
    const place = { index: this.#indices.allOf('logs') }
    const whole = { size: 0, track_total_hits: true, ...body }
    // What a shard leaves out here makes a window wider or narrower; the question itself notes it.
    type Ends = Record<'first' | 'last', { readonly value: number | null }>
    return searchOnce<never, Ends>(this.#connection, place, whole, budget, new Set())
  }
}
