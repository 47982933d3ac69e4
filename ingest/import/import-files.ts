import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { createHash } from 'node:crypto'
import { AppError, messageOf } from '../../model/errors.ts'
import { chunksOf, type Chunk } from './chunks.ts'
import { readBytes, type SourceFile } from './source-files.ts'
import { isJournalExport, journaldExport } from '../formats/journald-export.ts'

/** What an import says of all its files. */
export interface ImportOptions {
  readonly source?: string
  readonly format?: string
  readonly zone?: string
  readonly year?: number
}

/** Counts of one file. Balances: records = stored + duplicates + rejected; unparsed are stored too. */
export interface FileSummary {
  readonly path: string
  lines: number
  /** Read from the file, decompressed. */
  bytes: number
  records: number
  stored: number
  unparsed: number
  duplicates: number
  rejected: number
  /** Why the file could not be read to its end. */
  failure?: string
}

/** What the server answers for one chunk. */
export interface ChunkAnswer {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  readonly unparsed: number
}

/** Takes one chunk with what is known of its file (ingest/decoders/lines.ts); resolves when durable. */
export type SendChunk = (bytes: Uint8Array, parameters: ChunkParameters) => Promise<ChunkAnswer>

/** Files read at once. */
const FILES_AT_ONCE = 2
/** Chunks of a file on their way: while one waits for the disk's acknowledgement the next is parsed. */
const CHUNKS_AT_ONCE = 2
/** The first line, up to so many bytes, is part of a file's name. */
const FIRST_LINE_BYTES = 4096

/**
 * Sends the files, each in order, a few at once and of each a few chunks. A file that cannot be read to its end is a failure in
 * its summary; what the server refuses rejects the whole import: it can be started again and goes on.
 */
export async function importFiles(
  files: readonly SourceFile[],
  options: ImportOptions,
  send: SendChunk,
  onProgress: (bytesOnDisk: number, records: number) => void,
): Promise<FileSummary[]> {
  const summaries: FileSummary[] = files.map(({ path }) => emptySummary(path))
  let next = 0
  const work = async (): Promise<void> => {
    while (next < files.length) {
      const i = next++
      await importFile(files[i]!, summaries[i]!, options, send, onProgress)
    }
  }
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, work))
  return summaries
}

async function importFile(
  file: SourceFile,
  summary: FileSummary,
  options: ImportOptions,
  send: SendChunk,
  onProgress: (bytesOnDisk: number, records: number) => void,
): Promise<void> {
  const path = resolve(file.path)
  const parametersOf = (first: Chunk): ChunkParameters =>
    chunkParameters({ ...options, path, origin: hostname(), modifiedMs: file.modifiedMs }, first)
  await importBytes(readBytes(file), summary, parametersOf, send, (bytes, records) =>
    onProgress(file.isGzip ? 0 : bytes, records),
  )
  if (file.isGzip) onProgress(file.bytes, 0)
}

/**
 * Sends the decompressed bytes of one file in chunks, a few at once, and adds what becomes of them to
 * `summary`. Bytes that cannot be read to their end are its failure; rejects with what the server refuses.
 */
export async function importBytes(
  bytes: AsyncIterable<Uint8Array>,
  summary: FileSummary,
  parametersOf: (first: Chunk) => ChunkParameters,
  send: SendChunk,
  onProgress: (bytes: number, records: number) => void,
): Promise<void> {
  const chunks = readAhead(chunksOf(bytes))
  let known: ChunkParameters | undefined
  const sendChunk = async (chunk: Chunk): Promise<void> => {
    const answer = await send(chunk.bytes, { ...known, offset: String(chunk.offset) })
    add(summary, chunk, answer)
    onProgress(chunk.bytes.length, answer.accepted)
  }
  const sending: Promise<void>[] = []
  try {
    for (;;) {
      const chunk = await chunks()
      if (chunk instanceof Error) {
        await Promise.all(sending)
        summary.failure = `read up to byte ${summary.bytes}: ${chunk.message}`
      }
      if (chunk === undefined || chunk instanceof Error) break
      known ??= parametersOf(chunk)
      const sent = sendChunk(chunk)
      // Heard below, perhaps not before the next chunk has been read.
      sent.catch(() => undefined)
      sending.push(sent)
      if (sending.length >= CHUNKS_AT_ONCE) await sending.shift()
    }
    await Promise.all(sending)
  } finally {
    // What is on its way is taken or not: nothing may come after an import that has ended.
    await Promise.allSettled(sending)
  }
}

function add(summary: FileSummary, chunk: Chunk, answer: ChunkAnswer): void {
  summary.lines += countLines(chunk.bytes)
  summary.bytes += chunk.bytes.length
  summary.records += answer.accepted + answer.duplicates + answer.rejected
  summary.stored += answer.accepted
  summary.unparsed += answer.unparsed
  summary.duplicates += answer.duplicates
  summary.rejected += answer.rejected
}

/** Reads one chunk ahead of the one being sent. Answers the chunk, undefined at the end, or the error. */
function readAhead(
  chunks: AsyncGenerator<Chunk, undefined>,
): () => Promise<Chunk | Error | undefined> {
  const read = async (): Promise<Chunk | Error | undefined> => {
    try {
      const next = await chunks.next()
      return next.done === true ? undefined : next.value
    } catch (error) {
      return new AppError('storage_unavailable', messageOf(error), { cause: error })
    }
  }
  let ahead = read()
  return () => {
    const chunk = ahead
    ahead = chunk.then((value) =>
      value === undefined || value instanceof Error ? undefined : read(),
    )
    return chunk
  }
}

/** Parameters of a chunk's request, see ingest/decoders/lines.ts. */
export type ChunkParameters = Readonly<Record<string, string>>

/** What is known of a file beside its bytes. */
export interface FileFacts extends ImportOptions {
  readonly path: string
  /** Who vouches for the path: the machine it was read on. */
  readonly origin: string
  readonly modifiedMs: number | undefined
}

/**
 * `file` names the content: its origin, the path and the first line. The same file imported again, or
 * grown since, has the same name; another file put in its place has not.
 */
export function chunkParameters(facts: FileFacts, first: Chunk): ChunkParameters {
  const { path, origin, modifiedMs, source, zone, year } = facts
  const format = isJournalExport(first.bytes) ? journaldExport.name : facts.format
  return {
    file: fileName(origin, path, first.bytes),
    path,
    ...(modifiedMs === undefined ? {} : { reference: new Date(modifiedMs).toISOString() }),
    ...(source === undefined ? {} : { source }),
    ...(format === undefined || format === 'auto' ? {} : { format }),
    ...(zone === undefined ? {} : { zone }),
    ...(year === undefined ? {} : { year: String(year) }),
  }
}

function fileName(origin: string, path: string, start: Uint8Array): string {
  const newline = start.indexOf(10)
  const firstLine = start.subarray(
    0,
    Math.min(newline < 0 ? start.length : newline, FIRST_LINE_BYTES),
  )
  return createHash('sha256')
    .update(`${origin}\0${path}\0`)
    .update(firstLine)
    .digest('base64url')
    .slice(0, 22)
}

function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++
  return bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? lines + 1 : lines
}

export function emptySummary(path: string): FileSummary {
  return {
    path,
    lines: 0,
    bytes: 0,
    records: 0,
    stored: 0,
    unparsed: 0,
    duplicates: 0,
    rejected: 0,
  }
}
