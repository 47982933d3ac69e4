import type { Row } from './rows.ts'

/** A place in the total order of records. */
export interface Place {
  readonly time: number
  readonly timeNs: number
  readonly day: string
  readonly seq: number
}

export const placeOf = (row: Row): Place => ({
  time: row.time,
  timeNs: row.timeNs,
  day: row.partition.day,
  seq: row.seq,
})

export function comparePlaces(a: Place, b: Place): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.timeNs !== b.timeNs) return a.timeNs - b.timeNs
  if (a.day !== b.day) return a.day < b.day ? -1 : 1
  return a.seq - b.seq
}
