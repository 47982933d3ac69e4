import type { ApiRecord } from '../../model/api.ts'
import type { Millis } from './zoned-time.ts'

/** Pages read backwards from a time (newest first), then pages read forwards from it: oldest first end to end. */
export function joinPages(
  before: readonly (readonly ApiRecord[])[],
  after: readonly (readonly ApiRecord[])[],
): readonly ApiRecord[] {
  return [...before.flat().reverse(), ...after.flat()]
}

/** How many records of a list by rising time come before `at`: where the cursor stands. */
export function placeOf(records: readonly ApiRecord[], at: Millis): number {
  let [low, high] = [0, records.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (Date.parse(records[middle]!.time) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether a time lies in what has been read; an end behind which nothing is left reaches as far as the window. */
export function isLoaded(
  records: readonly ApiRecord[],
  at: Millis,
  { hasBefore, hasAfter }: { readonly hasBefore: boolean; readonly hasAfter: boolean },
): boolean {
  const [first, last] = [records[0], records.at(-1)]
  if (first === undefined || last === undefined) return !hasBefore && !hasAfter
  if (hasBefore && at < Date.parse(first.time)) return false
  return !(hasAfter && at > Date.parse(last.time))
}

/** Rows of the list: every record, and the cursor at its place. */
export type Row =
  | { readonly kind: 'record'; readonly record: ApiRecord; readonly index: number }
  | { readonly kind: 'cursor' }

/** The row at `i`, when the cursor stands before record number `cursor` (null: not in the list). */
export function rowAt(records: readonly ApiRecord[], cursor: number | null, i: number): Row {
  if (i === cursor) return { kind: 'cursor' }
  const index = cursor !== null && i > cursor ? i - 1 : i
  return { kind: 'record', record: records[index]!, index }
}

/** The row of record number `index`; inverse of {@link rowAt}. */
export const rowOf = (cursor: number | null, index: number): number =>
  cursor !== null && index >= cursor ? index + 1 : index
