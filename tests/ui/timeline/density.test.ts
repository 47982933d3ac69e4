import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beaconsOf, columnHeights, fullestColumn } from '../../../ui/timeline/density-columns.ts'

const counts = fc.record({
  info: fc.nat(1_000_000),
  warning: fc.nat(1_000),
  error: fc.nat(1_000),
  fatal: fc.nat(10),
})
const sumOf = (part: Readonly<Record<string, number>>): number =>
  Object.values(part).reduce((a, b) => a + b, 0)

describe('a column of density', () => {
  test('never outgrows its lane and shows whatever is not nothing', () => {
    fc.assert(
      fc.property(counts, fc.constantFrom(7, 14), (n, height) => {
        const heights = columnHeights(n, sumOf(n), height)
        expect(sumOf({ ...heights })).toBeLessThanOrEqual(height + 1e-9)
        for (const kind of ['info', 'warning', 'error', 'fatal'] as const) {
          expect(heights[kind] > 0).toBe(n[kind] > 0)
        }
      }),
    )
  })

  test('shows one error among 100,000 others with 4 px', () => {
    const heights = columnHeights({ info: 100_000, warning: 0, error: 1, fatal: 0 }, 100_001, 14)
    expect(heights.error).toBeCloseTo(4)
    expect(heights.info).toBeCloseTo(10)
  })

  test('grows with the logarithm, against at least a hundred', () => {
    const only = (info: number, most: number): number =>
      columnHeights({ info, warning: 0, error: 0, fatal: 0 }, most, 14).info
    expect(only(100, 3)).toBeCloseTo(14)
    expect(only(9, 3)).toBeCloseTo((14 * Math.log(10)) / Math.log(101))
    expect(only(0, 3)).toBe(0)
  })
})

describe('beacons', () => {
  const density = {
    column: [0, 1, 2, 9, 20],
    info: [5, 5, 5, 5, 5],
    warning: [0, 0, 9, 0, 0],
    error: [1, 3, 0, 0, 2],
    fatal: [0, 0, 1, 0, 0],
  }

  test('stand for their neighbours, the worst wins, none without an error', () => {
    expect(beaconsOf(density, 4)).toEqual([
      { column: 0, kind: 'fatal' },
      { column: 20, kind: 'error' },
    ])
    expect(beaconsOf(density, 1).map(({ column }) => column)).toEqual([0, 1, 2, 20])
  })

  test('the fullest column is counted over all classes', () => {
    expect(fullestColumn(density)).toBe(15)
  })
})
