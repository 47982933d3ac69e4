import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { micros } from '../../model/time.ts'
import { BEAT_MS, STILL_MS } from '../../search/lease.ts'
import { keepRetention, type Retention } from '../../search/retention.ts'
import { ALONE, LeaseTurn } from '../../search/turn.ts'
import { SharedDocuments } from './shared-documents.ts'

const HOUR_MS = 3_600_000
const log = pino({ level: 'silent' })
let runs: string[]

beforeEach(() => {
  vi.useFakeTimers()
  runs = []
})
afterEach(() => vi.useRealTimers())

function start(name: string, turn = ALONE): Retention {
  const store = {
    retain: async () => {
      runs.push(name)
      return []
    },
  }
  return keepRetention(store, { maxAgeDays: 1 }, () => micros(0), log, turn)!
}

test('without a bound nothing is removed', () => {
  const store = { retain: () => Promise.reject(new Error('not asked here')) }
  expect(keepRetention(store, {}, () => micros(0), log, ALONE)).toBeUndefined()
})

test('a process alone removes at its start and every hour', async () => {
  const retention = start('a')
  await vi.advanceTimersByTimeAsync(0)
  expect(runs).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(2 * HOUR_MS)
  expect(runs).toEqual(['a', 'a', 'a'])
  await retention.stop()
})

test('of several one does, and when it ends or is gone another at once or soon', async () => {
  const documents = new SharedDocuments()
  const all = ['a', 'b', 'c'].map((name) => start(name, new LeaseTurn('retention', documents, log)))
  const held = () =>
    all.map((one) => one.measurements().find(({ name }) => name === 'job_held')!.value)
  await vi.advanceTimersByTimeAsync(HOUR_MS + BEAT_MS)
  expect(runs).toEqual(['a', 'a'])
  expect(held()).toEqual([1, 0, 0])
  await all[0]!.stop()
  await vi.advanceTimersByTimeAsync(BEAT_MS)
  expect(runs).toEqual(['a', 'a', 'b'])
  expect(held()).toEqual([0, 1, 0])
  // Nothing is reached any more: nobody has it, and the next who reaches it takes it.
  documents.failure = new Error('no store')
  await vi.advanceTimersByTimeAsync(2 * STILL_MS)
  expect(held()).toEqual([0, 0, 0])
  documents.failure = undefined
  await vi.advanceTimersByTimeAsync(2 * BEAT_MS)
  expect(held().filter((value) => value === 1)).toHaveLength(1)
  for (const one of all) await one.stop()
})
