import type { Viewport } from '../data/viewport.ts'

/** What was answered or is asked: which records, and of when. */
export interface Asked extends Viewport {
  readonly query: string
}

/** A window shows the answer before as its own while that fills so much of it. */
const MOST = 0.5

/**
 * Whether an answer that stands in until the next is there is of something else than what is asked: other records, or
 * most of another time. A pan's overlap, and what is only coarser after a zoom, are of it.
 */
export function isOfOther(answered: Asked, asked: Asked): boolean {
  if (answered.query !== asked.query) return true
  const overlap = Math.min(answered.to, asked.to) - Math.max(answered.from, asked.from)
  return overlap < MOST * (asked.to - asked.from)
}
