import { Buffer } from 'node:buffer'
import { isJournalExport, JOURNAL_HEAD_BYTES, journalEntryEnd } from '../formats/journald-export.ts'

/** Whole lines of a file and where they begin in it (in the decompressed bytes). */
export interface Chunk {
  readonly offset: number
  readonly bytes: Buffer
}

/** A chunk is cut at the first good place after so many bytes… */
export const CHUNK_BYTES = 4 * 1024 * 1024
/** …and at the latest here, inside a line if it must be. */
const LARGEST_CHUNK_BYTES = 16 * 1024 * 1024
/** Lines of a chunk: far more than usual ones have, and less than a request may have. */
const LARGEST_CHUNK_LINES = 500_000

const NEWLINE = 10

/**
 * Cuts a file into chunks of whole lines. The cuts depend on the file's bytes alone, never on how they
 * were read, so that a second import sends the same chunks. A cut is not made before a line that begins
 * with a blank: it goes on with the record above. A journal export is cut between its entries.
 */
export async function* chunksOf(
  bytes: AsyncIterable<Uint8Array>,
  chunkBytes = CHUNK_BYTES,
  largest = LARGEST_CHUNK_BYTES,
): AsyncGenerator<Chunk, undefined> {
  let pending = Buffer.alloc(0)
  let offset = 0
  let cut: typeof cutAt | undefined
  const cutPending = function* (): Generator<Chunk, undefined> {
    cut ??= isJournalExport(pending) ? cutBetweenEntries : cutAt
    for (let end; (end = cut(pending, chunkBytes, largest)) !== undefined; offset += end) {
      yield { offset, bytes: pending.subarray(0, end) }
      pending = pending.subarray(end)
    }
  }
  for await (const part of bytes) {
    pending = pending.length === 0 ? Buffer.from(part) : Buffer.concat([pending, part])
    if (cut !== undefined || pending.length >= JOURNAL_HEAD_BYTES) yield* cutPending()
  }
  yield* cutPending()
  if (pending.length > 0) yield { offset, bytes: pending }
}

/** Where the chunk at the start of `pending` ends; undefined while that cannot be told yet. */
function cutAt(pending: Buffer, chunkBytes: number, largest: number): number | undefined {
  const end = cutByBytes(pending, chunkBytes, largest)
  const many = endOfLine(pending, end ?? largest, LARGEST_CHUNK_LINES)
  return many ?? end
}

function cutByBytes(pending: Buffer, chunkBytes: number, largest: number): number | undefined {
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

/** Where line number `count` of the first `bytes` ends; undefined when there are fewer. */
function endOfLine(pending: Buffer, bytes: number, count: number): number | undefined {
  let at = -1
  for (let line = 0; line < count; line++) {
    at = pending.indexOf(NEWLINE, at + 1)
    if (at < 0 || at >= bytes) return undefined
  }
  return at + 1
}

function cutBetweenEntries(
  pending: Buffer,
  chunkBytes: number,
  largest: number,
): number | undefined {
  let end = 0
  for (let next = journalEntryEnd(pending, 0); next !== undefined && end < chunkBytes;) {
    end = next
    next = journalEntryEnd(pending, end)
  }
  if (end >= chunkBytes) return end
  // An entry that claims to be so long is not one: what it holds is kept as lines.
  return pending.length < largest ? undefined : largest
}

/** Blank, tab, or a line end: an empty line belongs to what is above it. */
function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === NEWLINE || byte === 13
}
