import { expect, test } from 'vitest'
import { RecentTiles } from '../../../../search/store/embedded/recent-tiles.ts'
import type { Tile } from '../../../../search/store/embedded/tally-table.ts'

const MIB = 1_048_576

test('the tiles asked for last stay, within 32 MiB', () => {
  const recent = new RecentTiles()
  const tiles = Array.from({ length: 33 }, (_, n): Tile => ({
    ...{ end: n, seconds: 20, firstSlot: 0, lastSlot: 9 },
  }))
  const [first, second] = tiles as [Tile, Tile]
  for (const tile of tiles.slice(0, 32)) recent.add(tile, new Uint8Array(MIB))
  recent.add(first, new Uint8Array(MIB))
  expect(tiles.slice(0, 32).every((tile) => recent.get(tile) !== undefined)).toBe(true)
  expect(recent.get(first)).toBeDefined()
  recent.add(tiles[32]!, new Uint8Array(MIB))
  expect(recent.get(second)).toBeUndefined()
  expect(recent.get(first)).toBeDefined()
  recent.add({ ...first }, new Uint8Array(40 * MIB))
  expect(tiles.some((tile) => recent.get(tile) !== undefined)).toBe(false)
})
