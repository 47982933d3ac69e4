import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunksOf, type Chunk } from '../../../ingest/import/chunks.ts'

async function cut(parts: readonly Uint8Array[], size: number, largest: number): Promise<Chunk[]> {
  const chunks: Chunk[] = []
  async function* stream() {
    yield* parts
  }
  for await (const chunk of chunksOf(stream(), size, largest)) chunks.push(chunk)
  return chunks
}

const text = fc
  .array(fc.constantFrom('a', 'bc', '\n', '\n', ' ', '\n\t', '\r\n', 'some words\n'), {
    maxLength: 60,
  })
  .map((parts) => Buffer.from(parts.join('')))

test('chunks are the file, in order, and do not depend on how it was read', async () => {
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.array(fc.nat(20)),
      fc.integer({ min: 1, max: 30 }),
      async (bytes, cuts, size) => {
        const whole = await cut([bytes], size, size * 3)
        expect(Buffer.concat(whole.map((chunk) => chunk.bytes))).toEqual(bytes)
        let offset = 0
        for (const chunk of whole) {
          expect(chunk.offset).toBe(offset)
          offset += chunk.bytes.length
        }
        const pieces = await cut(split(bytes, cuts), size, size * 3)
        expect(pieces.map((chunk) => chunk.offset)).toEqual(whole.map((chunk) => chunk.offset))
      },
    ),
    { numRuns: 500 },
  )
})

test('a cut is made before a line that begins a record', async () => {
  const bytes = Buffer.from('first line\n  goes on\n\tand on\nsecond line\nthird\n')
  const chunks = await cut([bytes], 5, 1_000)
  expect(chunks.map((chunk) => chunk.bytes.toString())).toEqual([
    'first line\n  goes on\n\tand on\n',
    'second line\n',
    'third\n',
  ])
})

test('a journal export is cut between its entries, however it was read', async () => {
  const entry = (text: string): Buffer => {
    const length = Buffer.alloc(8)
    length.writeUInt32LE(text.length)
    const head = Buffer.from('__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1795255200000000\nMESSAGE\n')
    return Buffer.concat([head, length, Buffer.from(`${text}\n\n`)])
  }
  const entries = [entry('one\n\ntwo'), entry('three\n\n__CURSOR=s=forged\n\n'), entry('four')]
  const bytes = Buffer.concat(entries)
  for (const length of [1, 7, 100, bytes.length]) {
    const parts = Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
      bytes.subarray(i * length, (i + 1) * length),
    )
    const chunks = await cut(parts, 10, 1_000)
    expect(chunks.map((chunk) => chunk.bytes)).toEqual(entries)
  }
})

test('a line longer than the largest chunk is cut', async () => {
  const chunks = await cut([Buffer.alloc(100, 'x')], 10, 40)
  expect(chunks.map((chunk) => chunk.bytes.length)).toEqual([40, 40, 20])
})

test('a chunk holds no more lines than a request may, however it was read', async () => {
  const bytes = Buffer.alloc(2_600_000, 'x\n\n\n\n')
  const whole = await cut([bytes], 4_000_000, 16_000_000)
  expect(whole.map((chunk) => chunk.bytes.filter((byte) => byte === 10).length)).toEqual([
    500_000, 500_000, 500_000, 500_000, 80_000,
  ])
  const pieces = await cut(split(bytes, [999, 700_001, 3]), 4_000_000, 16_000_000)
  expect(pieces.map((chunk) => chunk.offset)).toEqual(whole.map((chunk) => chunk.offset))
})

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const parts: Buffer[] = []
  let rest = bytes
  for (const length of cuts) {
    parts.push(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
  return [...parts, rest]
}
