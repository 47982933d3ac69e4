import { AppError } from '../../../model/errors.ts'
import type { Connection } from './connection.ts'
import { busy } from './refusal.ts'
import { DAILY_KINDS, FORMAT, indexTemplate, OLDEST_FORMAT, type DailyKind } from './templates.ts'

/** One index of a partition day. */
export interface DailyIndex {
  readonly name: string
  readonly kind: DailyKind
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly documents: number
  readonly bytes: number
}

/** The indices of one store: their names, and that they are there. */
export class Indices {
  readonly prefix: string
  readonly state: string
  readonly #connection: Connection
  readonly #known = new Set<string>()

  constructor(connection: Connection, prefix: string) {
    this.#connection = connection
    this.prefix = prefix
    this.state = `${prefix}-state`
  }

  /** `plumbline-logs-2026.11.20`. */
  nameOf(kind: DailyKind, day: string): string {
    return `${this.prefix}-${kind}-${day.replaceAll('-', '.')}`
  }

  /** All days of a kind, as the path of a request that takes none for an empty answer. */
  allOf(kind: DailyKind): string {
    return `${this.prefix}-${kind}-*`
  }

  /**
   * Puts the templates, which are a function of this program, and makes the index without a day. Throws
   * `data_version` where a newer program has written.
   */
  async prepare(): Promise<void> {
    await this.#checkFormat()
    for (const kind of [...DAILY_KINDS, 'state'] as const) {
      await this.#connection.call({
        method: 'PUT',
        path: `/_index_template/${this.prefix}-${kind}`,
        body: indexTemplate(this.prefix, kind),
      })
    }
    await this.#make(this.state)
  }

  /** The index of a day, made where it is missing: a server may be told not to do so by itself. */
  async ofDay(kind: DailyKind, day: string): Promise<string> {
    const name = this.nameOf(kind, day)
    if (!this.#known.has(name)) await this.#make(name)
    return name
  }

  async has(kind: DailyKind, day: string): Promise<boolean> {
    const name = this.nameOf(kind, day)
    if (this.#known.has(name)) return true
    const query = { filter_path: '*.aliases' }
    const found = await this.#connection.tryCall({ method: 'GET', path: `/${name}`, query }, [404])
    return found !== undefined
  }

  /** Every index of a day there is, oldest day first. */
  async list(): Promise<DailyIndex[]> {
    const answer = await this.#connection.call<{
      indices?: Record<
        string,
        { primaries: { docs: { count: number }; store: { size_in_bytes: number } } }
      >
    }>({
      method: 'GET',
      path: `/${DAILY_KINDS.map((kind) => this.allOf(kind)).join(',')}/_stats/docs,store`,
    })
    const found = Object.entries(answer.indices ?? {}).flatMap(([name, { primaries }]) => {
      const parts = this.#partsOf(name)
      if (parts === undefined) return []
      const { docs, store } = primaries
      return [{ name, ...parts, documents: docs.count, bytes: store.size_in_bytes }]
    })
    return found
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
  }

  /** Bytes of the index without a day. */
  async stateBytes(): Promise<number> {
    const { _all } = await this.#connection.call<{
      _all: { primaries: { store: { size_in_bytes: number } } }
    }>({ method: 'GET', path: `/${this.state}/_stats/store` })
    return _all.primaries.store.size_in_bytes
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.#connection.tryCall({ method: 'DELETE', path: `/${name}` }, [404])
      this.#known.delete(name)
    }
  }

  /**
   * Makes what was written visible to every search that starts afterwards, on every copy. Throws
   * `storage_unavailable` where a copy cannot now: the server answers 200 also then.
   */
  async refresh(names: readonly string[]): Promise<void> {
    // Each by itself: of one whose node has just gone the answer counts neither successes nor failures.
    await Promise.all(names.map((name) => this.#refreshOne(name)))
  }

  async #refreshOne(name: string): Promise<void> {
    const { _shards } = await this.#connection.call<{
      readonly _shards: { readonly successful: number; readonly failed: number }
    }>({ method: 'POST', path: `/${name}/_refresh` })
    if (_shards.failed > 0 || _shards.successful === 0) {
      throw busy(`cannot refresh ${name}: a node that holds it does not answer`)
    }
  }

  async #checkFormat(): Promise<void> {
    const answer = await this.#connection.tryCall<
      Record<string, { mappings: { _meta?: { format?: number } } }>
    >({ method: 'GET', path: `/${this.state}/_mapping` }, [404])
    const format = answer?.[this.state]?.mappings._meta?.format ?? FORMAT
    if (format < OLDEST_FORMAT) {
      throw new AppError(
        'data_version',
        `the indices ${this.prefix}-… are of format ${format}, of before the first release; this program reads formats from ${OLDEST_FORMAT} on`,
        { hint: 'use the program that wrote them, or other indices with --elastic-prefix' },
      )
    }
    if (format <= FORMAT) return
    throw new AppError(
      'data_version',
      `the indices ${this.prefix}-… are of format ${format}, this program knows ${FORMAT}`,
      { hint: 'use the newer program that wrote them, or other indices with --elastic-prefix' },
    )
  }

  async #make(name: string): Promise<void> {
    // 400 says that it is there already, or that its name cannot be: the write after it tells which.
    await this.#connection.tryCall(
      { method: 'PUT', path: `/${name}`, query: { wait_for_active_shards: 1 } },
      [400],
    )
    this.#known.add(name)
  }

  #partsOf(name: string): { kind: DailyKind; day: string } | undefined {
    const rest = name.slice(this.prefix.length + 1)
    const match = /^([a-z]+)-(\d{4})\.(\d\d)\.(\d\d)$/.exec(rest)
    const kind = DAILY_KINDS.find((one) => one === match?.[1])
    if (match === null || kind === undefined) return undefined
    return { kind, day: `${match[2]}-${match[3]}-${match[4]}` }
  }
}
