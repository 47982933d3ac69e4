import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { BEAT_MS, HELD_MS, Lease, STILL_MS } from '../../search/lease.ts'
import { SharedDocuments } from './shared-documents.ts'

let store: SharedDocuments
let time: number
let a: Lease
let b: Lease

beforeEach(() => {
  store = new SharedDocuments()
  time = 0
  ;[a, b] = [0, 1].map(() => new Lease(store, 'lease:x', () => time)) as [Lease, Lease]
})

test('the first who asks has it, and keeps it as long as it is renewed', async () => {
  expect(await a.renew()).toBe(true)
  for (; time < 10 * STILL_MS; time += BEAT_MS) {
    expect(await a.renew()).toBe(true)
    expect(await b.renew()).toBe(false)
    expect([a.isHeld, b.isHeld]).toEqual([true, false])
  }
})

test('who stops renewing has it no more before another takes it', async () => {
  await a.renew()
  await b.renew()
  time = HELD_MS
  expect(a.isHeld).toBe(false)
  time = STILL_MS - 1
  expect(await b.renew()).toBe(false)
  time = STILL_MS
  expect(await b.renew()).toBe(true)
  expect(await a.renew()).toBe(false)
  expect([a.isHeld, b.isHeld]).toEqual([false, true])
})

test('a clock that jumps ahead between two looks takes nothing from who has renewed meanwhile', async () => {
  await a.renew()
  await b.renew()
  await a.renew()
  time += 100 * STILL_MS
  expect(await b.renew()).toBe(false)
  expect(await a.renew()).toBe(true)
})

test('given back, it is taken at once, and not by who gave it back', async () => {
  await a.renew()
  await b.renew()
  await a.release()
  expect(a.isHeld).toBe(false)
  expect(await a.renew()).toBe(false)
  expect(await b.renew()).toBe(true)
  expect(b.isHeld).toBe(true)
})

test('who cannot reach the store has it as long as nobody else can have taken it', async () => {
  await a.renew()
  store.failure = new Error('no store')
  time = HELD_MS - 1
  await expect(a.renew()).rejects.toThrow('no store')
  expect(a.isHeld).toBe(true)
  time = HELD_MS
  expect(a.isHeld).toBe(false)
  store.failure = undefined
  expect(await a.renew()).toBe(true)
})

test('a renewal whose answer got lost is known again', async () => {
  await a.renew()
  store.losesAnswers = true
  await expect(a.renew()).rejects.toThrow('cut')
  store.losesAnswers = false
  expect(await a.renew()).toBe(true)
  expect(await b.renew()).toBe(false)
})

test('whatever stops, fails or loses its answers, two never have it at once', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          who: fc.nat(2),
          after: fc.nat(STILL_MS),
          fate: fc.constantFrom('well', 'well', 'well', 'no store', 'no answer'),
        }),
        { maxLength: 60 },
      ),
      async (steps) => {
        let now = 0
        const documents = new SharedDocuments()
        // Each by a clock of its own, which began at another time.
        const leases = [0, 1e6, 7e9].map((from) => new Lease(documents, 'k', () => from + now))
        for (const { who, after, fate } of steps) {
          now += after
          documents.failure = fate === 'no store' ? new Error('no store') : undefined
          documents.losesAnswers = fate === 'no answer'
          await leases[who]!.renew().catch(() => undefined)
          expect(leases.filter(({ isHeld }) => isHeld).length).toBeLessThan(2)
        }
      },
    ),
  ))
