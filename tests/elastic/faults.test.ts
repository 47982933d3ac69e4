import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import type { Health } from '../../model/api.ts'
import { dayOf, microsFromMillis } from '../../model/time.ts'
import { expectStoredOnce, findRecords, readLedger } from '../support/answers.ts'
import { FailingProxy } from '../support/elasticsearch/failing-proxy.ts'
import { prefixOf, StorePlaces } from '../support/elasticsearch/places.ts'
import { serveRole } from '../support/elasticsearch/serve-role.ts'
import { ownClock } from '../support/own-clock.ts'
import type { PlumblineProcess } from '../support/plumbline-process.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { findClockLibrary } from '../support/requirements.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const elasticsearch = inject('elasticsearch')

/** How often a worker is killed; KILL_MOMENTS raises it. */
const MOMENTS = Number(process.env['KILL_MOMENTS'] ?? 4)
const LONGEST_LIFE_MS = 2_000
/** Between requests of 100 documents: what piles up in trouble is stored in a few seconds. */
const PAUSE_MS = 25

describe.skipIf(elasticsearch === null)('ingest workers and a cluster in trouble', () => {
  const places = new StorePlaces(elasticsearch!)
  afterAll(() => places.removeAll(), 60_000)

  const ask = async (method: string, path: string, body: object): Promise<void> => {
    const answer = await fetch(`${elasticsearch!.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }

  /** Senders that send until `stop`, which answers what was acknowledged. */
  function send(...urls: readonly (() => string)[]): {
    readonly senders: readonly RetryingSender[]
    readonly stop: () => Promise<string[]>
  } {
    const senders = urls.map((url, n) => new RetryingSender(`s${n}`, url, PAUSE_MS))
    const end = new AbortController()
    const sending = Promise.all(senders.map((sender) => sender.run(end.signal)))
    onTestFinished(() => end.abort())
    const stop = async (): Promise<string[]> => {
      end.abort()
      await sending
      return senders.flatMap(({ acknowledged }) => acknowledged)
    }
    return { senders, stop }
  }

  const more = async ({ acknowledged }: RetryingSender, count: number): Promise<void> => {
    const before = acknowledged.length
    await waitUntil(
      async () => acknowledged.length,
      (now) => now >= before + count,
    )
  }

  const problemsOf = async (server: PlumblineProcess): Promise<string> =>
    (await server.get<Health>('/health')).problems.join()

  test(
    `one worker killed ${MOMENTS} times under load while another works: nothing is lost or twice`,
    { timeout: MOMENTS * 20_000 + 120_000 },
    async () => {
      const place = await places.make()
      const search = await serveRole(place, 'search')
      const data = join(temporaryFolder(), 'data')
      let killed = await serveRole(place, 'ingest', { data })
      const other = await serveRole(place, 'ingest')
      // Each sender keeps to its worker: what was sent to one and acknowledged by nobody is sent there again.
      const { senders, stop } = send(
        () => killed.url,
        () => other.url,
      )
      for (let moment = 0; moment < MOMENTS; moment++) {
        await sleep(Math.random() * LONGEST_LIFE_MS)
        await killed.kill()
        await more(senders[1]!, 100)
        killed = await serveRole(place, 'ingest', { data })
      }
      await more(senders[0]!, 100)
      await expectStoredOnce(search, await stop())
      expect(senders[1]!.refused).toBe(0)
    },
  )

  test('indices that a full disk has blocked: it is said, the spool keeps, and it goes on by itself', async () => {
    const place = await places.make()
    const search = await serveRole(place, 'search')
    const data = join(temporaryFolder(), 'data')
    let worker = await serveRole(place, 'ingest', { data })
    const { senders, stop } = send(() => worker.url)
    await findRecords(search, 'host:retry-host')
    // What the flood stage of the disk sets and lifts.
    const block = (isOn: true | null) =>
      ask('PUT', `/${prefixOf(place)}-*/_settings`, {
        'index.blocks.read_only_allow_delete': isOn,
      })
    // Elasticsearch looks at the disk every 30 s, sets it again while that is full, and lifts it where it is not, as here.
    const full = new AbortController()
    onTestFinished(() => full.abort())
    const blocking = (async () => {
      while (!full.signal.aborted) {
        await block(true)
        await sleep(200)
      }
    })()
    const problem = /does not take records: Elasticsearch takes no writes: .*read-only-allow-delete/
    await waitUntil(
      () => problemsOf(worker),
      (problems) => problem.test(problems),
    )
    expect(await worker.get('/ready')).toEqual({ ready: true })
    await more(senders[0]!, 500)
    // What is only in the spool outlives the worker.
    await worker.kill()
    worker = await serveRole(place, 'ingest', { data })
    await more(senders[0]!, 500)
    await waitUntil(
      () => problemsOf(worker),
      (problems) => problem.test(problems),
    )
    expect(await search.get('/ready')).toEqual({ ready: true })
    full.abort()
    await blocking
    await block(null)
    await waitUntil(
      () => problemsOf(worker),
      (problems) => problems === '',
    )
    await expectStoredOnce(search, await stop())
  }, 180_000)

  test('a cluster that is too busy, for whole requests and for single items, gets everything once', async () => {
    const place = await places.make()
    const proxy = await FailingProxy.start(elasticsearch!.url)
    onTestFinished(() => proxy.stop())
    const search = await serveRole(place, 'search')
    const worker = await serveRole(place, 'ingest', { elastic: proxy.url })
    const { senders, stop } = send(() => worker.url)
    await findRecords(search, 'host:retry-host')
    // How many items are refused depends on which requests of a commit are.
    for (let storm = 0; storm < 3 || proxy.refused <= 50; storm++) {
      proxy.storm(true)
      await sleep(2_000)
      await more(senders[0]!, 100)
      proxy.storm(false)
      await sleep(500)
    }
    await expectStoredOnce(search, await stop())
    await waitUntil(
      () => problemsOf(worker),
      (problems) => problems === '',
    )
  }, 180_000)

  const library = findClockLibrary()
  test.skipIf(library === undefined)(
    'a worker whose clock jumps over days and back, and that is killed meanwhile, loses nothing',
    async () => {
      const place = await places.make()
      const search = await serveRole(place, 'search')
      const { env, jump } = ownClock(library!)
      const options = { data: join(temporaryFolder(), 'data'), env }
      let worker = await serveRole(place, 'ingest', options)
      const { senders, stop } = send(() => worker.url)
      for (const [index, offset] of ['+26h', '+0', '-1h', '+40d', '+0'].entries()) {
        jump(offset)
        await more(senders[0]!, 500)
        if (index % 2 === 0) continue
        await worker.kill()
        worker = await serveRole(place, 'ingest', options)
      }
      await expectStoredOnce(search, await stop())
    },
    180_000,
  )

  test('a mapping that does not fit makes dead letters, and the rest is stored', async () => {
    const place = await places.make()
    const search = await serveRole(place, 'search')
    const worker = await serveRole(place, 'ingest')
    // Somebody made the indices of today, and of tomorrow for a test at midnight, with a field of another type.
    for (const ahead of [0, 86_400_000]) {
      const day = dayOf(microsFromMillis(Date.now() + ahead)).replaceAll('-', '.')
      const mappings = { properties: { source: { type: 'ip' } } }
      await ask('PUT', `/${prefixOf(place)}-logs-${day}`, { mappings })
    }
    const names = ['esx-01', '10.0.0.1', 'esx-02', '10.0.0.2']
    for (const source of names) {
      const line = { time: new Date().toISOString(), source, body: `of ${source}` }
      await worker.post('/api/v1/ingest/logs', line)
    }
    const ledger = await waitUntil(
      () => readLedger(search),
      ({ received }) => received === names.length,
    )
    expect(ledger).toMatchObject({ received: 4, stored: 2, deadLettered: 2 })
    const found = await findRecords(search, '| limit 10', 2)
    expect(found.map(({ body }) => body).sort()).toEqual(['of 10.0.0.1', 'of 10.0.0.2'])
    const { deadLetters } = await search.get<{ deadLetters: { reason: string }[] }>(
      '/api/v1/dead-letters',
    )
    expect(deadLetters.map(({ reason }) => /esx-0\d/.exec(reason)?.[0]).sort()).toEqual([
      ...['esx-01', 'esx-02'],
    ])
    expect(await problemsOf(worker)).toBe('')
  })
})
