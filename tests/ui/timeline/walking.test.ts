import { describe, expect, test } from 'vitest'
import { readSelection } from '../../../ui/data/search-view.ts'
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
    expect(belowOf(rows, 48)).toEqual({
      names: ['b', 'c'],
      more: 1,
      errors: 6,
      warnings: 6,
      isPartial: false,
    })
    expect(belowOf(rows, 500)).toBeNull()
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
