import type { Viewport } from '../data/viewport.ts'
import type { Millis } from '../lib/zoned-time.ts'

/** Time to place in the plot and back: `width` CSS pixels show the window. */
export interface TimeScale extends Viewport {
  readonly width: number
}

/** Place of a time, CSS pixels from the plot's left edge; outside the plot where the time is outside the window. */
export function xOf(at: Millis, { from, to, width }: TimeScale): number {
  return ((at - from) / (to - from)) * width
}

export function timeAt(x: number, { from, to, width }: TimeScale): Millis {
  return from + (x / width) * (to - from)
}

/** Digits of a second's fraction that a pixel of this scale can tell apart. */
export function secondDigits({ from, to, width }: TimeScale): 0 | 1 | 3 {
  const msPerPixel = (to - from) / Math.max(1, width)
  if (msPerPixel >= 2_000) return 0
  return msPerPixel >= 20 ? 1 : 3
}
