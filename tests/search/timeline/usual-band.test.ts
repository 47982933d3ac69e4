import { describe, expect, test } from 'vitest'
import { catalogued, METRIC_CATALOGUE } from '../../../model/metric-catalogue.ts'
import { isBeyond, ratioOf, runsBeyond, usualBand } from '../../../search/timeline/usual-band.ts'

const flat = (value: number, count: number) => {
  const values = Array.from({ length: count }, () => value)
  return { min: values, max: values }
}
const ramp = (from: number, count: number) => {
  const values = Array.from({ length: count }, (_, i) => from + i)
  return { min: values, max: values }
}
const absolute = { floor: { absolute: 5 } }
const relative = { floor: { relative: 0.05 } }

describe('what is usual is said by', () => {
  test('three earlier weeks, where they hold this hour', () => {
    const weeks = [flat(1, 5), flat(2, 5), flat(3, 5)]
    expect(usualBand(weeks, ramp(0, 50), flat(9, 9))).toEqual({
      low: 1,
      high: 3,
      from: 'hour_of_week',
    })
    expect(usualBand([...weeks.slice(1), flat(9, 0)], ramp(0, 101), flat(9, 9))?.from).toBe(
      'before',
    )
  })

  test('else the window before: its 5th to 95th percentile', () => {
    expect(usualBand([], ramp(0, 101), flat(9, 9))).toEqual({ low: 5, high: 95, from: 'before' })
  })

  test('else the view without its outliers, where before there are fewer than 20 samples', () => {
    const view = { min: [2, 3, 4, 5, 90], max: [2, 3, 4, 5, 90] }
    expect(usualBand([], ramp(0, 19), view)).toEqual({ low: 2, high: 5, from: 'view' })
  })

  test('the least and greatest values of steps, not their means', () => {
    const steps = { min: Array<number>(40).fill(1), max: Array<number>(40).fill(9) }
    expect(usualBand([], steps, flat(0, 1))).toMatchObject({ low: 1, high: 9 })
  })

  test('nothing at all is not known', () => {
    expect(usualBand([], undefined, flat(0, 0))).toBeNull()
  })
})

describe('a ratio', () => {
  const band = { low: 1, high: 10 }

  test('is the value against the edge', () => {
    expect(ratioOf(80, band, absolute)).toBe(8)
  })

  test('is 1 within the band, below it, and beyond it by less than the floor', () => {
    expect(ratioOf(9, band, absolute)).toBe(1)
    expect(ratioOf(0, band, absolute)).toBe(1)
    expect(ratioOf(14.9, band, absolute)).toBe(1)
    expect(ratioOf(10.4, band, relative)).toBe(1)
    expect(ratioOf(11, band, relative)).toBeCloseTo(1.1)
  })

  test('counts an edge below the floor as the floor, and from nothing is no number past any', () => {
    expect(ratioOf(50, { low: 0, high: 0.1 }, absolute)).toBe(10)
    expect(ratioOf(50, { low: 0, high: 0 }, relative)).toBe(1_000)
  })
})

test('a departure is three samples in a row', () => {
  const band = { low: 0, high: 1 }
  expect(runsBeyond([0, 9, 9, 0, 9, 9, 9, 0, 9, 9, 9, 9], band, absolute)).toEqual([
    [4, 7],
    [8, 12],
  ])
  expect(runsBeyond([5, 5, 5], band, absolute)).toEqual([])
})

describe('the catalogue', () => {
  test('names each metric once, in its unit, and second ones that it knows', () => {
    const names = METRIC_CATALOGUE.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { second } of METRIC_CATALOGUE) {
      if (second !== undefined) expect(names).toContain(second.name)
    }
    expect(catalogued('volume.queue.depth', '1')).toMatchObject({
      kind: 'state',
      floor: { absolute: 4 },
    })
    expect(catalogued('hypervisor.kernel.latency', 'ms').floor).toEqual({ absolute: 2 })
  })

  test('has a lane for what it does not know', () => {
    expect(catalogued('ceph.osd.up', '1')).toMatchObject({ label: 'ceph.osd.up', kind: 'state' })
    expect(isBeyond(1.04, { low: 1, high: 1 }, catalogued('x', '1'))).toBe(false)
  })
})
