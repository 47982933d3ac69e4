import type { Millis } from '../lib/zoned-time.ts'

/** A query that was run, and when. */
export interface KeptQuery {
  readonly q: string
  readonly at: Millis
}

/** A range that was looked at, edges as they stand in the address. */
export interface KeptRange {
  readonly from: string
  readonly to: string
}

const [MOST_QUERIES, MOST_RANGES] = [100, 8]

/** Newest first, each once. */
export const withNewest = <T>(
  list: readonly T[],
  one: T,
  isSame: (a: T, b: T) => boolean,
  most: number,
): T[] => [one, ...list.filter((other) => !isSame(other, one))].slice(0, most)

/** A list kept in this browser; what cannot be read is none. */
function read<T>(key: string, isOne: (value: unknown) => value is T): T[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(list) ? list.filter(isOne) : []
  } catch {
    return []
  }
}

/** Where the browser keeps nothing (no room, a private window) there is no history, and nothing else is missing. */
function write(key: string, list: readonly unknown[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(list))
  } catch {
    return
  }
}

const hasText = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && typeof (value as never)[name] === 'string'

const isQuery = (value: unknown): value is KeptQuery =>
  hasText(value, 'q') && typeof (value as KeptQuery).at === 'number'
const isRange = (value: unknown): value is KeptRange =>
  hasText(value, 'from') && hasText(value, 'to')

const [QUERIES, RANGES] = ['plumbline.queries', 'plumbline.ranges']

/** Queries that were run in this browser, newest first. */
export const keptQueries = (): KeptQuery[] => read(QUERIES, isQuery)

export function keepQuery(q: string, at: Millis): void {
  if (q.trim() === '') return
  write(
    QUERIES,
    withNewest(keptQueries(), { q, at }, (a, b) => a.q === b.q, MOST_QUERIES),
  )
}

/** Ranges that were chosen in this browser, newest first. */
export const keptRanges = (): KeptRange[] => read(RANGES, isRange)

export function keepRange(range: KeptRange): void {
  const isSame = (a: KeptRange, b: KeptRange): boolean => a.from === b.from && a.to === b.to
  write(RANGES, withNewest(keptRanges(), range, isSame, MOST_RANGES))
}
