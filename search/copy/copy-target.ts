import type { Commit, LogBatch } from '../../model/batch.ts'
import { FIRST_NODE } from '../node-name.ts'
import type { Contents, WholeStore } from '../store/whole-store.ts'

/** What a commit of a copy holds beside its place. */
export type CopiedPart = Partial<Omit<Commit, 'day' | 'node' | 'position'>>

const NOTHING = {
  logs: null,
  metrics: null,
  ledger: new Map(),
  deadLetters: [],
  retryKeys: new Uint32Array(),
} as const

/** Where a node's commits are, as the target knows it. */
interface Place {
  readonly number: number
  readonly nextSequence: number
}

/**
 * Writes commits of a copy. Their places are before the first segment that a spool ever has, counted by the commits
 * themselves: whoever takes records into the target afterwards comes behind them.
 */
export class CopyTarget {
  readonly store: WholeStore
  /** Past every number that records of this program's own name have. */
  readonly #ownEnd: number
  readonly #places = new Map<string, Place>()

  /** `source`: what is being copied. */
  constructor(store: WholeStore, source: Contents) {
    this.store = store
    const own = source.records.filter(({ node }) => node === FIRST_NODE)
    this.#ownEnd = own.reduce((end, { to }) => Math.max(end, to), 0)
  }

  /** The number of the last commit under this program's own name; 0 before the first. */
  async number(): Promise<number> {
    return (await this.#placeOf(FIRST_NODE)).number
  }

  /** Writes a batch under the name of the node whose records it holds, which they keep in their ids. */
  async writeRecords(logs: LogBatch, part: CopiedPart): Promise<void> {
    const { day, node, firstSequence, count } = logs
    if (this.store.kind === 'elastic') {
      await this.#write(day, node, { ...part, logs }, firstSequence + count)
      return
    }
    // One sequence for all: numbers that a record of this name has had must not be given to another.
    const { nextSequence } = await this.#placeOf(FIRST_NODE)
    const isOwn = node === FIRST_NODE && firstSequence >= nextSequence
    const first = isOwn ? firstSequence : Math.max(nextSequence, this.#ownEnd)
    await this.#write(
      day,
      FIRST_NODE,
      { ...part, logs, ...(isOwn ? {} : { renumberedFrom: first }) },
      first + count,
    )
  }

  /** Writes what belongs to no node, under this program's own name. `nextSequence`: at least so far its numbers go. */
  async write(day: string, part: CopiedPart, nextSequence = 0): Promise<void> {
    const place = await this.#placeOf(FIRST_NODE)
    await this.#write(day, FIRST_NODE, part, Math.max(place.nextSequence, nextSequence))
  }

  async #write(day: string, node: string, part: CopiedPart, nextSequence: number): Promise<void> {
    const number = (await this.#placeOf(node)).number + 1
    const position = { segment: 0, offset: number, nextSequence }
    await this.store.commit({ ...NOTHING, ...part, day, node, position })
    this.#places.set(node, { number, nextSequence })
  }

  async #placeOf(node: string): Promise<Place> {
    const known = this.#places.get(node)
    if (known !== undefined) return known
    const { position } = await this.store.recovery(node)
    const place = { number: position?.offset ?? 0, nextSequence: position?.nextSequence ?? 0 }
    this.#places.set(node, place)
    return place
  }
}
