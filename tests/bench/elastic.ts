import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findServerFiles } from '../support/elasticsearch/server-files.ts'
import { ElasticsearchServer, HEAP } from '../support/elasticsearch/server.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { waitUntil } from '../support/wait.ts'
import { askAll, median } from './ask.ts'
import { ECS_MAPPING, elasticQuestionsFor } from './elastic-questions.ts'
import type { ElasticReport, QuestionFigures, SideFigures } from './elastic-report.ts'
import { formatBulk, generateLines, writeLines, type Workload } from './generate.ts'
import { cpuSeconds, folderBytes, memoryMiB } from './process-use.ts'
import { questionsFor } from './questions.ts'
import { sendBulk } from './senders.ts'

/** Ingest workers before one node. */
const WORKERS = [1, 2, 4]
const HOUR_MS = 3_600_000
const REPEATS = 7
/** Copies of an index say every 30 s how far they are (`index.soft_deletes.retention_lease.sync_interval`). */
const LEASES_MS = 65_000
/** The sizes it tells are as old as that at most (`index.store.stats_refresh_interval`, 10 s). */
const SIZES_MS = 11_000
/** Where the raw documents go, as `BULK_ACTION` says. */
const INDEX = 'logs-bench'
/** Of the indices of a worker that is not measured. */
const FIRST_PREFIX = 'first'

type Say = (text: string) => void

/**
 * The same `_bulk` requests into the embedded store, into Elasticsearch alone and through Plumbline into
 * Elasticsearch, and the same questions to each: one after the other, on the same cores as their clients.
 * Throws where Elasticsearch cannot be had.
 */
export async function measureElastic(
  workload: Workload,
  folder: string,
  say: Say,
): Promise<ElasticReport> {
  const files = findServerFiles()
  if ('missing' in files) throw new Error(`cannot measure Elasticsearch: it takes ${files.missing}`)
  const raw = join(folder, 'lines.bulk')
  say(`writing ${workload.rows} lines`)
  const rawBytes = writeLines(raw, generateLines(workload), formatBulk)
  const sides: SideFigures[] = []
  const answers: ReadonlyMap<string, number>[] = []
  const note = ({ side, times }: Measured): void => {
    say(`${side.name}: ${Math.round(side.rows / side.visibleSeconds)} lines/s visible`)
    sides.push(side)
    if (times !== undefined) answers.push(times)
  }
  note(await measureEmbedded(raw, workload, join(folder, 'embedded'), say))
  note(await onServer(files, raw, (server) => measureAlone(raw, workload, server, say)))
  for (const workers of WORKERS) {
    const place = join(folder, `workers-${workers}`)
    note(
      await onServer(files, raw, (server) =>
        measureThrough(raw, workload, workers, server, place, say),
      ),
    )
  }
  const questions = questionsFor(workload.end).map(({ name }): QuestionFigures => ({
    name,
    ms: answers.map((times) => times.get(name)),
  }))
  return { rows: workload.rows, rawBytes, sides, questions }
}

interface Measured {
  readonly side: SideFigures
  /** Medians by question, milliseconds. */
  readonly times?: ReadonlyMap<string, number>
}

async function onServer(
  files: Parameters<typeof ElasticsearchServer.start>[0],
  raw: string,
  measure: (server: ElasticsearchServer) => Promise<Measured>,
): Promise<Measured> {
  const server = await ElasticsearchServer.start(files, HEAP.bench)
  try {
    // A node that has just started spends as much on compiling itself as on a short run.
    await makeIndex(server)
    await sendBulk(raw, [server.url])
    await call(server, 'DELETE', `/${INDEX}`)
    return await measure(server)
  } finally {
    await server.stop()
  }
}

async function measureEmbedded(
  raw: string,
  { rows, end }: Workload,
  data: string,
  say: Say,
): Promise<Measured> {
  const server = await servePlumbline({ data })
  const before = cpuSeconds(server.pid)
  const times = await timesOf([server.url], raw, () => countOf(server), rows)
  const used = cpuSeconds(server.pid) - before
  const peakMiB = memoryMiB(server.pid).peak
  const asked = await askQuestions(server, end, say)
  await server.stop()
  const bytes = folderBytes(data)
  rmSync(data, { recursive: true })
  return {
    side: {
      ...{ name: 'Plumbline, embedded', rows, ...times, plumblineSeconds: used, peakMiB },
      ...{ elasticSeconds: undefined, bytes, mergedBytes: bytes },
    },
    times: asked,
  }
}

async function measureAlone(
  raw: string,
  { rows, end }: Workload,
  server: ElasticsearchServer,
  say: Say,
): Promise<Measured> {
  // Once more, as Plumbline's side is sent once more through it.
  await makeIndex(server)
  await sendBulk(raw, [server.url])
  await call(server, 'DELETE', `/${INDEX}`)
  await makeIndex(server)
  const before = cpuSeconds(server.pid)
  const count = async (): Promise<number> => {
    await call(server, 'POST', `/${INDEX}/_refresh`)
    return (await call<{ count: number }>(server, 'GET', `/${INDEX}/_count`)).count
  }
  const times = await timesOf([server.url], raw, count, rows)
  const elasticSeconds = cpuSeconds(server.pid) - before
  const sizes = await sizesOf(server)
  const asked = new Map<string, number>()
  for (const { name, body } of elasticQuestionsFor(end)) {
    const ask = async (): Promise<number> => {
      const started = performance.now()
      await call(server, 'POST', `/${INDEX}/_search?request_cache=false`, body)
      return performance.now() - started
    }
    await ask()
    const taken: number[] = []
    for (let i = 0; i < REPEATS; i++) taken.push(await ask())
    asked.set(name, median(taken))
    say(`Elasticsearch, ${name}: ${median(taken).toFixed(1)} ms`)
  }
  return {
    side: {
      ...{ name: 'Elasticsearch alone', rows, ...times, plumblineSeconds: undefined },
      ...{ peakMiB: undefined, elasticSeconds, ...sizes },
    },
    times: asked,
  }
}

function makeIndex(server: ElasticsearchServer): Promise<unknown> {
  return call(server, 'PUT', `/${INDEX}`, {
    settings: { number_of_shards: 1, number_of_replicas: 0, refresh_interval: '5s' },
    mappings: ECS_MAPPING,
  })
}

async function measureThrough(
  raw: string,
  { rows, end }: Workload,
  count: number,
  server: ElasticsearchServer,
  place: string,
  say: Say,
): Promise<Measured> {
  const serve = (role: string, name: string, ...more: string[]): Promise<PlumblineProcess> =>
    servePlumbline({
      data: join(place, name),
      args: ['--store=elastic', `--elastic=${server.url}`, `--role=${role}`, '--drain=0', ...more],
    })
  // What a node has compiled for plain documents is not all that ours need.
  const first = await serve('ingest', 'first', '--elastic-prefix', FIRST_PREFIX)
  await sendBulk(raw, [first.url])
  await first.stop()
  await removeIndices(server, FIRST_PREFIX)
  const search = await serve('search', 'search')
  const workers: PlumblineProcess[] = []
  for (let n = 0; n < count; n++) workers.push(await serve('ingest', `worker-${n}`))
  const all = [search, ...workers]
  const sum = (): number => workers.reduce((seconds, { pid }) => seconds + cpuSeconds(pid), 0)
  const [ofWorkers, ofServer] = [sum(), cpuSeconds(server.pid)]
  const times = await timesOf(
    workers.map(({ url }) => url),
    raw,
    () => countOf(search),
    rows,
  )
  const plumblineSeconds = sum() - ofWorkers
  const elasticSeconds = cpuSeconds(server.pid) - ofServer
  const peakMiB = Math.max(...workers.map(({ pid }) => memoryMiB(pid).peak))
  const sizes = await sizesOf(server)
  const asked = count === 1 ? await askQuestions(search, end, say) : undefined
  for (const one of all) await one.stop()
  rmSync(place, { recursive: true })
  const name = `Plumbline on Elasticsearch, ${count} ${count === 1 ? 'worker' : 'workers'}`
  return {
    side: { name, rows, ...times, plumblineSeconds, peakMiB, elasticSeconds, ...sizes },
    ...(asked === undefined ? {} : { times: asked }),
  }
}

/** Seconds until the last answer, and until every line is counted. */
async function timesOf(
  urls: readonly string[],
  raw: string,
  count: () => Promise<number>,
  rows: number,
): Promise<Pick<SideFigures, 'acknowledgedSeconds' | 'visibleSeconds'>> {
  const started = performance.now()
  const since = (): number => (performance.now() - started) / 1_000
  await sendBulk(raw, urls)
  const acknowledgedSeconds = since()
  await waitUntil(count, (found) => found >= rows, HOUR_MS)
  return { acknowledgedSeconds, visibleSeconds: since() }
}

async function countOf(server: PlumblineProcess): Promise<number> {
  const body = { query: '| stats count()' }
  const { rows } = await server.post<{ rows: number[][] }>('/api/v1/search', body)
  return rows[0]?.[0] ?? 0
}

async function askQuestions(
  server: PlumblineProcess,
  end: number,
  say: Say,
): Promise<ReadonlyMap<string, number>> {
  const questions = questionsFor(end)
  const asked = await askAll(server, questions, say)
  return new Map(questions.map(({ name }, index) => [name, asked[index]!.ms]))
}

/** Bytes of all indices as they were written, and merged to one segment each. */
async function sizesOf(
  server: ElasticsearchServer,
): Promise<Pick<SideFigures, 'bytes' | 'mergedBytes'>> {
  const size = async (): Promise<number> => {
    const answer = await call<{
      _all: { primaries: { store: { size_in_bytes: number } } }
    }>(server, 'GET', '/_stats/store')
    return answer._all.primaries.store.size_in_bytes
  }
  const settled = async (): Promise<number> => {
    for (let before = await size(); ;) {
      await delay(SIZES_MS)
      const now = await size()
      if (now === before) return now
      before = now
    }
  }
  await call(server, 'POST', '/_flush')
  const bytes = await settled()
  // Until then a merge keeps what a copy on another node might still want to be told.
  await delay(LEASES_MS)
  await call(server, 'POST', '/_forcemerge?max_num_segments=1')
  // Searches hold on to what has been merged until they see the new segment.
  await call(server, 'POST', '/_refresh')
  await call(server, 'POST', '/_flush')
  return { bytes, mergedBytes: await settled() }
}

async function removeIndices(server: ElasticsearchServer, prefix: string): Promise<void> {
  const { indices } = await call<{ indices: object }>(server, 'GET', `/${prefix}-*/_stats/docs`)
  await call(server, 'DELETE', `/${Object.keys(indices).join(',')}`)
}

async function call<T = unknown>(
  server: ElasticsearchServer,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}
