import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { askNumber, expectStored, expectStoredOnce, readLedger } from '../support/answers.ts'
import { FailingProxy, type Cut } from '../support/elasticsearch/failing-proxy.ts'
import { StorePlaces } from '../support/elasticsearch/places.ts'
import { serveRole } from '../support/elasticsearch/serve-role.ts'
import type { PlumblineProcess } from '../support/plumbline-process.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const elasticsearch = inject('elasticsearch')

/** How often a worker is killed under load; KILL_MOMENTS raises it. */
const MOMENTS = Number(process.env['KILL_MOMENTS'] ?? 4)
const LONGEST_LIFE_MS = 2_000
const PAUSE_MS = 25
const LINES = 3

/** A request as a client sends it, and, byte for byte, sends it again. */
const requestOf = (name: string): string =>
  Array.from({ length: LINES }, (_, n) => {
    const document = { message: `line ${n} of request ${name}`, host: { name: 'twice' } }
    return `{"create":{}}\n${JSON.stringify(document)}\n`
  }).join('')

async function send(server: PlumblineProcess, body: string): Promise<void> {
  const answer = await fetch(`${server.url}/_bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  })
  expect(await answer.json()).toMatchObject({ errors: false })
}

describe.skipIf(elasticsearch === null)('a request that is sent again to another worker', () => {
  const places = new StorePlaces(elasticsearch!)
  afterAll(() => places.removeAll(), 60_000)

  for (const cut of ['before', 'after'] as const) {
    test(`is stored once, wherever the first was killed ${cut} a step of its commit, and when it comes back`, async () => {
      const place = await places.make()
      const proxy = await FailingProxy.start(elasticsearch!.url)
      onTestFinished(() => proxy.stop())
      const search = await serveRole(place, 'search')
      const other = await serveRole(place, 'ingest')
      const data = join(temporaryFolder(), 'data')
      const start = () => serveRole(place, 'ingest', { data, elastic: proxy.url })
      const received = (lines: number) =>
        waitUntil(
          () => readLedger(search),
          (ledger) => ledger.received >= lines,
        )
      const sum = { received: 0, stored: 0 }
      const expectSum = async (): Promise<void> => {
        const { deduplicated } = await received(sum.received)
        expect(deduplicated).toBe(sum.received - sum.stored)
        await expectStored(search, sum.stored)
      }

      /** True where the commit was cut at that of its writing requests. */
      const tryStep = async (step: number, how: Cut): Promise<boolean> => {
        const first = await start()
        await send(first, requestOf(`warm ${step}`))
        sum.received += LINES
        sum.stored += LINES
        await expectSum()
        proxy.failAt(step, how)
        const body = requestOf(`cut ${step}`)
        await send(first, body)
        sum.received += LINES
        sum.stored += LINES
        const isCut = await waitUntil(
          async () => ({ writes: proxy.writes, ledger: await readLedger(search) }),
          // Past the cut, or all of it there though it was not.
          ({ writes, ledger }) => writes > step || ledger.received >= sum.received,
        ).then(({ writes }) => writes > step)
        await first.kill()
        await send(other, body)
        // Its own lines count; those of the dead only where its log had come so far.
        await received(sum.received)
        // What the dead has left of it goes once the log of the other has decided.
        await waitUntil(
          () => askNumber(search, '| stats count()'),
          (found) => found === sum.stored,
        )
        await expectStored(search, sum.stored)
        sum.received += LINES
        proxy.failAt(Infinity, how)
        const again = await start()
        await expectSum()
        await again.kill()
        return isCut
      }
      let step = 0
      while (await tryStep(step, cut)) step++
      // Claims, records, retry keys, a refresh, the log.
      expect(step).toBeGreaterThanOrEqual(5)
    }, 300_000)
  }

  test('is stored once where both workers get it at the same moment', async () => {
    const place = await places.make()
    const search = await serveRole(place, 'search')
    const workers = [await serveRole(place, 'ingest'), await serveRole(place, 'ingest')]
    const rounds = 40
    for (let round = 0; round < rounds; round++) {
      const body = requestOf(`round ${round}`)
      await Promise.all(workers.map((worker) => send(worker, body)))
      await sleep(PAUSE_MS)
    }
    const ledger = await waitUntil(
      () => readLedger(search),
      ({ received }) => received >= 2 * rounds * LINES,
    )
    expect(ledger).toMatchObject({ stored: rounds * LINES, deduplicated: rounds * LINES })
    await expectStored(search, rounds * LINES)
  }, 120_000)

  test(
    `by turns, while one of them is killed ${MOMENTS} times under load: nothing is lost or twice`,
    async () => {
      const place = await places.make()
      const search = await serveRole(place, 'search')
      const data = [join(temporaryFolder(), 'data'), join(temporaryFolder(), 'data')]
      const workers = [
        await serveRole(place, 'ingest', { data: data[0]! }),
        await serveRole(place, 'ingest', { data: data[1]! }),
      ]
      // A balancer: each attempt goes to the next one, so what was not answered is sent to the other.
      let turn = 0
      const senders = ['a', 'b', 'c'].map(
        (name) => new RetryingSender(name, () => workers[turn++ % 2]!.url, PAUSE_MS),
      )
      const end = new AbortController()
      onTestFinished(() => end.abort())
      const sending = Promise.all(senders.map((sender) => sender.run(end.signal)))
      for (let moment = 0; moment < MOMENTS; moment++) {
        await sleep(Math.random() * LONGEST_LIFE_MS)
        const at = moment % 2
        await workers[at]!.kill()
        await sleep(Math.random() * 500)
        workers[at] = await serveRole(place, 'ingest', { data: data[at]! })
      }
      end.abort()
      await sending
      await expectStoredOnce(
        search,
        senders.flatMap(({ acknowledged }) => acknowledged),
      )
    },
    MOMENTS * 20_000 + 120_000,
  )
})
