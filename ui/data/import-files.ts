import type { ApiError, SearchAnswer } from '../../model/api.ts'
import { post, reach, RequestError } from './client.ts'

/** Counts of one file. Balances: records = stored + duplicates + rejected; unparsed are stored too. */
export interface FileImport {
  readonly path: string
  readonly records: number
  readonly stored: number
  readonly unparsed: number
  readonly duplicates: number
  readonly rejected: number
  /** How much has been sent, of how much. */
  readonly bytesSent: number
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

/** What `POST /api/v1/import` answers. */
interface ImportAnswer extends Pick<
  FileImport,
  'records' | 'stored' | 'unparsed' | 'duplicates' | 'rejected'
> {
  /** Why the file could not be read to its end. */
  readonly failure?: string
}

/** A file before anything of it was sent. */
export const waiting = (file: File): FileImport => ({
  path: pathOf(file),
  records: 0,
  stored: 0,
  unparsed: 0,
  duplicates: 0,
  rejected: 0,
  bytesSent: 0,
  bytes: file.size,
  state: 'waiting',
})

const pathOf = (file: File): string =>
  file.webkitRelativePath === '' ? file.name : file.webkitRelativePath

/**
 * Sends one file as it is, `.gz` too; the server reads it as `plumbline import` does. `onProgress` hears of what has
 * been sent. Answers the file's last state, never throws: what went wrong is its `why`.
 */
export async function importFile(
  file: File,
  signal: AbortSignal,
  onProgress: (now: FileImport) => void,
): Promise<FileImport> {
  const start: FileImport = { ...waiting(file), state: 'reading' }
  if (file.size === 0) return { ...start, state: 'skipped', why: 'empty' }
  if (signal.aborted) return { ...start, state: 'failed', why: STOPPED }
  onProgress(start)
  try {
    const onSent = (bytesSent: number): void => onProgress({ ...start, bytesSent })
    const { failure, ...counts } = await send(file, signal, onSent)
    const all = { ...start, ...counts, bytesSent: file.size }
    return failure === undefined
      ? { ...all, state: 'done' }
      : { ...all, state: 'failed', why: failure }
  } catch (error) {
    if (signal.aborted) return { ...start, state: 'failed', why: STOPPED }
    if (!(error instanceof RequestError)) throw error
    const isNoLog = error.code === 'unsupported_media_type'
    return { ...start, state: isNoLog ? 'skipped' : 'failed', why: error.message }
  }
}

const STOPPED = 'stopped; what was sent is kept, import it again to go on'

/** By the older kind of request: `fetch` does not tell how much has been sent. */
function send(
  file: File,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<ImportAnswer> {
  const parameters = new URLSearchParams({
    name: pathOf(file),
    modified: String(file.lastModified),
  })
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/v1/import?${parameters}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = ({ loaded }) => onSent(loaded)
    request.onload = () => {
      const answer = readAnswer(request)
      if (answer instanceof RequestError) reject(answer)
      else resolve(answer)
    }
    const broken = (): void => {
      const message = 'the server broke off; is it still running? Import the file again to go on'
      reject(new RequestError({ code: 'unreachable', message }))
    }
    request.onerror = broken
    request.onabort = broken
    const abort = (): void => request.abort()
    signal.addEventListener('abort', abort)
    request.onloadend = () => signal.removeEventListener('abort', abort)
    request.send(file)
  })
}

function readAnswer({ status, responseText }: XMLHttpRequest): ImportAnswer | RequestError {
  try {
    const answer = JSON.parse(responseText) as ImportAnswer | ApiError
    return 'error' in answer ? new RequestError(answer.error) : answer
  } catch {
    const message = `the server answered ${status} without saying why`
    return new RequestError({ code: 'unreadable', message })
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
