import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'
import { findProgram, REPOSITORY } from '../support/requirements.ts'
import { waitUntil } from '../support/wait.ts'
import { askAll, askOnce, bodyOf, median } from './ask.ts'
import { measureElastic } from './elastic.ts'
import { formatElasticReport } from './elastic-report.ts'
import { LINK_RUNS, linkLine, measureLinks } from './links.ts'
import { formatBulk, formatSyslog, generateLines, writeLines, type Workload } from './generate.ts'
import { cpuSeconds, folderBytes, memoryMiB } from './process-use.ts'
import { questionsFor, type Question } from './questions.ts'
import { formatReport, type IngestFigures, type Report } from './report.ts'
import { importFile, sendBulk, sendSurroundings, sendSyslog } from './senders.ts'
import { measureScreen } from './screen.ts'
import { formatScreenReport } from './screen-report.ts'
import { viewsFor } from './views.ts'

const HOUR_MS = 3_600_000

/** One way in: what the file holds and how it is sent. */
interface Way {
  readonly name: string
  readonly format: typeof formatSyslog
  readonly send: (path: string, server: PlumblineProcess) => Promise<void>
}

const WAYS: readonly Way[] = [
  {
    name: 'TCP syslog',
    format: formatSyslog,
    send: async (path, server) => sendSyslog(path, await server.listener('syslog-tcp')),
  },
  { name: '_bulk', format: formatBulk, send: (path, server) => sendBulk(path, [server.url]) },
  { name: 'import', format: formatSyslog, send: (path, server) => importFile(path, server.url) },
]

const say = (text: string): void => void process.stderr.write(`${text}\n`)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '5000000' },
      only: { type: 'string' },
      elastic: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      dir: { type: 'string', default: tmpdir() },
    },
  })
  const midnight = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS
  const workload: Workload = { rows: Number(values.rows), seed: 7, end: midnight }
  const folder = mkdtempSync(join(values.dir, 'plumbline-bench-'))
  try {
    if (values.only === 'links') {
      for (const run of LINK_RUNS) process.stdout.write(linkLine(await measureLinks(run, folder)))
      return
    }
    if (values.only === 'screen') {
      await publish(formatScreenReport(await measureScreen(folder, say)), false)
      return
    }
    if (values.elastic) {
      await publish(formatElasticReport(await measureElastic(workload, folder, say)), false)
      return
    }
    const ways = values.only === 'query' ? WAYS.slice(0, 1) : WAYS
    const ingest: IngestFigures[] = []
    for (const way of ways) ingest.push(await measureWay(way, workload, folder))
    const asked =
      values.only === 'ingest' ? undefined : await measureQuestions(ingest, workload, folder)
    const report: Report = {
      rows: workload.rows,
      ingest,
      queries: asked?.queries ?? [],
      views: asked?.views ?? [],
      load: asked?.load,
    }
    await publish(formatReport(report), values.write)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Data folder and raw file of a way; the first way's stay for the questions. */
const pathsOf = (way: Way, folder: string): { raw: string; data: string } => {
  const name = way.name.replaceAll(/\W+/g, '')
  return { raw: join(folder, `${name}.raw`), data: join(folder, `${name}.data`) }
}

async function measureWay(way: Way, workload: Workload, folder: string): Promise<IngestFigures> {
  const { raw, data } = pathsOf(way, folder)
  say(`${way.name}: writing ${workload.rows} lines`)
  const rawBytes = writeLines(raw, generateLines(workload), way.format)
  const zstdBytes = compressedBytes(raw)
  say(`${way.name}: ingesting`)
  const server = await servePlumbline({ data })
  const started = performance.now()
  await way.send(raw, server)
  const acknowledgedSeconds = secondsSince(started)
  await waitUntil(
    () => countRows(server),
    (rows) => rows >= workload.rows,
    HOUR_MS,
  )
  const visibleSeconds = secondsSince(started)
  const used = { cpuSeconds: cpuSeconds(server.pid), peakMiB: memoryMiB(server.pid).peak }
  await server.stop()
  const figures = {
    way: way.name,
    rows: workload.rows,
    rawBytes,
    zstdBytes,
    acknowledgedSeconds,
    visibleSeconds,
    ...used,
    diskBytes: folderBytes(data),
    startSeconds: await measureStart(data),
  }
  say(`${way.name}: ${Math.round(workload.rows / visibleSeconds)} lines/s visible`)
  if (way !== WAYS[0]) for (const path of [raw, data]) rmSync(path, { recursive: true })
  return figures
}

async function measureStart(data: string): Promise<number> {
  const started = performance.now()
  const server = await servePlumbline({ data })
  await server.post('/api/v1/search', { query: '', limit: 1 })
  const seconds = secondsSince(started)
  await server.stop()
  return seconds
}

async function measureQuestions(
  ingest: readonly IngestFigures[],
  workload: Workload,
  folder: string,
): Promise<Pick<Report, 'queries' | 'views' | 'load'>> {
  const { raw, data } = pathsOf(WAYS[0]!, folder)
  const questions = questionsFor(workload.end)
  const views = viewsFor(workload.end)
  const points = await addSurroundings(data, workload)
  const coldMs: number[] = []
  for (const view of views) coldMs.push(await measureCold(data, view))
  const server = await servePlumbline({ data })
  try {
    const all = [...questions, ...views]
    const idle = await askAll(server, all, say)
    const first = ingest[0]!
    const linesPerSecond = Math.round(first.rows / first.visibleSeconds / 2)
    const bytesPerSecond = (linesPerSecond * first.rawBytes) / first.rows
    const stop = new AbortController()
    const sending = sendForever(raw, server, bytesPerSecond, stop.signal)
    const busy = await askAll(server, all, say)
    const residentMiB = memoryMiB(server.pid).now
    stop.abort()
    await sending
    const figuresOf = (index: number) => ({
      name: all[index]!.name,
      hits: idle[index]!.hits,
      idleMs: idle[index]!.ms,
      ingestingMs: busy[index]!.ms,
    })
    return {
      queries: questions.map(({ ripgrep }, index) => ({
        ...figuresOf(index),
        ripgrepMs: ripgrep === undefined ? undefined : ripgrepMs(ripgrep, raw),
      })),
      views: views.map(({ barMs }, index) => ({
        ...figuresOf(questions.length + index),
        coldMs: coldMs[index]!,
        barMs,
      })),
      load: { linesPerSecond, residentMiB, points },
    }
  } finally {
    await server.stop()
  }
}

/** Inventory and metrics come after the lines were measured, so that those are the same with or without. */
async function addSurroundings(data: string, { end }: Workload): Promise<number> {
  say('sending inventory and metrics')
  const server = await servePlumbline({ data })
  try {
    return await sendSurroundings(server, end)
  } finally {
    await server.stop()
  }
}

/** The first question that a process is asked about its records. */
async function measureCold(data: string, question: Question): Promise<number> {
  const before = await servePlumbline({ data })
  const body = await bodyOf(before, question).finally(() => before.stop())
  const server = await servePlumbline({ data })
  const ms = await askOnce(server, question, body)
  await server.stop()
  say(`${question.name}: ${ms.toFixed(1)} ms, the first of a process`)
  return ms
}

async function sendForever(
  raw: string,
  server: PlumblineProcess,
  bytesPerSecond: number,
  signal: AbortSignal,
): Promise<void> {
  const address = await server.listener('syslog-tcp')
  while (!signal.aborted) await sendSyslog(raw, address, bytesPerSecond, signal)
}

async function countRows(server: PlumblineProcess): Promise<number> {
  const { rows } = await server.post<{ rows: number[][] }>('/api/v1/search', {
    query: '| stats count()',
  })
  return rows[0]?.[0] ?? 0
}

function ripgrepMs(args: readonly string[], path: string): number | undefined {
  const program = findProgram('rg')
  if (program === undefined) return undefined
  const run = (): number => {
    const started = performance.now()
    spawnSync(program, [...args, path], { stdio: 'ignore' })
    return performance.now() - started
  }
  run()
  return median([run(), run(), run()])
}

function compressedBytes(path: string): number | undefined {
  const program = findProgram('zstd')
  if (program === undefined) return undefined
  const { stdout } = spawnSync('bash', ['-c', '"$0" -3 -q -c "$1" | wc -c', program, path])
  return Number(stdout.toString())
}

async function publish(report: string, write: boolean): Promise<void> {
  process.stdout.write(report)
  if (!write) return
  const path = join(REPOSITORY, 'docs/benchmarks.md')
  writeFileSync(path, await format(report, { ...(await resolveConfig(path)), filepath: path }))
}

const secondsSince = (started: number): number => (performance.now() - started) / 1_000
await main()
