import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  journalEntryEnd,
  parseJournalExportEntry,
} from '../../../ingest/formats/journald-export.ts'

type Fields = readonly (readonly [string, Uint8Array])[]

const utf8 = new TextEncoder()

/** An entry as systemd writes it: values with control characters as binary fields. */
function encode(fields: Fields): Uint8Array {
  const parts = fields.flatMap(([name, value]) => {
    if (!value.includes(10)) return [utf8.encode(`${name}=`), value, Uint8Array.of(10)]
    const length = new Uint8Array(8)
    new DataView(length.buffer).setUint32(0, value.length, true)
    return [utf8.encode(`${name}\n`), length, value, Uint8Array.of(10)]
  })
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** The whole entries, each without its empty line. */
function entriesOf(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  let start = 0
  for (let end = journalEntryEnd(bytes, 0); end !== undefined; end = journalEntryEnd(bytes, end)) {
    entries.push(bytes.slice(start, end - 1))
    start = end
  }
  return entries
}

const value = fc.oneof(
  fc.string().map((text) => utf8.encode(text.replaceAll('\n', ' '))),
  fc.string().map((text) => utf8.encode(`${text}\n\nMESSAGE=forged\n\n`)),
)
const entry = fc
  .dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), value, { minKeys: 1, maxKeys: 6 })
  .map((fields): Fields => Object.entries(fields))

describe('journal export', () => {
  test('an entry comes back as it was written, line ends and all', () => {
    fc.assert(
      fc.property(entry, (fields) => {
        const read = parseJournalExportEntry(encode(fields))
        const written = fields.map(([name, bytes]) => [name, new TextDecoder().decode(bytes)])
        expect([...read]).toEqual(written)
      }),
    )
  })

  test('entries are found one behind the other, whatever their fields hold', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        const encoded = entries.map(encode)
        const stream = Uint8Array.from(encoded.flatMap((bytes) => [...bytes, 10]))
        expect(entriesOf(stream)).toEqual(encoded)
        const end = journalEntryEnd(stream, 0)
        for (let length = 0; end !== undefined && length < end; length++) {
          expect(journalEntryEnd(stream.subarray(0, length), 0)).toBeUndefined()
        }
      }),
    )
  })

  test('a field that claims more than there is never ends its entry', () => {
    const lying = Uint8Array.from([...utf8.encode('MESSAGE\n'), 255, 255, 255, 255, 0, 0, 0, 0])
    expect(journalEntryEnd(lying, 0)).toBeUndefined()
  })

  test('no bytes make the readers throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const part of entriesOf(bytes)) parseJournalExportEntry(part)
      }),
      { numRuns: 2_000 },
    )
  })
})
