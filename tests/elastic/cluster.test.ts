import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import type { Health } from '../../model/api.ts'
import { expectStoredOnce, findRecords } from '../support/answers.ts'
import { findServerFiles } from '../support/elasticsearch/server-files.ts'
import { ElasticsearchServer } from '../support/elasticsearch/server.ts'
import { serveRole } from '../support/elasticsearch/serve-role.ts'
import type { PlumblineProcess } from '../support/plumbline-process.ts'
import { RetryingSender } from '../support/retrying-sender.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { waitUntil } from '../support/wait.ts'

const files = findServerFiles()
const isThere = inject('elasticsearch') !== null && !('missing' in files)
const NODES = 3
const RECOVERY_MS = 120_000
/** Between requests of 100 documents: what piles up while nodes are gone is stored in a few seconds. */
const PAUSE_MS = 100

/** A cluster of its own: its nodes are killed. */
describe.skipIf(!isThere)('a cluster of three nodes', () => {
  let nodes: ElasticsearchServer[]
  beforeAll(async () => {
    if ('missing' in files) return
    nodes = await ElasticsearchServer.startCluster(files, NODES)
  }, 240_000)
  afterAll(() => Promise.all(nodes.map((node) => node.stop())), 60_000)

  /** The status of the cluster, as one of its nodes that run says. */
  async function statusOf(node: ElasticsearchServer): Promise<string> {
    const answer = await fetch(`${node.url}/_cluster/health`)
    return ((await answer.json()) as { status: string }).status
  }

  async function master(): Promise<ElasticsearchServer> {
    const answer = await fetch(`${nodes[0]!.url}/_cluster/state/master_node,nodes`)
    const { master_node: id, nodes: byId } = (await answer.json()) as {
      master_node: string
      nodes: Record<string, { name: string }>
    }
    return nodes.find(({ name }) => name === byId[id]!.name)!
  }

  const problemsOf = async (server: PlumblineProcess): Promise<string> =>
    (await server.get<Health>('/health')).problems.join()

  interface Load {
    readonly search: PlumblineProcess
    readonly worker: PlumblineProcess
    /** Resolves when so many more documents are acknowledged. */
    readonly more: (count: number) => Promise<void>
    readonly stop: () => Promise<string[]>
  }

  /** A worker and a search node that know all three, and a sender that does not stop. */
  async function underLoad(place: string): Promise<Load> {
    const elastic = nodes.map(({ url }) => url).join(',')
    const search = await serveRole(place, 'search', { elastic })
    const worker = await serveRole(place, 'ingest', {
      elastic,
      data: join(temporaryFolder(), 'data'),
    })
    const sender = new RetryingSender('s', () => worker.url, PAUSE_MS)
    const end = new AbortController()
    const sending = sender.run(end.signal)
    onTestFinished(() => end.abort())
    await findRecords(search, 'host:retry-host')
    const { acknowledged } = sender
    const more = async (count: number): Promise<void> => {
      const before = acknowledged.length
      await waitUntil(
        async () => acknowledged.length,
        (now) => now >= before + count,
        RECOVERY_MS,
      )
    }
    const stop = async (): Promise<string[]> => {
      end.abort()
      await sending
      await worker.post('/api/v1/ingest/settle', {})
      return acknowledged
    }
    return { search, worker, more, stop }
  }

  test('the elected one killed under load, twice, and back: nothing is lost or twice', async () => {
    const { search, worker, more, stop } = await underLoad('/one-of-three')
    for (let kills = 0; kills < 2; kills++) {
      await more(500)
      const which = await master()
      await which.kill()
      await more(1_000)
      const others = nodes.filter((node) => node !== which)
      await waitUntil(
        () => problemsOf(worker),
        (problems) => problems === '',
        RECOVERY_MS,
      )
      await waitUntil(
        () => problemsOf(search),
        (problems) => problems === '',
        RECOVERY_MS,
      )
      which.startAgain()
      await which.untilItAnswers(NODES)
      await waitUntil(
        () => statusOf(others[0]!),
        (status) => status === 'green',
        RECOVERY_MS,
      )
    }
    await more(500)
    await expectStoredOnce(search, await stop())
  }, 600_000)

  test('all of them killed at once under load, and back: what was acknowledged waited in the spool', async () => {
    const { search, worker, more, stop } = await underLoad('/three-of-three')
    await more(500)
    await Promise.all(nodes.map((node) => node.kill()))
    await waitUntil(
      () => problemsOf(worker),
      (problems) => /cannot reach Elasticsearch/.test(problems),
      RECOVERY_MS,
    )
    expect((await fetch(`${search.url}/ready`)).status).toBe(503)
    expect(await worker.get('/ready')).toEqual({ ready: true })
    await more(500)
    for (const node of nodes) node.startAgain()
    for (const node of nodes) await node.untilItAnswers(NODES)
    await waitUntil(
      () => problemsOf(worker),
      (problems) => problems === '',
      RECOVERY_MS,
    )
    await expectStoredOnce(search, await stop())
  }, 600_000)
})
