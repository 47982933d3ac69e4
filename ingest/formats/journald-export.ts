import { AppError } from '../../model/errors.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat } from './format.ts'
import { readJournalFields } from './journald-fields.ts'

const NEWLINE = 10
const EQUALS = 61

/** Where one field of an entry lies in its bytes. */
interface Field {
  readonly nameEnd: number
  readonly valueStart: number
  readonly valueEnd: number
  /** Where the next field begins; past the end of the bytes while the field is incomplete. */
  readonly end: number
}

/** The length of a binary field: 64 bits, little-endian; Infinity where no memory could hold it. */
function binaryLength(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 8)
  return view.getUint32(4, true) > 0 ? Infinity : view.getUint32(0, true)
}

/**
 * The field at `at`: `NAME=value\n`, or `NAME\n`, a length, that many bytes and `\n`. Undefined while
 * not even its length is there.
 */
function fieldAt(bytes: Uint8Array, at: number): Field | undefined {
  const newline = bytes.indexOf(NEWLINE, at)
  if (newline < 0) return undefined
  const equals = bytes.subarray(at, newline).indexOf(EQUALS)
  if (equals >= 0) {
    const nameEnd = at + equals
    return { nameEnd, valueStart: nameEnd + 1, valueEnd: newline, end: newline + 1 }
  }
  const valueStart = newline + 9
  if (valueStart > bytes.length) return undefined
  const valueEnd = valueStart + binaryLength(bytes, newline + 1)
  return { nameEnd: newline, valueStart, valueEnd, end: valueEnd + 1 }
}

/**
 * The fields of one entry of the journal export format, values decoded as UTF-8 (with replacement).
 * A repeated field keeps its first value; what is cut off or damaged at the end is left out.
 */
export function parseJournalExportEntry(bytes: Uint8Array): ReadonlyMap<string, string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const fields = new Map<string, string>()
  let at = 0
  while (at < bytes.length && bytes[at] !== NEWLINE) {
    const field = fieldAt(bytes, at)
    if (field === undefined || field.valueEnd > bytes.length) break
    const name = decoder.decode(bytes.subarray(at, field.nameEnd))
    if (!fields.has(name)) {
      fields.set(name, decoder.decode(bytes.subarray(field.valueStart, field.valueEnd)))
    }
    at = field.end
  }
  return fields
}

/**
 * Cuts a stream in the journal export format into entries, whatever the chunks: entries end with an
 * empty line, which binary fields may contain.
 */
export class JournalExportSplitter {
  readonly #maxEntryBytes: number
  #buffer = new Uint8Array(4_096)
  #length = 0
  /** Start of the first field not yet complete; entries before it have been answered. */
  #field = 0

  constructor(maxEntryBytes = 1024 * 1024) {
    this.#maxEntryBytes = maxEntryBytes
  }

  /**
   * The entries that end in this chunk, each without its empty line. Throws AppError `too_large` when
   * an entry exceeds the limit: nothing after it can be found again.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#append(chunk)
    const entries: Uint8Array[] = []
    let start = 0
    let at = this.#field
    while (at < this.#length) {
      if (this.#buffer[at] === NEWLINE) {
        if (at > start) entries.push(this.#buffer.slice(start, at))
        at++
        start = at
        continue
      }
      const field = fieldAt(this.#buffer.subarray(0, this.#length), at)
      const end = field?.end ?? this.#length
      if (end - start > this.#maxEntryBytes) throw this.#tooLarge()
      if (field === undefined || end > this.#length) break
      at = end
    }
    this.#buffer.copyWithin(0, start, this.#length)
    this.#length -= start
    this.#field = at - start
    return entries
  }

  /** The entry left when the stream ends without its empty line, if any. */
  end(): Uint8Array | undefined {
    const rest = this.#length === 0 ? undefined : this.#buffer.slice(0, this.#length)
    this.#length = 0
    this.#field = 0
    return rest
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length))
      grown.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = grown
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = needed
  }

  #tooLarge(): AppError {
    return new AppError(
      'too_large',
      `cannot read a journal entry of more than ${this.#maxEntryBytes} bytes`,
      {
        hint: 'raise the limit of the journal listener, or send the entry without its large fields',
      },
    )
  }
}

/** All entries of a whole export, the last one with or without its empty line. */
export function splitJournalExport(bytes: Uint8Array): Uint8Array[] {
  const splitter = new JournalExportSplitter(Infinity)
  const entries = splitter.push(bytes)
  const last = splitter.end()
  return last === undefined ? entries : [...entries, last]
}

/** The names that begin an entry: address fields come first (systemd.journal-fields(7)). */
const FIRST_FIELD = /^__(?:CURSOR|REALTIME_TIMESTAMP)=/

/**
 * An entry of `journalctl -o export` as one text of several lines. Binary fields are read exactly by
 * {@link parseJournalExportEntry}; in text they are read as far as UTF-8 left them whole.
 */
export const journaldExport: LogFormat = {
  name: 'journald-export',
  title: 'systemd journal export (journalctl -o export)',
  reference: 'https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-export-format',
  envelope: true,
  multiline: true,
  sniff: (line) => (FIRST_FIELD.test(line) && line.includes('\n') ? 0.98 : 0),
  parse(line) {
    if (!FIRST_FIELD.test(line)) return undefined
    return readJournalFields(parseJournalExportEntry(new TextEncoder().encode(`${line}\n`)), line)
  },
  continues: (line) => !line.startsWith('__CURSOR='),
  samples: [
    {
      line: '__CURSOR=s=1f;i=2a\n__REALTIME_TIMESTAMP=1795254120500000\n_SOURCE_REALTIME_TIMESTAMP=1795254120123456\nPRIORITY=3\n_HOSTNAME=kvm-03\nSYSLOG_IDENTIFIER=qemu-kvm\n_PID=4711\nMESSAGE=block I/O error in device vda',
      parsed: {
        body: 'block I/O error in device vda',
        stamp: {
          kind: 'instant',
          us: micros(1795254120123456),
          ns: 0,
          resolutionUs: 1,
          text: '1795254120123456',
        },
        host: 'kvm-03',
        app: 'qemu-kvm',
        severity: 17,
        attributes: { 'process.pid': 4711, 'journald.__CURSOR': 's=1f;i=2a' },
      },
    },
    {
      line: '__CURSOR=s=1f;i=2b\n__REALTIME_TIMESTAMP=1795254120500000\n_COMM=app\nMESSAGE\n\u0005\u0000\u0000\u0000\u0000\u0000\u0000\u0000one\n2',
      parsed: { body: 'one\n2', app: 'app' },
    },
  ],
}
