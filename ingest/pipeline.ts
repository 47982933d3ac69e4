import { setTimeout as delay } from 'node:timers/promises'
import { AppError, messageOf, type ErrorCode } from '../model/errors.ts'
import { microsFromMillis, type Micros } from '../model/time.ts'
import { Committer } from './committer.ts'
import type { Decoded, Decoder } from './decoders/decoder.ts'
import { decoderFor } from './decoders/index.ts'
import { LimitError, type LimitName } from './decoders/limits.ts'
import { syslogDecoder } from './decoders/syslog.ts'
import { hintsOf } from './hints.ts'
import { Intake, type KnownState, type Work } from './intake.ts'
import type { Log } from './log.ts'
import type { SourceSettings } from './normalise.ts'
import type { Envelope, IngestPort, Reply } from './port.ts'
import { openHasher } from './retry-keys.ts'
import { Room } from './room.ts'
import type { CommitSink } from './sink.ts'
import type { Spool, SpoolPlace, SpoolStats } from './spool.ts'

/** Bounds of the pipeline; all have defaults, see {@link PIPELINE_LIMITS}. */
export interface PipelineLimits {
  /** Bytes and items taken and not yet stored; past either, senders are pushed back. */
  readonly heldBytes: number
  readonly heldItems: number
  /** A batch goes to the store when it has this many records, or is this old. */
  readonly commitRows: number
  readonly commitMs: number
}

export const PIPELINE_LIMITS: PipelineLimits = {
  heldBytes: 64 * 1024 * 1024,
  heldItems: 500_000,
  commitRows: 50_000,
  commitMs: 400,
}

export interface PipelineOptions {
  readonly node: string
  readonly spool: Spool
  readonly sink: CommitSink
  readonly log: Log
  /** What the store knows of this node: `Store.recovery`. */
  readonly known: KnownState
  readonly settings?: SourceSettings
  readonly limits?: Partial<PipelineLimits>
}

export interface PipelineStats {
  readonly heldBytes: number
  readonly heldItems: number
  /** Whether another envelope is taken now. */
  readonly hasRoom: boolean
  /** Envelopes of senders that wait, because they cannot be told to come again. */
  readonly waiting: number
  /** Envelopes on disk whose items are not taken yet. */
  readonly queued: number
  readonly commits: number
  readonly storedRows: number
  /** Why the store does not take commits; null when it does. */
  readonly storeFailure: string | null
  readonly storeFailureCode: ErrorCode | null
  /** How far the clock has stepped back behind the newest receive time, microseconds. */
  readonly clockBehindUs: number
  /** Requests refused and records rejected since the start for being over a limit, by which. */
  readonly limited: Readonly<Partial<Record<LimitName, number>>>
  readonly spool: SpoolStats
}

/** Items taken before other work of the thread gets its turn. */
const SLICE_ITEMS = 2_000
/** How long a shutdown waits for the store. What is not stored then is replayed at the next start. */
const CLOSE_MS = 20_000
const FULL_DISK_PAUSE_MS = 500

interface Pending extends Work {
  readonly bytes: number
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: unknown) => void
}

/**
 * The life of an envelope: decoded, written to the spool, its items taken in the order of the spool
 * (intake.ts), its sender answered; later a commit brings it to the store and its part of the spool goes.
 *
 * A decoder refuses before anything is written, so what is refused leaves nothing behind; and what is on
 * disk is taken in one order only, whatever ran at the same time, so a replay repeats it exactly.
 */
export class Pipeline implements IngestPort {
  readonly #spool: Spool
  readonly #log: Log
  readonly #limits: PipelineLimits
  readonly #intake: Intake
  readonly #room: Room
  readonly #committer: Committer
  #works: Pending[] = []
  #isScheduled = false
  /** Bytes and items of the envelopes gathered since the last cut, and per batch on its way. */
  #gathered = { bytes: 0, items: 0 }
  readonly #leaving: { bytes: number; items: number }[] = []
  #commitTimer: NodeJS.Timeout | undefined
  #clock: Micros
  #clockBehindUs = 0
  #commits = 0
  #storedRows = 0
  /** Lost since an envelope was finished, by source. */
  readonly #lost = new Map<string, number>()
  #isMarkingLoss = false
  readonly #limited: Partial<Record<LimitName, number>> = {}
  #closing = false

  private constructor(options: PipelineOptions, intake: Intake) {
    this.#spool = options.spool
    this.#log = options.log
    this.#limits = { ...PIPELINE_LIMITS, ...options.limits }
    this.#intake = intake
    this.#room = new Room(this.#limits.heldBytes, this.#limits.heldItems)
    this.#committer = new Committer(options.sink, options.log, async ({ commit }) => {
      this.#commits++
      this.#storedRows += commit.logs?.count ?? 0
      const left = this.#leaving.shift()!
      this.#room.leave(left.bytes, left.items)
      await this.#release(commit.position)
      this.#cutIfDue()
    })
    this.#clock = options.spool.newest
  }

  /** Replays what the store does not have yet; everything after is taken as it comes. */
  static async start(options: PipelineOptions): Promise<Pipeline> {
    const { node, log, known, settings = new Map() } = options
    const intake = new Intake({ node, log, known, settings, hasher: await openHasher() })
    const pipeline = new Pipeline(options, intake)
    await pipeline.#replay(known.position)
    return pipeline
  }

  /** See {@link IngestPort}. */
  async submit(envelope: Envelope): Promise<Reply> {
    const bytes = envelope.body.byteLength
    if (this.#closing) throw shuttingDown()
    if (!this.#room.tryEnter(bytes)) {
      throw new AppError(
        'overloaded',
        'cannot take more records now: the store is behind; send them again later',
      )
    }
    return this.#accept(envelope, bytes)
  }

  /**
   * For senders that cannot be told to come again (TCP syslog): waits for room, and while the disk
   * is full. Rejects only when the envelope cannot be read or the process is shutting down.
   */
  async deliver(envelope: Envelope): Promise<void> {
    for (;;) {
      await this.#room.enter(envelope.body.byteLength)
      if (this.#closing) {
        this.#room.leave(envelope.body.byteLength, 0)
        throw shuttingDown()
      }
      try {
        await this.#accept(envelope, envelope.body.byteLength)
        return
      } catch (error) {
        if (!isStorageTrouble(error)) throw error
      }
      await delay(FULL_DISK_PAUSE_MS)
    }
  }

  /** Counts what a listener or the kernel had no room for. */
  countLost(source: string, count: number): void {
    this.#lost.set(source, (this.#lost.get(source) ?? 0) + count)
    void this.#markLoss()
  }

  /**
   * Counts go to the store with the envelope that is finished next, since it takes a commit for known
   * whose place in the spool it knows. Nothing may come for long after a loss: an empty envelope does.
   */
  async #markLoss(): Promise<void> {
    if (this.#isMarkingLoss || this.#closing) return
    this.#isMarkingLoss = true
    const empty = { received: now(), peer: 'lost', meta: {}, body: new Uint8Array(0) }
    try {
      await this.#accept({ protocol: 'syslog', ...empty }, 0)
    } catch (error) {
      // The counts wait for the next envelope that finds room.
      if (!isStorageTrouble(error)) this.#log.error({ err: error }, 'cannot count a loss')
    }
    this.#isMarkingLoss = false
  }

  stats(): PipelineStats {
    return {
      heldBytes: this.#room.bytes,
      heldItems: this.#room.items,
      hasRoom: this.#room.hasRoom,
      waiting: this.#room.waiting,
      queued: this.#works.length,
      commits: this.#commits,
      storedRows: this.#storedRows,
      storeFailure: this.#committer.failure?.message ?? null,
      storeFailureCode: this.#committer.failure?.code ?? null,
      clockBehindUs: this.#clockBehindUs,
      limited: { ...this.#limited },
      spool: this.#spool.stats(),
    }
  }

  /** Takes nothing more, brings what it has to the store as far as that answers, closes the spool. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#spool.close()
    while (this.#works.length > 0) await new Promise((resolve) => setImmediate(resolve))
    clearTimeout(this.#commitTimer)
    this.#cut()
    const timer = setTimeout(() => this.#committer.abandon(), CLOSE_MS)
    await this.#committer.idle()
    clearTimeout(timer)
    if (!this.#committer.isBusy) await this.#emptySpool()
  }

  async #emptySpool(): Promise<void> {
    try {
      await this.#spool.empty()
    } catch (error) {
      this.#log.warn({ err: error }, 'cannot empty the spool; it is read again at the next start')
    }
  }

  /** `bytes` of room are taken already. */
  async #accept(envelope: Envelope, bytes: number): Promise<Reply> {
    const stamped = { ...envelope, received: this.#receiveTime(envelope.received) }
    let items = 0
    let work: Work
    try {
      const decoder = decoderOf(stamped)
      const decoded = decode(decoder, stamped)
      this.#countLimited(decoded)
      const hints = hintsOf(stamped.meta)
      items = decoded.items.length
      this.#room.addItems(items)
      const end = await this.#spool.append(stamped)
      work = { envelope: stamped, decoder, decoded, hints, end, next: 0, outcomes: [] }
    } catch (error) {
      this.#room.leave(bytes, items)
      if (error instanceof LimitError) this.#count(error.limit)
      throw error
    }
    return new Promise((resolve, reject) => {
      this.#works.push({ ...work, bytes, resolve, reject })
      this.#schedule()
    })
  }

  #countLimited({ items }: Decoded): void {
    for (const item of items) {
      if (item.kind === 'rejected' && item.limit !== undefined) this.#count(item.limit)
    }
  }

  #count(limit: LimitName): void {
    this.#limited[limit] = (this.#limited[limit] ?? 0) + 1
  }

  /** Receive times never step back on a node: partition days and watermarks rely on it. */
  #receiveTime(now: Micros): Micros {
    this.#clockBehindUs = Math.max(0, this.#clock - now)
    if (now > this.#clock) this.#clock = now
    return this.#clock
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#takeSlice()
      if (this.#works.length > 0) this.#schedule()
    })
  }

  #takeSlice(): void {
    for (let budget = SLICE_ITEMS; budget > 0 && this.#works.length > 0;) {
      const work = this.#works[0]!
      const before = work.next
      if (before === 0) this.#begin(work)
      const isDone = this.#intake.advance(work, budget)
      budget -= work.next - before + 1
      if (!isDone) return
      this.#works.shift()
      this.#finish(work)
    }
  }

  #begin(work: Work): void {
    if (this.#intake.isOfOtherDay(work.envelope)) this.#cut()
    this.#intake.begin(work)
  }

  #finish({ decoder, decoded, outcomes, bytes, resolve, reject }: Pending): void {
    this.#gathered.bytes += bytes
    this.#gathered.items += decoded.items.length
    for (const [source, count] of this.#lost) this.#intake.countLost(source, count, this.#clock)
    this.#lost.clear()
    try {
      resolve(decoder.reply(decoded, outcomes))
    } catch (error) {
      this.#log.error(
        { err: error, protocol: decoder.name },
        'cannot write the answer to a request',
      )
      reject(new AppError('internal', 'stored, but cannot write the answer', { cause: error }))
    }
    this.#cutIfDue()
  }

  /** A full batch goes at once, the rest when it is old enough; while one is on its way they grow. */
  #cutIfDue(): void {
    if (this.#committer.isBusy || this.#closing) return
    if (this.#intake.size >= this.#limits.commitRows) this.#cut()
    else this.#commitTimer ??= setTimeout(() => this.#cutWhenOld(), this.#limits.commitMs)
  }

  #cutWhenOld(): void {
    this.#commitTimer = undefined
    if (!this.#committer.isBusy) this.#cut()
  }

  #cut(): void {
    // Never inside an envelope: its place in the spool is behind all of it.
    if (this.#works[0] !== undefined && this.#works[0].next > 0) return
    const batch = this.#intake.cut()
    const gathered = this.#gathered
    this.#gathered = { bytes: 0, items: 0 }
    if (batch === undefined) return this.#room.leave(gathered.bytes, gathered.items)
    this.#leaving.push(gathered)
    this.#committer.add(batch)
  }

  async #release(place: SpoolPlace): Promise<void> {
    try {
      await this.#spool.release(place)
    } catch (error) {
      this.#log.error(
        { err: error },
        'cannot delete a spool file; trying again after the next commit',
      )
    }
  }

  async #replay(position: SpoolPlace | null): Promise<void> {
    let envelopes = 0
    for await (const { envelope, end } of this.#spool.replay(position)) {
      this.#repeat(envelope, end)
      envelopes++
      if (this.#intake.size < this.#limits.commitRows) continue
      this.#cut()
      await this.#committer.idle()
    }
    this.#clock = Math.max(this.#clock, this.#spool.newest) as Micros
    if (position !== null) await this.#release(position)
    if (envelopes === 0) return
    this.#log.info({ envelopes }, 'replayed the spool')
    this.#cutIfDue()
  }

  #repeat(envelope: Envelope, end: SpoolPlace): void {
    if (this.#intake.isOfOtherDay(envelope)) this.#cut()
    try {
      const decoder = decoderOf(envelope)
      const decoded = decode(decoder, envelope)
      const hints = hintsOf(envelope.meta)
      const work: Work = { envelope, decoder, decoded, hints, end, next: 0, outcomes: [] }
      this.#intake.begin(work)
      this.#intake.advance(work, decoded.items.length)
    } catch (error) {
      // It was acknowledged, so it is kept, also by a program that reads it no more.
      this.#log.error({ err: error, protocol: envelope.protocol }, 'cannot read a spooled request')
      this.#intake.keepUnreadable(envelope, end, messageOf(error))
    }
  }
}

/** The wall clock as a receive time. */
export function now(): Micros {
  return microsFromMillis(Date.now())
}

function decoderOf({ protocol }: Envelope): Decoder {
  const decoder = protocol === 'syslog' ? syslogDecoder : decoderFor(protocol)
  if (decoder !== undefined) return decoder
  throw new AppError('internal', `cannot decode the protocol ${protocol}: it has no decoder`)
}

function decode(decoder: Decoder, envelope: Envelope): Decoded {
  try {
    return decoder.decode(envelope)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('internal', `cannot decode a ${decoder.name} request: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function shuttingDown(): AppError {
  return new AppError(
    'storage_unavailable',
    'cannot take records: shutting down; send them again later',
  )
}

function isStorageTrouble(error: unknown): boolean {
  return (
    error instanceof AppError &&
    (error.code === 'storage_full' || error.code === 'storage_unavailable')
  )
}
