import { expect, test } from 'vitest'
import { cellOf } from '../../../../model/counted-key.ts'
import { CountTable } from '../../../../search/store/elastic/count-table.ts'

const rowsOf = (table: CountTable): unknown[][] => {
  const { keys, counts } = table.columns()
  return Array.from(counts, (count, group) => [...keys.map((key) => cellOf(key, group)), count])
}

test('counts of the same cells are added up, whatever type of cell they are', () => {
  const table = new CountTable(3)
  table.addCells(['esx-1', 7, null], 2)
  table.addCells(['esx-1', '7', null], 3)
  table.addCells(['esx-2', 7, null], 5)
  table.addCells(['esx-1', 7, 'warn'], 7)
  table.addCells(['esx-1', 7, null], 11)
  expect(rowsOf(table)).toEqual([
    ['esx-1', 7, null, 13],
    ['esx-1', '7', null, 3],
    ['esx-2', 7, null, 5],
    ['esx-1', 7, 'warn', 7],
  ])
})

test('one key, with a cell that stands in no group yet', () => {
  const table = new CountTable(1)
  const [first, second] = [table.placeOf(0, 'a'), table.placeOf(0, 'b')]
  table.add([first], 1)
  table.add([second], 2)
  table.add([first], 4)
  expect(rowsOf(table)).toEqual([
    ['a', 5],
    ['b', 2],
  ])
})

test('without keys there is one group, also of nothing', () => {
  const table = new CountTable(0)
  expect(rowsOf(table)).toEqual([[0]])
  table.add([], 4)
  expect(rowsOf(table)).toEqual([[4]])
})
