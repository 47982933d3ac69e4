import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  JournalExportSplitter,
  parseJournalExportEntry,
  splitJournalExport,
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

  test('any cutting of the stream into chunks gives the same entries', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), cuts, (entries, sizes) => {
        const encoded = entries.map(encode)
        const stream = Uint8Array.from(encoded.flatMap((bytes) => [...bytes, 10]))
        const splitter = new JournalExportSplitter()
        const got: Uint8Array[] = []
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length]!
          got.push(...splitter.push(stream.subarray(at, at + size)))
          at += size
        }
        expect(splitter.end()).toBeUndefined()
        expect(got).toEqual(encoded)
        expect(splitJournalExport(stream)).toEqual(encoded)
      }),
    )
  })

  test('an entry without its empty line is answered at the end', () => {
    const splitter = new JournalExportSplitter()
    expect(splitter.push(utf8.encode('A=1\n\nB=2\n'))).toHaveLength(1)
    expect(new TextDecoder().decode(splitter.end())).toBe('B=2\n')
  })

  test('a field that claims more than the limit is refused before it is stored', () => {
    const splitter = new JournalExportSplitter(1_000)
    const lying = Uint8Array.from([...utf8.encode('MESSAGE\n'), 255, 255, 255, 255, 0, 0, 0, 0])
    expect(() => splitter.push(lying)).toThrow(/journal entry of more than 1000 bytes/)
    expect(() => new JournalExportSplitter(1_000).push(new Uint8Array(2_000).fill(65))).toThrow()
  })

  test('no bytes make the readers throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const part of splitJournalExport(bytes)) parseJournalExportEntry(part)
      }),
      { numRuns: 2_000 },
    )
  })
})
