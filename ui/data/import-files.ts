import { messageOf } from '../../model/errors.ts'
import type { SearchAnswer } from '../../model/api.ts'
import {
  CHUNK_BYTES,
  chunkEnd,
  contentName,
  isJournalExport,
  lineCount,
  whyNotText,
} from '../lib/file-chunks.ts'
import { errorOf, post, reach, RequestError } from './client.ts'

/** Counts of one file. Balances: records = stored + duplicates + rejected; unparsed are stored too. */
export interface FileImport {
  readonly path: string
  readonly lines: number
  readonly records: number
  readonly stored: number
  readonly unparsed: number
  readonly duplicates: number
  readonly rejected: number
  /** Of the file as it is on disk: how much has been read, of how much. */
  readonly bytesRead: number
  readonly bytes: number
  readonly state: 'waiting' | 'reading' | 'done' | 'skipped' | 'failed'
  /** Why it was skipped or not read to its end. */
  readonly why?: string
}

/** What an import put in: event times from the first record to behind the last, and the query that finds them. */
export interface ImportedRange {
  readonly query: string
  readonly from: string
  readonly to: string
}

interface ChunkAnswer {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  readonly unparsed: number
}

/** How long a server that is full, busy or restarting is waited for. */
const PATIENCE_MS = 60_000
const LONGEST_PAUSE_MS = 5_000
const HEAD_BYTES = 4096

/** A file before anything of it was read. */
export const waiting = (file: File): FileImport => ({
  path: pathOf(file),
  lines: 0,
  records: 0,
  stored: 0,
  unparsed: 0,
  duplicates: 0,
  rejected: 0,
  bytesRead: 0,
  bytes: file.size,
  state: 'waiting',
})

const pathOf = (file: File): string =>
  file.webkitRelativePath === '' ? file.name : file.webkitRelativePath

/**
 * Sends one file in chunks to `POST /api/v1/ingest/lines`, the address that the command line's import uses.
 * `onProgress` hears of every chunk. Answers the file's last state, never throws: what went wrong is its `why`.
 */
export async function importFile(
  file: File,
  signal: AbortSignal,
  onProgress: (now: FileImport) => void,
): Promise<FileImport> {
  let now: FileImport = { ...waiting(file), state: 'reading' }
  const tell = (change: Partial<FileImport>): FileImport => {
    now = { ...now, ...change }
    onProgress(now)
    return now
  }
  try {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
    const why = whyNotText(file.name, head)
    if (why !== undefined) return tell({ state: 'skipped', why })
    await sendChunks(file, signal, (answer, bytes, bytesRead) => {
      tell({
        lines: now.lines + lineCount(bytes),
        records: now.records + answer.accepted + answer.duplicates + answer.rejected,
        stored: now.stored + answer.accepted,
        unparsed: now.unparsed + answer.unparsed,
        duplicates: now.duplicates + answer.duplicates,
        rejected: now.rejected + answer.rejected,
        bytesRead,
      })
    })
    return tell({ state: 'done', bytesRead: file.size })
  } catch (error) {
    return tell({ state: 'failed', why: whyFailed(error, file, signal) })
  }
}

function whyFailed(error: unknown, file: File, signal: AbortSignal): string {
  if (signal.aborted) return 'stopped; import it again to go on'
  if (error instanceof RequestError) return error.message
  if (file.name.endsWith('.gz')) {
    return `cannot be unpacked further (${messageOf(error)}); unpack it and import the text`
  }
  return `cannot be read: ${messageOf(error)}`
}

async function sendChunks(
  file: File,
  signal: AbortSignal,
  onChunk: (answer: ChunkAnswer, bytes: Uint8Array, bytesRead: number) => void,
): Promise<void> {
  let bytesRead = 0
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, controller) {
      bytesRead += part.length
      controller.enqueue(part)
    },
  })
  const raw = file.stream().pipeThrough(counted)
  const text = file.name.endsWith('.gz') ? raw.pipeThrough(new DecompressionStream('gzip')) : raw
  const reader = text.getReader()
  let parts: Uint8Array[] = []
  let size = 0
  let offset = 0
  let known: Readonly<Record<string, string>> | undefined
  let isJournal = false
  const send = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    if (known === undefined) {
      const path = pathOf(file)
      known = {
        file: contentName(path, bytes),
        path,
        reference: new Date(file.lastModified).toISOString(),
        ...(isJournal ? { format: 'journald-export' } : {}),
      }
    }
    const answer = await sendPatiently(bytes, { ...known, offset: String(offset) }, signal)
    offset += bytes.length
    onChunk(answer, bytes, bytesRead)
  }
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (value !== undefined) {
        parts.push(value)
        size += value.length
      }
      if (!done && size <= CHUNK_BYTES) continue
      let pending = joined(parts, size)
      if (offset === 0) isJournal = isJournalExport(pending)
      for (let end; (end = chunkEnd(pending, isJournal)) !== undefined;) {
        await send(pending.subarray(0, end))
        pending = pending.subarray(end)
      }
      if (done && pending.length > 0) await send(pending)
      if (done) break
      ;[parts, size] = [[pending], pending.length]
    }
  } finally {
    // What is left of the file is not wanted any more, whether or not it can still be read.
    await reader.cancel().catch(() => undefined)
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Sends a chunk until it is taken: a busy, full or restarting server is tried again for a while. */
async function sendPatiently(
  body: Uint8Array<ArrayBuffer>,
  parameters: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ChunkAnswer> {
  const path = `/api/v1/ingest/lines?${new URLSearchParams(parameters)}`
  const deadline = performance.now() + PATIENCE_MS
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    let failure: RequestError
    try {
      const headers = { 'content-type': 'text/plain' }
      const response = await reach(path, { method: 'POST', headers, body, signal })
      if (response.ok) return (await response.json()) as ChunkAnswer
      failure = await errorOf(response)
      if (response.status !== 429 && response.status !== 503) throw failure
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'unreachable') throw error
      failure = error
    }
    if (performance.now() + pauseMs > deadline) throw failure
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/**
 * The range of what was received since a time of the server's clock: waits until everything sent can be found.
 * Undefined when nothing new is there (all duplicates, all rejected).
 */
export async function importedRange(since: string): Promise<ImportedRange | undefined> {
  await post('/api/v1/ingest/settle', {})
  const query = `received>="${since}" received<="${await serverTime(1_000)}"`
  const [first, last] = await Promise.all(
    (['oldest', 'newest'] as const).map(async (order) => {
      const answer = await post<SearchAnswer>('/api/v1/search', { query, order, limit: 1 })
      return 'records' in answer ? answer.records[0] : undefined
    }),
  )
  if (first === undefined || last === undefined) return undefined
  const to = new Date(Math.floor(Date.parse(last.time) / 1_000) * 1_000 + 1_000)
  return { query, from: first.time, to: to.toISOString() }
}

/** The server's clock, to the second it is in, plus `plusMs`; RFC 3339. */
export async function serverTime(plusMs = 0): Promise<string> {
  const response = await reach('/health')
  const said = Date.parse(response.headers.get('date') ?? '')
  return new Date((Number.isNaN(said) ? Date.now() : said) + plusMs).toISOString()
}

