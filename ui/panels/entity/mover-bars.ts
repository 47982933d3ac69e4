import type { Layer } from '../../../model/entity.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import type { Move } from './moves.ts'

/** How long something was there, as far as a window shows it. */
export interface MoverBar {
  readonly key: string
  readonly id: string
  readonly name: string
  readonly layer: Layer | null
  /** Shares of the window, 0 to 1. */
  readonly from: number
  readonly to: number
  /** When it came or went inside the window; null where it was there before, or still is. */
  readonly came: Millis | null
  readonly went: Millis | null
}

/** Beside A and B, as a share of the time between them. */
const MARGIN = 0.08

/** The window in which movers are drawn: A and B with some room on both sides. */
export function moverWindow(a: Millis, b: Millis): { readonly from: Millis; readonly to: Millis } {
  const [from, to] = [Math.min(a, b), Math.max(a, b)]
  const room = Math.max(1, (to - from) * MARGIN)
  return { from: from - room, to: to + room }
}

/**
 * One row for each entity that came or went inside the window, in the order of their first move: from its coming (or
 * the window's begin) to its going (or the window's end). One that came again has another row.
 */
export function moverBars(
  moves: readonly Move[],
  window: { readonly from: Millis; readonly to: Millis },
): readonly MoverBar[] {
  const share = (at: Millis): number => (at - window.from) / (window.to - window.from)
  const bars: { -readonly [K in keyof MoverBar]: MoverBar[K] }[] = []
  const inside = moves
    .filter(
      ({ who, mark, at }) => who !== null && mark !== '~' && at >= window.from && at <= window.to,
    )
    .sort((one, other) => one.at - other.at)
  for (const { who, what, mark, at } of inside) {
    const { id, name, layer } = who!
    const key = `${id} ${what}`
    if (mark === '+') {
      bars.push({ key, id, name, layer, from: share(at), to: 1, came: at, went: null })
      continue
    }
    const open = bars.findLast((bar) => bar.key === key && bar.went === null)
    if (open === undefined) {
      bars.push({ key, id, name, layer, from: 0, to: share(at), came: null, went: at })
    } else {
      open.to = share(at)
      open.went = at
    }
  }
  return bars.map((bar, i) => ({ ...bar, key: `${bar.key} ${i}` }))
}
