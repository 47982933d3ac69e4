import { expect, test } from 'vitest'
import type { Key } from '../../../../model/record.ts'
import { KeyNames, NO_KEY, OTHER_KEY } from '../../../../search/store/embedded/key-names.ts'

const ip = (last: number): Key => ({ kind: 'ip', value: `10.0.0.${last}` })
const T10: Key = { kind: 't10', value: 't10.NVMe____Disk' }

test('an identifier has one number, whatever its case, and is found by its folded value', () => {
  const names = new KeyNames(10)
  const number = names.intern(T10)
  expect(number).toBeGreaterThan(Math.max(NO_KEY, OTHER_KEY))
  expect(names.intern({ ...T10, value: T10.value.toUpperCase() })).toBe(number)
  expect(names.numbersOf('t10', ['t10.nvme____disk', 't10.nvme____disk'])).toEqual([number])
  expect(names.numbersOf(undefined, ['t10.nvme____disk', 'none'])).toEqual([number])
  expect(names.numbersOf('naa', ['t10.nvme____disk'])).toEqual([])
  expect(names.numbersWhere(({ value }) => value.includes('disk'))).toEqual([number])
  expect(names.hasOthers).toBe(false)
})

test('a flood of one kind does not take the numbers of another', () => {
  const names = new KeyNames(2)
  const numbers = [1, 2, 3, 4].map((last) => names.intern(ip(last)))
  expect(numbers.slice(2)).toEqual([OTHER_KEY, OTHER_KEY])
  expect(names.intern(ip(1))).toBe(numbers[0])
  expect(names.hasOthers).toBe(true)
  expect(names.intern(T10)).toBeGreaterThan(OTHER_KEY)
})

test('numbers of files come back, with gaps for those of files that are gone', () => {
  const names = new KeyNames(10)
  names.restore(7, 'ip 10.0.0.7')
  expect(names.numbersOf('ip', ['10.0.0.7'])).toEqual([7])
  expect(names.numbersWhere(() => true)).toEqual([7])
  expect(names.describe(7)).toBe('ip 10.0.0.7')
  expect(names.intern(ip(8))).toBe(8)
  expect(names.hasOthers).toBe(false)
  names.restore(OTHER_KEY, names.describe(OTHER_KEY))
  expect(names.hasOthers).toBe(true)
})
