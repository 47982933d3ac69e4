import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, inject, test } from 'vitest'
import type { Health } from '../../model/api.ts'
import { expectStoredOnce, findRecord } from '../support/answers.ts'
import { prefixOf, StorePlaces } from '../support/elasticsearch/places.ts'
import {
  runPlumbline,
  servePlumbline,
  type PlumblineProcess,
} from '../support/plumbline-process.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { temporaryFolder } from '../support/temporary.ts'

const elasticsearch = inject('elasticsearch')

/** How often the process is killed; KILL_MOMENTS raises it. */
const MOMENTS = Number(process.env['KILL_MOMENTS'] ?? 5)
const LONGEST_LIFE_MS = 2_500

describe.skipIf(elasticsearch === null)('plumbline serve --store elastic', () => {
  const places = new StorePlaces(elasticsearch!)
  afterAll(() => places.removeAll(), 60_000)

  const serve = (
    data: string,
    place: string,
    args: readonly string[] = [],
  ): Promise<PlumblineProcess> =>
    servePlumbline({
      data,
      args: [
        ...['--store', 'elastic', '--elastic', elasticsearch!.url],
        ...['--elastic-prefix', prefixOf(place), ...args],
      ],
    })

  test(
    `killed at ${MOMENTS} random moments under load, it loses nothing acknowledged and stores nothing twice`,
    { timeout: MOMENTS * 20_000 + 120_000 },
    async () => {
      const data = join(temporaryFolder(), 'data')
      const place = await places.make()
      let server = await serve(data, place)
      const senders = ['a', 'b'].map((name) => new RetryingSender(name, () => server.url))
      const stop = new AbortController()
      const sending = Promise.all(senders.map((sender) => sender.run(stop.signal)))
      for (let moment = 0; moment < MOMENTS; moment++) {
        await Promise.race([sleep(Math.random() * LONGEST_LIFE_MS), sending])
        await server.kill()
        server = await serve(data, place)
      }
      await sleep(LONGEST_LIFE_MS)
      stop.abort()
      await sending
      const acknowledged = senders.flatMap((sender) => sender.acknowledged)
      expect(acknowledged.length).toBeGreaterThan(MOMENTS)
      await expectStoredOnce(server, acknowledged)
      await server.stop()
    },
  )

  test('a machine that comes with an empty data folder stands beside what is stored, or goes on as the one before', async () => {
    const place = await places.make()
    const send = (server: PlumblineProcess, body: string) =>
      server.post('/api/v1/ingest/logs', {
        time: new Date().toISOString(),
        source: 'a',
        host: 'esx-01',
        body,
      })
    const firstData = join(temporaryFolder(), 'data')
    const first = await serve(firstData, place)
    await send(first, 'from the first machine')
    expect(await first.get<Health>('/health')).toMatchObject({
      status: 'ok',
      store: 'elastic',
      storeServer: expect.stringMatching(/^Elasticsearch [89]\./) as string,
    })
    await findRecord(first, '"from the first machine"')
    await first.stop()
    const second = await serve(join(temporaryFolder(), 'data'), place)
    await send(second, 'from the second machine')
    await findRecord(second, '"from the second machine"')
    await findRecord(second, '"from the first machine"')
    await second.stop()
    // Under the name of the first, whose folder was lost: it is another, and does not come back as the first.
    const name = readFileSync(join(firstData, 'node'), 'utf8').split(' ')[0]!
    const args = ['--node', name]
    const third = await serve(join(temporaryFolder(), 'data'), place, args)
    await send(third, 'from the third machine')
    const { id } = await findRecord(third, '"from the third machine"')
    expect(id).toContain(`-${name}-`)
    await third.stop()
    await expect(serve(firstData, place)).rejects.toThrow(
      /another data folder has committed under that name/,
    )
  })

  test('without a server it ends with what to do', async () => {
    const { code, stderr } = await runPlumbline([
      ...['serve', '--data', join(temporaryFolder(), 'data'), '--port', '0', '--syslog', 'off'],
      ...['--store', 'elastic', '--elastic', 'http://127.0.0.1:9'],
    ])
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/cannot reach Elasticsearch at http:\/\/127\.0\.0\.1:9/)
  })
})
