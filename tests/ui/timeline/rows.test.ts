import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Coverage, HistogramAnswer } from '../../../model/api.ts'
import type { Lane } from '../../../model/timeline.ts'
import { belowOf } from '../../../ui/timeline/below.ts'
import { intervalForms, stackIntervals } from '../../../ui/timeline/intervals.ts'
import { bodyHeight, layOut, rowsBetween, type Row } from '../../../ui/timeline/row-layout.ts'
import { rowWords } from '../../../ui/timeline/row-words.ts'
import { behindIn, loadedOf } from '../../../ui/timeline/use-loaded.ts'
import { lane, layer, metricLane, NO_COUNTS } from './lanes.ts'

const interval = (fromMs: number, toMs: number) => ({
  fromMs,
  toMs,
  begins: true,
  ends: true,
  since: null,
  label: 'ran on esx-04',
})

const answer = {
  layers: [layer({ layer: 'session', shown: 0 }), layer()],
  lanes: [
    lane('vdi-1', { metrics: [metricLane(), metricLane({ metric: 'vm.cpu.ready' })] }),
    lane('vdi-2', { intervals: [interval(0, 10)] }),
  ],
}
const shape = (rows: readonly Row[]): string[] =>
  rows.map(({ kind, y, height }) => `${kind} ${y} ${height}`)

describe('rows', () => {
  test('follow each other without a gap: layer, entity, its metrics', () => {
    const { rows, height } = layOut(answer, {})
    expect(shape(rows)).toEqual([
      'layer 0 24',
      'layer 24 24',
      'entity 48 24',
      'metric 72 34',
      'metric 106 34',
      'entity 140 36',
    ])
    expect(height).toBe(176)
  })

  test('of a closed layer, or one without lanes, are its own alone', () => {
    const { rows } = layOut(answer, { fold: ['guest'] })
    expect(rows.map((row) => row.kind === 'layer' && [row.isFolded, row.canFold])).toEqual([
      [true, false],
      [true, true],
    ])
  })

  test('of pinned entities are a block of their own, hidden ones are gone', () => {
    const { pinned, pinnedHeight, rows } = layOut(answer, { pin: ['vm:vdi-2'], hide: ['vm:vdi-1'] })
    expect(shape(pinned)).toEqual(['entity 0 36'])
    expect(pinnedHeight).toBe(36)
    expect(shape(rows)).toEqual(['layer 0 24', 'layer 24 24'])
  })

  test('between two heights are exactly those that show there', () => {
    const { rows, height } = layOut(answer, {})
    const tops = fc.integer({ min: 0, max: height - 2 })
    fc.assert(
      fc.property(tops, fc.integer({ min: 1, max: 80 }), (top, size) => {
        const bottom = Math.min(height, top + size)
        const seen = rows.filter((row) => row.y < bottom && row.y + row.height > top)
        expect(rowsBetween(rows, top, bottom)).toEqual(seen)
      }),
    )
  })

  test('snap to whole lanes, over what says which are below', () => {
    const layout = layOut(answer, {})
    expect(layout.height).toBe(176)
    expect(bodyHeight(layout, 134)).toBe(106)
    expect(bodyHeight(layout, 133)).toBe(72)
    expect(bodyHeight(layout, 1_000)).toBe(1_000)
    expect(bodyHeight(layout, 10)).toBe(10)
    expect(bodyHeight({ ...layout, pinnedHeight: 58 }, 192)).toBe(58 + 106)
  })

  test('stand in place of metrics that could not be read, on the way where there is one', () => {
    const [one, two] = [lane('vdi-1', { step: 0 }), lane('vdi-2')]
    const unread = { layers: [layer()], metricsUnread: 'a shard did not answer' }
    const onWay = layOut({ ...unread, lanes: [one, two] }, {}).rows
    expect(onWay.map(({ kind }) => kind)).toEqual(['layer', 'entity', 'unread', 'entity'])
    expect(rowWords(onWay[2]!, 'read')).toBe('vdi-1, metrics, not read')
    const all = layOut({ ...unread, lanes: [two, lane('vdi-3')] }, {}).rows
    expect(all.filter(({ kind }) => kind === 'unread')).toMatchObject([
      { isFirst: true, reason: 'a shard did not answer' },
      { isFirst: false },
    ])
    const measured = lane('vdi-1', { step: 0, metrics: [metricLane()] })
    const shares = layOut({ ...unread, lanes: [measured] }, {}).rows
    expect(shares.some(({ kind }) => kind === 'unread')).toBe(false)
  })

  test('are read as people say them', () => {
    const counts = { info: 40, warning: 6, error: 1, fatal: 0 }
    const usual = { low: 2, high: 6, from: 'hour_of_week' as const }
    const metrics = [metricLane({ label: 'Device latency', worst: 85, usual })]
    const { rows } = layOut(
      { ...answer, lanes: [lane('esx-07', { relation: 'runs vdi-0417', counts, metrics })] },
      {},
    )
    expect(rows.slice(1).map((row) => rowWords(row, 'read'))).toEqual([
      'Guest, 1 of 3 entities',
      'esx-07, runs vdi-0417, guest, 1 error, 6 warnings, device latency 85 ms, usual 2 to 6 ms',
      'esx-07, device latency 85 ms, usual 2 to 6 ms',
    ])
    expect(rows.slice(1).map((row) => rowWords(row, 'not read'))).toEqual([
      'Guest, not read',
      'esx-07, runs vdi-0417, not read',
      'esx-07, device latency, not read',
    ])
  })
})

describe('intervals', () => {
  test('take three rows at most, never overlap in one, and none is forgotten', () => {
    const one = fc
      .tuple(fc.nat(100), fc.integer({ min: 1, max: 50 }))
      .map(([from, n]) => interval(from, from + n))
    fc.assert(
      fc.property(fc.array(one), (intervals) => {
        const { rows, hidden } = stackIntervals(intervals)
        expect(rows.length).toBeLessThanOrEqual(3)
        expect(rows.flat().length + hidden).toBe(intervals.length)
        for (const row of rows) {
          expect(row.every(({ fromMs }, i) => i === 0 || row[i - 1]!.toMs <= fromMs)).toBe(true)
        }
      }),
    )
  })
})

describe('the label of an interval', () => {
  const from = Date.parse('2026-11-20T10:30:00Z')
  const forms = (since: string | null, begins = false) =>
    intervalForms({ ...interval(0, 9), since, begins }, from, 'UTC')

  test('says since when, of another day with the day', () => {
    expect(forms('2026-11-20T08:12:40Z')[0]).toBe('ran on esx-04 since 08:12:40')
    expect(forms('2026-10-21T09:00:00Z')).toEqual([
      'ran on esx-04 since Wed 21 Oct, 09:00',
      'ran on esx-04 since Wed 21 Oct',
      'ran on esx-04',
    ])
  })

  test('says nothing of it where it is not known or to be seen', () => {
    expect([forms(null), forms('2026-11-20T08:12:40Z', true)]).toEqual([
      ['ran on esx-04'],
      ['ran on esx-04'],
    ])
  })
})

describe('where records may be missing', () => {
  const counts = { ...NO_COUNTS, warning: 2 }
  const gap = { fromMs: 0, toMs: 9, since: null }
  const late = lane('late', { counts, coverage: [{ ...gap, state: 'late' }] })
  const unsampled = lane('unsampled', { counts, coverage: [{ ...gap, state: 'no samples' }] })
  const rowsOf = (one: Lane) => layOut({ layers: [layer()], lanes: [one] }, {}).rows

  test('a lane says that there are at least so many', () => {
    expect(rowWords(rowsOf(late)[1]!, 'read')).toBe('late, guest, at least 2 warnings')
    expect(rowWords(rowsOf(unsampled)[1]!, 'read')).toBe('unsampled, guest, 2 warnings')
  })

  test('so does what sums up the lanes below', () => {
    expect(belowOf(rowsOf(late), 0, false)).toMatchObject({ warnings: 2, isPartial: true })
    const closed = layOut({ layers: [layer()], lanes: [] }, {}).rows
    expect([true, false].map((isLow) => belowOf(closed, 0, isLow)?.isPartial)).toEqual([
      true,
      false,
    ])
    expect(belowOf(rowsOf(unsampled), 0, false)).toMatchObject({ warnings: 2, isPartial: false })
  })

  test('the map holds what a fitted histogram says, levels by class', () => {
    const at = (minute: number): string =>
      new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString()
    const answer = (buckets: HistogramAnswer['buckets']): HistogramAnswer => ({
      buckets,
      coverage: { late: [] } as unknown as Coverage,
      tookMs: 1,
    })
    const loaded = loadedOf(
      answer([
        { from: at(0), to: at(10), count: 5, by: { 9: 2, 13: 1, '(none)': 2 } },
        { from: at(10), to: at(20), count: 0, by: {} },
        { from: at(20), to: at(30), count: 3, by: { 17: 2 } },
      ]),
    )
    expect(loaded?.extent).toEqual({ from: Date.parse(at(0)), to: Date.parse(at(30)) })
    expect(loaded?.buckets.map(({ counts }) => counts)).toEqual([
      { ...NO_COUNTS, info: 4, warning: 1 },
      { ...NO_COUNTS, info: 1, error: 2 },
    ])
    expect(loadedOf(answer([]))).toBeUndefined()
    expect(loadedOf(undefined)).toBeUndefined()
  })

  test('the map is hatched from where the source that is furthest behind stands', () => {
    const at = (minute: number): number => Date.UTC(2026, 10, 20, 10, minute)
    const coverage = (...minutes: (number | null)[]) =>
      ({
        late: minutes.map((minute) => ({
          source: 's',
          watermark: minute === null ? null : new Date(at(minute)).toISOString(),
        })),
      }) as unknown as Coverage
    const all = { from: at(0), to: at(60) }
    expect(behindIn(coverage(50, 40, null), all)).toEqual({ from: at(40), to: at(60) })
    expect(behindIn(coverage(-10), all)).toEqual(all)
    expect(behindIn(coverage(60), all)).toBeNull()
    expect(behindIn(coverage(null), all)).toBeNull()
    expect(behindIn(coverage(), all)).toBeNull()
  })
})
