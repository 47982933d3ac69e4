import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NumberTable } from '../../../../search/store/embedded/number-table.ts'

test('places are those of a map, also of large numbers and of many', () => {
  const name = fc.oneof(fc.nat({ max: 50 }), fc.maxSafeNat())
  fc.assert(
    fc.property(fc.array(name, { maxLength: 300 }), (names) => {
      const table = new NumberTable()
      const places = new Map<number, number>()
      for (const one of names) {
        const place = table.placeOf(one, places.size)
        expect(place).toBe(places.get(one) ?? places.size)
        places.set(one, place)
      }
    }),
  )
  const table = new NumberTable()
  for (let i = 0; i < 5_000; i++) expect(table.placeOf(i * 2 ** 34, i)).toBe(i)
  for (let i = 0; i < 5_000; i++) expect(table.placeOf(i * 2 ** 34, 5_000)).toBe(i)
})
