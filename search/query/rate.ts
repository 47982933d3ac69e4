import type { Cell } from '../../model/aggregate.ts'
import { MAX_TIME, micros, MICROS_PER_DAY, MICROS_PER_SECOND, MIN_TIME } from '../../model/time.ts'
import type { TimeRange } from '../../model/time.ts'
import { binStart } from '../../model/group-table.ts'
import type { Column, WorkingTable } from './table.ts'

/** Empty bins are filled in up to so many bins of a range. */
const MOST_BINS = 10_000

/** Widths `rate` chooses from, seconds: the least that cuts the range into at most 120 bins. */
const WIDTHS_S = [
  1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000,
]
const BINS_WANTED = 120

/** The default bin width of a range, microseconds. */
export function defaultWidthUs(range: TimeRange): number {
  const least = (range.to - range.from) / BINS_WANTED
  const widthS = WIDTHS_S.find((seconds) => seconds * MICROS_PER_SECOND >= least)
  return widthS === undefined ? 365 * MICROS_PER_DAY : widthS * MICROS_PER_SECOND
}

/** True for a range without an end on one side: years without records would make every bin a year. */
export const isOpen = ({ from, to }: TimeRange): boolean => from <= MIN_TIME || to >= MAX_TIME

/** The range, an open side of it closed where the bins of the extent end. */
export function closedRange(
  { from, to }: TimeRange,
  extent: TimeRange,
  widthUs: number,
): TimeRange {
  return {
    from: from > MIN_TIME ? from : micros(binStart(extent.from, widthUs)),
    to: to < MAX_TIME ? to : micros(binStart(extent.to - 1, widthUs) + widthUs),
  }
}

/**
 * Counts per bin (last column) as records per second of the part of the bin inside the range; with
 * `fill` also the empty bins.
 */
export function ratesOf(
  counted: WorkingTable,
  widthUs: number,
  range: TimeRange,
  fill: boolean,
): WorkingTable {
  const rows = fill ? withEmptyBins(counted.rows, widthUs, range) : counted.rows
  const columns: Column[] = [...counted.columns.slice(0, -1), { name: 'rate', unit: '1/s' }]
  return {
    columns,
    rows: rows.map((row) => [
      ...row.slice(0, -1),
      (Number(row.at(-1)) * MICROS_PER_SECOND) / coveredUs(Number(row[0]), widthUs, range),
    ]),
  }
}

const coveredUs = (start: number, widthUs: number, { from, to }: TimeRange): number =>
  Math.min(start + widthUs, to) - Math.max(start, from)

function withEmptyBins(
  rows: readonly (readonly Cell[])[],
  widthUs: number,
  { from, to }: TimeRange,
): readonly (readonly Cell[])[] {
  if ((to - from) / widthUs > MOST_BINS) return rows
  const counts = new Map(rows.map((row) => [row[0], row[1]]))
  const filled: Cell[][] = []
  for (let start = binStart(from, widthUs); start < to; start += widthUs) {
    filled.push([start, counts.get(start) ?? 0])
  }
  return filled
}
