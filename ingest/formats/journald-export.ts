import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine } from './format.ts'
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
 * The place behind the entry that begins at `start`, its empty line included; undefined while the bytes
 * do not reach that far. Binary fields may hold empty lines, so entries cannot be found by looking for one.
 */
export function journalEntryEnd(bytes: Uint8Array, start: number): number | undefined {
  let at = start
  while (at < bytes.length) {
    if (bytes[at] === NEWLINE) return at + 1
    const field = fieldAt(bytes, at)
    if (field === undefined || field.end > bytes.length) return undefined
    at = field.end
  }
  return undefined
}

/** What {@link isJournalExport} looks at. */
export const JOURNAL_HEAD_BYTES = 64

/** True when a file or chunk begins as `journalctl -o export` begins an entry. */
export function isJournalExport(head: Uint8Array): boolean {
  return FIRST_FIELD.test(new TextDecoder('latin1').decode(head.subarray(0, JOURNAL_HEAD_BYTES)))
}

/** What an entry says, given its bytes and their text, both without the last line end. */
export function readJournalEntry(bytes: Uint8Array, text: string): ParsedLine | undefined {
  const whole = new Uint8Array(bytes.length + 1)
  whole.set(bytes)
  whole[bytes.length] = NEWLINE
  return readJournalFields(parseJournalExportEntry(whole), text)
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
    return FIRST_FIELD.test(line)
      ? readJournalEntry(new TextEncoder().encode(line), line)
      : undefined
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
