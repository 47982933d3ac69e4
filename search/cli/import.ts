import { setTimeout as sleep } from 'node:timers/promises'
import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import {
  importFiles,
  type ChunkAnswer,
  type FileSummary,
  type SendChunk,
} from '../../ingest/import/import-files.ts'
import { findFiles, type SkippedFile } from '../../ingest/import/source-files.ts'
import type { Health } from '../../model/api.ts'
import { AppError, quote } from '../../model/errors.ts'
import type { ApiClient } from './client.ts'
import { addTargetOptions, withServer, type TargetOptions } from './target.ts'
import { printable, sizeText, textTable } from './terminal.ts'

interface ImportFlags extends TargetOptions {
  readonly source?: string
  readonly format?: string
  readonly zone?: string
  readonly year?: number
}

/** How long a server that is full, busy or restarting is waited for. */
const PATIENCE_MS = 120_000
const LONGEST_PAUSE_MS = 5_000

export function addImport(program: Command): void {
  const command = program
    .command('import')
    .description('read log files, folders and .gz; started again it stores nothing twice')
    .argument('<path...>', 'files and folders')
    .option('--source <name>', 'count all lines under this source')
    .option('--format <name>', 'read with this format; see "plumbline formats"', 'auto')
    .option('--zone <iana>', 'time zone of stamps without one, e.g. Europe/Berlin')
    .option('--year <yyyy>', 'year of stamps without one', readYear)
  addTargetOptions(command).action((paths: string[], flags: ImportFlags) =>
    withServer(flags, (client) => runImport(client, paths, flags), true),
  )
}

function readYear(text: string): number {
  if (/^\d{4}$/.test(text)) return Number(text)
  throw new AppError('configuration', `cannot use the year ${quote(text)}: give four digits`)
}

async function runImport(client: ApiClient, paths: string[], flags: ImportFlags): Promise<void> {
  const startedAt = performance.now()
  const { files, skipped } = await findFiles(paths)
  const bar = progressBar(files.reduce((sum, file) => sum + file.bytes, 0))
  let records = 0
  const onProgress = (bytes: number, stored: number): void => {
    records += stored
    bar?.increment(bytes, { records })
  }
  let summaries: FileSummary[]
  try {
    // Asked before anything is sent: a server that is not there, or takes nothing, is not waited for.
    const { role } = await client.get<Health>('/health')
    if (role === 'search') {
      throw new AppError(
        'wrong_role',
        'cannot import into this server: it answers questions and takes no records (--role search)',
        { hint: 'name one with --role ingest or all' },
      )
    }
    summaries = await importFiles(files, flags, sender(client), onProgress)
    await client.post('/api/v1/ingest/settle', {})
  } finally {
    bar?.stop()
  }
  process.stdout.write(summaryText(summaries, skipped, (performance.now() - startedAt) / 1000))
  const failed =
    summaries.filter(({ failure }) => failure !== undefined).length +
    skipped.filter(({ isUnreadable }) => isUnreadable).length
  if (failed > 0) {
    throw new AppError(
      'invalid_request',
      `${failed} of ${summaries.length + skipped.length} files could not be read to their end; see above`,
    )
  }
}

/** Only where somebody watches. */
function progressBar(total: number): SingleBar | undefined {
  if (!process.stderr.isTTY || total === 0) return undefined
  const bar = new SingleBar({
    format: 'importing {bar} {percentage}% | {records} records | {eta_formatted} left',
    stream: process.stderr,
  })
  bar.start(total, 0, { records: 0 })
  return bar
}

/** Sends a chunk until it is taken: a busy, full or restarting server is tried again for a while. */
function sender(client: ApiClient): SendChunk {
  return async (bytes, parameters) => {
    const query = new URLSearchParams(parameters).toString()
    const path = `/api/v1/ingest/lines?${query}`
    const headers = { 'content-type': 'text/plain' }
    const deadline = performance.now() + PATIENCE_MS
    for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const body = new Uint8Array(bytes)
        const response = await client.request(path, { method: 'POST', headers, body })
        return await answerOf(response)
      } catch (error) {
        if (!isPassing(error) || performance.now() + pauseMs > deadline) throw error
      }
      await sleep(pauseMs)
    }
  }
}

/** A server that goes away in the middle of its answer has gone away like any other. */
async function answerOf(response: Response): Promise<ChunkAnswer> {
  try {
    return (await response.json()) as ChunkAnswer
  } catch (cause) {
    throw new AppError('storage_unavailable', 'the server broke off its answer', { cause })
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  return ['overloaded', 'storage_full', 'storage_unavailable'].includes(error.code)
}

const HEADING = ['file', 'lines', 'records', 'stored', 'unparsed', 'duplicates', 'rejected']

function summaryText(
  summaries: readonly FileSummary[],
  skipped: readonly SkippedFile[],
  seconds: number,
): string {
  const total = totalOf(summaries)
  const rows = [...summaries, ...(summaries.length === 1 ? [] : [total])].map((file) => [
    file.path,
    file.lines,
    file.records,
    file.stored,
    file.unparsed,
    file.duplicates,
    file.rejected,
  ])
  const notes = [
    ...summaries.flatMap(({ path, failure }) => (failure ? [`failed   ${path}: ${failure}`] : [])),
    ...skipped.map(({ path, why }) => `skipped  ${path}: ${why}`),
  ]
  const rate = Math.round(total.lines / Math.max(seconds, 0.001))
  return [
    textTable(HEADING, rows),
    ...notes.map((note) => `${printable(note)}\n`),
    `${summaries.length} ${summaries.length === 1 ? 'file' : 'files'}, ${sizeText(total.bytes)}, ${seconds.toFixed(1)} s, ${rate} lines/s\n`,
    'records = stored + duplicates + rejected; unparsed are stored as they are\n',
  ].join('')
}

function totalOf(summaries: readonly FileSummary[]): FileSummary {
  const sum = (field: Exclude<keyof FileSummary, 'path' | 'failure'>): number =>
    summaries.reduce((total, file) => total + file[field], 0)
  return {
    path: 'total',
    lines: sum('lines'),
    bytes: sum('bytes'),
    records: sum('records'),
    stored: sum('stored'),
    unparsed: sum('unparsed'),
    duplicates: sum('duplicates'),
    rejected: sum('rejected'),
  }
}
