import { noCounts, type LogBatch } from '../../model/batch.ts'
import { parseRecordId } from '../../model/batch-record.ts'
import { AppError } from '../../model/errors.ts'
import type { LogRecord } from '../../model/record.ts'
import type { Contents, RecordStretch, WholeStore } from '../store/whole-store.ts'
import { writeMark } from './copy-mark.ts'
import { CopyTarget } from './copy-target.ts'
import { daysToCopy, type DayToCopy, type PointsToCopy } from './days.ts'
import { earlierCopy } from './earlier-copy.ts'
import { oneAhead } from './one-ahead.ts'
import { RecordBatches } from './record-batches.ts'
import { copyInventory, copySaved, settleLedger } from './settle.ts'

/** How far a copy has come: what earlier runs copied counts too. */
export interface CopyProgress {
  readonly day: string
  readonly records: number
  readonly points: number
  /** All that there is. */
  readonly of: { readonly records: number; readonly points: number }
  /** The last of its day. */
  readonly isDayDone: boolean
}

export interface CopyOptions {
  readonly source: WholeStore
  readonly target: WholeStore
  /** Where the source is, for people: a later run names it where it has to refuse. */
  readonly name: string
  readonly onProgress: (progress: CopyProgress) => void
}

/** Records read at a time, at most and at first; fewer where they are long. */
const MOST_READ = 2_000
const FIRST_READ = 500
/** Bytes of records that are read at a time, about. */
const READ_BYTES = 8_000_000
/** A commit ends past this. */
const COMMIT_ROWS = 20_000
const COMMIT_BYTES = 16_000_000
const COMMIT_POINTS = 10_000

/**
 * Copies everything from one store into another, a day at a time, and goes on where an earlier run has ended, however it
 * did. Throws `invalid_request`, before anything is written, where the target is neither empty nor such a copy.
 */
export async function copyStore(options: CopyOptions): Promise<void> {
  const { source, target: store, name } = options
  const held = await source.contents()
  if (held.nodes.length === 0 && (await source.entities()).length === 0) {
    throw new AppError('configuration', `cannot copy ${name}: nothing was ever stored there`)
  }
  const contents = await store.contents()
  const mark = await earlierCopy(source, held, store, contents)
  const target = new CopyTarget(store, held)
  const copied = { contents, mark, number: await target.number() }
  const days = daysToCopy(held, copied, store.kind)
  await writeMark(store, { ...mark, source: name, isComplete: false })
  await copyInventory(source, store)
  const copy = new Copy(options, target, held, contents)
  for (const day of days) await copy.day(day)
  await copySaved(source, target)
  await settleLedger(source, held, target)
  await writeMark(store, { source: name, isComplete: true })
}

const totalOf = (parts: readonly { readonly count: number }[]): number =>
  parts.reduce((sum, { count }) => sum + count, 0)

/** One run, with how far it has come. */
class Copy {
  readonly #options: CopyOptions
  readonly #target: CopyTarget
  readonly #nodes: readonly string[]
  readonly #of: CopyProgress['of']
  #records: number
  #points: number
  #batches: RecordBatches | undefined
  #limit = FIRST_READ
  /** The last commit of records that was begun: the next records are read and proven meanwhile. */
  #written = Promise.resolve()

  constructor(options: CopyOptions, target: CopyTarget, held: Contents, copied: Contents) {
    this.#options = options
    this.#target = target
    this.#nodes = held.nodes
    this.#of = { records: totalOf(held.records), points: totalOf(held.points) }
    this.#records = totalOf(copied.records)
    this.#points = totalOf(copied.points)
  }

  async day({ day, stretches, points }: DayToCopy): Promise<void> {
    for (const stretch of stretches) await this.#copyRecords(stretch)
    if (points !== undefined) await this.#copyPoints(day, points)
    this.#tell(day, true)
  }

  async #copyRecords(stretch: RecordStretch): Promise<void> {
    const { day } = stretch
    const batches = (this.#batches ??= await this.#newBatches())
    try {
      for await (const records of oneAhead(this.#pagesOf(stretch))) {
        for (const record of records) {
          if (!batches.goesOn(record)) await this.#write(day, batches)
          batches.add(record)
          if (batches.rows >= COMMIT_ROWS || batches.bytes >= COMMIT_BYTES) {
            await this.#write(day, batches)
          }
        }
      }
      await this.#write(day, batches)
    } finally {
      await this.#written
    }
  }

  async *#pagesOf({ day, node, from: first, to }: RecordStretch): AsyncGenerator<LogRecord[]> {
    for (let from = first; from < to;) {
      const records = await this.#options.source.recordsOf({ day, node, from, to }, this.#limit)
      if (records.length === 0) return
      this.#limit = nextLimit(records)
      from = parseRecordId(records.at(-1)!.id)!.sequence + 1
      yield records
    }
  }

  /** Asked of the source after its contents: so every template of theirs is among them. */
  async #newBatches(): Promise<RecordBatches> {
    const { patterns } = await this.#options.source.recovery(this.#nodes[0]!)
    return new RecordBatches(patterns)
  }

  /** Begins to write a batch, as soon as the one before it is written. */
  async #write(day: string, batches: RecordBatches): Promise<void> {
    const logs = batches.take()
    if (logs === null) return
    await this.#written
    this.#written = this.#commit(day, logs)
    // Whoever waits for it is told; until then it is nobody's.
    this.#written.catch(() => undefined)
  }

  async #commit(day: string, logs: LogBatch): Promise<void> {
    // Each source is named, so that the store learns who it is; how much came of it is settled at the end.
    const ledger = new Map(logs.streams.map(({ source }) => [source, noCounts()]))
    await this.#target.writeRecords(logs, { ledger })
    this.#records += logs.count
    this.#tell(day)
  }

  async #copyPoints(day: string, { from: first, again }: PointsToCopy): Promise<void> {
    const { source, name } = this.#options
    this.#points -= again
    for (let from = first; ;) {
      const { next, ...page } = await source.pointsOf(day, from, COMMIT_POINTS)
      const to = next ?? null
      const count = page.time.length
      if (count > 0) {
        const number = (await this.#target.number()) + 1
        const points = { day, number, from, to }
        await writeMark(this.#target.store, { source: name, isComplete: false, points })
        const received = new Float64Array(page.series.length)
        await this.#target.write(day, { metrics: { ...page, day, count, received } })
        this.#points += count
        this.#tell(day)
      }
      if (to === null) return
      from = to
    }
  }

  #tell(day: string, isDayDone = false): void {
    const [records, points] = [this.#records, this.#points]
    this.#options.onProgress({ day, records, points, of: this.#of, isDayDone })
  }
}

/** As many records as are about {@link READ_BYTES} where they go on as these. */
function nextLimit(records: readonly LogRecord[]): number {
  const bytes = records.reduce((sum, { raw, body }) => sum + raw.length + body.length, 0)
  const each = Math.max(1, bytes / records.length)
  return Math.max(1, Math.min(MOST_READ, Math.floor(READ_BYTES / each)))
}
