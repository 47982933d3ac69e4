import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Counts } from '../../../search/store/store.ts'
import { packCounts, unpackCounts } from '../../../search/store/packed-counts.ts'

const cell = fc.oneof(
  fc.constantFrom('esx-01', 'esx-02', null, true),
  fc.integer(),
  fc.double({ min: 0.5 }),
)

test('counts are the same at the other end', () => {
  const groups = fc.array(fc.tuple(cell, cell, fc.nat()))
  fc.assert(
    fc.property(groups, (rows) => {
      const counts: Counts = {
        keys: [rows.map(([first]) => first), rows.map(([, second]) => second)],
        counts: Float64Array.from(rows, ([, , count]) => count),
        notes: ['one shard did not answer'],
      }
      const packed = packCounts(counts)
      expect(unpackCounts(structuredClone(packed))).toEqual(counts)
      for (const { cells } of packed.keys) expect(new Set(cells).size).toBe(cells.length)
    }),
  )
})
