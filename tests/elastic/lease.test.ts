import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { MICROS_PER_DAY, micros, microsFromMillis } from '../../model/time.ts'
import { ALL } from '../../model/query.ts'
import { BEAT_MS, STILL_MS } from '../../search/lease.ts'
import { CommitMaker } from '../support/commits.ts'
import { StorePlaces } from '../support/elasticsearch/places.ts'
import { serveRole } from '../support/elasticsearch/serve-role.ts'
import type { PlumblineProcess } from '../support/plumbline-process.ts'
import { record } from '../support/record.ts'
import { ownClock, type OwnClock } from '../support/own-clock.ts'
import { findClockLibrary } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const elasticsearch = inject('elasticsearch')
const RETENTION = { PLUMBLINE_RETENTION_DAYS: '2' }
const RANGE = { from: micros(0), to: micros(4e15) }

/** How often a process has removed old days, and whether it is the one that does. */
async function jobOf({ url }: PlumblineProcess): Promise<{ runs: number; held: number }> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const valueOf = (name: string): number =>
    Number(new RegExp(`^plumbline_${name}\\{job="retention"\\} (\\d+)$`, 'm').exec(text)?.[1])
  return { runs: valueOf('job_runs'), held: valueOf('job_held') }
}

describe.skipIf(elasticsearch === null)('the lease of a job in the cluster', () => {
  const places = new StorePlaces(elasticsearch!)
  afterAll(() => places.removeAll(), 60_000)

  /** Makes records of days that are too old, and one of today; answers what is still there of them. */
  async function withOldDays(place: string): Promise<{
    readonly add: (daysAgo: number) => Promise<void>
    readonly bodies: () => Promise<string[]>
  }> {
    const store = await places.open(place)
    const maker = new CommitMaker('old')
    const add = async (daysAgo: number): Promise<void> => {
      const received = micros(microsFromMillis(Date.now()) - daysAgo * MICROS_PER_DAY)
      const body = `of ${daysAgo} days ago`
      const raw = new TextEncoder().encode(body)
      await store.commit(maker.commit([record({ body, received, time: received, raw })]))
    }
    const bodies = async (): Promise<string[]> => {
      const request = { filter: ALL, range: RANGE, order: 'oldest', limit: 10 } as const
      return (await store.search(request, {})).records.map(({ body }) => body)
    }
    return { add, bodies }
  }

  test('one of two search nodes does it; killed, the other takes over, and it stays there', async () => {
    const place = await places.make()
    const old = await withOldDays(place)
    for (const days of [9, 8, 0]) await old.add(days)
    const data = join(temporaryFolder(), 'data')
    const first = await serveRole(place, 'search', { data, env: RETENTION })
    await waitUntil(
      () => jobOf(first),
      ({ runs }) => runs === 1,
    )
    await waitUntil(old.bodies, (bodies) => bodies.join() === 'of 0 days ago')
    const second = await serveRole(place, 'search', { env: RETENTION })
    // Longer than a lease stands still before it is taken.
    await sleep(STILL_MS + 2 * BEAT_MS)
    expect(await jobOf(first)).toEqual({ runs: 1, held: 1 })
    expect(await jobOf(second)).toEqual({ runs: 0, held: 0 })
    await old.add(7)
    await first.kill()
    await waitUntil(
      () => jobOf(second),
      ({ runs, held }) => runs === 1 && held === 1,
      STILL_MS + 4 * BEAT_MS,
    )
    await waitUntil(old.bodies, (bodies) => bodies.join() === 'of 0 days ago')
    const again = await serveRole(place, 'search', { data, env: RETENTION })
    await sleep(2 * BEAT_MS)
    expect(await jobOf(again)).toEqual({ runs: 0, held: 0 })
    expect(await jobOf(second)).toEqual({ runs: 1, held: 1 })
    // Ended in order it gives it back, which takes no waiting.
    await second.stop()
    await waitUntil(
      () => jobOf(again),
      ({ held }) => held === 1,
      3 * BEAT_MS,
    )
  }, 180_000)

  const library = findClockLibrary()
  test.skipIf(library === undefined)(
    'a clock that jumps, of who holds it or of who waits for it, changes nothing',
    async () => {
      const place = await places.make()
      const [holders, waiters] = [ownClock(library!), ownClock(library!)]
      const serve = ({ env }: OwnClock): Promise<PlumblineProcess> =>
        serveRole(place, 'search', { env: { ...RETENTION, ...env } })
      const holder = await serve(holders)
      await waitUntil(
        () => jobOf(holder),
        ({ held }) => held === 1,
      )
      const waiting = await serve(waiters)
      for (const [clock, offset] of [
        [waiters, '+26h'],
        [holders, '-3h'],
        [holders, '+2h'],
        [waiters, '-1h'],
      ] as const) {
        clock.jump(offset)
        await sleep(2 * BEAT_MS)
        expect((await jobOf(holder)).held).toBe(1)
        expect(await jobOf(waiting)).toEqual({ runs: 0, held: 0 })
      }
    },
    120_000,
  )
})
