import type { LeaseStore } from '../../search/lease.ts'

/** The documents of a shared store, in memory; `failure` makes every call fail. */
export class SharedDocuments implements LeaseStore {
  failure: Error | undefined
  /** Writes are done, and their answers are lost. */
  losesAnswers = false
  readonly #documents = new Map<string, { value: string; version: string }>()
  #writes = 0

  async versionedState(key: string) {
    if (this.failure !== undefined) throw this.failure
    return this.#documents.get(key)
  }

  async replaceState(key: string, value: string, version: string | null) {
    if (this.failure !== undefined) throw this.failure
    if ((this.#documents.get(key)?.version ?? null) !== version) return undefined
    const written = String(++this.#writes)
    this.#documents.set(key, { value, version: written })
    if (this.losesAnswers) throw new Error('the wire was cut')
    return written
  }
}
