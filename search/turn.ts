import type { Logger } from 'pino'
import { BEAT_MS, Lease, type LeaseStore } from './lease.ts'

/** Whether this process is the one that does a job. */
export interface Turn {
  readonly isHeld: boolean
  /** Asks at this very moment, so that what is begun then is begun by one process. */
  isMine(): Promise<boolean>
  /** Begins to look; `onTaken` is called whenever it becomes the turn of this process. */
  begin(onTaken: () => void): void
  /** Leaves the job to others. */
  end(): Promise<void>
}

/** Of a process that shares its store with nobody. */
export const ALONE: Turn = {
  isHeld: true,
  isMine: async () => true,
  begin: (onTaken) => onTaken(),
  end: async () => undefined,
}

/** The turn of whoever holds the lease of a job in the shared store. */
export class LeaseTurn implements Turn {
  readonly #job: string
  readonly #lease: Lease
  readonly #log: Logger
  #timer: NodeJS.Timeout | undefined
  #wasHeld = false
  #isFailing = false

  constructor(job: string, store: LeaseStore, log: Logger) {
    this.#job = job
    this.#lease = new Lease(store, `lease:${job}`, () => performance.now())
    this.#log = log
  }

  get isHeld(): boolean {
    return this.#lease.isHeld
  }

  isMine(): Promise<boolean> {
    return this.#lease.renew()
  }

  begin(onTaken: () => void): void {
    this.#timer = setInterval(() => void this.#look(onTaken), BEAT_MS)
    this.#timer.unref()
    void this.#look(onTaken)
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    try {
      await this.#lease.release()
    } catch (error) {
      this.#log.warn(
        { err: error, job: this.#job },
        'cannot give back a job; another takes it soon',
      )
    }
  }

  async #look(onTaken: () => void): Promise<void> {
    try {
      await this.#lease.renew()
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) {
        this.#log.warn({ err: error, job: this.#job }, 'cannot ask whose turn it is; asking again')
      }
      this.#isFailing = true
    }
    const { isHeld } = this.#lease
    if (isHeld !== this.#wasHeld) {
      this.#log.info(
        { job: this.#job },
        isHeld ? 'does a job from now on' : 'leaves a job to others',
      )
    }
    const isTaken = isHeld && !this.#wasHeld
    this.#wasHeld = isHeld
    if (isTaken) onTaken()
  }
}
