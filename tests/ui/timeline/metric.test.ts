import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namePlace } from '../../../ui/timeline/name-place.ts'
import { laneScaleOf, roundAbove } from '../../../ui/timeline/lane-scale.ts'
import { standingOf } from '../../../ui/lib/standing.ts'
import { isNameOnShare } from '../../../ui/timeline/draw/share.ts'
import { runsOf, sampleAt } from '../../../ui/timeline/metric-path.ts'
import { bandText, ratioText, usualText, worstText } from '../../../ui/timeline/metric-words.ts'
import { metricLane } from './lanes.ts'

const usual = { low: 2, high: 9, from: 'hour_of_week' as const }

describe('a value', () => {
  const judged = { usual, threshold: 25, limit: 64 }

  test.each([
    [1, 'usual'],
    [9, 'usual'],
    [12, 'unusual'],
    [26, 'over'],
    [64, 'limit'],
  ])('of %d is %s', (value, standing) => {
    expect(standingOf(value, judged)).toBe(standing)
  })

  test('in its usual band is usual even past the threshold and at the limit', () => {
    expect(standingOf(64, { ...judged, usual: { ...usual, high: 70 } })).toBe('usual')
  })

  test('without a known band is judged by threshold and limit alone', () => {
    const standings = [12, 26].map((value) => standingOf(value, { ...judged, usual: null }))
    expect(standings).toEqual(['usual', 'over'])
  })
})

describe('runs of a metric', () => {
  test('hold every sample, share their ends where nothing is missing, and break at gaps', () => {
    const samples = fc.uniqueArray(fc.nat(300), { minLength: 1, maxLength: 60 })
    const values = fc.array(fc.nat(40), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(samples, values, (columns, value) => {
        const column = columns.sort((a, b) => a - b)
        const parts = { column, value: value.slice(0, column.length), everyColumns: 4 }
        const runs = runsOf(metricLane({ ...parts, usual, threshold: 25 }))
        const covered = new Set(
          runs.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
        )
        expect(covered.size).toBe(column.length)
        runs.slice(1).forEach((run, i) => {
          const before = runs[i]!
          expect(run.from).toBe(run.isJoined ? before.to : before.to + 1)
          if (!run.isJoined) expect(column[run.from]! - column[before.to]!).toBeGreaterThan(10)
        })
        for (const { from, to } of runs) {
          for (let i = from; i < to; i++)
            expect(column[i + 1]! - column[i]!).toBeLessThanOrEqual(10)
        }
      }),
    )
  })

  test('change their colour where the value does', () => {
    const metric = metricLane({ column: [0, 1, 2, 3], value: [3, 3, 60, 60], usual, threshold: 25 })
    expect(runsOf(metric).map(({ standing, from, to }) => [standing, from, to])).toEqual([
      ['usual', 0, 1],
      ['over', 1, 3],
    ])
  })

  test('the sample at a column is the last one, unless it is too long ago', () => {
    const metric = { column: [0, 4, 8], everyColumns: 4 }
    const found = [-1, 0, 3, 4, 18, 19].map((column) => sampleAt(metric, column))
    expect(found).toEqual([-1, 0, 0, 1, 2, -1])
  })
})

describe('the scale of a lane', () => {
  test('reaches a round value above the worst, its threshold in sight', () => {
    const scaled = laneScaleOf(metricLane({ max: [118], worst: 118, threshold: 25 }))
    expect([scaled.least, scaled.most, scaled.isLog]).toEqual([0, 140, false])
    expect(laneScaleOf(metricLane({ max: [10], worst: 10, threshold: 25 })).most).toBe(30)
    expect(laneScaleOf(metricLane({ max: [1], worst: 1, threshold: 25 })).most).toBe(1.2)
  })

  test('of a part is the whole, of a full queue a little more than its limit', () => {
    expect(
      laneScaleOf(metricLane({ unit: '1', kind: 'utilisation', max: [0.63], worst: 0.63 })).most,
    ).toBe(1)
    expect(laneScaleOf(metricLane({ unit: '', max: [64], worst: 64, limit: 64 })).most).toBe(70)
  })

  test('is logarithmic only where the usual would vanish', () => {
    const scaled = laneScaleOf(metricLane({ max: [3_000], worst: 3_000, usual }))
    expect(scaled.isLog).toBe(true)
    expect(scaled.part(9)).toBeGreaterThan(0.2)
    expect(laneScaleOf(metricLane({ max: [900], worst: 900, usual })).isLog).toBe(false)
  })

  test('round values are never below, and close', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (value) => {
        const round = roundAbove(value)
        expect(round).toBeGreaterThanOrEqual(value * (1 - 1e-6))
        expect(round).toBeLessThan(value * 1.3)
      }),
    )
    expect([0, NaN, Infinity].map(roundAbove)).toEqual([1, 1, 1])
  })
})

describe('words of a metric', () => {
  test('say the unit once', () => {
    expect(bandText({ low: 2, high: 9 }, 'ms')).toBe('2–9 ms')
    expect(bandText({ low: 190, high: 620 }, '1/s')).toBe('190–620 /s')
    expect(bandText({ low: 0.18, high: 0.44 }, '1')).toBe('18–44 %')
    expect(bandText({ low: 900, high: 1_200 }, '1/s')).toBe('900 /s – 1.2 k/s')
    expect(bandText({ low: 0, high: 0 }, 'ms')).toBe('0 ms')
  })

  test('say when the usual is not known from earlier weeks', () => {
    const words = (from: 'before' | 'view' | 'hour_of_week') =>
      usualText({ usual: { ...usual, from }, unit: 'ms', kind: 'wait' })
    expect([words('hour_of_week'), words('before'), words('view')]).toEqual([
      'usual 2–9 ms',
      'before 2–9 ms',
      'mostly 2–9 ms',
    ])
    expect(usualText({ usual: null, unit: 'ms', kind: 'wait' })).toBe('')
  })

  test('say what is full and how much worse', () => {
    expect(worstText(metricLane({ worst: 64, unit: '', limit: 64, usual }))).toBe('64, full')
    expect(worstText(metricLane({ worst: 118 }))).toBe('118 ms')
    expect([null, 1.01, 22].map((ratio) => ratioText({ ratio }))).toEqual(['', '', '× 22'])
  })
})

describe('the name of a second series', () => {
  const y = (value: number): number => 31 - value
  const at = (values: readonly number[], threshold: number | null, second: readonly number[]) =>
    namePlace(
      metricLane({
        ...{ column: [0, 1, 2], value: values, min: values, max: values, threshold },
        second: { label: 'kernel', column: [0, 1, 2], value: second },
      }),
      { from: 1, to: 2 },
      y,
    )

  test('stands at the foot of its lane where no line is, else above the threshold', () => {
    expect(at([20, 25, 25], null, [25, 25, 25])).toBe(24)
    expect(at([0, 0, 0], 4, [0, 0, 0])).toBe(17)
  })

  test('also above its own line, and only what it covers counts', () => {
    expect(at([0, 0, 0], 4, [15, 12, 12])).toBe(10)
    expect(at([20, 0, 0], 4, [15, 0, 0])).toBe(17)
  })

  test('is left out where it would touch a line anywhere', () => {
    expect(at([25, 25, 25], 4, [15, 12, 12])).toBeNull()
  })
})

test('the name of the largest user is written only on its own part', () => {
  const scale = { least: 0, most: 10, isLog: false, part: (value: number) => value / 10 }
  const metric = { column: [0, 1, 2, 3], value: [9, 9, 9, 4] }
  const isOn = (part: number, to: number): boolean =>
    isNameOnShare(metric, { part: [part, part, part, part] }, { from: 0, to }, scale)
  expect([isOn(0.9, 2), isOn(0.9, 3), isOn(0.3, 2)]).toEqual([true, false, false])
})
