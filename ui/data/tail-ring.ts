import type { ApiRecord } from '../../model/api.ts'

/** Most records that are kept of what arrives. */
export const TAIL_LENGTH = 2_000

/** What has arrived, newest first, and what waits while nothing may move. */
export interface TailRing {
  readonly records: readonly ApiRecord[]
  /** Arrived while paused, newest first; at most {@link TAIL_LENGTH}. */
  readonly waiting: readonly ApiRecord[]
  /** How many arrived while paused, kept or not. */
  readonly waitingCount: number
  /** How many are not kept: older than the newest {@link TAIL_LENGTH}. */
  readonly dropped: number
}

export const EMPTY_RING: TailRing = { records: [], waiting: [], waitingCount: 0, dropped: 0 }

/** With what has just arrived, oldest first; while paused it waits. */
export function arrived(ring: TailRing, batch: readonly ApiRecord[], isPaused: boolean): TailRing {
  if (batch.length === 0) return ring
  const newest = [...batch].reverse()
  if (!isPaused) return { ...ring, ...kept([...newest, ...ring.records], ring.dropped) }
  const waiting = kept([...newest, ...ring.waiting], ring.dropped)
  return {
    ...ring,
    waiting: waiting.records,
    waitingCount: ring.waitingCount + batch.length,
    dropped: waiting.dropped,
  }
}

/** What waited is in its place. */
export function resumed(ring: TailRing): TailRing {
  const all = kept([...ring.waiting, ...ring.records], ring.dropped)
  return { ...all, waiting: [], waitingCount: 0 }
}

function kept(records: readonly ApiRecord[], dropped: number) {
  return {
    records: records.slice(0, TAIL_LENGTH),
    dropped: dropped + Math.max(0, records.length - TAIL_LENGTH),
  }
}
