import { expect, test } from 'vitest'
import type { Envelope, Reply } from '../../../ingest/port.ts'
import type { IngestStats } from '../../../ingest/worker-port.ts'
import { AppError } from '../../../model/errors.ts'
import { micros } from '../../../model/time.ts'
import { checkLoaded, feed } from '../../../search/sample/feed.ts'
import { SMALL_MANIFEST } from '../../support/small-sample.ts'
import { ledger, MemoryStore } from '../api/memory-store.ts'

const REPLY: Reply = { status: 200, headers: {}, body: '' }

async function* envelopes(count: number): AsyncGenerator<Envelope> {
  for (let n = 0; n < count; n++) {
    const common = { protocol: 'syslog', received: micros(0), peer: 'sample', meta: {} } as const
    yield { ...common, body: Buffer.from([n]) }
  }
}

/** A way in that answers with `submit` and has `held` items left to store. */
function wayIn(submit: () => void, held: () => number, storeFailure: string | null = null) {
  const taken: number[] = []
  return {
    taken,
    submit: async ({ body }: Envelope) => {
      submit()
      taken.push(body[0]!)
      return REPLY
    },
    stats: async () =>
      ({ pipeline: { heldItems: held(), queued: 0, storeFailure } }) as unknown as IngestStats,
  }
}

const go = new AbortController().signal

test('everything goes in once and is waited for, however often there is no room', async () => {
  let calls = 0
  let held = 3
  const port = wayIn(
    () => {
      if (++calls % 3 === 0) throw new AppError('overloaded', 'full')
    },
    () => (calls < 14 ? 5 : held--),
  )
  await feed(port, envelopes(10), go)
  expect(port.taken.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(calls).toBe(14)
  expect(held).toBe(-1)
})

test('what is refused for good ends it, and so does a store that takes nothing', async () => {
  const full = wayIn(
    () => {
      throw new AppError('storage_full', 'the disk is full')
    },
    () => 0,
  )
  await expect(feed(full, envelopes(3), go)).rejects.toThrow('the disk is full')
  const stuck = wayIn(
    () => {
      throw new AppError('overloaded', 'full')
    },
    () => 1,
    'no space left',
  )
  await expect(feed(stuck, envelopes(3), go)).rejects.toThrow('no space left')
})

test('it is broken off at the signal', async () => {
  const control = new AbortController()
  const port = wayIn(
    () => control.abort(),
    () => 1,
  )
  await expect(feed(port, envelopes(100), control.signal)).rejects.toMatchObject({
    code: 'cancelled',
  })
  expect(port.taken.length).toBeLessThan(5)
})

test('a store that lacks a point, or refused a record, does not have the sample', async () => {
  const store = new MemoryStore()
  const source = {
    source: 'a',
    host: null,
    layer: null,
    format: null,
    watermark: null,
    lastReceived: null,
  }
  store.sourceList = [{ ...source, counts: ledger({ received: 5, stored: 5 }) }]
  await expect(checkLoaded(store, SMALL_MANIFEST)).rejects.toThrow('0 of 2 points')
  await checkLoaded(store, { ...SMALL_MANIFEST, points: 0 })
  store.sourceList = [{ ...source, counts: ledger({ received: 5, stored: 4, rejected: 1 }) }]
  await expect(checkLoaded(store, { ...SMALL_MANIFEST, points: 0 })).rejects.toThrow(
    '4 of 5 records stored',
  )
})
