import { isPartial } from '../lib/lane-rows.ts'
import { LAYER_NAMES } from '../lib/layers.ts'
import { shortKey } from '../lib/strong-key.ts'
import type { Row } from './row-layout.ts'

/** What lies under the last lane that is seen. */
export interface Below {
  readonly names: readonly string[]
  readonly more: number
  readonly errors: number
  readonly warnings: number
  /** Records of some of them may be missing. */
  readonly isPartial: boolean
}

const MOST_NAMES = 2

/**
 * Sums up rows out of sight; null when there are none.
 *
 * @param areLayersLow what closed layers count may be too low
 */
export function belowOf(rows: readonly Row[], bottom: number, areLayersLow: boolean): Below | null {
  const hidden = rows.filter(
    (row) => (row.kind === 'entity' || row.kind === 'layer') && row.y + row.height / 2 > bottom,
  )
  if (hidden.length === 0) return null
  const named = hidden.flatMap((row) =>
    row.kind === 'entity'
      ? [{ name: shortKey(row.lane.entity.name), counts: row.lane.counts }]
      : row.kind === 'layer' && row.isFolded
        ? [{ name: LAYER_NAMES[row.summary.layer], counts: row.summary.counts }]
        : [],
  )
  const sum = (of: (counts: (typeof named)[number]['counts']) => number): number =>
    named.reduce((total, { counts }) => total + of(counts), 0)
  return {
    names: named.slice(0, MOST_NAMES).map(({ name }) => name),
    more: Math.max(0, named.length - MOST_NAMES),
    errors: sum(({ error, fatal }) => error + fatal),
    warnings: sum(({ warning }) => warning),
    isPartial: hidden.some((row) =>
      row.kind === 'entity'
        ? isPartial(row.lane)
        : row.kind === 'layer' && row.isFolded && areLayersLow,
    ),
  }
}
