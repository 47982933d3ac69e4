import { BIGINT, BLOB, DOUBLE, UINTEGER, USMALLINT, UTINYINT, VARCHAR } from '@duckdb/node-api'
import type {
  Commit,
  DeadLetter,
  LogBatch,
  MetricBatch,
  ShapeDescriptor,
  SpoolPosition,
  StreamDescriptor,
} from '../../../model/batch.ts'
import type { MetricSeries } from '../../../model/record.ts'
import type { TimeRange } from '../../../model/time.ts'
import { textsOf } from '../../../model/text-column.ts'
import { isAccented, mayHoldAccented } from './accented.ts'
import type { IndexLayout } from './block.ts'
import { tokenPath } from './data-folder.ts'
import type { Dictionaries, Dictionary } from './dictionary.ts'
import { sqlText, type Engine } from './engine.ts'
import { FileRangeTable } from './file-range-table.ts'
import { KeyColumns } from './key-columns.ts'
import { LedgerTable } from './ledger-table.ts'
import { RecentRows } from './recent-rows.ts'
import type { RecentTiles } from './recent-tiles.ts'
import { OriginTable } from './origin-table.ts'
import { RetryKeyTable } from './retry-key-table.ts'
import { RowIndex, type Growth } from './row-index.ts'
import { keysOfRow } from './row-keys.ts'
import { PARTITION_TABLES } from './schema.ts'
import type { Segment } from './segment.ts'
import { byTemplate, counting, SortedBatch, Times, translate } from './sorted-batch.ts'
import { TallyTable, type Tile } from './tally-table.ts'
import { TemplateText } from './template-text.ts'

/** What the partitions of a store share. */
export interface PartitionContext {
  readonly engine: Engine
  readonly dictionaries: Dictionaries
  readonly series: Dictionary<MetricSeries>
  readonly layout: IndexLayout
  readonly recentTiles: RecentTiles
}

/** Dictionary numbers that already stand in the partition's own tables. */
interface Known {
  readonly entities: Set<number>
  readonly streams: Set<number>
  readonly shapes: Set<number>
  readonly templates: Set<number>
  readonly series: Set<number>
  readonly keys: Set<number>
  /** `template number, word`. */
  readonly slotWords: Set<string>
}

/** The tables of the dictionaries whose entries are texts. */
const DICTIONARY_TABLES = {
  entities: 'entity_ids',
  streams: 'streams',
  shapes: 'shapes',
  series: 'series',
  keys: 'key_names',
} as const

/** The batch's dictionary indexes translated to the store's numbers. */
interface Numbering {
  readonly entities: Uint32Array
  readonly streams: Uint32Array
  readonly shapes: Uint32Array
  readonly templates: Uint32Array
}

/**
 * The records received on one UTC day, in a DuckDB file of their own: written by one transaction a
 * commit, deleted as a whole.
 */
export class Partition {
  readonly day: string
  /** DuckDB's name of the attached file. */
  readonly database: string
  readonly path: string
  readonly ledger: LedgerTable
  readonly retryKeys: RetryKeyTable
  readonly fileRanges: FileRangeTable
  readonly recentRows = new RecentRows()
  readonly origins: OriginTable
  readonly tallies: TallyTable
  readonly #index: RowIndex
  #position: (SpoolPosition & { readonly node: string }) | null = null
  #rows = 0
  #firstSequence = 0
  #points = 0
  #pointTimes: TimeBounds = NO_TIMES
  readonly #known: Known = {
    entities: new Set(),
    streams: new Set(),
    shapes: new Set(),
    templates: new Set(),
    series: new Set(),
    keys: new Set(),
    slotWords: new Set(),
  }
  readonly #engine: Engine
  readonly #dictionaries: Dictionaries
  readonly #series: Dictionary<MetricSeries>

  private constructor(shared: PartitionContext, path: string, day: string, index: RowIndex) {
    const { engine, dictionaries, series } = shared
    this.#engine = engine
    this.path = path
    this.day = day
    this.database = databaseOf(day)
    this.#dictionaries = dictionaries
    this.#series = series
    this.#index = index
    this.ledger = new LedgerTable(engine, `${this.database}.ledger`)
    this.retryKeys = new RetryKeyTable(engine, this.database)
    this.fileRanges = new FileRangeTable(engine, `${this.database}.file_ranges`)
    this.origins = new OriginTable(engine, this.database)
    this.tallies = new TallyTable(
      engine,
      this.database,
      shared.layout.tallyRows,
      shared.recentTiles,
    )
  }

  /** Opens or makes the file of a day. */
  static async open(shared: PartitionContext, path: string, day: string): Promise<Partition> {
    const { engine, layout } = shared
    const database = databaseOf(day)
    await engine.attach(path, database)
    await engine.run(PARTITION_TABLES(database))
    const index = await RowIndex.open(engine, database, layout, tokenPath(path))
    try {
      const partition = new Partition(shared, path, day, index)
      await partition.#load()
      return partition
    } catch (error) {
      await index.close()
      throw error
    }
  }

  /** The index of its rows, in order of place. */
  get segments(): readonly Segment[] {
    return this.#index.segments
  }

  /** Sequence of the first record; 0 while there is none. */
  get firstSequence(): number {
    return this.#firstSequence
  }

  get rows(): number {
    return this.#rows
  }

  get points(): number {
    return this.#points
  }

  /** Whether any of its points may lie in the range. */
  mayHavePoints({ from, to }: TimeRange): boolean {
    return this.#pointTimes.first < to && this.#pointTimes.last >= from
  }

  get position(): (SpoolPosition & { readonly node: string }) | null {
    return this.#position
  }

  /** Writes a commit as one transaction; what is already here (a replay) is skipped. */
  async commit(commit: Commit): Promise<void> {
    const { node, logs } = commit
    const grown = this.#index.grow()
    let origin: Awaited<ReturnType<OriginTable['write']>>
    let tiles: readonly Tile[] = []
    const fresh: Known = {
      entities: new Set(),
      streams: new Set(),
      shapes: new Set(),
      templates: new Set(),
      series: new Set(),
      keys: new Set(),
      slotWords: new Set(),
    }
    await this.#engine.transaction(async () => {
      if (logs !== null) {
        const first = firstRowOf(commit, logs)
        await this.#writeLogs(logs, first, grown, fresh)
        const named = { node: logs.node, sequence: logs.firstSequence }
        origin = await this.origins.write(first, named, node)
        tiles = await this.tallies.write(this.#rows + logs.count)
      }
      if (commit.metrics !== null) await this.#writeMetrics(commit.metrics, fresh)
      await this.ledger.write(commit)
      await this.#writeDeadLetters(commit.deadLetters)
      await this.retryKeys.write(commit.retryKeys)
      await this.fileRanges.write(commit.fileRanges)
      await this.#writePosition(commit.position, node)
    })
    this.#adopt(commit, grown, fresh, node)
    this.origins.adopt(origin)
    this.tallies.adopt(tiles)
  }

  /** Detaches the file so that it can be copied or deleted. */
  async detach(): Promise<void> {
    await this.#engine.detach(this.database)
    await this.#index.close()
  }

  #adopt(commit: Commit, grown: Growth, fresh: Known, node: string): void {
    this.#index.adopt(grown)
    if (this.#rows === 0 && commit.logs !== null) {
      this.#firstSequence = firstRowOf(commit, commit.logs)
    }
    this.#rows += commit.logs?.count ?? 0
    this.#points += commit.metrics?.count ?? 0
    if (commit.metrics !== null) this.#pointTimes = withTimes(this.#pointTimes, commit.metrics)
    this.#position = { ...commit.position, node }
    this.ledger.adopt(commit)
    this.retryKeys.adopt(commit.retryKeys)
    for (const kind of ['entities', 'streams', 'shapes', 'templates', 'series', 'keys'] as const) {
      for (const id of fresh[kind]) this.#known[kind].add(id)
    }
    for (const pair of fresh.slotWords) this.#known.slotWords.add(pair)
  }

  async #writeLogs(batch: LogBatch, firstRow: number, grown: Growth, fresh: Known): Promise<void> {
    const numbering = this.#number(batch)
    await this.#writeDictionaries(numbering, fresh)
    await this.#writeSlotWords(batch, numbering, fresh)
    const { shapes, templates } = this.#dictionaries
    const { count, tokenEnds, tokenHashes } = batch
    const template = translate(batch.template, count, numbering.templates)
    const shape = translate(batch.shape, count, numbering.shapes)
    const order = byTemplate(batch, numbering.templates)
    const sorted = new SortedBatch(order)
    const variables = textsOf(batch.variables)
    const values = textsOf(batch.values)
    const keys = new KeyColumns(count, this.#dictionaries.keys)
    const mayBeAccented = mayHoldAccented(batch.variables) || mayHoldAccented(batch.values)
    for (let place = 0; place < count; place++) {
      const row = order[place]!
      const { numbered, hashes } = keysOfRow({
        shape: shapes.get(shape[row]!),
        template: templates.get(template[row]!),
        variables: variables[row]!,
        values: values[row]!,
      })
      keys.put(place, numbered)
      grown.addRow(
        {
          time: batch.time[row]!,
          template: template[row]!,
          isAccented: mayBeAccented && (isAccented(variables[row]!) || isAccented(values[row]!)),
          hashes,
        },
        tokenHashes,
        row === 0 ? 0 : tokenEnds[row - 1]!,
        tokenEnds[row]!,
      )
    }
    const time = new Times(sorted.numbers(batch.time))
    const received = new Times(sorted.numbers(batch.received))
    await this.#engine.append(
      this.database,
      'logs',
      [
        { type: BIGINT, bigints: counting(this.#rows, count) },
        { type: BIGINT, bigints: sorted.numbers(counting(firstRow, count)) },
        { type: BIGINT, bigints: time.whole(1_000_000) },
        { type: USMALLINT, numbers: time.part(1_000_000, 1_000) },
        { type: USMALLINT, numbers: time.part(1_000, 1) },
        { type: USMALLINT, numbers: sorted.numbers(batch.timeNs) },
        { type: BIGINT, bigints: received.whole(1_000) },
        { type: USMALLINT, numbers: received.part(1_000, 1) },
        { type: UTINYINT, numbers: sorted.numbers(batch.severity) },
        {
          type: UINTEGER,
          numbers: sorted.numbers(translate(batch.entity, count, numbering.entities)),
        },
        {
          type: UINTEGER,
          numbers: sorted.numbers(translate(batch.stream, count, numbering.streams)),
        },
        { type: UINTEGER, numbers: sorted.numbers(shape) },
        { type: UINTEGER, numbers: sorted.numbers(template) },
        ...keys.columns.map((numbers) => ({ type: UINTEGER, numbers })),
        { type: VARCHAR, strings: sorted.texts(variables) },
        { type: VARCHAR, strings: sorted.texts(values) },
      ],
      count,
    )
    await this.#writeVerbatim(batch, firstRow)
    await this.#index.write(grown)
    const { keys: names } = this.#dictionaries
    await this.#writeDictionary('keys', keys.used(), fresh, (number) => names.describe(number))
  }

  #number(batch: LogBatch): Numbering {
    const { entities, streams, shapes, templates } = this.#dictionaries
    return {
      // No entity stays 0, the others stand one higher than their numbers.
      entities: Uint32Array.from([0, ...batch.entities.map((id) => entities.intern(id) + 1)]),
      streams: Uint32Array.from(batch.streams, (stream) => streams.intern(stream)),
      shapes: Uint32Array.from(batch.shapes, (shape) => shapes.intern(shape)),
      templates: Uint32Array.from(
        batch.templates,
        ({ pattern, id }) =>
          templates.findKey(pattern) ?? templates.intern(new TemplateText(pattern, id)),
      ),
    }
  }

  async #writeDictionaries(numbering: Numbering, fresh: Known): Promise<void> {
    const { entities, streams, shapes, templates } = this.#dictionaries
    const json = (value: unknown): string => JSON.stringify(value)
    const named = numbering.entities.slice(1).map((number) => number - 1)
    await this.#writeDictionary('entities', named, fresh, (id) => entities.get(id))
    await this.#writeDictionary('streams', numbering.streams, fresh, (id) => json(streams.get(id)))
    await this.#writeDictionary('shapes', numbering.shapes, fresh, (id) => json(shapes.get(id)))
    const ids = unknown(numbering.templates, this.#known.templates)
    if (ids.length === 0) return
    const encoder = new TextEncoder()
    await this.#engine.append(
      this.database,
      'templates',
      [
        { type: UINTEGER, numbers: Uint32Array.from(ids) },
        { type: VARCHAR, strings: ids.map((id) => templates.get(id).id) },
        { type: BLOB, blobs: ids.map((id) => encoder.encode(templates.get(id).pattern)) },
      ],
      ids.length,
    )
    for (const id of ids) fresh.templates.add(id)
  }

  async #writeDictionary(
    table: keyof typeof DICTIONARY_TABLES,
    used: Uint32Array,
    fresh: Known,
    describe: (id: number) => string,
  ): Promise<void> {
    const ids = unknown(used, this.#known[table])
    if (ids.length === 0) return
    await this.#engine.append(
      this.database,
      DICTIONARY_TABLES[table],
      [
        { type: UINTEGER, numbers: Uint32Array.from(ids) },
        { type: VARCHAR, strings: ids.map(describe) },
      ],
      ids.length,
    )
    for (const id of ids) fresh[table].add(id)
  }

  /**
   * Notes the words of this batch's slots. Ingest reports a word once per process, a partition must
   * know it for itself: so a template new to the partition takes along what the store knows of it.
   */
  async #writeSlotWords(batch: LogBatch, numbering: Numbering, fresh: Known): Promise<void> {
    const { templates } = this.#dictionaries
    const pairs: [number, string][] = []
    const note = (template: number, word: string): void => {
      const pair = `${template},${word}`
      if (this.#known.slotWords.has(pair) || fresh.slotWords.has(pair)) return
      fresh.slotWords.add(pair)
      pairs.push([template, word])
    }
    for (const template of fresh.templates) {
      for (const word of templates.get(template).slotWords) note(template, word)
    }
    for (const [index, word] of batch.slotWords) {
      const template = numbering.templates[index]!
      templates.get(template).addSlotWord(word)
      note(template, word)
    }
    if (pairs.length === 0) return
    await this.#engine.append(
      this.database,
      'slot_words',
      [
        { type: UINTEGER, numbers: Uint32Array.from(pairs, ([template]) => template) },
        { type: VARCHAR, strings: pairs.map(([, word]) => word) },
      ],
      pairs.length,
    )
  }

  async #writeVerbatim(batch: LogBatch, firstRow: number): Promise<void> {
    const rows = [...batch.verbatim.keys()]
    if (rows.length === 0) return
    await this.#engine.append(
      this.database,
      'verbatim',
      [
        { type: BIGINT, bigints: Float64Array.from(rows, (row) => firstRow + row) },
        { type: BLOB, blobs: rows.map((row) => batch.verbatim.get(row)!) },
      ],
      rows.length,
    )
  }

  async #writeMetrics(batch: MetricBatch, fresh: Known): Promise<void> {
    const numbers = Uint32Array.from(batch.series, (series) => this.#series.intern(series))
    await this.#writeDictionary('series', numbers, fresh, (id) =>
      JSON.stringify(this.#series.get(id)),
    )
    await this.#engine.append(
      this.database,
      'points',
      [
        { type: UINTEGER, numbers: translate(batch.seriesIndex, batch.count, numbers) },
        { type: BIGINT, bigints: batch.time },
        { type: USMALLINT, numbers: batch.timeNs },
        { type: DOUBLE, numbers: batch.value },
      ],
      batch.count,
    )
  }

  async #writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return
    await this.#engine.append(
      this.database,
      'dead_letters',
      [
        { type: VARCHAR, strings: letters.map((letter) => letter.id) },
        { type: BIGINT, bigints: Float64Array.from(letters, (letter) => letter.received) },
        { type: VARCHAR, strings: letters.map((letter) => letter.source) },
        { type: VARCHAR, strings: letters.map((letter) => letter.protocol) },
        { type: VARCHAR, strings: letters.map((letter) => letter.reason) },
        { type: BLOB, blobs: letters.map((letter) => letter.raw) },
      ],
      letters.length,
    )
  }

  async #writePosition(position: SpoolPosition, node: string): Promise<void> {
    const { segment, offset, nextSequence } = position
    await this.#engine.run(
      this.#position === null
        ? `INSERT INTO ${this.database}.position VALUES (${sqlText(node)}, ${segment}, ${offset}, ${nextSequence})`
        : `UPDATE ${this.database}.position SET node = ${sqlText(node)}, segment = ${segment},
           byte_offset = ${offset}, next_sequence = ${nextSequence}`,
    )
  }

  async #load(): Promise<void> {
    await this.#loadDictionaries()
    await this.#index.loadOpen(this.#dictionaries)
    await this.ledger.load()
    await this.retryKeys.load()
    await this.origins.load()
    await this.tallies.load()
    const position = await this.#engine.query(`SELECT * FROM ${this.database}.position`)
    if (position.rows > 0) {
      this.#position = {
        node: position.text(0, 0),
        segment: position.number(1, 0),
        offset: position.number(2, 0),
        nextSequence: position.number(3, 0),
      }
    }
    const counts = await this.#engine.query(
      `SELECT (SELECT count(*) FROM ${this.database}.logs), (SELECT count(*) FROM ${this.database}.points),
        (SELECT coalesce(min(seq), 0) FROM ${this.database}.logs),
        min(time), max(time) FROM ${this.database}.points`,
    )
    this.#rows = counts.number(0, 0)
    this.#points = counts.number(1, 0)
    this.#firstSequence = counts.number(2, 0)
    if (this.#points > 0) {
      this.#pointTimes = { first: counts.number(3, 0), last: counts.number(4, 0) }
    }
  }

  async #loadDictionaries(): Promise<void> {
    const { entities, streams, shapes, templates, keys } = this.#dictionaries
    await this.#loadDictionary('entities', (id, text) => entities.restore(id, text))
    await this.#loadDictionary('streams', (id, text) =>
      streams.restore(id, JSON.parse(text) as StreamDescriptor),
    )
    await this.#loadDictionary('keys', (number, text) => keys.restore(number, text))
    await this.#loadDictionary('shapes', (id, text) =>
      shapes.restore(id, JSON.parse(text) as ShapeDescriptor),
    )
    await this.#loadDictionary('series', (id, text) =>
      this.#series.restore(id, JSON.parse(text) as MetricSeries),
    )
    const decoder = new TextDecoder()
    const rows = await this.#engine.query(
      `SELECT id, hash, pattern FROM ${this.database}.templates`,
    )
    for (let row = 0; row < rows.rows; row++) {
      const id = rows.number(0, row)
      this.#known.templates.add(id)
      const text = new TemplateText(decoder.decode(rows.bytes(2, row)), rows.text(1, row))
      if (templates.find(text) === undefined) templates.restore(id, text)
    }
    const words = await this.#engine.query(`SELECT template, word FROM ${this.database}.slot_words`)
    for (let row = 0; row < words.rows; row++) {
      const template = words.number(0, row)
      templates.get(template).addSlotWord(words.text(1, row))
      this.#known.slotWords.add(`${template},${words.text(1, row)}`)
    }
  }

  async #loadDictionary(
    table: keyof typeof DICTIONARY_TABLES,
    restore: (id: number, descriptor: string) => void,
  ): Promise<void> {
    const rows = await this.#engine.query(
      `SELECT id, descriptor FROM ${this.database}.${DICTIONARY_TABLES[table]}`,
    )
    for (let row = 0; row < rows.rows; row++) {
      this.#known[table].add(rows.number(0, row))
      restore(rows.number(0, row), rows.text(1, row))
    }
  }
}

/** The number of a commit's first row in the sequence of its partition. */
const firstRowOf = ({ renumberedFrom }: Commit, { firstSequence }: LogBatch): number =>
  renumberedFrom ?? firstSequence

/** Event times, microseconds. */
interface TimeBounds {
  readonly first: number
  readonly last: number
}

const NO_TIMES: TimeBounds = { first: Infinity, last: -Infinity }

function withTimes({ first, last }: TimeBounds, { time, count }: MetricBatch): TimeBounds {
  const times = time.subarray(0, count)
  return {
    first: times.reduce((a, b) => Math.min(a, b), first),
    last: times.reduce((a, b) => Math.max(a, b), last),
  }
}

const databaseOf = (day: string): string => `day_${day.replaceAll('-', '')}`

function unknown(used: Uint32Array, known: ReadonlySet<number>): number[] {
  return [...new Set(used)].filter((id) => !known.has(id))
}
