import { BIGINT, BLOB, UINTEGER } from '@duckdb/node-api'
import { MICROS_PER_SECOND, type TimeRange } from '../../../model/time.ts'
import { TALLY_SECONDS, type QueryContext } from '../store.ts'
import type { Engine } from './engine.ts'
import { packTallies, pairSql, widen, type SlotCounts } from './packed-tallies.ts'
import type { RecentTiles } from './recent-tiles.ts'

/** How wide the slots of time are that rows are tallied by, seconds. */
export type SlotSeconds = (typeof TALLY_SECONDS)[keyof typeof TALLY_SECONDS]

/** The tallies of one stretch of rows by slots of one width, but for their counts. */
export interface Tile {
  /** The place behind the last row. */
  readonly end: number
  readonly seconds: SlotSeconds
  /** The first and the last slot that a row lies in, counted from the epoch. */
  readonly firstSlot: number
  readonly lastSlot: number
}

/** A tile with its counts, see packed-tallies.ts. */
export interface PackedTile extends Tile {
  readonly packed: Uint8Array
}

/** Stretches tallied in one commit at most: a large file that has no tallies makes them up in several. */
const MOST_STRETCHES = 4

/**
 * How many rows of a partition have the same stream and severity in each slot of time: what is counted over hours is read
 * from here. Rows are tallied by so many, in the order of their places; the last ones are not yet. It is made of the rows
 * alone, so a partition that has none of it makes it up.
 */
export class TallyTable {
  readonly #engine: Engine
  readonly #database: string
  readonly #tallyRows: number
  readonly #recent: RecentTiles
  #tiles: readonly Tile[] = []

  constructor(engine: Engine, database: string, tallyRows: number, recent: RecentTiles) {
    this.#engine = engine
    this.#database = database
    this.#tallyRows = tallyRows
    this.#recent = recent
  }

  /** Rows before this place are in it. */
  get end(): number {
    return this.#tiles.at(-1)?.end ?? 0
  }

  async load(): Promise<void> {
    const rows = await this.#engine.query(
      `SELECT end_pos, seconds, first_slot, last_slot FROM ${this.#database}.tally_tiles ORDER BY end_pos`,
    )
    this.#tiles = Array.from({ length: rows.rows }, (_, row) => ({
      end: rows.number(0, row),
      seconds: rows.number(1, row) as SlotSeconds,
      firstSlot: rows.number(2, row),
      lastSlot: rows.number(3, row),
    }))
  }

  /** Takes in what has become enough of `rows`, inside the caller's transaction; answers it for {@link adopt}. */
  async write(rows: number): Promise<Tile[]> {
    const tiles: Tile[] = []
    const last = Math.min(rows, this.end + MOST_STRETCHES * this.#tallyRows)
    for (let end = this.end + this.#tallyRows; end <= last; end += this.#tallyRows) {
      const fine = await this.#count(end)
      tiles.push(await this.#append(end, TALLY_SECONDS.fine, fine))
      const coarse = widen(fine, TALLY_SECONDS.coarse / TALLY_SECONDS.fine)
      tiles.push(await this.#append(end, TALLY_SECONDS.coarse, coarse))
    }
    return tiles
  }

  /** Takes over what has been written, once the transaction has committed. */
  adopt(tiles: readonly Tile[]): void {
    if (tiles.length > 0) this.#tiles = [...this.#tiles, ...tiles]
  }

  /** Of the rows before `end` the tiles among which any row may be in the range. */
  tiles(asked: SlotSeconds, { from, to }: TimeRange, end: number): Tile[] {
    const slotUs = asked * MICROS_PER_SECOND
    const [first, next] = [Math.floor(from / slotUs), Math.ceil(to / slotUs)]
    return this.#tiles.filter(
      (tile) =>
        tile.seconds === asked &&
        tile.end <= end &&
        tile.firstSlot < next &&
        tile.lastSlot >= first,
    )
  }

  /** The counts of some tiles, all of one width. */
  async read(tiles: readonly Tile[], context: QueryContext): Promise<PackedTile[]> {
    const packed = new Map(tiles.map((tile) => [tile.end, this.#recent.get(tile)]))
    const missing = tiles.filter((tile) => packed.get(tile.end) === undefined)
    if (missing.length > 0) {
      const rows = await this.#engine.query(
        `SELECT end_pos, packed FROM ${this.#database}.tally_tiles
         WHERE seconds = ${missing[0]!.seconds} AND end_pos IN (${missing.map((tile) => tile.end).join(', ')})`,
        context,
      )
      for (let row = 0; row < rows.rows; row++) packed.set(rows.number(0, row), rows.buffer(1, row))
      for (const tile of missing) this.#recent.add(tile, packed.get(tile.end)!)
    }
    return tiles.map((tile) => ({ ...tile, packed: packed.get(tile.end)! }))
  }

  async #count(end: number): Promise<SlotCounts> {
    const counted = await this.#engine.queryOwn(
      `SELECT ${pairSql} AS pair, floor(second / ${TALLY_SECONDS.fine})::BIGINT AS slot, count(*)
       FROM ${this.#database}.logs WHERE pos >= ${end - this.#tallyRows} AND pos < ${end}
       GROUP BY pair, slot ORDER BY pair, slot`,
    )
    return {
      pairs: counted.numbers(0),
      slots: counted.numbers(1),
      counts: counted.numbers(2),
    }
  }

  async #append(end: number, seconds: SlotSeconds, tallies: SlotCounts): Promise<Tile> {
    const firstSlot = tallies.slots.reduce((a, b) => Math.min(a, b))
    const lastSlot = tallies.slots.reduce((a, b) => Math.max(a, b))
    await this.#engine.append(
      this.#database,
      'tally_tiles',
      [
        { type: BIGINT, bigints: Float64Array.of(end) },
        { type: UINTEGER, numbers: Uint32Array.of(seconds) },
        { type: BIGINT, bigints: Float64Array.of(firstSlot) },
        { type: BIGINT, bigints: Float64Array.of(lastSlot) },
        { type: BLOB, blobs: [packTallies(tallies, firstSlot)] },
      ],
      1,
    )
    return { end, seconds, firstSlot, lastSlot }
  }
}
