import { Buffer } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { FrameBundle } from '../../ingest/framing.ts'
import type { Envelope, ProtocolName } from '../../ingest/port.ts'
import { messageOf } from '../../model/errors.ts'
import type { Micros } from '../../model/time.ts'
import { damaged, type SampleManifest } from './manifest.ts'

/** Who the records come from that name no host. */
const PEER = 'sample'
/** Syslog messages that are handed over together, bytes. */
const BUNDLE_BYTES = 256 * 1024
const NEWLINE = 10

/** The files of a sample, in the order in which they are read: what is there, then what it said. */
const FILES = ['inventory.ndjson', 'changes.ndjson', 'syslog.log', 'metrics.otlp.jsonl'] as const
type FileName = (typeof FILES)[number]

/** Which rows each file must have, by the manifest; metrics are counted by the store. */
const ROWS: Readonly<Record<FileName, (manifest: SampleManifest) => number | undefined>> = {
  'inventory.ndjson': ({ inventory }) => inventory,
  'changes.ndjson': ({ changes }) => changes,
  'syslog.log': ({ lines }) => lines,
  'metrics.otlp.jsonl': () => undefined,
}

/**
 * Everything a sample folder holds, as the wires would bring it: inventory, changes and OTLP requests as
 * they would be posted, syslog messages as a connection would send them. Stamps without a year are of the
 * sample's, whatever year it is now. `onProgress` is told the share of the files that has been read, from
 * 0 to 1. Throws `storage_unavailable` with the file's name where one is missing, cut off or damaged.
 */
export async function* sampleEnvelopes(
  folder: string,
  manifest: SampleManifest,
  now: () => Micros,
  onProgress: (share: number) => void,
): AsyncGenerator<Envelope> {
  const sizes = await Promise.all(FILES.map((name) => sizeOf(pathOf(folder, name))))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let before = 0
  for (const [at, name] of FILES.entries()) {
    const path = pathOf(folder, name)
    let rows = 0
    const blocks = wholeLines(path, (read) => onProgress((before + read) / total))
    for await (const block of blocks) {
      rows += countLines(block)
      for (const { protocol, body, meta } of bodiesOf(name, block, manifest)) {
        yield { protocol, received: now(), peer: PEER, meta, body }
      }
    }
    const expected = ROWS[name](manifest)
    if (expected !== undefined && expected !== rows) {
      throw damaged(path, `it has ${rows} lines instead of ${expected}`)
    }
    before += sizes[at]!
  }
}

interface Body {
  readonly protocol: ProtocolName
  readonly body: Uint8Array
  readonly meta: Envelope['meta']
}

const NDJSON = { 'content-type': 'application/x-ndjson' } as const
const JSON_TYPE = { 'content-type': 'application/json' } as const

function* bodiesOf(name: FileName, block: Buffer, { to }: SampleManifest): Generator<Body> {
  switch (name) {
    case 'inventory.ndjson':
      yield { protocol: 'inventory', body: block, meta: NDJSON }
      break
    case 'changes.ndjson':
      yield { protocol: 'changes', body: block, meta: NDJSON }
      break
    case 'syslog.log':
      yield* bundlesOf(block, { reference: to })
      break
    case 'metrics.otlp.jsonl':
      for (const { start, end } of linesOf(block)) {
        yield { protocol: 'otlp-metrics', body: block.subarray(start, end), meta: JSON_TYPE }
      }
  }
}

function* bundlesOf(block: Buffer, meta: Envelope['meta']): Generator<Body> {
  const bundle = new FrameBundle()
  for (const { start, end } of linesOf(block)) {
    bundle.add(block, start, end, false)
    if (bundle.bytes >= BUNDLE_BYTES) yield { protocol: 'syslog', body: bundle.take(), meta }
  }
  if (bundle.count > 0) yield { protocol: 'syslog', body: bundle.take(), meta }
}

function* linesOf(block: Buffer): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start < block.length;) {
    const newline = block.indexOf(NEWLINE, start)
    const end = newline < 0 ? block.length : newline
    if (end > start) yield { start, end }
    start = end + 1
  }
}

function countLines(block: Buffer): number {
  return [...linesOf(block)].length
}

/** The decompressed file in blocks that end where a line does. */
async function* wholeLines(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  const text = file.pipe(createGunzip({ chunkSize: 1024 * 1024 }))
  file.on('error', (error) => text.destroy(error))
  const pieces: Buffer[] = []
  try {
    for await (const piece of text as AsyncIterable<Buffer>) {
      onRead(file.bytesRead)
      const newline = piece.lastIndexOf(NEWLINE)
      if (newline < 0) {
        pieces.push(piece)
        continue
      }
      yield Buffer.concat([...pieces.splice(0), piece.subarray(0, newline + 1)])
      if (newline + 1 < piece.length) pieces.push(piece.subarray(newline + 1))
    }
  } catch (cause) {
    throw damaged(path, messageOf(cause), cause)
  } finally {
    file.destroy()
  }
  if (pieces.length > 0) yield Buffer.concat(pieces)
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (cause) {
    throw damaged(path, messageOf(cause), cause)
  }
}

const pathOf = (folder: string, name: FileName): string => join(folder, `${name}.gz`)
