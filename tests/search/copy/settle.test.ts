import { expect, test } from 'vitest'
import { micros } from '../../../model/time.ts'
import { changesOf, joinedRanges } from '../../../search/copy/settle.ts'
import type { SourceState } from '../../../search/store/store.ts'
import { counted } from '../../support/commits.ts'

const source = (name: string, stored: number, watermark: number): SourceState => ({
  ...{ source: name, host: null, layer: null, format: null, counts: counted(stored) },
  ...{ watermark: micros(watermark), lastReceived: micros(watermark + 1) },
})

test('the ledger is brought to that of the source, by what is missing', () => {
  const held = [source('a', 7, 100), source('b', 3, 50), source('c', 1, 9)]
  const there = [source('a', 0, 100), source('b', 3, 50), source('c', 1, 8)]
  const { ledger, seen } = changesOf(held, there)
  expect([...ledger]).toEqual([
    ['a', counted(7)],
    ['c', counted(0)],
  ])
  expect(seen.get('c')).toEqual({ watermark: 9, lastReceived: 10 })
  expect(changesOf(held, held).ledger.size).toBe(0)
})

test('ranges that several nodes took of a file become one list', () => {
  expect(joinedRanges([], [3, 5])).toEqual([3, 5])
  expect(joinedRanges([0, 10, 20, 30], [5, 12, 30, 31, 40, 41])).toEqual([0, 12, 20, 31, 40, 41])
})
