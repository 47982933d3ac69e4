import { unreachable } from './errors.ts'
import { numberOf } from './match.ts'
import type { AggregateFunction } from './query.ts'
import { fold } from './tokens.ts'

/** One cell of a table. */
export type Cell = string | number | boolean | null

/**
 * The reference meaning of the aggregate functions, over the cells a group's records have for a field
 * (`cellReader`; a record without the field adds none):
 * - `count`: records of the group. `distinct`: different texts, exact.
 * - `min max sum avg p50 p90 p95 p99`: over the cells that are numbers or decimal text; null without any.
 *   Percentiles interpolate linearly between the two nearest ranks, as `percentile_cont` of SQL does.
 * - `first`, `last`: the first cell of the oldest, newest record (in the store's order) that has the field.
 *
 * Without grouping keys there is exactly one row, also for no records; with keys, one row per
 * combination that occurs. A record without a key's field stands in the group null, one with several
 * values in a group for each different one.
 */
export interface Accumulator {
  /** The cells of one record; records come oldest first. */
  add(cells: readonly Cell[]): void
  result(): Cell
}

/**
 * Which of several sets a cell is in, as its place among them; null for none. Cells and values are compared as
 * text without regard to case and accents (`fold`); a value in two sets counts for the first.
 */
export function setIndex(sets: readonly (readonly string[])[]): (cell: Cell) => number | null {
  const places = new Map<string, number>()
  for (const [place, set] of sets.entries()) {
    for (const value of set) {
      const folded = fold(value)
      if (!places.has(folded)) places.set(folded, place)
    }
  }
  return (cell) => (cell === null ? null : (places.get(fold(String(cell))) ?? null))
}

/** A fresh accumulator of a function. */
export function accumulator(name: AggregateFunction): Accumulator {
  switch (name) {
    case 'count':
      return counting()
    case 'distinct':
      return distinctTexts()
    case 'first':
      return firstCell()
    case 'last':
      return lastCell()
    case 'min':
      return numeric((values) => values.reduce((a, b) => Math.min(a, b)))
    case 'max':
      return numeric((values) => values.reduce((a, b) => Math.max(a, b)))
    case 'sum':
      return numeric(sumOf)
    case 'avg':
      return numeric((values) => sumOf(values) / values.length)
    case 'p50':
    case 'p90':
    case 'p95':
    case 'p99':
      return numeric((values) => percentile(values, Number(name.slice(1)) / 100))
    default:
      return unreachable(name)
  }
}

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** The value at `share` (0–1) of the sorted values, interpolated; `values` is not empty. */
export const percentile = (values: readonly number[], share: number): number =>
  percentileOfSorted(Float64Array.from(values).sort(), share)

/** The same of values that rise. */
export function percentileOfSorted(sorted: Float64Array, share: number): number {
  const rank = share * (sorted.length - 1)
  const below = sorted[Math.floor(rank)]!
  const above = sorted[Math.ceil(rank)]!
  return below === above ? below : below + (above - below) * (rank - Math.floor(rank))
}

function counting(): Accumulator {
  let count = 0
  return { add: () => void count++, result: () => count }
}

function distinctTexts(): Accumulator {
  const texts = new Set<string>()
  return {
    add: (cells) => {
      for (const cell of cells) if (cell !== null) texts.add(String(cell))
    },
    result: () => texts.size,
  }
}

function firstCell(): Accumulator {
  let first: Cell = null
  return { add: (cells) => void (first ??= cells[0] ?? null), result: () => first }
}

function lastCell(): Accumulator {
  let last: Cell = null
  return { add: (cells) => void (last = cells[0] ?? last), result: () => last }
}

/** The number a cell counts as, or undefined. */
export function cellNumber(cell: Cell): number | undefined {
  return typeof cell === 'number' ? cell : typeof cell === 'string' ? numberOf(cell) : undefined
}

function numeric(reduce: (values: readonly number[]) => number): Accumulator {
  const values: number[] = []
  return {
    add: (cells) => {
      for (const cell of cells) {
        const value = cellNumber(cell)
        if (value !== undefined) values.push(value)
      }
    },
    result: () => (values.length === 0 ? null : reduce(values)),
  }
}
