import { MICROS_PER_SECOND, type Micros } from '../../model/time.ts'
import type { SourceState, Store } from '../store/store.ts'

/** A source as the store knows it, with the rhythm seen since this process began. */
export interface WatchedSource extends SourceState {
  /** Records per second over about the last minute. */
  readonly rate: number
  /** Smoothed time between arrivals, microseconds; undefined until two were seen. */
  readonly usualIntervalUs: number | undefined
}

/** Receipts further apart than a look are measured; closer ones are one look's width. */
const LOOK_EVERY_MS = 5_000
const RATE_WINDOW_US = 60 * MICROS_PER_SECOND
/** Weight of the newest interval in the smoothed one. */
const SMOOTHING = 0.2
/** A second look within this time answers from the first: many answers a second share one. */
const FRESH_US = MICROS_PER_SECOND

interface Rhythm {
  lastReceived: Micros | null
  usualIntervalUs: number | undefined
  /** (time, received so far), oldest first, over the rate window. */
  readonly counts: { readonly at: Micros; readonly received: number }[]
}

/**
 * Looks at the store's sources every few seconds and learns how often each one speaks, so that silence
 * can be told from a source that is simply quiet. Call `close` to stop looking.
 */
export class SourceWatch {
  readonly #store: Store
  readonly #now: () => Micros
  readonly #rhythms = new Map<string, Rhythm>()
  readonly #timer: NodeJS.Timeout
  #latest: { readonly at: Micros; readonly sources: Promise<WatchedSource[]> } | undefined

  constructor(store: Store, now: () => Micros, onError: (error: unknown) => void) {
    this.#store = store
    this.#now = now
    this.#timer = setInterval(() => void this.sources().catch(onError), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  /** The sources now, at most a second old. */
  sources(): Promise<WatchedSource[]> {
    const at = this.#now()
    const latest = this.#latest
    if (latest !== undefined && at - latest.at < FRESH_US && at >= latest.at) return latest.sources
    const sources = this.#look(at)
    this.#latest = { at, sources }
    sources.catch(() => (this.#latest = undefined))
    return sources
  }

  /** Another store answers from now on: what was learned is of the one before. */
  forget(): void {
    this.#rhythms.clear()
    this.#latest = undefined
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #look(at: Micros): Promise<WatchedSource[]> {
    const states = await this.#store.sources()
    return states.map((state) => this.#observe(state, at))
  }

  #observe(state: SourceState, at: Micros): WatchedSource {
    let rhythm = this.#rhythms.get(state.source)
    if (rhythm === undefined) {
      rhythm = { lastReceived: state.lastReceived, usualIntervalUs: undefined, counts: [] }
      this.#rhythms.set(state.source, rhythm)
    }
    learnInterval(rhythm, state.lastReceived)
    return {
      ...state,
      rate: learnRate(rhythm, at, state.counts.received),
      usualIntervalUs: rhythm.usualIntervalUs,
    }
  }
}

function learnInterval(rhythm: Rhythm, lastReceived: Micros | null): void {
  if (lastReceived === null || lastReceived === rhythm.lastReceived) return
  if (rhythm.lastReceived !== null) {
    const interval = lastReceived - rhythm.lastReceived
    const usual = rhythm.usualIntervalUs ?? interval
    rhythm.usualIntervalUs = usual + SMOOTHING * (interval - usual)
  }
  rhythm.lastReceived = lastReceived
}

function learnRate(rhythm: Rhythm, at: Micros, received: number): number {
  const { counts } = rhythm
  counts.push({ at, received })
  while (counts.length > 2 && at - counts[1]!.at >= RATE_WINDOW_US) counts.shift()
  const first = counts[0]!
  if (at <= first.at) return 0
  const perSecond = ((received - first.received) * MICROS_PER_SECOND) / (at - first.at)
  return Math.round(perSecond * 100) / 100
}
