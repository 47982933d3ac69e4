import { Buffer } from 'node:buffer'

/** Whole lines of a file and where they begin in it (in the decompressed bytes). */
export interface Chunk {
  readonly offset: number
  readonly bytes: Buffer
}

/** A chunk is cut at the first good place after so many bytes… */
export const CHUNK_BYTES = 4 * 1024 * 1024
/** …and at the latest here, inside a line if it must be. */
const LARGEST_CHUNK_BYTES = 16 * 1024 * 1024

const NEWLINE = 10

/**
 * Cuts a file into chunks of whole lines. The cuts depend on the file's bytes alone, never on how they
 * were read, so that a second import sends the same chunks. A cut is not made before a line that begins
 * with a blank: it goes on with the record above.
 */
export async function* chunksOf(
  bytes: AsyncIterable<Uint8Array>,
  chunkBytes = CHUNK_BYTES,
  largest = LARGEST_CHUNK_BYTES,
): AsyncGenerator<Chunk, undefined> {
  let pending = Buffer.alloc(0)
  let offset = 0
  for await (const part of bytes) {
    pending = pending.length === 0 ? Buffer.from(part) : Buffer.concat([pending, part])
    for (;;) {
      const end = cutAt(pending, chunkBytes, largest)
      if (end === undefined) break
      yield { offset, bytes: pending.subarray(0, end) }
      offset += end
      pending = pending.subarray(end)
    }
  }
  if (pending.length > 0) yield { offset, bytes: pending }
}

/** Where the chunk at the start of `pending` ends; undefined while that cannot be told yet. */
function cutAt(pending: Buffer, chunkBytes: number, largest: number): number | undefined {
  if (pending.length <= chunkBytes) return undefined
  let newline = pending.indexOf(NEWLINE, chunkBytes - 1)
  while (newline >= 0 && newline + 1 < Math.min(pending.length, largest)) {
    if (!isBlank(pending[newline + 1]!)) return newline + 1
    newline = pending.indexOf(NEWLINE, newline + 1)
  }
  if (pending.length < largest) return undefined
  const last = pending.lastIndexOf(NEWLINE, largest - 1)
  return last < chunkBytes ? largest : last + 1
}

/** Blank, tab, or a line end: an empty line belongs to what is above it. */
function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === NEWLINE || byte === 13
}
