import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import type { Millis } from '../lib/zoned-time.ts'

/** The window of time on the screen. */
export interface Viewport {
  readonly from: Millis
  readonly to: Millis
}

/**
 * What moves with every frame and so is not in the address until it rests: the window while it is panned or zoomed, and
 * the cursor while the pointer moves.
 */
interface Moving {
  readonly viewport: Viewport
  readonly cursor: Millis | null
  /** The cursor stays where it is, whatever the pointer does. */
  readonly isFrozen: boolean
  /** A gesture goes on: the window is ahead of the address. */
  readonly isMoving: boolean
}

export const moving = createStore<Moving>()(() => ({
  viewport: { from: 0, to: 1 },
  cursor: null,
  isFrozen: false,
  isMoving: false,
}))

export const useMoving = <T>(select: (state: Moving) => T): T => useStore(moving, select)

/** Narrowest and widest window: a millisecond, ten years. */
const [NARROWEST, WIDEST] = [1, 10 * 366 * 86_400_000]

/** The window `factor` times as wide, with `anchor` staying at its place on the screen. */
export function zoomed({ from, to }: Viewport, factor: number, anchor: Millis): Viewport {
  const width = Math.min(WIDEST, Math.max(NARROWEST, (to - from) * factor))
  const at = (anchor - from) / (to - from)
  const start = anchor - at * width
  return { from: start, to: start + width }
}

/** The window moved by a part of its width: −0.5 is half a page back. */
export function panned({ from, to }: Viewport, part: number): Viewport {
  const by = (to - from) * part
  return { from: from + by, to: to + by }
}
