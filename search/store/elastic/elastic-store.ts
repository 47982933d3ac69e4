import { randomUUID } from 'node:crypto'
import type { Commit, DeadLetter } from '../../../model/batch.ts'
import { relationKey, type Entity, type EntityId, type Relation } from '../../../model/entity.ts'
import { AppError } from '../../../model/errors.ts'
import type { CompileRegex } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { LogRecord, MetricSeries, RecordId } from '../../../model/record.ts'
import type { Micros, TimeRange } from '../../../model/time.ts'
import type {
  AggregateRequest,
  Around,
  AroundRequest,
  Counts,
  CountsRequest,
  PatternCount,
  PatternsRequest,
  QueryContext,
  Recovery,
  SearchPage,
  SearchRequest,
  SeriesData,
  SeriesRequest,
  SharedStore,
  SourceState,
  StoreStats,
  Table,
  TailPage,
  TailPosition,
  VersionedState,
} from '../store.ts'
import type { Contents, PointsPage, RecordStretch, WholeStore } from '../whole-store.ts'
import { WriteQueue } from '../write-queue.ts'
import { aggregate, counts } from './aggregate.ts'
import { around } from './around.ts'
import { Committer } from './commit.ts'
import { Connection, type ConnectionOptions, type ServerFacts } from './connection.ts'
import { contents, documents, pointsOf, recordsOf } from './contents.ts'
import { deleteLetters, readLetters } from './dead-letters.ts'
import { Descriptors } from './descriptors.ts'
import { Indices } from './indices.ts'
import { backup, retain, statsOf } from './keeping.ts'
import { readSeries, readSeriesOf } from './metrics.ts'
import { patterns } from './patterns.ts'
import type { Reading } from './reading.ts'
import { recordOfId, search } from './search.ts'
import { readRecovery, readSources } from './sources.ts'
import { parseVersion, printVersion, StateIndex } from './state-index.ts'
import { tail } from './tail.ts'
import { Extents } from './time-windows.ts'

export interface ElasticOptions extends ConnectionOptions {
  /** What the names of all indices begin with: lower case; default `plumbline`. */
  readonly prefix?: string
  /** Who commits through this: see `Recovery`. Default: a new one. */
  readonly writer?: string
  readonly compileRegex: CompileRegex
}

/** The store of many machines: indices of Elasticsearch, see ARCHITECTURE.md. */
export class ElasticStore implements SharedStore, WholeStore {
  readonly kind = 'elastic'
  /** What the server said it is when the store was opened. */
  readonly server: ServerFacts
  readonly #connection: Connection
  readonly #reading: Reading
  readonly #state: StateIndex
  readonly #committer: Committer
  readonly #writes = new WriteQueue()

  private constructor(reading: Reading, state: StateIndex, server: ServerFacts, writer: string) {
    this.server = server
    this.#connection = reading.connection
    this.#reading = reading
    this.#state = state
    this.#committer = new Committer(reading, state, writer)
  }

  /**
   * Opens the indices of a prefix, or makes them. Throws `storage_unavailable`, `permission_denied`,
   * `data_version` or `configuration`.
   */
  static async open(options: ElasticOptions): Promise<ElasticStore> {
    const { prefix = 'plumbline', writer = randomUUID(), compileRegex } = options
    if (!/^[a-z0-9][a-z0-9_-]{0,99}$/.test(prefix)) {
      throw new AppError(
        'configuration',
        `cannot name indices "${prefix}-…": use a-z, 0-9, - and _, at most 100 of them`,
      )
    }
    const connection = new Connection(options)
    try {
      const server = await connection.facts()
      const indices = new Indices(connection, prefix)
      await indices.prepare()
      const state = new StateIndex(connection, indices)
      const descriptors = new Descriptors(state)
      const extents = new Extents(connection, indices)
      const reading = { connection, indices, descriptors, extents, compileRegex }
      return new ElasticStore(reading, state, server, writer)
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  commit(commit: Commit): Promise<void> {
    return this.#writes.run(() => this.#committer.commit(commit))
  }

  search(request: SearchRequest, context: QueryContext): Promise<SearchPage> {
    return search(this.#reading, request, context)
  }

  aggregate(request: AggregateRequest, context: QueryContext): Promise<Table> {
    return aggregate(this.#reading, request, context)
  }

  counts(request: CountsRequest, context: QueryContext): Promise<Counts[]> {
    return counts(this.#reading, request, context)
  }

  around(request: AroundRequest, context: QueryContext): Promise<Around> {
    return around(this.#reading, this, request, context)
  }

  patterns(request: PatternsRequest, context: QueryContext): Promise<PatternCount[]> {
    return patterns(this.#reading, request, context)
  }

  record(id: RecordId): Promise<LogRecord | undefined> {
    return recordOfId(this.#reading, id)
  }

  tail(
    after: TailPosition | null,
    filter: Filter,
    limit: number,
    context: QueryContext,
  ): Promise<TailPage> {
    return tail(this.#reading, this.#state, after, filter, limit, context)
  }

  series(request: SeriesRequest, context: QueryContext): Promise<SeriesData[]> {
    return readSeries(this.#reading, this.#state, request, context)
  }

  seriesOf(entities: readonly EntityId[], range: TimeRange): Promise<MetricSeries[]> {
    return readSeriesOf(this.#reading, this.#state, entities, range)
  }

  putEntities(entities: readonly Entity[]): Promise<void> {
    const values = new Map(entities.map((entity) => [entity.id, JSON.stringify(entity)]))
    return this.#writes.run(() => this.#state.put('entity', values))
  }

  putRelations(relations: readonly Relation[]): Promise<void> {
    const values = new Map(
      relations.map((relation) => [relationKey(relation), JSON.stringify(relation)]),
    )
    return this.#writes.run(() => this.#state.put('relation', values))
  }

  async entities(): Promise<Entity[]> {
    return (await this.#state.list('entity')).map(({ value }) => JSON.parse(value) as Entity)
  }

  async relations(): Promise<Relation[]> {
    return (await this.#state.list('relation')).map(({ value }) => JSON.parse(value) as Relation)
  }

  inventoryVersion(): Promise<string> {
    return this.#state.versionOf(['entity', 'relation'])
  }

  sources(): Promise<SourceState[]> {
    return readSources(this.#state)
  }

  deadLetters(limit: number, after = ''): Promise<DeadLetter[]> {
    return readLetters(this.#reading, limit, after)
  }

  removeDeadLetters(ids: readonly string[]): Promise<number> {
    return this.#writes.run(() => deleteLetters(this.#reading, ids))
  }

  async getState(key: string): Promise<string | undefined> {
    return (await this.#state.get('document', key))?.document.value
  }

  putState(key: string, value: string): Promise<void> {
    return this.#writes.run(() => this.#state.put('document', new Map([[key, value]])))
  }

  async versionedState(key: string): Promise<VersionedState | undefined> {
    const found = await this.#state.get('document', key)
    if (found === undefined) return undefined
    return { value: found.document.value, version: printVersion(found.version) }
  }

  /** Beside the queue of writes: what processes agree about must not wait behind a commit. */
  async replaceState(
    key: string,
    value: string,
    version: string | null,
  ): Promise<string | undefined> {
    const action = this.#state.action('index', 'document', key, value)
    const before = version === null ? null : parseVersion(version)
    const written = await this.#state.replace(action, before, false)
    return written === undefined ? undefined : printVersion(written)
  }

  contents(): Promise<Contents> {
    return contents(this.#reading, this.#state)
  }

  recordsOf(stretch: RecordStretch, limit: number): Promise<LogRecord[]> {
    return recordsOf(this.#reading, stretch, limit)
  }

  pointsOf(day: string, after: string | null, limit: number): Promise<PointsPage> {
    return pointsOf(this.#reading, this.#state, day, after, limit)
  }

  documents(): Promise<ReadonlyMap<string, string>> {
    return documents(this.#state)
  }

  recovery(node: string): Promise<Recovery> {
    return readRecovery(this.#reading, this.#state, node)
  }

  stats(): Promise<StoreStats> {
    return statsOf(this.#reading, this.#state)
  }

  retain(
    policy: { readonly maxAgeDays?: number; readonly maxBytes?: number },
    now: Micros,
  ): Promise<string[]> {
    return this.#writes.run(() => retain(this.#reading.indices, policy, now))
  }

  backup(folder: string): Promise<void> {
    return this.#writes.run(() => backup(this.#connection, this.#reading.indices, folder))
  }

  async close(): Promise<void> {
    await this.#writes.run(() => this.#connection.close())
  }
}
