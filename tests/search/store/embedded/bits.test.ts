import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BitReader, BitWriter } from '../../../../search/store/embedded/bits.ts'

type Item =
  | { readonly kind: 'plain'; readonly value: number; readonly bits: number }
  | { readonly kind: 'rice'; readonly value: number; readonly bits: number }
  | { readonly kind: 'gamma'; readonly value: number; readonly bits: 0 }

const item: fc.Arbitrary<Item> = fc.oneof(
  fc.integer({ min: 1, max: 24 }).chain((bits) =>
    fc.record({
      kind: fc.constant('plain' as const),
      value: fc.integer({ min: 0, max: 2 ** bits - 1 }),
      bits: fc.constant(bits),
    }),
  ),
  fc.record({
    kind: fc.constant('rice' as const),
    value: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 2_000 })),
    bits: fc.integer({ min: 0, max: 20 }),
  }),
  fc.record({
    kind: fc.constant('gamma' as const),
    value: fc.integer({ min: 1, max: 1_000_000 }),
    bits: fc.constant(0 as const),
  }),
)

function write(writer: BitWriter, { kind, value, bits }: Item): void {
  if (kind === 'plain') writer.write(value, bits)
  else if (kind === 'rice') writer.rice(value, bits)
  else writer.gamma(value)
}

function read(reader: BitReader, { kind, bits }: Item): number {
  if (kind === 'plain') return reader.read(bits)
  return kind === 'rice' ? reader.rice(bits) : reader.gamma()
}

describe('numbers in bits', () => {
  it('come back in the order they were written, from any byte on', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 200 }), fc.nat({ max: 3 }), (items, offset) => {
        const writer = new BitWriter()
        for (const one of items) write(writer, one)
        const bytes = writer.take()
        const padded = new Uint8Array(offset + bytes.length + 8)
        padded.set(bytes, offset)
        const reader = new BitReader(padded, offset)
        expect(items.map((one) => read(reader, one))).toEqual(items.map(({ value }) => value))
      }),
    )
  })

  it('take few bits where they are small', () => {
    const writer = new BitWriter()
    for (let i = 0; i < 800; i++) writer.rice(0, 0)
    expect(writer.take()).toHaveLength(100)
    expect(writer.take()).toHaveLength(0)
  })

  it('are passed over by their bits', () => {
    const writer = new BitWriter()
    writer.write(0x5a5a, 16)
    writer.write(9, 5)
    const reader = new BitReader(writer.take(), 0)
    reader.skip(16)
    expect(reader.read(5)).toBe(9)
  })
})
