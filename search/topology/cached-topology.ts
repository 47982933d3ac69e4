import type { Store } from '../store/store.ts'
import { Topology } from './topology.ts'

/** How old a topology may be when a question is asked: inventories change by the minute at most. */
const MAX_AGE_MS = 2_000

/** What of a store is asked. */
type Inventory = Pick<Store, 'entities' | 'relations' | 'inventoryVersion'>

interface Known {
  readonly version: string
  readonly topology: Topology
}

/**
 * The store's topology. Whether there is another is asked at most every {@link MAX_AGE_MS}, and only then is it read
 * again, which takes tenths of a second for a large inventory; concurrent readers share one read.
 */
export class CachedTopology {
  readonly #store: Inventory
  readonly #now: () => number
  #current: Promise<Known> | undefined
  #readAt = 0

  constructor(store: Inventory, now: () => number) {
    this.#store = store
    this.#now = now
  }

  async get(): Promise<Topology> {
    const now = this.#now()
    if (this.#current === undefined || now - this.#readAt > MAX_AGE_MS) {
      this.#readAt = now
      const renewed = this.#renewed(this.#current)
      this.#current = renewed
      // Who waits for it is told; the next reader tries again.
      renewed.catch(() => {
        if (this.#current === renewed) this.#current = undefined
      })
    }
    return (await this.#current).topology
  }

  /** The next reader reads anew: the store has an inventory that it had not. */
  expire(): void {
    this.#current = undefined
  }

  async #renewed(before: Promise<Known> | undefined): Promise<Known> {
    // Asked first: what changes while it is read is read again.
    const version = await this.#store.inventoryVersion()
    const known = await before?.catch(() => undefined)
    if (known?.version === version) return known
    const [entities, relations] = await Promise.all([
      this.#store.entities(),
      this.#store.relations(),
    ])
    return { version, topology: new Topology(entities, relations) }
  }
}
