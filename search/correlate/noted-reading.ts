import type {
  Counts,
  CountsRequest,
  Firsts,
  FirstsRequest,
  QueryContext,
  SearchPage,
  SearchRequest,
} from '../store/store.ts'
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

  async search(request: SearchRequest, context: QueryContext): Promise<SearchPage> {
    const page = await this.#store.search(request, context)
    for (const note of page.notes) this.#notes.add(note)
    return page
  }

  async firstOfTemplates(request: FirstsRequest, context: QueryContext): Promise<Firsts> {
    const firsts = await this.#store.firstOfTemplates(request, context)
    for (const note of firsts.notes) this.#notes.add(note)
    return firsts
  }

  async counts(request: CountsRequest, context: QueryContext): Promise<Counts[]> {
    const counted = await this.#store.counts(request, context)
    for (const note of counted.flatMap(({ notes }) => notes)) this.#notes.add(note)
    return counted
  }
}
