import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import type { EntitiesAnswer, Health, SourcesAnswer } from '../../model/api.ts'
import { expectStoredOnce, findRecord } from '../support/answers.ts'
import { StorePlaces } from '../support/elasticsearch/places.ts'
import { serveRole } from '../support/elasticsearch/serve-role.ts'
import { runPlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const elasticsearch = inject('elasticsearch')

/** A search node's view of the inventory is at most so old; and what a busy machine adds. */
const STALE_MS = 2_000
const SLACK_MS = 2_000
/** Between requests of 100 documents: what makes workers refuse here must not be that there are too many. */
const PAUSE_MS = 25

describe.skipIf(elasticsearch === null)('processes of one role each, on one cluster', () => {
  const places = new StorePlaces(elasticsearch!)
  afterAll(() => places.removeAll(), 60_000)

  const line = (body: string) => ({
    time: new Date().toISOString(),
    source: 'a',
    body,
  })

  test('one takes what the other answers, and each says where the rest is done', async () => {
    const place = await places.make()
    const ingestData = join(temporaryFolder(), 'data')
    const searchData = join(temporaryFolder(), 'data')
    const ingest = await serveRole(place, 'ingest', {
      data: ingestData,
      args: ['--node', 'ingest-1'],
    })
    const search = await serveRole(place, 'search', { data: searchData })
    await ingest.post('/api/v1/ingest/logs', line('taken by one'))
    await ingest.post('/api/v1/ingest/settle', {})
    expect((await findRecord(search, '"taken by one"')).id).toMatch(/^\d{8}-ingest-1-/)

    const health = await ingest.get<Health>('/health')
    expect(health).toMatchObject({ status: 'ok', role: 'ingest', node: 'ingest-1', problems: [] })
    expect(health.listeners.map(({ protocol }) => protocol)).toEqual([
      ...['http', 'syslog-tcp', 'syslog-udp'],
    ])
    const other = await search.get<Health>('/health')
    expect(other).toMatchObject({ status: 'ok', role: 'search', problems: [] })
    expect(other).not.toHaveProperty('node')
    expect(other.listeners.map(({ protocol }) => protocol)).toEqual(['http'])
    expect(existsSync(join(searchData, 'spool'))).toBe(false)
    for (const one of [ingest, search]) {
      expect(await one.get('/ready')).toEqual({ ready: true })
      expect(await (await fetch(`${one.url}/metrics`)).text()).toMatch(/^plumbline_/m)
    }

    const asked = await fetch(`${ingest.url}/api/v1/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query": "x"}',
    })
    expect(asked.status).toBe(421)
    expect(await asked.json()).toMatchObject({
      error: {
        code: 'wrong_role',
        message: expect.stringContaining('"/api/v1/search"') as string,
        hint: expect.stringContaining('--role search') as string,
      },
    })
    // 503 and not 4xx: a shipper keeps what it has, and does not drop it for good.
    for (const path of ['/_bulk', '/api/v1/ingest/logs', '/loki/api/v1/push', '/v1/logs']) {
      const sent = await fetch(`${search.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}\n',
      })
      expect({ path, status: sent.status }).toEqual({ path, status: 503 })
      expect(await sent.text()).toMatch(/--role ingest/)
    }
    const settled = await fetch(`${search.url}/api/v1/ingest/settle`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(settled.status).toBe(421)
    const { sources } = await search.get<SourcesAnswer>('/api/v1/sources')
    expect(sources).toMatchObject([{ source: 'a', counts: { received: 1, stored: 1 } }])
    for (const one of [ingest, search]) expect((await one.stop()).code).toBe(0)
  })

  test('the command line imports into one and asks the other, and is told where it asks the wrong one', async () => {
    const place = await places.make()
    const ingest = await serveRole(place, 'ingest')
    const search = await serveRole(place, 'search')
    const file = join(temporaryFolder(), 'messages.log')
    const stamp = new Date().toISOString()
    writeFileSync(file, `${stamp} esx-01 sshd: first line\n${stamp} esx-01 sshd: second line\n`)
    const imported = await runPlumbline(['import', file, '--url', ingest.url])
    expect(imported).toMatchObject({ code: 0 })
    await findRecord(search, '"second line"')
    const asked = await runPlumbline(['search', 'line', '--url', ingest.url])
    expect(asked.code).toBe(1)
    expect(asked.stderr).toMatch(/takes records and answers no questions/)
    const sent = await runPlumbline(['import', file, '--url', search.url])
    expect(sent.code).toBe(1)
    expect(sent.stderr).toMatch(/takes no records \(--role search\)/)
  })

  test('an inventory told to one is known to another within the bound', async () => {
    const place = await places.make()
    const ingest = await serveRole(place, 'ingest')
    const search = await serveRole(place, 'search')
    const names = async (): Promise<string[]> => {
      const { entities } = await search.get<EntitiesAnswer>('/api/v1/entities?q=vdi-')
      return entities.map(({ id }) => id)
    }
    for (const id of ['vm:vdi-0001', 'vm:vdi-0002']) {
      // Asked just before, so that it remembers what there was.
      expect(await names()).not.toContain(id)
      const entity = { id, name: id.slice(3) }
      await ingest.post('/api/v1/ingest/inventory', { time: new Date().toISOString(), entity })
      await ingest.post('/api/v1/ingest/settle', {})
      await waitUntil(names, (known) => known.includes(id), STALE_MS + SLACK_MS)
    }
  })

  test('a restart keeps the name by chance, and what another folder took stands beside it', async () => {
    const place = await places.make()
    const data = join(temporaryFolder(), 'data')
    const nodeOf = async (server: PlumblineProcess) => (await server.get<Health>('/health')).node
    const first = await serveRole(place, 'all', { data })
    const name = await nodeOf(first)
    await first.post('/api/v1/ingest/logs', line('from one'))
    await first.stop()
    const again = await serveRole(place, 'all', { data })
    const other = await serveRole(place, 'all')
    expect(await nodeOf(again)).toBe(name)
    expect(await nodeOf(other)).not.toBe(name)
    await again.post('/api/v1/ingest/logs', line('from one again'))
    await other.post('/api/v1/ingest/logs', line('from the other'))
    for (const words of ['"from one again"', '"from the other"']) {
      for (const server of [again, other]) await findRecord(server, words)
    }
    const asked = waitUntil(
      () => other.get<SourcesAnswer>('/api/v1/sources'),
      ({ sources }) => sources[0]?.counts.stored === 3,
    )
    expect((await asked).sources).toMatchObject([{ source: 'a', counts: { received: 3 } }])
  })

  test('restarted one after the other behind a balancer, none refuses a record', async () => {
    const place = await places.make()
    const search = await serveRole(place, 'search')
    const folders = [0, 1].map(() => join(temporaryFolder(), 'data'))
    const args = ['--drain', '2']
    const workers = await Promise.all(
      folders.map((data) => serveRole(place, 'ingest', { data, args })),
    )
    // A balancer: asks every worker whether it is ready five times a second, and takes turns among those that are.
    let ready = [...workers]
    let turn = 0
    const balancing = setInterval(() => {
      const all = [...workers]
      void Promise.all(
        all.map(async ({ url }) => {
          const answer = await fetch(`${url}/ready`).catch(() => undefined)
          return answer?.ok === true
        }),
      ).then((answers) => (ready = all.filter((_, n) => answers[n])))
    }, 200)
    onTestFinished(() => clearInterval(balancing))
    const senders = ['a', 'b'].map(
      (name) =>
        new RetryingSender(name, () => (ready[turn++ % ready.length] ?? workers[0]!).url, PAUSE_MS),
    )
    const stop = new AbortController()
    const sending = Promise.all(senders.map((sender) => sender.run(stop.signal)))
    for (const n of [0, 1]) {
      await sleep(1_000)
      const leaving = workers[n]!
      const ended = leaving.stop()
      const refusal = await waitUntil(
        () => fetch(`${leaving.url}/ready`),
        ({ status }) => status === 503,
        1_500,
      )
      expect(await refusal.text()).toMatch(/shutting down/)
      // It still takes what comes before the balancer has noticed.
      await leaving.post('/api/v1/ingest/changes', {
        time: new Date().toISOString(),
        entity: 'vm:a',
        kind: 'restart',
        summary: `while worker ${n} drains`,
      })
      expect((await ended).code).toBe(0)
      workers[n] = await serveRole(place, 'ingest', { data: folders[n]!, args })
      await sleep(1_000)
    }
    stop.abort()
    await sending
    const acknowledged = senders.flatMap((sender) => sender.acknowledged)
    expect(senders.map(({ refused }) => refused)).toEqual([0, 0])
    expect(acknowledged.length).toBeGreaterThan(500)
    for (const n of [0, 1]) await findRecord(search, `"while worker ${n} drains"`)
    await expectStoredOnce(search, acknowledged, 2)
  }, 180_000)
})
