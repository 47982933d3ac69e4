import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  windowsOf,
  type Extent,
  type Window,
} from '../../../../search/store/elastic/time-windows.ts'

/** The windows of an extent where each has so many hits. */
function takeAll(extent: Extent, direction: 'asc' | 'desc', hits: number): Window[] {
  const windows = windowsOf(extent, direction)
  const taken: Window[] = []
  for (let next = windows.next(); next.done !== true; next = windows.next(hits)) {
    taken.push(next.value)
  }
  return taken
}

const extent = fc
  .record({
    count: fc.integer({ min: 0, max: 400_000_000 }),
    from: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    length: fc.integer({ min: 1, max: 86_400_000_000 }),
  })
  .map(({ count, from, length }) => ({ count, from, to: from + length }))

test('windows follow each other and leave nothing out', () => {
  fc.assert(
    fc.property(extent, fc.constantFrom('asc', 'desc'), (of, direction) => {
      const taken = takeAll(of, direction, 0)
      const rising = direction === 'asc' ? taken : taken.toReversed()
      expect(rising[0]!.from).toBeUndefined()
      expect(rising.at(-1)!.to).toBeUndefined()
      for (const [i, { to }] of rising.slice(0, -1).entries()) {
        expect(to).toBe(rising[i + 1]!.from)
        expect(to).toBeGreaterThan(rising[i]!.from ?? -Infinity)
      }
    }),
  )
})

const DAY = { count: 100_000_000, from: 0, to: 100_000_000 }

test('the first holds some thousand records, and few hits make the next wider', () => {
  expect(takeAll(DAY, 'desc', 0).slice(0, 3)).toEqual([
    { from: 99_980_000 },
    { from: 99_820_000, to: 99_980_000 },
    { from: 98_540_000, to: 99_820_000 },
  ])
  expect(takeAll(DAY, 'desc', 0).length).toBeLessThan(8)
})

test('many hits keep the width', () => {
  expect(takeAll({ count: 100_000, from: 0, to: 100 }, 'asc', 20_000)).toEqual([
    { to: 20 },
    { from: 20, to: 40 },
    { from: 40, to: 60 },
    { from: 60, to: 80 },
    { from: 80 },
  ])
})

test('of few records there is one window, with all in it', () => {
  expect(takeAll({ count: 0, from: 5, to: 9 }, 'desc', 3)).toEqual([{}])
})
