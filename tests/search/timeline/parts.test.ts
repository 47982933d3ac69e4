import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MetricSeries } from '../../../model/record.ts'
import type { TimeRange } from '../../../model/time.ts'
import type { SeriesData } from '../../../search/store/store.ts'
import { DensityBuilder, severityClass } from '../../../search/timeline/density.ts'
import { sampleGaps } from '../../../search/timeline/gaps.ts'
import { columnOf, gridOf } from '../../../search/timeline/grid.ts'
import { intervalsOf } from '../../../search/timeline/intervals.ts'
import { chooseLanes, compareLanes, type LaneClaim } from '../../../search/timeline/lane-order.ts'
import { round, usualGap } from '../../../search/timeline/metric-lanes.ts'
import { relationText, type Standing } from '../../../search/timeline/relation-text.ts'
import { shareLane, sumOf } from '../../../search/timeline/shares.ts'
import { at, entity, MINUTE, MOVED, NAA, SECOND, START, topology } from './inventory.ts'

const range: TimeRange = { from: START, to: (START + 10 * MINUTE) as TimeRange['to'] }
const grid = gridOf(range, 600)

describe('columns', () => {
  test('are aligned to the epoch and hold the whole view', () => {
    const odd = {
      from: (START + 123_457) as TimeRange['from'],
      to: (START + 7 * MINUTE) as TimeRange['to'],
    }
    for (const columns of [1, 7, 1_400, 4_000]) {
      const { from, widthUs, columns: made } = gridOf(odd, columns)
      expect(from % widthUs).toBe(0)
      expect(odd.from - from).toBeGreaterThanOrEqual(0)
      expect(odd.from - from).toBeLessThan(widthUs)
      expect(made - columns).toBeLessThanOrEqual(1)
      expect(columnOf(odd.to - 1, { from, widthUs, columns: made })).toBe(made - 1)
    }
  })

  test('are of whole seconds or tallies where a range is long', () => {
    const of = (hours: number) =>
      gridOf({ ...range, to: (START + hours * 60 * MINUTE) as TimeRange['to'] }, 1_400)
    expect(of(1).widthUs).toBe(Math.ceil((60 * MINUTE) / 1_400))
    expect(of(11).widthUs).toBe(29_000_000)
    expect(of(12).widthUs).toBe(40_000_000)
    expect(of(24).widthUs).toBe(80_000_000)
    expect(of(7 * 24)).toMatchObject({ widthUs: 600_000_000 })
    expect(of(30 * 24)).toMatchObject({ widthUs: 2_400_000_000 })
  })

  test('are no narrower than a microsecond', () => {
    expect(gridOf(at(START), 1_000)).toMatchObject({ widthUs: 1, columns: 1 })
  })
})

test('density lists the columns that hold something, by class', () => {
  const builder = new DensityBuilder(10)
  builder.add(7, 17, 2)
  builder.add(3, 0, 5)
  builder.add(7, 13, 1)
  builder.add(7, 24, 1)
  expect(builder.density()).toEqual({
    column: [3, 7],
    info: [5, 0],
    warning: [0, 1],
    error: [0, 2],
    fatal: [0, 1],
  })
  expect(builder.counts()).toEqual({ info: 5, warning: 1, error: 2, fatal: 1 })
  expect([0, 12, 13, 16, 17, 20, 21].map(severityClass)).toEqual([0, 0, 1, 1, 2, 2, 3])
})

describe('lanes', () => {
  const none = { info: 0, warning: 0, error: 0, fatal: 0 }
  const claim = (id: string, more: Partial<LaneClaim> = {}): LaneClaim => ({
    id,
    layer: 'guest',
    counts: none,
    isAsked: false,
    isSubject: false,
    isOnWay: false,
    isNamed: false,
    ...more,
  })

  test('are kept by how much they are wanted, then by what hurts most', () => {
    const claims = [
      claim('vm:warns', { counts: { ...none, warning: 900 } }),
      claim('vm:errs', { counts: { ...none, error: 1 } }),
      claim('vm:named', { isNamed: true }),
      claim('vm:way', { isOnWay: true }),
      claim('vm:asked', { isAsked: true }),
    ]
    expect(chooseLanes(claims, 4).map(({ id }) => id)).toEqual([
      'vm:asked',
      'vm:way',
      'vm:named',
      'vm:errs',
    ])
  })

  test('of silent ones are kept for what a person looks at, before ports and adapters', () => {
    const claims = ['fc_port:p', 'hba:h', 'volume:v', 'pool:p'].map((id) => claim(id))
    expect(chooseLanes(claims, 2).map(({ id }) => id)).toEqual(['pool:p', 'volume:v'])
  })

  test('stand by layer, the subject first, then the way down, then the worst', () => {
    const lane = (id: string, step: number | null, ratio: number) => ({
      entity: entity(id, id),
      step,
      ratio,
      counts: none,
    })
    const lanes = [
      lane('volume:v', 4, 9),
      lane('vm:calm', null, 1),
      lane('vm:worse', null, 8),
      lane('vm:subject', 1, 1),
      lane('vdi_session:s', 0, 1),
      lane('datastore:d', 3, 2),
    ]
    expect(lanes.sort(compareLanes('vm:subject')).map(({ entity }) => entity.id)).toEqual([
      'vdi_session:s',
      'vm:subject',
      'vm:worse',
      'vm:calm',
      'datastore:d',
      'volume:v',
    ])
  })
})

describe('the part of an entity in the view', () => {
  const path = [
    'vdi_session:s',
    'vm:d',
    'hypervisor:1',
    'fc_switch:f',
    'datastore:d',
    `volume:${NAA}`,
  ]
  const standing: Standing = {
    topology,
    at: at(MOVED),
    subject: 'vm:d',
    path: [...path, 'pool:p', 'array:a'],
    resource: `volume:${NAA}`,
    largest: 'vm:b',
    metric: 'vm.disk.write.ops',
  }

  test.each([
    ['vdi_session:s', 'on VDI-1'],
    ['vm:d', 'Windows 11'],
    ['vm:b', 'esx-2, same LUN'],
    ['vm:other', 'same LUN'],
    ['hypervisor:1', 'runs VDI-1'],
    ['hypervisor:2', 'runs build-2'],
    ['fc_switch:f', 'port fc1/7 to esx-1'],
    ['datastore:d', '3 VMs'],
    [`volume:${NAA}`, '3 VMs'],
    ['array:a', 'backs aggr1'],
    ['service:unknown', null],
  ])('%s: %s', (id, text) => {
    expect(relationText(id, standing)).toBe(text)
  })

  test('without a subject is what the inventory says of it', () => {
    const alone = {
      ...standing,
      subject: undefined,
      path: [],
      resource: undefined,
      largest: undefined,
    }
    expect(relationText('vm:b', alone)).toBe('on esx-2')
    expect(relationText('hypervisor:1', alone)).toBe('2 VMs')
  })
})

test('a move is two intervals, a session one that began before', () => {
  expect(intervalsOf('vm:d', topology, range, grid)).toEqual([
    { fromMs: 0, toMs: 300_000, begins: false, ends: true, since: null, label: 'ran on esx-2' },
    {
      fromMs: 300_000,
      toMs: 600_000,
      begins: true,
      ends: false,
      since: '2026-11-18T11:12:00Z',
      label: 'moved to esx-1',
    },
  ])
  expect(intervalsOf('vdi_session:s', topology, range, grid)).toMatchObject([
    { fromMs: 0, toMs: 600_000, begins: false, ends: false, label: 'connected' },
  ])
  expect(intervalsOf('vm:b', topology, range, grid)).toEqual([])
})

describe('what VMs share', () => {
  const user = (id: string, points: readonly (readonly [number, number])[]): SeriesData => {
    const values = Float64Array.from(points, ([, value]) => value)
    const series: MetricSeries = {
      entity: id,
      name: 'vm.disk.write.ops',
      unit: '1/s',
      kind: 'gauge',
      source: 'vsphere',
      attributes: { volume: NAA },
    }
    const times = Float64Array.from(points, ([seconds]) => START + seconds * SECOND)
    return { series, times, values, min: values, max: values }
  }

  test('is summed although collectors sample at moments of their own', () => {
    const a = user('vm:d', [
      [0, 1],
      [20, 2],
      [40, 3],
    ])
    const b = user('vm:b', [
      [5, 10],
      [25, 20],
    ])
    expect(sumOf([a, b]).total).toEqual([1, 11, 12, 22, 23])
  })

  test('and who stopped sampling uses nothing any more', () => {
    const a = user('vm:d', [
      [0, 1],
      [20, 1],
      [40, 1],
      [60, 1],
      [80, 1],
      [100, 1],
    ])
    const b = user('vm:b', [
      [0, 10],
      [20, 10],
    ])
    expect(sumOf([a, b]).total).toEqual([11, 11, 11, 11, 1, 1])
  })

  test('the largest is who used most while it was beyond its usual', () => {
    const seconds = (from: number, to: number) =>
      Array.from({ length: (to - from) / 20 }, (_, i) => from + i * 20)
    const calm = (value: number) => seconds(-1_200, 600).map((s) => [s, value] as const)
    const burst = seconds(-1_200, 600).map((s) => [s, s >= 200 && s < 400 ? 900 : 1] as const)
    const usage = {
      resource: `volume:${NAA}`,
      metric: 'vm.disk.write.ops',
      attributes: { volume: NAA },
      users: [user('vm:d', calm(300)), user('vm:b', burst)],
    }
    const share = shareLane(usage, grid, (id) => entity(id, id))!
    expect(share.largest).toBe('vm:b')
    expect(share.largestRatio).toBe(900)
    expect(share.lane).toMatchObject({
      label: 'Writes by VM',
      worst: 1_200,
      leftMs: 200_000,
      usual: { low: 301, high: 301, from: 'before' },
      share: { others: 1, worstPart: 0.75 },
    })
    expect(share.lane.share!.part[0]).toBeCloseTo(1 / 301)
    expect(share.lane.column).toHaveLength(30)
  })

  test('nothing used is no lane', () => {
    const idle = { resource: 'volume:v', metric: 'vm.disk.write.ops', attributes: {} }
    expect(shareLane({ ...idle, users: [] }, grid, (id) => entity(id, id))).toBeUndefined()
    const none = {
      ...idle,
      users: [
        user('vm:d', [
          [0, 0],
          [20, 0],
        ]),
      ],
    }
    expect(shareLane(none, grid, (id) => entity(id, id))).toBeUndefined()
  })
})

describe('missing samples', () => {
  const lane = (column: number[]) => ({ column, everyColumns: usualGap(column) })
  const every20 = (from: number, to: number) =>
    Array.from({ length: (to - from) / 20 }, (_, i) => from + i * 20)
  const gaps = (columns: number[][], last: number) => sampleGaps(columns.map(lane), last, grid)

  test('are told where they last, inside and at the end, not before the first', () => {
    expect(gaps([[...every20(100, 200), ...every20(440, 500)]], 580)).toMatchObject([
      { fromMs: 200_000, toMs: 440_000, state: 'no samples' },
    ])
    expect(gaps([every20(0, 200)], 590)).toMatchObject([{ fromMs: 200_000, toMs: 590_000 }])
  })

  test('are no matter where another metric has them', () => {
    expect(gaps([every20(0, 200), every20(0, 600)], 580)).toEqual([])
  })
})

test('values have six digits, as near to what they were as six digits go', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const rounded = round(value)
      if (value === 0) {
        expect(rounded).toBe(value)
        return
      }
      expect(Number(rounded.toPrecision(6))).toBe(rounded)
      const nearest = Math.abs(Number(value.toPrecision(6)) - value)
      expect(Math.abs(rounded - value)).toBeLessThanOrEqual(nearest * (1 + 1e-6))
    }),
    { numRuns: 5_000, examples: [[0.1], [-2.5], [999_999.7], [0.999_999_97], [1e-320], [1e300]] },
  )
})
