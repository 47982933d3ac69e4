import { describe, expect, test } from 'vitest'
import { daysToCopy } from '../../../search/copy/days.ts'
import type { Contents, CountedStretch } from '../../../search/store/whole-store.ts'

const stretch = (day: string, node: string, from: number, to: number): CountedStretch => ({
  ...{ day, node, from, to, count: to - from },
})

const contents = (
  records: readonly CountedStretch[],
  points: Readonly<Record<string, number>> = {},
): Contents => ({
  nodes: [...new Set(records.map(({ node }) => node))],
  records,
  points: Object.entries(points).map(([day, count]) => ({ day, count })),
})

const NOTHING = { contents: contents([]), mark: undefined, number: 0 }
const MARK = { source: '/srv/old', isComplete: false }

test('days come oldest first, with their nodes in order, points by their own day', () => {
  const held = contents(
    [
      stretch('2026-11-21', 'b', 5, 9),
      stretch('2026-11-21', 'a', 7, 8),
      stretch('2026-11-20', 'a', 1, 7),
    ],
    { '2026-11-19': 4, '2026-11-21': 2 },
  )
  expect(daysToCopy(held, NOTHING, 'embedded')).toEqual([
    { day: '2026-11-19', stretches: [], points: { from: null, again: 0 } },
    { day: '2026-11-20', stretches: [stretch('2026-11-20', 'a', 1, 7)] },
    {
      day: '2026-11-21',
      stretches: [stretch('2026-11-21', 'a', 7, 8), stretch('2026-11-21', 'b', 5, 9)],
      points: { from: null, again: 0 },
    },
  ])
})

test('records go on behind the last that is there, and a whole day is left out', () => {
  const held = contents([stretch('2026-11-20', 'a', 1, 7), stretch('2026-11-21', 'a', 7, 20)])
  const there = contents([stretch('2026-11-20', 'a', 1, 7), stretch('2026-11-21', 'a', 7, 12)])
  const left = [{ day: '2026-11-21', stretches: [stretch('2026-11-21', 'a', 12, 20)] }]
  expect(daysToCopy(held, { ...NOTHING, contents: there }, 'embedded')).toEqual(left)
  expect(daysToCopy(held, { ...NOTHING, contents: held }, 'embedded')).toEqual([])
})

describe('points of a day go on', () => {
  const day = '2026-11-20'
  const held = contents([], { [day]: 100 })
  const there = contents([], { [day]: 40 })
  const points = { day, number: 7, from: 'before', to: 'behind' }
  const left = (number: number, kind: 'embedded' | 'elastic', mark: object | undefined) =>
    daysToCopy(
      held,
      {
        contents: there,
        number,
        mark: mark === undefined ? undefined : { ...MARK, points: mark as typeof points },
      },
      kind,
    )[0]?.points

  test('behind the commit that was begun where it happened, else before it', () => {
    expect(left(7, 'embedded', points)).toEqual({ from: 'behind', again: 0 })
    expect(left(6, 'embedded', points)).toEqual({ from: 'before', again: 0 })
  })

  test('from the beginning where the target knows each by its id', () => {
    expect(left(7, 'elastic', { ...points, to: null })).toEqual({ from: null, again: 40 })
    expect(left(0, 'elastic', undefined)).toEqual({ from: null, again: 40 })
  })

  test('not at all where that would store them twice', () => {
    expect(() => left(7, 'embedded', { ...points, to: null })).toThrow(
      /since 2026-11-20 was copied the source has got points of that day/,
    )
    expect(() => left(7, 'embedded', undefined)).toThrow(/since 2026-11-20 was copied/)
  })
})

test('what has come to a day before what is there is refused by the embedded store alone', () => {
  const held = contents([stretch('2026-11-20', 'a', 1, 9), stretch('2026-11-20', 'b', 1, 5)])
  const there = contents([stretch('2026-11-20', 'a', 1, 7), stretch('2026-11-20', 'b', 1, 5)])
  const copied = { ...NOTHING, contents: there }
  expect(() => daysToCopy(held, copied, 'embedded')).toThrow(/has got records by node a/)
  expect(daysToCopy(held, copied, 'elastic')).toEqual([
    { day: '2026-11-20', stretches: [stretch('2026-11-20', 'a', 7, 9)] },
  ])
})
