import { UNPARSED, type Commit, type DeadLetter, type SpoolPosition } from '../model/batch.ts'
import type { Entity, Relation } from '../model/entity.ts'
import { messageOf } from '../model/errors.ts'
import { dayOf, formatTime, type Micros } from '../model/time.ts'
import { BatchBuilder } from './batch-builder.ts'
import type { Decoded, Decoder, Item, Outcome } from './decoders/decoder.ts'
import { FileRanges } from './file-ranges.ts'
import type { Hints } from './hints.ts'
import { Ledger } from './ledger.ts'
import type { Log } from './log.ts'
import { MetricBuilder, seriesKey } from './metric-builder.ts'
import { Normaliser, type SourceSettings } from './normalise.ts'
import type { Envelope } from './port.ts'
import { RequestList } from './request-list.ts'
import { RetryKeys, type openHasher } from './retry-keys.ts'
import type { SpoolPlace } from './spool.ts'

/** What the store remembers of the last run; `Recovery` of the store contract is one. */
export interface KnownState {
  readonly position: SpoolPosition | null
  readonly retryKeys: Uint32Array
  readonly fileRanges?: ReadonlyMap<string, readonly number[]>
  readonly patterns: readonly string[]
  /** True where other nodes commit to the same store: it is told which rows came of which request. */
  readonly isShared?: boolean
}

/** A decoded envelope that is on disk. */
export interface Work {
  readonly envelope: Envelope
  readonly decoder: Decoder
  readonly decoded: Decoded
  readonly hints: Hints
  /** The place in the spool behind the envelope. */
  readonly end: SpoolPlace
  /** Items already taken. */
  next: number
  /** One per item taken. */
  readonly outcomes: Outcome[]
}

/** What is stored together: the commit, and the inventory that goes before it. */
export interface Batch {
  readonly commit: Commit
  readonly entities: readonly Entity[]
  readonly relations: readonly Relation[]
}

/** Inventory has no source of its own. */
const INVENTORY = 'inventory'

const STORED: Outcome = { kind: 'stored' }
const STORED_UNPARSED: Outcome = { kind: 'stored', unparsed: true }
const DUPLICATE: Outcome = { kind: 'duplicate' }

/**
 * Takes items in the order of the spool and gathers what they become until it is cut into a commit.
 * Nothing here waits: the same envelopes after the same state give the same sequence numbers, the
 * same duplicates and the same counts, which is what makes a replay safe.
 */
export class Intake {
  readonly #node: string
  readonly #log: Log
  readonly #keys: RetryKeys
  readonly #ranges: FileRanges
  readonly #normaliser: Normaliser
  readonly #logs: BatchBuilder
  readonly #metrics = new MetricBuilder()
  readonly #ledger = new Ledger()
  readonly #requests: RequestList | undefined
  /** Rows before those of the envelope that is being taken, and how many of its may be sent again. */
  #firstRow = 0
  #retryable = 0
  #deadLetters: DeadLetter[] = []
  #entities: Entity[] = []
  #relations: Relation[] = []
  #day = ''
  #end: SpoolPlace

  constructor(options: {
    readonly node: string
    readonly log: Log
    readonly hasher: Awaited<ReturnType<typeof openHasher>>
    readonly settings: SourceSettings
    readonly known: KnownState
  }) {
    const { known } = options
    this.#node = options.node
    this.#log = options.log
    this.#keys = new RetryKeys(options.hasher)
    this.#requests = known.isShared === true ? new RequestList(options.hasher) : undefined
    this.#keys.restore(known.retryKeys)
    const { segment, offset } = known.position ?? { segment: 0, offset: 0 }
    this.#end = { segment, offset }
    this.#ranges = new FileRanges(known.fileRanges)
    this.#normaliser = new Normaliser(options.settings)
    this.#logs = new BatchBuilder({
      node: options.node,
      nextSequence: known.position?.nextSequence ?? 0,
      seedPatterns: known.patterns,
    })
  }

  /** Records and points gathered. */
  get size(): number {
    return this.#logs.rows + this.#metrics.points
  }

  /** True when the envelope belongs to another partition day than what is gathered: cut first. */
  isOfOtherDay(envelope: Envelope): boolean {
    return this.#day !== '' && this.#day !== dayOf(envelope.received)
  }

  /** Starts on an envelope: the next {@link Intake.advance} calls are its items. */
  begin(work: Work): void {
    this.#keys.beginRequest()
    this.#ranges.beginRequest()
    this.#day = dayOf(work.envelope.received)
    this.#firstRow = this.#logs.rows
    this.#retryable = 0
  }

  /** Takes up to `limit` further items of the envelope; true when it is done. */
  advance(work: Work, limit: number): boolean {
    const { items } = work.decoded
    const stop = Math.min(items.length, work.next + limit)
    for (; work.next < stop; work.next++) {
      work.outcomes.push(this.#take(items[work.next]!, work, work.next))
    }
    if (stop < items.length) return false
    this.#end = work.end
    const rows = this.#logs.rows - this.#firstRow
    if (rows > 0 && rows === this.#retryable) {
      this.#requests?.add(work.envelope, work.end, this.#firstRow, rows)
    }
    return true
  }

  /** A whole envelope that was acknowledged once and cannot be read any more. */
  keepUnreadable(envelope: Envelope, end: SpoolPlace, reason: string): void {
    this.#day = dayOf(envelope.received)
    const counts = this.#ledger.of(envelope.peer)
    counts.received++
    counts.deadLettered++
    this.#keep(envelope, end, 0, envelope.peer, reason, envelope.body)
    this.#end = end
  }

  /** What never arrived: datagrams that the kernel or we had no room for. */
  countLost(source: string, count: number, now: Micros): void {
    if (this.#day === '') this.#day = dayOf(now)
    this.#ledger.of(source).lost += count
  }

  /** Everything gathered since the last cut; undefined when that is nothing. */
  cut(): Batch | undefined {
    if (this.#ledger.isEmpty) return undefined
    const requests = this.#requests?.take()
    const batch: Batch = {
      commit: {
        day: this.#day,
        node: this.#node,
        logs: this.#logs.take(this.#day),
        metrics: this.#metrics.take(this.#day),
        ledger: this.#ledger.take(),
        deadLetters: this.#deadLetters,
        retryKeys: this.#keys.takeFresh(),
        fileRanges: this.#ranges.take(),
        ...(requests === undefined ? {} : { requests }),
        position: { ...this.#end, nextSequence: this.#logs.nextSequence },
      },
      entities: this.#entities,
      relations: this.#relations,
    }
    this.#deadLetters = []
    this.#entities = []
    this.#relations = []
    this.#day = ''
    return batch
  }

  #take(item: Item, work: Work, index: number): Outcome {
    switch (item.kind) {
      case 'log':
        return this.#takeLog(item, work, index)
      case 'metric':
        return this.#takeMetric(item, work.envelope.received)
      case 'entity':
        this.#entities.push(item.entity)
        return this.#countInventory()
      case 'relation':
        this.#relations.push(item.relation)
        return this.#countInventory()
      case 'rejected':
        return this.#reject(item, work, index)
      case 'nothing':
        return STORED
    }
  }

  #takeLog(item: Extract<Item, { kind: 'log' }>, work: Work, index: number): Outcome {
    const { envelope, hints } = work
    const isRepeated = this.#isRepeated(item, envelope)
    try {
      const row = this.#normaliser.rowOf(item, envelope, hints)
      const counts = this.#ledger.ofStream(row.stream)
      if (!isRepeated) this.#logs.add(row)
      counts.received++
      if (isRepeated) {
        counts.deduplicated++
        return DUPLICATE
      }
      if (item.retry !== undefined) this.#retryable++
      counts.stored++
      if (row.stream.format !== UNPARSED) return STORED
      counts.unparsed++
      return STORED_UNPARSED
    } catch (error) {
      // A fault of ours in one record must cost neither the record nor its neighbours.
      return this.#bury(item, work, index, error)
    }
  }

  #isRepeated(item: Extract<Item, { kind: 'log' }>, envelope: Envelope): boolean {
    if (item.span !== undefined) return this.#ranges.saw(item.span)
    if (item.retry === undefined) return false
    const scope = item.source ?? envelope.peer
    return item.retry === 'content'
      ? this.#keys.sawContent(scope, item.raw)
      : this.#keys.sawId(scope, item.retry)
  }

  #takeMetric(item: Extract<Item, { kind: 'metric' }>, received: Micros): Outcome {
    const { series, time, timeNs, value } = item
    const counts = this.#ledger.of(series.source)
    counts.received++
    if (this.#keys.sawId(seriesKey(series), `${time}.${timeNs} ${value}`)) {
      counts.deduplicated++
      return DUPLICATE
    }
    this.#metrics.add(series, received, { time, timeNs, value })
    counts.stored++
    return STORED
  }

  #countInventory(): Outcome {
    const counts = this.#ledger.of(INVENTORY)
    counts.received++
    counts.stored++
    return STORED
  }

  #reject(item: Extract<Item, { kind: 'rejected' }>, work: Work, index: number): Outcome {
    const { envelope, end } = work
    const source = item.source ?? envelope.peer
    const counts = this.#ledger.of(source)
    counts.received++
    if (item.keep === true) {
      counts.deadLettered++
      this.#keep(envelope, end, index, source, item.reason, item.raw)
    } else {
      counts.rejected++
    }
    return { kind: 'rejected', reason: item.reason }
  }

  #bury(
    item: Extract<Item, { kind: 'log' }>,
    { envelope, end }: Work,
    index: number,
    error: unknown,
  ): Outcome {
    const reason = `cannot make a record of it: ${messageOf(error)}`
    const source = item.source ?? envelope.peer
    const counts = this.#ledger.of(source)
    counts.received++
    counts.deadLettered++
    this.#log.error({ err: error, source, protocol: envelope.protocol }, reason)
    this.#keep(envelope, end, index, source, reason, item.raw)
    return { kind: 'rejected', reason }
  }

  /** The id is the place in the spool: the same when the envelope is replayed. */
  #keep(
    { received, protocol }: Envelope,
    end: SpoolPlace,
    index: number,
    source: string,
    reason: string,
    raw: Uint8Array,
  ): void {
    const id = `${formatTime(received).slice(0, 10)}-${this.#node}-${end.segment}-${end.offset}-${index}`
    this.#deadLetters.push({ id, received, source, protocol, reason, raw: raw.slice() })
  }
}
