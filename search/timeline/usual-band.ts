import { percentileOfSorted } from '../../model/aggregate.ts'
import type { CatalogueEntry } from '../../model/metric-catalogue.ts'
import type { UsualBand } from '../../model/timeline.ts'

/** Least and greatest value of each step of a series. */
export interface Extremes {
  readonly min: ArrayLike<number>
  readonly max: ArrayLike<number>
}

/** Of the window before the view, fewer samples say nothing of what is usual. */
const LEAST_SAMPLES = 20
/** Earlier weeks that must hold this hour. */
const LEAST_WEEKS = 3
/** Tukey's fences stand this many interquartile ranges beyond the quartiles. */
const FENCE = 1.5
/** A metric that was nothing before: no ratio says more than that. */
const MOST_RATIO = 1_000

/**
 * What is usual for a series, from the best there is: the same hours of at least three earlier weeks, else
 * the window before the view, both from the 5th percentile of the least to the 95th of the greatest values
 * of their steps; else the view itself between Tukey's fences (1.5 interquartile ranges beyond the quartiles).
 * Null for a view without a sample.
 */
export function usualBand(
  weeks: readonly Extremes[],
  before: Extremes | undefined,
  view: Extremes,
): UsualBand | null {
  const held = weeks.filter(({ min }) => min.length > 0)
  if (held.length >= LEAST_WEEKS) {
    const [min, max] = [held.map((week) => week.min), held.map((week) => week.max)]
    return { ...middleOf(min, max), from: 'hour_of_week' }
  }
  if (before !== undefined && before.min.length >= LEAST_SAMPLES) {
    return { ...middleOf([before.min], [before.max]), from: 'before' }
  }
  const inside = withinFences(view)
  return inside === undefined ? null : { ...inside, from: 'view' }
}

interface Band {
  readonly low: number
  readonly high: number
}

function middleOf(min: readonly ArrayLike<number>[], max: readonly ArrayLike<number>[]): Band {
  return {
    low: percentileOfSorted(sorted(min), 0.05),
    high: percentileOfSorted(sorted(max), 0.95),
  }
}

/** All values of some lists, rising. */
function sorted(lists: readonly ArrayLike<number>[]): Float64Array {
  const values = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const list of lists) {
    values.set(list, end)
    end += list.length
  }
  return values.sort()
}

/** The least and greatest value that is no outlier. */
function withinFences({ min, max }: Extremes): Band | undefined {
  const values = sorted([min, max])
  if (values.length === 0) return undefined
  const [first, third] = [percentileOfSorted(values, 0.25), percentileOfSorted(values, 0.75)]
  const reach = FENCE * (third - first)
  const low = values.find((value) => value >= first - reach)!
  const high = values.findLast((value) => value <= third + reach)!
  return { low, high }
}

/** Whether a value is worse than usual by more than the catalogue calls nothing. */
export function isBeyond(
  value: number,
  band: Band,
  { floor }: Pick<CatalogueEntry, 'floor'>,
): boolean {
  const least = 'absolute' in floor ? floor.absolute : floor.relative * Math.abs(band.high)
  return value > band.high && value - band.high >= least
}

/** The value against the band's upper edge, at least 1; an edge below the floor counts as the floor. */
export function ratioOf(value: number, band: Band, entry: Pick<CatalogueEntry, 'floor'>): number {
  if (!isBeyond(value, band, entry)) return 1
  const edge = 'absolute' in entry.floor ? Math.max(band.high, entry.floor.absolute) : band.high
  return edge <= 0 ? MOST_RATIO : Math.min(MOST_RATIO, Math.max(1, value / edge))
}

/** Samples in a row that make a departure. */
const RUN = 3

/** Runs of at least three samples in a row beyond the band, as `[first, past the last]`. */
export function runsBeyond(
  values: ArrayLike<number>,
  band: Band,
  entry: Pick<CatalogueEntry, 'floor'>,
): [number, number][] {
  const runs: [number, number][] = []
  for (let i = 0; i < values.length; i++) {
    const start = i
    while (i < values.length && isBeyond(values[i]!, band, entry)) i++
    if (i - start >= RUN) runs.push([start, i])
  }
  return runs
}
