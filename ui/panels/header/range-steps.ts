import type { Viewport } from '../../data/viewport.ts'
import type { Millis } from '../../lib/zoned-time.ts'

/** How much of the window stands after the time that it is moved to. */
const AFTER = 0.1

/**
 * A window as long as this one that shows a time near its end, with whole minutes at its edges
 * where it is long enough, else whole seconds.
 */
export function windowWith({ from, to }: Viewport, at: Millis): Viewport {
  const length = to - from
  const unit = length * AFTER >= 60_000 ? 60_000 : 1_000
  const end = Math.ceil((at + length * AFTER) / unit) * unit
  return { from: end - length, to: end }
}
