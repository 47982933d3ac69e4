import type { Incident } from '../faults/incident.ts'
import { SECOND_US } from '../clock.ts'
import type { Line } from '../voices/log.ts'
import { identifiersIn, type Key } from './identifiers-in.ts'

/** Something that was so for a while: a fault, a full queue, a slow desktop. Times true, microseconds. */
export interface TruthEvent {
  readonly id: number
  readonly what: string
  readonly entity: string
  readonly startUs: number
  endUs: number
  /** Index of the incident it comes from, -1 for none. */
  readonly cause: number
}

/** `to` happened because of `from`. */
export interface Edge {
  readonly from: number
  readonly to: number
}

export interface LineRow {
  /** Number of the line on its wire, from 1. */
  readonly n: number
  readonly us: number
  readonly host: string
  readonly keys: readonly Key[]
  readonly cause: number
  readonly event: number
}

/** What really happened. Events have ids from 1 in order of time; causes are older than their effects. */
export class Truth {
  readonly incidents: readonly Incident[]
  readonly events: TruthEvent[] = []
  readonly edges: Edge[] = []
  readonly lines: LineRow[] = []
  /** Lines spoken so far. */
  lineCount = 0
  readonly #startUs: number
  readonly #now = new Map<string, number>()

  constructor(incidents: readonly Incident[], startUs: number) {
    this.incidents = incidents
    this.#startUs = startUs
  }

  /** Id of the event that is going on under a name, 0 when none is. */
  current(name: string): number {
    return this.#now.get(name) ?? 0
  }

  /**
   * Says whether something is so in a second. Opens an event the first time, closes it when it no longer
   * is; `because` are the events it comes from, 0 among them meaning none.
   */
  observe(
    name: string,
    isSo: boolean,
    second: number,
    event: Pick<TruthEvent, 'what' | 'entity' | 'cause'>,
    because: readonly number[],
  ): void {
    const id = this.#now.get(name)
    const us = this.#startUs + second * SECOND_US
    if (isSo && id === undefined) {
      const next = this.events.length + 1
      const { what, entity, cause } = event
      this.events.push({ id: next, what, entity, cause, startUs: us, endUs: us })
      this.#now.set(name, next)
      for (const from of new Set(because)) if (from > 0) this.edges.push({ from, to: next })
    } else if (!isSo && id !== undefined) {
      this.#now.delete(name)
      this.events[id - 1]!.endUs = us
    }
  }

  /** Ends what is still going on. */
  finish(second: number): void {
    for (const id of this.#now.values()) {
      this.events[id - 1]!.endUs = this.#startUs + second * SECOND_US
    }
    this.#now.clear()
  }

  /** Numbers the lines and keeps what identifies them where it matters. */
  addLines(lines: readonly Line[]): void {
    for (const { us, host, frame, cause, event } of lines) {
      const n = ++this.lineCount
      const keys = identifiersIn(frame)
      if (keys.length > 0 || cause >= 0 || event > 0) {
        this.lines.push({ n, us, host, keys, cause, event })
      }
    }
  }
}
