import type { Cell } from '../../model/aggregate.ts'
import type { Counts } from './store.ts'

/** {@link Counts} on their way between threads: a text is copied once, not for each group that has it. */
export interface PackedCounts {
  readonly keys: readonly { readonly cells: readonly Cell[]; readonly places: Uint32Array }[]
  readonly counts: Float64Array
  readonly notes: readonly string[]
}

export function packCounts({ keys, counts, notes }: Counts): PackedCounts {
  return {
    keys: keys.map((groups) => {
      const known = new Map<Cell, number>()
      const places = new Uint32Array(groups.length)
      groups.forEach((cell, group) => {
        let place = known.get(cell)
        if (place === undefined) known.set(cell, (place = known.size))
        places[group] = place
      })
      return { cells: [...known.keys()], places }
    }),
    counts,
    notes,
  }
}

export const unpackCounts = ({ keys, counts, notes }: PackedCounts): Counts => ({
  keys: keys.map(({ cells, places }) => Array.from(places, (place) => cells[place]!)),
  counts,
  notes,
})
