import type { Viewport } from '../../data/viewport.ts'
import type { Millis } from '../../lib/zoned-time.ts'

/** How much of the window stands after the time that it is moved to. */
const AFTER = 0.1

/** A window as long as this one that shows a time near its end, with whole seconds at its edges. */
export function windowWith({ from, to }: Viewport, at: Millis): Viewport {
  const length = to - from
  const end = Math.ceil((at + length * AFTER) / 1_000) * 1_000
  return { from: end - length, to: end }
}
