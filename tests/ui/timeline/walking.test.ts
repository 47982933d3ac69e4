import { describe, expect, test } from 'vitest'
import { readSelection } from '../../../ui/data/search-view.ts'
import type { LaneEvent, TimelineAnswer } from '../../../model/timeline.ts'
import { countsAt, hoveredEvent } from '../../../ui/timeline/hovered.ts'
import type { Scene } from '../../../ui/timeline/scene.ts'
import { listOf } from '../../../ui/timeline/use-timeline-keys.ts'
import { isOfOther } from '../../../ui/timeline/stand-in.ts'
import { belowOf } from '../../../ui/timeline/below.ts'
import { nextEvent, rowAt } from '../../../ui/timeline/hit.ts'
import { layOut } from '../../../ui/timeline/row-layout.ts'
import { lane, laneEvent, layer } from './lanes.ts'

describe('walking events', () => {
  const events = [10, 20, 30].map((atMs) => laneEvent({ atMs, severity: atMs === 20 ? 13 : 17 }))

  test('goes to the next one, past warnings where errors are asked for', () => {
    expect(nextEvent(events, 10, 1, 0)?.atMs).toBe(20)
    expect(nextEvent(events, 10, 1, 17)?.atMs).toBe(30)
    expect(nextEvent(events, 30, -1, 17)?.atMs).toBe(10)
    expect(nextEvent(events, 30, 1, 0)).toBeUndefined()
  })
})

describe('a card of counts', () => {
  const from = Date.UTC(2026, 10, 20, 10)
  const counts = { column: [0, 4], info: [3, 2], warning: [0, 0], error: [0, 0], fatal: [0, 0] }
  const gap = { fromMs: 3_000, toMs: 9_000, since: null, state: 'late' } as const
  const late = lane('late', { density: counts, coverage: [gap] })
  const watermark = new Date(from + 3_000).toISOString()
  const coverage = {
    ...{ complete: false, sources: { complete: 3, late: 1, silent: 0, rejected: 0 }, notes: [] },
    late: [{ source: 's', watermark }],
  }
  const scene = (told = coverage) => ({
    answer: { columnMs: 1_000, coverage: told, lanes: [late] } as unknown as TimelineAnswer,
    answered: { from, to: from + 9_000 },
  })

  test('says of which columns records may be missing, in a lane and in a closed layer', () => {
    for (const of of [late, layer({ density: counts })]) {
      expect(countsAt(scene(), of, from)).toMatchObject({ isPartial: false })
      expect(countsAt(scene(), of, from + 4_100)).toMatchObject({ isPartial: true })
      expect(countsAt(scene(), of, from + 2_000)).toBeNull()
    }
  })

  test('of sources that nobody names, or that were refused, any may be', () => {
    const rejected = { ...coverage, sources: { ...coverage.sources, rejected: 1 } }
    const unnamed = { ...coverage, sources: { ...coverage.sources, silent: 7 } }
    for (const told of [rejected, unnamed]) {
      expect(countsAt(scene(told), layer({ density: counts }), from)).toMatchObject({
        isPartial: true,
      })
    }
  })

  test('of events says it of their time and of the view', () => {
    const events = [laneEvent({ atMs: 1_000 })]
    const at = (atMs: number) => ({ ...events[0]!, atMs })
    const view = { ...scene(), links: [] } as unknown as Scene
    const partial = (one: LaneEvent) => hoveredEvent(view, 'vm:late', [one])
    expect(partial(at(1_000))).toMatchObject({ isPartial: { here: false, inView: true } })
    expect(partial(at(5_000))).toMatchObject({ isPartial: { here: true, inView: true } })
  })
})

describe('the row under a point', () => {
  const layout = layOut(
    { layers: [layer()], lanes: [lane('a'), lane('b'), lane('c')] },
    { pin: ['vm:c'] },
  )

  test('is a pinned one above, a scrolled one below', () => {
    const key = (y: number, top: number) => rowAt(layout, y, top)?.key
    expect([key(5, 0), key(30, 0), key(55, 0), key(30, 24), key(400, 0)]).toEqual([
      'vm:c',
      'layer guest',
      'vm:a',
      'vm:a',
      undefined,
    ])
  })

  test('what is below is named and counted', () => {
    const counts = { info: 3, warning: 2, error: 1, fatal: 1 }
    const lanes = ['a', 'b', 'c', 'd'].map((name) => lane(name, { counts }))
    const { rows } = layOut({ layers: [layer()], lanes }, {})
    expect(belowOf(rows, 48, false)).toEqual({
      names: ['b', 'c'],
      more: 1,
      errors: 6,
      warnings: 6,
      isPartial: false,
    })
    expect(belowOf(rows, 500, false)).toBeNull()
  })
})

describe('an answer that stands in for the next', () => {
  const answered = { query: 'near:a', from: 0, to: 100 }
  test.each([
    ['moved by less than half', { from: 40, to: 140 }, false],
    ['moved by more', { from: 60, to: 160 }, true],
    ['a part of it, larger', { from: 40, to: 45 }, false],
    ['it and as much around it', { from: -50, to: 150 }, false],
    ['it within much more', { from: -200, to: 200 }, true],
    ['of before', { from: -100, to: -1 }, true],
  ])('%s', (_, window, isOther) => {
    expect(isOfOther(answered, { query: 'near:a', ...window })).toBe(isOther)
  })

  test('is of something else for another query', () => {
    expect(isOfOther(answered, { ...answered, query: 'near:b' })).toBe(true)
  })
})

describe('several events listed', () => {
  const events = ['t1', 't1', 't2'].map((template, i) =>
    laneEvent({ template, time: `2026-11-20T10:30:0${i}.5Z` }),
  )
  const where = (n: number, from: number) =>
    readSelection(String(listOf(events.slice(from, n), 'vm:1').sel))

  test('are those of their time, lane and pattern, the last one too', () => {
    expect(where(2, 0)).toEqual({
      kind: 'area',
      from: '2026-11-20T10:30:00.500Z',
      to: '2026-11-20T10:30:01.501Z',
      where: 'entity:vm:1 and template:t1',
    })
  })

  test('of several patterns are those of their time and lane', () => {
    expect(where(3, 1)).toMatchObject({ where: 'entity:vm:1' })
  })
})
