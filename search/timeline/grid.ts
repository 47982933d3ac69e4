import { TALLY_SECONDS } from '../store/store.ts'
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros, type TimeRange } from '../../model/time.ts'

/**
 * The columns of a view: of one whole number of microseconds each and aligned to the epoch, as the
 * store's bins are, so that a bin is a column. Column 0 begins at `from`, less than a column before the
 * view; the last one ends at the view's end or less than a column after it.
 */
export interface Grid {
  readonly from: Micros
  readonly widthUs: number
  readonly columns: number
}

/** From so many seconds on, columns are of whole seconds: a sixth fewer at most, and stores count those in half the time. */
const WHOLE_SECONDS = 5

/** From so many seconds on, columns are as wide as tallies, so that of whole hours no record is looked at: a third fewer at most. */
const FINE_TALLIES = 1.5 * TALLY_SECONDS.fine

/** And as wide as coarse ones, of which a range of days has few enough: half as many columns at most. */
const COARSE_TALLIES = TALLY_SECONDS.coarse / 2

/** What columns are as wide as, or a multiple of, where they are about so many seconds wide. */
function unitOf(seconds: number): number {
  if (seconds >= COARSE_TALLIES) return TALLY_SECONDS.coarse * MICROS_PER_SECOND
  if (seconds >= FINE_TALLIES) return TALLY_SECONDS.fine * MICROS_PER_SECOND
  return seconds >= WHOLE_SECONDS ? MICROS_PER_SECOND : 1
}

/** At most `columns` columns and one more over the range; none is narrower than a microsecond. */
export function gridOf(range: TimeRange, columns: number): Grid {
  const least = Math.max(1, (range.to - range.from) / columns)
  const unit = unitOf(least / MICROS_PER_SECOND)
  const widthUs = Math.ceil(least / unit) * unit
  const first = Math.floor(range.from / widthUs)
  return {
    from: (first * widthUs) as Micros,
    widthUs,
    columns: Math.ceil(range.to / widthUs) - first,
  }
}

/** The column that a time stands in. */
export function columnOf(time: number, grid: Grid): number {
  return Math.floor((time - grid.from) / grid.widthUs)
}

/** Milliseconds from the start of column 0. */
export function msOf(time: number, grid: Grid): number {
  return (time - grid.from) / MICROS_PER_MS
}
