import { setTimeout as delay } from 'node:timers/promises'
import { AppError, messageOf, type ErrorCode } from '../model/errors.ts'
import type { Batch } from './intake.ts'
import type { Log } from './log.ts'
import type { CommitSink } from './sink.ts'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/** Why a batch is not stored. */
interface Failure {
  readonly code: ErrorCode
  readonly message: string
}

/**
 * Brings batches to the sink one after the other, each until it is stored. While the store cannot take
 * them they pile up here, ingest runs out of room and its senders are pushed back.
 */
export class Committer {
  readonly #sink: CommitSink
  readonly #log: Log
  readonly #stored: (batch: Batch) => void | Promise<void>
  readonly #abandoned = new AbortController()
  #queue: Batch[] = []
  #running: Promise<void> | undefined
  #failure: Failure | undefined

  /** `stored` is called after each batch, in order. */
  constructor(sink: CommitSink, log: Log, stored: (batch: Batch) => void | Promise<void>) {
    this.#sink = sink
    this.#log = log
    this.#stored = stored
  }

  /** True while a batch is on its way. */
  get isBusy(): boolean {
    return this.#queue.length > 0
  }

  /** Why the store does not take the batch in front; undefined when it does. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  add(batch: Batch): void {
    this.#queue.push(batch)
    this.#running ??= this.#run()
  }

  /** Resolves when everything added is stored, or given up by {@link Committer.abandon}. */
  async idle(): Promise<void> {
    await this.#running
  }

  /** Stops trying: what is not stored stays in the spool for the next start. */
  abandon(): void {
    this.#abandoned.abort()
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#abandoned.signal.aborted) {
      const batch = this.#queue[0]!
      if (!(await this.#store(batch))) break
      this.#queue.shift()
      await this.#stored(batch)
    }
    this.#running = undefined
  }

  /** Tries until it works; false when told to give up. */
  async #store(batch: Batch): Promise<boolean> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        // Inventory first: putting it twice changes nothing, losing it would.
        if (batch.entities.length + batch.relations.length > 0) {
          await this.#sink.applyInventory(batch.entities, batch.relations)
        }
        await this.#sink.commit(batch.commit)
        if (this.#failure !== undefined) this.#log.info({}, 'the store takes commits again')
        this.#failure = undefined
        return true
      } catch (error) {
        this.#complain(error)
      }
      const goOn = await delay(pause, true, { signal: this.#abandoned.signal }).catch(() => false)
      if (!goOn) return false
    }
  }

  #complain(error: unknown): void {
    const code = error instanceof AppError ? error.code : 'internal'
    const failure = { code, message: messageOf(error) }
    if (failure.message !== this.#failure?.message) {
      this.#log.error({ err: error }, 'the store does not take a commit; trying again')
    }
    this.#failure = failure
  }
}
