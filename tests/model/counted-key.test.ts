import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellOf, countedKey } from '../../model/counted-key.ts'

const cell = fc.oneof(
  fc.constantFrom('esx-01', 'esx-02', null, true),
  fc.integer(),
  fc.double({ min: 0.5 }),
)

test('every group has its cell, and each different cell stands there once', () => {
  fc.assert(
    fc.property(fc.array(cell), (groups) => {
      const key = countedKey(groups)
      expect(groups.map((_, group) => cellOf(key, group))).toEqual(groups)
      expect(new Set(key.cells).size).toBe(key.cells.length)
      expect(new Set(key.cells)).toEqual(new Set(groups))
    }),
  )
})
