import type { Tile } from './tally-table.ts'

/** Bytes of all tiles: those of two days of 20 million lines. */
const MOST_BYTES = 2 ** 25

/**
 * The counts of tiles that were read lately, of all partitions of a store; they never change. Who pans over a day, or has it
 * drawn again and again, asks for the same ones.
 */
export class RecentTiles {
  /** The one that was not asked for the longest comes first. */
  readonly #packed = new Map<Tile, Uint8Array>()
  #bytes = 0

  get(tile: Tile): Uint8Array | undefined {
    const packed = this.#packed.get(tile)
    if (packed !== undefined) {
      this.#packed.delete(tile)
      this.#packed.set(tile, packed)
    }
    return packed
  }

  add(tile: Tile, packed: Uint8Array): void {
    if (this.#packed.has(tile)) return
    this.#packed.set(tile, packed)
    this.#bytes += packed.length
    for (const [oldest, { length }] of this.#packed) {
      if (this.#bytes <= MOST_BYTES) break
      this.#packed.delete(oldest)
      this.#bytes -= length
    }
  }
}
