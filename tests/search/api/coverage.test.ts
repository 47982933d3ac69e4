import { describe, expect, test } from 'vitest'
import {
  MAX_TIME,
  MICROS_PER_DAY,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  MIN_TIME,
  type Micros,
} from '../../../model/time.ts'
import { coverageOf } from '../../../search/api/coverage.ts'
import { SourceWatch, type WatchedSource } from '../../../search/api/source-watch.ts'
import { ledger, MemoryStore } from './memory-store.ts'

const NOW = (20_000 * MICROS_PER_DAY) as Micros
const ago = (us: number): Micros => (NOW - us) as Micros
const hour = { from: ago(60 * MICROS_PER_MINUTE), to: NOW }

function source(fields: Partial<WatchedSource>): WatchedSource {
  return {
    source: 'esx-01',
    host: 'esx-01',
    layer: 'hypervisor',
    format: 'esxi-vmkernel',
    counts: ledger({ received: 10, stored: 10 }),
    watermark: ago(MICROS_PER_SECOND),
    lastReceived: ago(MICROS_PER_SECOND),
    rate: 1,
    usualIntervalUs: MICROS_PER_SECOND,
    ...fields,
  }
}

describe('a source counts as', () => {
  test.each<[string, Partial<WatchedSource>, object]>([
    ['complete while it speaks', {}, { complete: 1 }],
    ['silent after five minutes without a word', heard(6), { silent: 1 }],
    [
      'complete when its silence is its habit',
      { ...heard(6), usualIntervalUs: 1e8 },
      { complete: 1 },
    ],
    ['late when its events come from further back', { watermark: minutes(2) }, { late: 1 }],
    ['complete when it is always that far back', lagging(), { complete: 1 }],
    ['rejected when something of it was refused', refused(), { rejected: 1 }],
    ['complete when it is an import of history', { watermark: minutes(3000) }, { complete: 1 }],
    ['not expected when unheard of for days', heard(3000), {}],
  ])('%s', (_name, fields, counts) => {
    const none = { complete: 0, late: 0, silent: 0, rejected: 0 }
    const coverage = coverageOf([source(fields)], hour, NOW)
    expect(coverage.sources).toEqual({ ...none, ...counts })
    expect(coverage.complete).toBe(
      !('late' in counts || 'silent' in counts || 'rejected' in counts),
    )
  })
})

test('a window that ended before a source fell silent is complete', () => {
  const range = { from: minutes(60), to: minutes(30) }
  expect(coverageOf([source(heard(20))], range, NOW).complete).toBe(true)
})

test('late and silent sources are listed furthest behind first, twenty at most', () => {
  const sources = Array.from({ length: 25 }, (_, i) => source({ source: `s${i}`, ...heard(6 + i) }))
  const { late, notes } = coverageOf(sources, { from: MIN_TIME, to: MAX_TIME }, NOW)
  expect(late).toHaveLength(20)
  expect(late[0]!.source).toBe('s24')
  expect(notes).toEqual([])
})

test('what an answer left out makes it incomplete, a remark does not', () => {
  const remarked = coverageOf([], hour, NOW, { cuts: [], remarks: ['two entities of that name'] })
  expect(remarked).toMatchObject({ complete: true, notes: ['two entities of that name'] })
  const cut = coverageOf([], hour, NOW, { cuts: ['a day could not be read'], remarks: [] })
  expect(cut).toMatchObject({ complete: false, notes: ['a day could not be read'] })
})

test('the watch learns rate and rhythm from what it sees', async () => {
  let now = NOW as number
  const store = new MemoryStore()
  const watch = new SourceWatch(store, () => now as Micros, fail)
  const rates: number[] = []
  for (let i = 0; i < 4; i++) {
    const counts = ledger({ received: i * 100, stored: i * 100 })
    store.sourceList = [{ ...source({ counts }), lastReceived: now as Micros }]
    const [seen] = await watch.sources()
    rates.push(seen!.rate)
    if (i === 3) expect(seen!.usualIntervalUs).toBe(10 * MICROS_PER_SECOND)
    now += 10 * MICROS_PER_SECOND
  }
  watch.close()
  expect(rates).toEqual([0, 10, 10, 10])
})

function minutes(n: number): Micros {
  return ago(n * MICROS_PER_MINUTE)
}

function heard(n: number): Partial<WatchedSource> {
  return { lastReceived: minutes(n), watermark: minutes(n) }
}

function lagging(): Partial<WatchedSource> {
  return { watermark: minutes(2), usualIntervalUs: MICROS_PER_MINUTE }
}

function refused(): Partial<WatchedSource> {
  return { counts: ledger({ received: 10, stored: 9, rejected: 1 }) }
}

function fail(error: unknown): never {
  throw error
}
