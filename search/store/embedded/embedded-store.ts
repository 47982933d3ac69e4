import { randomUUID } from 'node:crypto'
import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import type { Commit, DeadLetter } from '../../../model/batch.ts'
import { parseRecordId } from '../../../model/batch-record.ts'
import type { Entity, EntityId, Relation } from '../../../model/entity.ts'
import { AppError, messageOf } from '../../../model/errors.ts'
import type { CompileRegex } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { LogRecord, MetricSeries, RecordId } from '../../../model/record.ts'
import { MICROS_PER_DAY, parseTimeWord, type Micros, type TimeRange } from '../../../model/time.ts'
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
  SourceState,
  StoreStats,
  Table,
  TailPage,
  TailPosition,
} from '../store.ts'
import type { Contents, PointsPage, RecordStretch, WholeStore } from '../whole-store.ts'
import { WriteQueue } from '../write-queue.ts'
import { around } from './around.ts'
import { aggregate, counts, patterns } from './aggregate.ts'
import { INDEX_LAYOUT, type IndexLayout } from './block.ts'
import { contents, pointsOf, recordsOf } from './contents.ts'
import { DataFolder, fileBytes, filesOf } from './data-folder.ts'
import { Dictionaries, Dictionary } from './dictionary.ts'
import { Engine, sqlText } from './engine.ts'
import type { FileRangeList } from './file-range-table.ts'
import { joinedKeys } from '../joined-keys.ts'
import {
  comparePositions,
  earlierSpeaker,
  sumOf,
  type LedgerEntry,
  type Speaker,
} from '../ledger.ts'
import { readSeries, seriesKey, seriesOf, type MetricReading } from './metrics.ts'
import { Partition } from './partition.ts'
import { RecentTiles } from './recent-tiles.ts'
import { RecordReader } from './record-reader.ts'
import type { Reading } from './reading.ts'
import { fetchRows, snapshotOf } from './rows.ts'
import { search, tail } from './search.ts'
import { StateFile } from './state.ts'

export interface EmbeddedOptions {
  /** Made if it is missing. */
  readonly folder: string
  readonly compileRegex: CompileRegex
  /** DuckDB's bound on its own memory; default `512MB`. */
  readonly memoryLimit?: string
  /** How the index cuts rows; tests make it small. */
  readonly layout?: IndexLayout
}

/** The store of one machine: DuckDB files in a folder, see ARCHITECTURE.md. */
export class EmbeddedStore implements WholeStore {
  readonly kind = 'embedded'
  readonly #folder: DataFolder
  readonly #engine: Engine
  readonly #state: StateFile
  readonly #dictionaries: Dictionaries
  readonly #series = new Dictionary<MetricSeries>(seriesKey)
  readonly #layout: IndexLayout
  readonly #recentTiles = new RecentTiles()
  readonly #reading: Reading
  readonly #metricReading: MetricReading
  /** Oldest day first. */
  #partitions: readonly Partition[] = []
  readonly #writes = new WriteQueue()
  /** Tells this opening of a folder from every other. */
  readonly #opening = randomUUID()
  #inventoryChanges = 0

  private constructor(
    folder: DataFolder,
    engine: Engine,
    state: StateFile,
    options: EmbeddedOptions,
  ) {
    const { compileRegex } = options
    this.#folder = folder
    this.#engine = engine
    this.#state = state
    this.#layout = options.layout ?? INDEX_LAYOUT
    const partitions = (): readonly Partition[] => this.#partitions
    const dictionaries = new Dictionaries(this.#layout.keysOfKind)
    this.#dictionaries = dictionaries
    const reader = new RecordReader(engine, dictionaries)
    this.#reading = { engine, dictionaries, reader, compileRegex, partitions }
    this.#metricReading = { engine, series: this.#series, partitions }
  }

  /**
   * Opens or makes the store of a folder. Throws `data_locked`, `data_version`, `permission_denied` or
   * `storage_unavailable`.
   */
  static async open(options: EmbeddedOptions): Promise<EmbeddedStore> {
    const folder = await DataFolder.open(options.folder)
    const engine = await Engine.open({
      threads: availableParallelism(),
      memoryLimit: options.memoryLimit ?? '512MB',
      tempFolder: folder.tempPath,
    })
    try {
      const state = await StateFile.open(engine, folder.statePath)
      const store = new EmbeddedStore(folder, engine, state, options)
      const retired = await state.retiredDays()
      for (const day of await folder.days()) {
        if (retired.has(day)) await folder.deletePartition(day)
        else await store.#openPartition(day)
      }
      return store
    } catch (error) {
      engine.close()
      throw error
    }
  }

  commit(commit: Commit): Promise<void> {
    return this.#write(async () => {
      if (this.#isDone(commit)) return
      const partition = await this.#openPartition(commit.day)
      await partition.commit(commit)
    })
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
    return around(this.#reading, request, context)
  }

  patterns(request: PatternsRequest, context: QueryContext): Promise<PatternCount[]> {
    return patterns(this.#reading, request, context)
  }

  async record(id: RecordId): Promise<LogRecord | undefined> {
    const parts = parseRecordId(id)
    const partition = this.#partitions.find(({ day }) => day === parts?.day)
    if (parts === undefined || partition === undefined) return undefined
    const snapshot = snapshotOf(partition)
    const { firstSequence, nextSequence } = snapshot
    const own = partition.position?.node ?? ''
    const seq = partition.origins.find(parts, own, firstSequence, nextSequence)
    if (seq === undefined) return undefined
    const sql = `seq = ${seq}`
    const rows = await fetchRows(this.#engine, { snapshot, sql }, {})
    return (await this.#reading.reader.read(rows, true, {}))[0]
  }

  tail(
    after: TailPosition | null,
    filter: Filter,
    limit: number,
    context: QueryContext,
  ): Promise<TailPage> {
    return tail(this.#reading, after, filter, limit, context)
  }

  series(request: SeriesRequest, context: QueryContext): Promise<SeriesData[]> {
    return readSeries(this.#metricReading, request, context)
  }

  seriesOf(entities: readonly EntityId[], range: TimeRange): Promise<MetricSeries[]> {
    return seriesOf(this.#metricReading, entities, range)
  }

  putEntities(entities: readonly Entity[]): Promise<void> {
    return this.#changeInventory(() => this.#state.putEntities(entities))
  }

  putRelations(relations: readonly Relation[]): Promise<void> {
    return this.#changeInventory(() => this.#state.putRelations(relations))
  }

  async entities(): Promise<Entity[]> {
    return this.#state.entities
  }

  async relations(): Promise<Relation[]> {
    return this.#state.relations
  }

  async inventoryVersion(): Promise<string> {
    return `${this.#opening}.${this.#inventoryChanges}`
  }

  async sources(): Promise<SourceState[]> {
    const ledger = new Map<string, LedgerEntry>()
    for (const { entries } of [this.#state.ledger, ...this.#partitions.map((one) => one.ledger)]) {
      for (const [source, entry] of entries) {
        const before = ledger.get(source)
        ledger.set(source, before === undefined ? entry : sumOf(before, entry))
      }
    }
    const speakers = new Map<string, Speaker | null>()
    this.#dictionaries.streams.forEach((stream) => {
      const before = speakers.get(stream.source) ?? null
      speakers.set(stream.source, earlierSpeaker(before, stream))
    })
    return [...ledger].map(([source, { counts, watermark, lastReceived }]) => {
      const speaker = speakers.get(source)
      return {
        source,
        host: speaker?.host ?? null,
        layer: speaker?.layer ?? null,
        format: speaker?.format ?? null,
        counts: { ...counts },
        watermark: watermark as Micros | null,
        lastReceived: lastReceived as Micros | null,
      }
    })
  }

  async deadLetters(limit: number, after = ''): Promise<DeadLetter[]> {
    const parts = this.#partitions.map(
      ({ database }) =>
        `SELECT id, received, source, protocol, reason, raw FROM ${database}.dead_letters WHERE id > ${sqlText(after)}`,
    )
    if (parts.length === 0) return []
    const rows = await this.#engine.query(`${parts.join(' UNION ALL ')} ORDER BY id LIMIT ${limit}`)
    return Array.from({ length: rows.rows }, (_, row) => ({
      id: rows.text(0, row),
      received: rows.number(1, row),
      source: rows.text(2, row),
      protocol: rows.text(3, row),
      reason: rows.text(4, row),
      raw: rows.bytes(5, row),
    }))
  }

  removeDeadLetters(ids: readonly string[]): Promise<number> {
    return this.#write(async () => {
      if (ids.length === 0) return 0
      const list = ids.map(sqlText).join(', ')
      let removed = 0
      for (const { database } of this.#partitions) {
        const where = `FROM ${database}.dead_letters WHERE id IN (${list})`
        removed += (await this.#engine.query(`SELECT count(*) ${where}`)).number(0, 0)
        await this.#engine.run(`DELETE ${where}`)
      }
      return removed
    })
  }

  getState(key: string): Promise<string | undefined> {
    return this.#state.getDocument(key)
  }

  putState(key: string, value: string): Promise<void> {
    return this.#write(() => this.#state.putDocument(key, value))
  }

  contents(): Promise<Contents> {
    return contents(this.#metricReading)
  }

  recordsOf(stretch: RecordStretch, limit: number): Promise<LogRecord[]> {
    return recordsOf(this.#reading, stretch, limit)
  }

  pointsOf(day: string, after: string | null, limit: number): Promise<PointsPage> {
    return pointsOf(this.#metricReading, day, after, limit)
  }

  documents(): Promise<ReadonlyMap<string, string>> {
    return this.#state.documents()
  }

  async recovery(node: string): Promise<Recovery> {
    const mine = this.#partitions.filter(({ position }) => position?.node === node)
    const patternsKnown: string[] = []
    this.#dictionaries.templates.forEach(({ pattern }) => patternsKnown.push(pattern))
    const keys: Uint32Array[] = []
    for (const partition of mine.slice(-2)) keys.push(await partition.retryKeys.read())
    const fileRanges = new Map<string, FileRangeList>()
    for (const partition of mine) {
      for (const [file, ranges] of await partition.fileRanges.read()) fileRanges.set(file, ranges)
    }
    return {
      position: mine.map(({ position }) => position!).reduce(laterOf, null),
      retryKeys: joinedKeys(keys),
      fileRanges,
      patterns: patternsKnown,
    }
  }

  async stats(): Promise<StoreStats> {
    const partitions = await Promise.all(
      this.#partitions.map(async (partition) => ({
        day: partition.day,
        records: partition.rows,
        bytes: await databaseBytes(partition.path),
      })),
    )
    const stateBytes = await databaseBytes(this.#folder.statePath)
    return {
      records: partitions.reduce((sum, { records }) => sum + records, 0),
      points: this.#partitions.reduce((sum, { points }) => sum + points, 0),
      series: this.#series.size,
      templates: this.#dictionaries.templates.size,
      bytes: partitions.reduce((sum, { bytes }) => sum + bytes, stateBytes),
      partitions,
    }
  }

  retain(
    policy: { readonly maxAgeDays?: number; readonly maxBytes?: number },
    now: Micros,
  ): Promise<string[]> {
    return this.#write(async () => {
      const removed: string[] = []
      for (let oldest = this.#partitions[0]; oldest !== undefined; oldest = this.#partitions[0]) {
        // The newest day takes the next commit; it stays whatever its size.
        if (this.#partitions.length === 1) break
        const end = parseTimeWord(oldest.day, now)! + MICROS_PER_DAY
        const tooOld =
          policy.maxAgeDays !== undefined && now - end > policy.maxAgeDays * MICROS_PER_DAY
        const tooMuch =
          policy.maxBytes !== undefined && (await this.stats()).bytes > policy.maxBytes
        if (!tooOld && !tooMuch) break
        await this.#removePartition(oldest)
        removed.push(oldest.day)
      }
      return removed
    })
  }

  backup(folder: string): Promise<void> {
    return this.#write(async () => {
      await makeEmptyFolder(folder)
      // Writes wait for their turn, so a file and its log do not change while they are copied. No
      // checkpoint: a forced one would end the queries that run.
      for (const path of [this.#folder.statePath, ...this.#partitions.map((one) => one.path)]) {
        for (const file of filesOf(path)) await copyIfThere(file, folder)
      }
      await copyFile(join(this.#folder.path, 'version.json'), join(folder, 'version.json'))
      await writeFile(join(folder, 'backup.json'), `${JSON.stringify({ complete: true })}\n`)
    })
  }

  async close(): Promise<void> {
    try {
      await this.#write(async () => {
        for (const partition of this.#partitions) await partition.detach()
        await this.#state.detach()
      })
    } finally {
      // Also where the disk is too full for the last checkpoint: the logs hold what it would have written.
      this.#engine.close()
    }
  }

  /** True for a commit whose end the store has already passed. */
  #isDone(commit: Commit): boolean {
    const known = this.#partitions.reduce<Partition['position']>(
      (a, { position }) => laterOf(a, position),
      null,
    )
    return known !== null && comparePositions(commit.position, known) <= 0
  }

  async #openPartition(day: string): Promise<Partition> {
    const known = this.#partitions.find((partition) => partition.day === day)
    if (known !== undefined) return known
    const path = this.#folder.partitionPath(day)
    const shared = {
      engine: this.#engine,
      dictionaries: this.#dictionaries,
      series: this.#series,
      layout: this.#layout,
      recentTiles: this.#recentTiles,
    }
    const partition = await Partition.open(shared, path, day)
    this.#partitions = [...this.#partitions, partition].sort((a, b) => (a.day < b.day ? -1 : 1))
    return partition
  }

  async #removePartition(partition: Partition): Promise<void> {
    await this.#state.retireDay(partition.day, partition.ledger.entries)
    this.#partitions = this.#partitions.filter((one) => one !== partition)
    await partition.detach()
    await this.#folder.deletePartition(partition.day)
  }

  async #changeInventory(work: () => Promise<void>): Promise<void> {
    try {
      await this.#write(work)
    } finally {
      this.#inventoryChanges++
    }
  }

  #write<T>(work: () => Promise<T>): Promise<T> {
    return this.#writes.run(work).catch((cause: unknown) => {
      throw storageError(cause)
    })
  }
}

type Position = NonNullable<Partition['position']>

function laterOf(a: Position | null, b: Position | null): Position | null {
  if (a === null || b === null) return a ?? b
  return comparePositions(a, b) >= 0 ? a : b
}

async function databaseBytes(path: string): Promise<number> {
  const sizes = await Promise.all(filesOf(path).map(fileBytes))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** A database without changes since its checkpoint has no log. */
async function copyIfThere(file: string, folder: string): Promise<void> {
  if ((await fileBytes(file)) > 0) await copyFile(file, join(folder, basename(file)))
}

async function makeEmptyFolder(folder: string): Promise<void> {
  await makeFolder(folder)
  const names = await readdir(folder)
  if (names.length > 0) {
    throw new AppError('invalid_request', `cannot back up into ${folder}: it is not empty`, {
      hint: 'name a new or empty folder',
    })
  }
}

/** A failed write in words of ours. */
function storageError(cause: unknown): unknown {
  if (cause instanceof AppError) return cause
  const message = messageOf(cause)
  if (/no space left|disk quota|could not write all bytes|File too large/i.test(message)) {
    return new AppError('storage_full', `cannot write to the store: ${message}`, {
      cause,
      hint: 'free some disk; nothing acknowledged is lost, and writing goes on by itself',
    })
  }
  return new AppError('storage_unavailable', `cannot write to the store: ${message}`, { cause })
}
