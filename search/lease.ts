import { randomUUID } from 'node:crypto'
import type { SharedStore } from './store/store.ts'
import { WriteQueue } from './store/write-queue.ts'

/** How often a lease is renewed, or looked at by who has it not. */
export const BEAT_MS = 3_000
/** How long who has renewed it has it. */
export const HELD_MS = 12_000
/**
 * How long it must be seen to stand still before another takes it. More than {@link HELD_MS}: the look that finds it
 * standing begins after the renewal, so that even a holder who cannot reach the store has stopped by then.
 */
export const STILL_MS = 15_000

/** The document: who has it, and a number that rises with every renewal. */
interface Held {
  /** Empty where it was given back. */
  readonly holder: string
  readonly beat: number
}

export type LeaseStore = Pick<SharedStore, 'versionedState' | 'replaceState'>

/**
 * A document that at most one process holds. Nobody compares wall clocks: the holder writes it again and again, each time
 * only if nobody else has; another takes it when its version has not changed for {@link STILL_MS} of his own
 * monotonic clock. So a clock that jumps, here or there, changes nothing.
 */
export class Lease {
  readonly #store: LeaseStore
  readonly #key: string
  readonly #clock: () => number
  readonly #holder = randomUUID()
  readonly #turns = new WriteQueue()
  #beat = 0
  #isReleased = false
  #mine: { readonly version: string; readonly until: number } | undefined
  #seen: { readonly version: string; readonly since: number } | undefined

  /** `clock` in milliseconds, never set by anybody: `performance.now`. */
  constructor(store: LeaseStore, key: string, clock: () => number) {
    this.#store = store
    this.#key = key
    this.#clock = clock
  }

  /** Whether this process has it at this moment. */
  get isHeld(): boolean {
    return this.#mine !== undefined && this.#clock() < this.#mine.until
  }

  /**
   * Renews it, or takes it where it is free; true where it is held from now on for {@link HELD_MS}. Throws what the
   * store throws, and nothing is changed by that.
   */
  renew(): Promise<boolean> {
    return this.#turns.run(() => this.#renew())
  }

  /** Gives it back where it is held, for good: the next who looks takes it. */
  release(): Promise<void> {
    this.#isReleased = true
    return this.#turns.run(async () => {
      const mine = this.#mine
      this.#mine = undefined
      if (mine === undefined) return
      const free: Held = { holder: '', beat: this.#beat + 1 }
      await this.#store.replaceState(this.#key, JSON.stringify(free), mine.version)
    })
  }

  async #renew(): Promise<boolean> {
    if (this.#isReleased) return false
    if (this.#mine !== undefined && (await this.#write(this.#mine.version))) return true
    const found = await this.#store.versionedState(this.#key)
    if (found === undefined) return this.#write(null)
    const { holder } = JSON.parse(found.value) as Held
    // Given back; or written by us in a request whose answer got lost.
    if (holder === '' || holder === this.#holder) return this.#write(found.version)
    this.#mine = undefined
    const now = this.#clock()
    if (this.#seen?.version !== found.version) this.#seen = { version: found.version, since: now }
    if (now - this.#seen.since < STILL_MS) return false
    return this.#write(found.version)
  }

  /** What is held is counted from before the write: nobody can have seen it earlier. */
  async #write(version: string | null): Promise<boolean> {
    const startedAt = this.#clock()
    const value: Held = { holder: this.#holder, beat: ++this.#beat }
    const written = await this.#store.replaceState(this.#key, JSON.stringify(value), version)
    if (written === undefined) return false
    this.#mine = { version: written, until: startedAt + HELD_MS }
    this.#seen = undefined
    return true
  }
}
