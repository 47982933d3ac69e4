import type { Around, AroundRequest, Counts, CountsRequest, QueryContext } from '../store/store.ts'
import type { Reading } from './nearest.ts'

/** A store that remembers what its answers left out, whoever asks it for one question of a person. */
export class NotedReading implements Reading {
  readonly #store: Reading
  readonly #notes = new Set<string>()

  constructor(store: Reading) {
    this.#store = store
  }

  /** Of all answers until now, each once. */
  get notes(): string[] {
    return [...this.#notes]
  }

  async around(request: AroundRequest, context: QueryContext): Promise<Around> {
    const around = await this.#store.around(request, context)
    for (const note of around.notes) this.#notes.add(note)
    return around
  }

  async counts(request: CountsRequest, context: QueryContext): Promise<Counts[]> {
    const counted = await this.#store.counts(request, context)
    for (const note of counted.flatMap(({ notes }) => notes)) this.#notes.add(note)
    return counted
  }
}
