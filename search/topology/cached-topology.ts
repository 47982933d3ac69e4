import type { Store } from '../store/store.ts'
import { Topology } from './topology.ts'

/** How old a topology may be when a question is asked: inventories change by the minute at most. */
const MAX_AGE_MS = 2_000

/** The store's topology, read again at most every {@link MAX_AGE_MS}; concurrent readers share one read. */
export class CachedTopology {
  readonly #store: Store
  readonly #now: () => number
  #current: Promise<Topology> | undefined
  #readAt = 0

  constructor(store: Store, now: () => number) {
    this.#store = store
    this.#now = now
  }

  get(): Promise<Topology> {
    const now = this.#now()
    if (this.#current === undefined || now - this.#readAt > MAX_AGE_MS) {
      this.#readAt = now
      this.#current = this.#read()
    }
    return this.#current
  }

  /** The next reader reads anew: the store has an inventory that it had not. */
  expire(): void {
    this.#current = undefined
  }

  async #read(): Promise<Topology> {
    try {
      const [entities, relations] = await Promise.all([
        this.#store.entities(),
        this.#store.relations(),
      ])
      return new Topology(entities, relations)
    } catch (error) {
      this.#current = undefined
      throw error
    }
  }
}
