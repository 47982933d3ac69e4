import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError, quote } from '../../model/errors.ts'
import {
  chunkParameters,
  emptySummary,
  importBytes,
  type FileSummary,
  type ImportOptions,
  type SendChunk,
} from './import-files.ts'
import { HEAD_BYTES, isBinaryHead, isGzipHead } from './source-files.ts'

/** Stands for the machine in the name of a file that a browser sends: it does not tell which it is. */
const ORIGIN = 'upload'

export interface UploadOptions extends ImportOptions {
  /** As the sender calls it, folders included. */
  readonly name: string
  /** Last change: the reference for stamps without a year or zone. */
  readonly modifiedMs?: number
}

/**
 * Takes a file whose bytes come over a connection, gzip or not, as `plumbline import` takes one from a disk:
 * sent again it stores nothing twice. Throws `unsupported_media_type` for what holds no lines, and what
 * `send` refuses; a file cut off in the middle is a failure in its summary.
 */
export async function importUpload(
  bytes: AsyncIterable<Uint8Array>,
  options: UploadOptions,
  send: SendChunk,
): Promise<FileSummary> {
  const { name, modifiedMs } = options
  const summary = emptySummary(name)
  const sent = await peek(bytes)
  const text = isGzipHead(sent.head) ? await peek(inflated(sent.all)) : sent
  if (isBinaryHead(text.head)) {
    throw new AppError('unsupported_media_type', `cannot read ${quote(name)}: it is binary`, {
      hint: 'send log files as text, or text compressed with gzip',
    })
  }
  const facts = { ...options, path: name, origin: ORIGIN, modifiedMs }
  const parametersOf = (first: Parameters<typeof chunkParameters>[1]) =>
    chunkParameters(facts, first)
  await importBytes(text.all, summary, parametersOf, send, () => undefined)
  return summary
}

function inflated(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const text = createGunzip({ chunkSize: 1024 * 1024 })
  const raw = Readable.from(bytes)
  raw.on('error', (error) => text.destroy(error))
  return raw.pipe(text)
}

/** The first bytes of a stream, and all of them. What goes wrong comes when it is read on. */
async function peek(bytes: AsyncIterable<Uint8Array>): Promise<{
  readonly head: Uint8Array
  readonly all: AsyncIterable<Uint8Array>
}> {
  const rest = bytes[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let length = 0
  let failure: { readonly error: unknown } | undefined
  while (length < HEAD_BYTES) {
    try {
      const next = await rest.next()
      if (next.done === true) break
      pieces.push(next.value)
      length += next.value.length
    } catch (error) {
      failure = { error }
      break
    }
  }
  const first = Buffer.concat(pieces)
  const all = async function* (): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first
    if (failure !== undefined) throw failure.error
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value
    }
  }
  return { head: first.subarray(0, HEAD_BYTES), all: all() }
}
