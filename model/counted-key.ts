import type { Cell } from './aggregate.ts'

/** What the groups of a count have of one key. */
export interface CountedKey {
  /** Each different cell once; a bin's is its start in microseconds. */
  readonly cells: readonly Cell[]
  /** For every group its cell's place in `cells`. */
  readonly places: Uint32Array
}

/** The cells of all groups, in their order, as a column of a count. */
export function countedKey(groups: readonly Cell[]): CountedKey {
  const known = new Map<Cell, number>()
  const places = new Uint32Array(groups.length)
  groups.forEach((cell, group) => {
    let place = known.get(cell)
    if (place === undefined) known.set(cell, (place = known.size))
    places[group] = place
  })
  return { cells: [...known.keys()], places }
}

/** The cell that a group has. */
export const cellOf = ({ cells, places }: CountedKey, group: number): Cell => cells[places[group]!]!
