import { createHash } from 'node:crypto'
import { writeAll, type Write } from './bulk.ts'
import type { Connection } from './connection.ts'
import type { Indices } from './indices.ts'
import { Budget, scan } from './scan.ts'
import { isWellFormed } from './value-index.ts'

/** What stands in the index without a day. */
export type StateKind =
  | 'commit'
  | 'ledger'
  | 'stream'
  | 'shape'
  | 'template'
  | 'series'
  | 'entity'
  | 'relation'
  | 'document'

/** One document of it: `value` is JSON or text that Elasticsearch does not look into. */
export interface StateDocument {
  readonly kind: StateKind
  /** Its id again, to sort by. */
  readonly name: string
  readonly value: string
  readonly node?: string
  readonly number?: number
  /** Where the id does not tell it: a long one. */
  readonly key?: string
}

/** Where a document was, for a write that must not pass over another's. */
export interface Version {
  readonly if_seq_no: number
  readonly if_primary_term: number
}

/** `7.1`: the version of one document, which changes with every write. */
export const printVersion = ({ if_seq_no, if_primary_term }: Version): string =>
  `${if_seq_no}.${if_primary_term}`

export function parseVersion(text: string): Version {
  const [if_seq_no, if_primary_term] = text.split('.').map(Number)
  return { if_seq_no: if_seq_no!, if_primary_term: if_primary_term! }
}

/** Longest id that Elasticsearch takes, in bytes, less what stands before a key. */
const LONGEST_KEY = 400
const PAGE = 1_000

/** The id of a document: its kind and key, or a hash of a long key. */
export function stateId(kind: StateKind, key: string): string {
  const isShort = Buffer.byteLength(key) <= LONGEST_KEY && isWellFormed(key)
  return `${kind}-${isShort ? key : createHash('sha256').update(key).digest('hex')}`
}

/** The key that a document was put under. */
export const keyOf = ({ kind, name, key }: StateDocument): string =>
  key ?? name.slice(kind.length + 1)

/** The index of what does not belong to a day. */
export class StateIndex {
  readonly connection: Connection
  readonly #indices: Indices

  constructor(connection: Connection, indices: Indices) {
    this.connection = connection
    this.#indices = indices
  }

  action(
    operation: Write['operation'],
    kind: StateKind,
    key: string,
    value: string,
    more: Partial<StateDocument> = {},
  ): Write {
    const id = stateId(kind, key)
    const long = id === `${kind}-${key}` ? {} : { key }
    const document: StateDocument = { kind, name: id, value, ...long, ...more }
    return { operation, index: this.#indices.state, id, document }
  }

  /** Writes documents over those of the same key; seen by every call that starts afterwards. */
  async put(kind: StateKind, values: ReadonlyMap<string, string>): Promise<void> {
    if (values.size === 0) return
    const actions = [...values].map(([key, value]) => this.action('index', kind, key, value))
    const [refused] = await writeAll(this.connection, actions)
    if (refused !== undefined) throw new Error(`BUG: cannot store a ${kind}: ${refused.reason}`)
    await this.refresh()
  }

  /** A document by its key, also before it is visible to searches. */
  async get(
    kind: StateKind,
    key: string,
  ): Promise<{ readonly document: StateDocument; readonly version: Version } | undefined> {
    const found = await this.connection.tryCall<{
      readonly _source: StateDocument
      readonly _seq_no: number
      readonly _primary_term: number
    }>({ method: 'GET', path: this.#path(stateId(kind, key)) }, [404])
    if (found === undefined) return undefined
    const version = { if_seq_no: found._seq_no, if_primary_term: found._primary_term }
    return { document: found._source, version }
  }

  /** Writes one document if it is as `version` says (null: not there yet); undefined where it is not. */
  async replace(
    { id, document }: Write,
    version: Version | null,
    refresh: boolean,
  ): Promise<Version | undefined> {
    const written = await this.connection.tryCall<{ _seq_no: number; _primary_term: number }>(
      {
        method: 'PUT',
        path: this.#path(id),
        query: { ...(version ?? { op_type: 'create' }), refresh },
        body: document,
      },
      [409],
    )
    if (written === undefined) return undefined
    return { if_seq_no: written._seq_no, if_primary_term: written._primary_term }
  }

  /** The documents of a kind, by id. */
  async list(kind: StateKind, more: object[] = []): Promise<StateDocument[]> {
    const documents: StateDocument[] = []
    const request = {
      index: this.#indices.state,
      query: { bool: { filter: [{ term: { kind } }, ...more] } },
      sort: [{ name: { order: 'asc' } }],
      page: PAGE,
    }
    for await (const { _source } of scan<StateDocument>(this.connection, request, new Budget({}))) {
      documents.push(_source)
    }
    return documents
  }

  /** The values of documents by key; those that are missing are left out. */
  async many(kind: StateKind, keys: readonly string[]): Promise<Map<string, string>> {
    const values = new Map<string, string>()
    for (let at = 0; at < keys.length; at += PAGE) {
      const some = keys.slice(at, at + PAGE)
      const { docs } = await this.connection.call<{
        readonly docs: readonly { readonly found?: boolean; readonly _source?: StateDocument }[]
      }>({
        method: 'POST',
        path: `/${this.#indices.state}/_mget`,
        body: { ids: some.map((key) => stateId(kind, key)) },
      })
      docs.forEach(({ found, _source }, index) => {
        if (found === true) values.set(some[index]!, _source!.value)
      })
    }
    return values
  }

  /** Deletes documents by key; seen by every call that starts afterwards. */
  async remove(kind: StateKind, keys: readonly string[]): Promise<void> {
    const lines = keys.map(
      (key) =>
        `${JSON.stringify({ delete: { _index: this.#indices.state, _id: stateId(kind, key) } })}\n`,
    )
    if (lines.length === 0) return
    const query = { refresh: true, filter_path: 'errors' }
    await this.connection.call({ method: 'POST', path: '/_bulk', query, lines: lines.join('') })
  }

  async count(kind: StateKind): Promise<number> {
    const { count } = await this.connection.call<{ count: number }>({
      method: 'POST',
      path: `/${this.#indices.state}/_count`,
      body: { query: { term: { kind } } },
    })
    return count
  }

  /** Another text whenever a document of these kinds was written: each write has a higher number than all before it. */
  async versionOf(kinds: readonly StateKind[]): Promise<string> {
    const { hits, aggregations } = await this.connection.call<{
      readonly hits: { readonly total: { readonly value: number } }
      readonly aggregations: { readonly last: { readonly value: number | null } }
    }>({
      method: 'POST',
      path: `/${this.#indices.state}/_search`,
      query: { allow_partial_search_results: false },
      body: {
        size: 0,
        track_total_hits: true,
        query: { terms: { kind: kinds } },
        aggs: { last: { max: { field: '_seq_no' } } },
      },
    })
    return `${hits.total.value}.${aggregations.last.value ?? ''}`
  }

  refresh(): Promise<void> {
    return this.#indices.refresh([this.#indices.state])
  }

  #path(id: string): string {
    return `/${this.#indices.state}/_doc/${encodeURIComponent(id)}`
  }
}
