import type { Store } from '../store/store.ts'

/** How old a count may be that is told beside an answer. */
const FRESH_MS = 1_000

/** Everything a store's sources sent, whatever became of it. */
export async function receivedBy(store: Store): Promise<number> {
  const sources = await store.sources()
  return sources.reduce((sum, { counts }) => sum + counts.received, 0)
}

/** The user's own records, counted while the sample is shown instead of them. */
export class OwnRecords {
  readonly #own: Store
  readonly #onError: (error: unknown) => void
  #count = 0
  #countedAt = -Infinity

  constructor(own: Store, onError: (error: unknown) => void) {
    this.#own = own
    this.#onError = onError
  }

  async count(): Promise<number> {
    this.#countedAt = performance.now()
    this.#count = await receivedBy(this.#own)
    return this.#count
  }

  /** What is known without waiting; asked for anew for the next time. */
  latest(): number {
    if (performance.now() - this.#countedAt > FRESH_MS) this.count().catch(this.#onError)
    return this.#count
  }
}
