/** Cuts of a file that is imported from the browser: whole lines, the same cuts whenever it is read again. */

/** A chunk is cut at the first good place after so many bytes… */
export const CHUNK_BYTES = 4 * 1024 * 1024
/** …and at the latest here, inside a line if it must be. */
export const LARGEST_CHUNK_BYTES = 16 * 1024 * 1024

const NEWLINE = 10
const JOURNAL_START = /^__(?:CURSOR|REALTIME_TIMESTAMP|MONOTONIC_TIMESTAMP|SEQNUM)=/
const BETWEEN_ENTRIES = new TextEncoder().encode('\n\n__')

/** Whether a file's first bytes are those of `journalctl -o export`. */
export const isJournalExport = (head: Uint8Array): boolean =>
  JOURNAL_START.test(new TextDecoder().decode(head.subarray(0, 64)))

/**
 * Where the chunk at the start of `pending` ends; undefined while that cannot be told before more is read. Not before a
 * line that begins with a blank, which goes on with the record above it; a journal export between its entries.
 */
export function chunkEnd(
  pending: Uint8Array,
  isJournal: boolean,
  [wanted, largest]: readonly [number, number] = [CHUNK_BYTES, LARGEST_CHUNK_BYTES],
): number | undefined {
  if (pending.length <= wanted) return undefined
  const within = Math.min(pending.length, largest)
  for (let at = pending.indexOf(NEWLINE, wanted - 1); at >= 0 && at + 1 < within;) {
    if (isJournal ? startsWithAt(pending, BETWEEN_ENTRIES, at) : !isBlank(pending[at + 1]!)) {
      return isJournal ? at + 2 : at + 1
    }
    at = pending.indexOf(NEWLINE, at + 1)
  }
  if (pending.length < largest) return undefined
  const last = pending.lastIndexOf(NEWLINE, largest - 1)
  return last < wanted ? largest : last + 1
}

const isBlank = (byte: number): boolean =>
  byte === 32 || byte === 9 || byte === NEWLINE || byte === 13

const startsWithAt = (bytes: Uint8Array, start: Uint8Array, at: number): boolean =>
  start.every((byte, i) => bytes[at + i] === byte)

export function lineCount(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++
  return bytes.length > 0 && bytes.at(-1) !== NEWLINE ? lines + 1 : lines
}

const FIRST_LINE_BYTES = 4096

/**
 * Names a file's content to the server: its path and its first line, in 64 bits (FNV-1a). The same file imported
 * again, or grown since, has the same name.
 */
export function contentName(path: string, start: Uint8Array): string {
  const newline = start.indexOf(NEWLINE)
  const line = start.subarray(0, Math.min(newline < 0 ? start.length : newline, FIRST_LINE_BYTES))
  let hash = 0xcbf29ce484222325n
  for (const byte of [...new TextEncoder().encode(`browser\0${path}\0`), ...line]) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return `browser-${hash.toString(16).padStart(16, '0')}`
}

/** Why a file is not sent, by its first bytes; undefined when it can be read. */
export function whyNotText(name: string, head: Uint8Array): string | undefined {
  if (head.length === 0) return 'empty'
  const isGzip = head[0] === 0x1f && head[1] === 0x8b
  if (name.endsWith('.gz')) return isGzip ? undefined : 'named .gz but not gzip'
  if (isGzip) return 'gzip without the name .gz; rename it'
  // A journal export holds the lengths of its binary fields as bytes.
  return head.includes(0) && !isJournalExport(head) ? 'binary, not text' : undefined
}
