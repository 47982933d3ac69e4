import type { Alias, Entity, EntityId, Relation } from '../../model/entity.ts'
import type { CountedKey } from '../../model/counted-key.ts'
import type { Commit, DeadLetter, LedgerCounts, SpoolPosition } from '../../model/batch.ts'
import type { Aggregate, CountKey, Filter, GroupKey } from '../../model/query.ts'
import type { LogRecord, MetricSeries, RecordId } from '../../model/record.ts'
import type { Micros, TimeRange } from '../../model/time.ts'

/**
 * The one contract between the product and what keeps its data. `tests/contract/store-contract.ts` is
 * run by every implementation; `model/match.ts` is what each filter means, in code.
 *
 * Meanings fixed here:
 * - **Tokens** are those of `model/tokens.ts`: runs of letters and digits, folded; a full stop between digits joins.
 * - **Phrases** are tokens of `body` next to each other, in order, with nothing but separators between them.
 * - **Wildcards** match the whole token of a phrase, or the whole folded value of a field: `*` any run, also
 *   none, `?` one code point. They never match across tokens.
 * - **Visibility.** What `commit` has resolved for is seen by every call that starts afterwards. A sender
 *   is answered before that, when its bytes are on disk; the commit follows within about a second.
 * - **Idempotence.** Logs of a node below its committed `nextSequence` are skipped.
 * - **Order.** By `time`, then `timeNs`, then arrival (day, node, sequence), then nothing: total.
 *   `newest` is the exact reverse of `oldest`.
 * - **Ranges** are half-open on event time, in whole microseconds. Bins are aligned to the epoch,
 *   `floor(time / width)`; a record on an edge belongs to the bin that begins there.
 * - **Empty sets.** An `in` of nothing and an `or` of nothing match nothing; `and` of nothing is all.
 * - **Partial answers** are never silent: what a budget or a fault cut off is named in `notes`.
 */
export interface Store {
  readonly kind: 'embedded' | 'elastic'
  commit(commit: Commit): Promise<void>
  search(request: SearchRequest, context: QueryContext): Promise<SearchPage>
  aggregate(request: AggregateRequest, context: QueryContext): Promise<Table>
  /** For each grouping what {@link Store.aggregate} answers for `count`, all in one pass. */
  counts(request: CountsRequest, context: QueryContext): Promise<Counts[]>
  /** What of the matching records is worth reading around a time, and how often each template occurs there. */
  around(request: AroundRequest, context: QueryContext): Promise<Around>
  patterns(request: PatternsRequest, context: QueryContext): Promise<PatternCount[]>
  /** The record, with its raw bytes; undefined when there is none. */
  record(id: RecordId): Promise<LogRecord | undefined>
  /** Records in order of arrival after a position; drives the live tail and the periodic readers. */
  tail(
    after: TailPosition | null,
    filter: Filter,
    limit: number,
    context: QueryContext,
  ): Promise<TailPage>

  series(request: SeriesRequest, context: QueryContext): Promise<SeriesData[]>
  /** The distinct metric series of entities, without points. */
  seriesOf(entities: readonly EntityId[], range: TimeRange): Promise<MetricSeries[]>

  /** Entities and relations are given back in no order. */
  putEntities(entities: readonly Entity[]): Promise<void>
  putRelations(relations: readonly Relation[]): Promise<void>
  entities(): Promise<Entity[]>
  relations(): Promise<Relation[]>
  /** Another text as soon as {@link Store.entities} or {@link Store.relations} may answer otherwise: cheaper than those. */
  inventoryVersion(): Promise<string>

  sources(): Promise<SourceState[]>
  deadLetters(limit: number, after?: string): Promise<DeadLetter[]>
  removeDeadLetters(ids: readonly string[]): Promise<number>
  /** Small named documents (saved queries, tail offsets): the last write wins. */
  getState(key: string): Promise<string | undefined>
  putState(key: string, value: string): Promise<void>

  /** Where a node's replay starts, and the retry keys of its window (hi, lo pairs, oldest first). */
  recovery(node: string): Promise<Recovery>
  stats(): Promise<StoreStats>
  /** Deletes whole partitions past an age or until the bytes fit; answers the days removed. */
  retain(
    policy: { readonly maxAgeDays?: number; readonly maxBytes?: number },
    now: Micros,
  ): Promise<string[]>
  /** A consistent copy into an empty or absent folder while everything goes on. */
  backup(folder: string): Promise<void>
  close(): Promise<void>
}

/** A small named document and when it was written last, as a text that only the store understands. */
export interface VersionedState {
  readonly value: string
  readonly version: string
}

/** A store that several processes share, and what they need to agree. */
export interface SharedStore extends Store {
  /** The document of a key of `putState`; undefined where there is none. */
  versionedState(key: string): Promise<VersionedState | undefined>
  /**
   * Writes a document if nobody has since `version` (null: if there is none); answers its new version, undefined where
   * somebody has.
   */
  replaceState(key: string, value: string, version: string | null): Promise<string | undefined>
}

/**
 * Bounds of one query. `signal` aborts it with `cancelled`; past `timeoutMs`, or where it needs more
 * memory than the store may take, it ends with `budget_exceeded`.
 */
export interface QueryContext {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

export interface SearchRequest {
  readonly filter: Filter
  readonly range: TimeRange
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  /** From a page before; the answer goes on exactly behind its last record. */
  readonly cursor?: string
  /** Also fetch raw bytes (rebuilt exactly); costs a little more per record. */
  readonly withRaw?: boolean
}

export interface SearchPage {
  readonly records: LogRecord[]
  /** Absent when nothing is left in the range. */
  readonly next?: string
  readonly notes: readonly string[]
}

export interface AroundRequest {
  readonly filter: Filter
  readonly at: Micros
  /** How far on either side: `[at - windowUs, at)` is before, `[at, at + windowUs)` after. */
  readonly windowUs: number
  /** So many records of either side are answered, the nearest. */
  readonly nearest: number
  /**
   * Of each template of a side that is not among its nearest the nearest record is answered too, if the template is
   * rare there: of the rarest (of equally rare ones the first by id), which together have at most so many records.
   */
  readonly ofRare: number
  /** Width of the stretches of time that occurrences are told apart by, aligned to the epoch. */
  readonly stretchUs: number
}

export interface Around {
  /** Each once, in no order. */
  readonly records: LogRecord[]
  /** Of all matching records of both sides. */
  readonly templates: readonly TemplateAround[]
  readonly notes: readonly string[]
}

export interface TemplateAround {
  /** Its id; null for records without one. */
  readonly template: string | null
  readonly count: number
  /** Stretches in which there are any. */
  readonly stretches: number
}

export interface AggregateRequest {
  readonly filter: Filter
  readonly range: TimeRange
  readonly by: readonly GroupKey[]
  readonly aggregates: readonly Aggregate[]
}

/**
 * Column names in the order keys, aggregates; a bin's column is `time`, its cell the start in
 * microseconds. What the functions and keys mean is fixed by `model/aggregate.ts`. Rows in no order.
 */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: (string | number | boolean | null)[][]
  readonly notes: readonly string[]
}

/** Of bins as wide as one of these, or a multiple of it, a store may count records without looking at each. */
export const TALLY_SECONDS = { fine: 20, coarse: 600 } as const

export interface CountsRequest {
  readonly filter: Filter
  readonly range: TimeRange
  readonly groupings: readonly (readonly CountKey[])[]
}

/** Groups by column, in no order: 100,000 of them cross threads as a few lists. */
export interface Counts {
  readonly keys: readonly CountedKey[]
  /** Records of each group. */
  readonly counts: Float64Array
  readonly notes: readonly string[]
}

export interface PatternsRequest {
  readonly filter: Filter
  readonly range: TimeRange
}

export interface PatternCount {
  readonly template: string
  readonly text: string
  readonly count: number
  readonly first: Micros
  readonly last: Micros
  /** Highest severity seen. */
  readonly severity: number
}

/**
 * How far a reader of arrivals has come: up to a sequence of a partition day where one ingest node writes, else a place
 * in each node's own sequence, and `day` is empty. A store takes positions of its own kind only.
 */
export interface TailPosition {
  readonly day: string
  readonly sequence: number
  /** By ingest node the first sequence that is not passed yet; a node that is missing has begun since. */
  readonly nodes?: Readonly<Record<string, number>>
}

export interface TailPage {
  readonly records: LogRecord[]
  readonly position: TailPosition
}

export interface SeriesRequest {
  /** Empty: any entity. */
  readonly entities: readonly EntityId[]
  /** Metric names; `*` at the end is a prefix. Empty: any. */
  readonly metrics: readonly string[]
  readonly range: TimeRange
  /** Width of a step, microseconds; 0 for the raw points. */
  readonly stepUs: number
}

/**
 * Points by step start, ascending: mean, least and greatest of the step. A step's values are added in no order, so the
 * last digit of a mean is not the same in every store. Of points of one series at one nanosecond the first stored counts.
 */
export interface SeriesData {
  readonly series: MetricSeries
  readonly times: Float64Array
  readonly values: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
}

/** `host`, `layer` and `format` are those that the source was first heard with, before all those of a layer. */
export interface SourceState {
  readonly source: string
  readonly host: string | null
  readonly layer: string | null
  readonly format: string | null
  readonly counts: LedgerCounts
  /** Newest event time and newest receive time stored; null before the first record. */
  readonly watermark: Micros | null
  readonly lastReceived: Micros | null
}

export interface Recovery {
  readonly position: SpoolPosition | null
  /** Whose spool the position is in, where the store is shared: a name that one data folder has. */
  readonly writer?: string
  readonly retryKeys: Uint32Array
  /** The last committed `fileRanges` of every file. */
  readonly fileRanges?: ReadonlyMap<string, readonly number[]>
  /** Known templates' patterns, so that a restart mints none anew. */
  readonly patterns: readonly string[]
  /** True where other nodes commit too: `Commit.requests` is wanted. */
  readonly isShared?: boolean
}

export interface StoreStats {
  readonly records: number
  readonly points: number
  readonly series: number
  readonly templates: number
  readonly bytes: number
  readonly partitions: readonly {
    readonly day: string
    readonly records: number
    readonly bytes: number
  }[]
}

export type { Alias }
