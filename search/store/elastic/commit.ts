import { setTimeout as delay } from 'node:timers/promises'
import type { Commit, DeadLetter, LogBatch, SpoolPosition } from '../../../model/batch.ts'
import { parseRecordId, recordId, recordOf, rowOf } from '../../../model/batch-record.ts'
import { AppError } from '../../../model/errors.ts'
import type { LogRecord } from '../../../model/record.ts'
import { comparePositions } from '../ledger.ts'
import type { RecordStretch } from '../whole-store.ts'
import { writeAll, type Action, type Refused } from './bulk.ts'
import { Claims } from './claims.ts'
import { letterAction } from './dead-letters.ts'
import { descriptorsOf, type DescriptorKind } from './descriptors.ts'
import { documentOf } from './document.ts'
import { changeOf, rowsBySource, type MissingRows } from './ledger.ts'
import { daysOf, pointActions, seriesId } from './metrics.ts'
import { NodeLog, type NumberedState } from './node-log.ts'
import type { Reading } from './reading.ts'
import { retryKeyAction } from './retry-keys.ts'
import type { StateIndex } from './state-index.ts'

/** Longest pause before the third try of a commit, doubled with each further one. */
const PAUSE_MS = 25
const MOST_DOUBLINGS = 6

/**
 * Writes commits. The order makes every replay come out the same: first it is settled which requests others have stored,
 * then comes what is known by an id of its own (streams, shapes, templates and series, then the records and points that
 * name them, letters: sent again it is there already), then the retry keys under the number that this commit will have,
 * then a refresh, and last the one document of the node's log that makes it count.
 */
export class Committer {
  readonly #reading: Reading
  readonly #state: StateIndex
  readonly #writer: string
  readonly #claims: Claims
  readonly #logs = new Map<string, NodeLog>()
  /** What is stored for good: descriptors and series. */
  readonly #stored = new Set<string>()

  constructor(reading: Reading, state: StateIndex, writer: string) {
    this.#reading = reading
    this.#state = state
    this.#writer = writer
    this.#claims = new Claims(reading, state, writer)
  }

  /** Resolves when every call that starts afterwards sees all of it. */
  async commit(commit: Commit): Promise<void> {
    const log = this.#logOf(commit.node)
    let contents: Contents | undefined
    for (let tries = 0; ; tries++) {
      const before = await log.current()
      const { position } = before.state ?? {}
      if (position !== undefined && comparePositions(commit.position, position) <= 0) return
      if (position !== undefined && reachesBack(commit, position)) throw overtaken(commit.node)
      const { known, remains } = await this.#claims.settle(commit, before)
      const rows = new NewRows(commit, known)
      contents ??= await this.#writeContents(commit, rows)
      const lost = contents.lost.filter(({ row }) => !rows.isKnown(row))
      await this.#writeRest(commit, before, rows, { ...contents, lost })
      const change = changeOf(
        commit,
        rows.bySource(lost.map(({ row }) => row)),
        rows.bySource(rows.known),
      )
      if (await log.append(change, remains)) return
      // Two that hold the same request and keep each other from committing must not stay in step.
      const most = PAUSE_MS * 2 ** Math.min(tries - 1, MOST_DOUBLINGS)
      if (tries > 0) await delay(Math.random() * most)
    }
  }

  /** Writes all that has an id of its own, once: what turns out to be known at a later try is taken away again. */
  async #writeContents(commit: Commit, rows: NewRows): Promise<Contents> {
    const { indices, connection } = this.#reading
    await this.#writeNames(commit)
    const points = await this.#points(commit)
    const touched = new Set(points.map(({ index }) => index))
    const logs = rows.count === 0 ? '' : await indices.ofDay('logs', commit.day)
    if (rows.count > 0) touched.add(logs)
    const refused = await writeAll(connection, chained(points, rows.actions(logs)))
    return { lost: refused.map((one) => rows.lostOf(one)), touched }
  }

  /** Writes what depends on the number that the commit will have and on what others have stored; then all is visible. */
  async #writeRest(
    commit: Commit,
    { number, committed }: NumberedState,
    rows: NewRows,
    contents: Contents,
  ): Promise<void> {
    const { indices } = this.#reading
    const { node, day, retryKeys } = commit
    const letters = [...commit.deadLetters, ...contents.lost.map(letterOf)]
    const rest: Action[] = []
    if (letters.length > 0) {
      const index = await indices.ofDay('letters', day)
      rest.push(...letters.map((letter) => letterAction(index, letter)))
    }
    if (retryKeys.length > 0 || number > committed) {
      const index = await indices.ofDay('keys', day)
      for (let barred = committed + 1; barred <= number; barred++) {
        rest.push(retryKeyAction(index, node, barred, new Uint32Array()))
      }
      rest.push(retryKeyAction(index, node, number + 1, retryKeys))
    }
    await this.#writeSurely(rest)
    const touched = new Set(contents.touched)
    for (const { index } of rest) touched.add(index)
    // The last write refreshes the index that it is in.
    touched.delete(indices.state)
    await indices.refresh([...touched])
  }

  /** Removes records that have been written and can no longer be committed. */
  async #remove(remains: readonly RecordStretch[]): Promise<void> {
    const { indices } = this.#reading
    for (const day of new Set(remains.map((one) => one.day))) {
      if (!(await indices.has('logs', day))) continue
      const index = indices.nameOf('logs', day)
      const stretches = remains.filter((one) => one.day === day)
      await this.#writeSurely(
        stretches.flatMap(({ node, from, to }) =>
          Array.from({ length: to - from }, (_, n): Action => {
            return { operation: 'delete', index, id: recordId(day, node, from + n) }
          }),
        ),
      )
      await indices.refresh([index])
    }
  }

  #logOf(node: string): NodeLog {
    let log = this.#logs.get(node)
    if (log === undefined) {
      log = new NodeLog(this.#state, node, this.#writer, (remains) => this.#remove(remains))
      this.#logs.set(node, log)
    }
    return log
  }

  /** A reader that meets a record must find what it names. */
  async #writeNames({ logs, metrics }: Commit): Promise<void> {
    const names = new Map<string, Action>()
    const add = (kind: DescriptorKind | 'series', key: string, value: string): void => {
      const name = `${kind} ${key}`
      if (this.#stored.has(name)) return
      names.set(name, this.#state.action('create', kind, key, value))
    }
    if (logs !== null) for (const { kind, id, value } of descriptorsOf(logs)) add(kind, id, value)
    for (const series of metrics?.series ?? []) {
      add('series', seriesId(series), JSON.stringify(series))
    }
    await this.#writeSurely(names.values())
    for (const name of names.keys()) this.#stored.add(name)
  }

  /** Writes what cannot be refused. */
  async #writeSurely(actions: Iterable<Action>): Promise<void> {
    const [refused] = await writeAll(this.#reading.connection, actions)
    if (refused !== undefined) throw notStored(refused)
  }

  async #points({ metrics }: Commit): Promise<Action[]> {
    if (metrics === null) return []
    const indexes = new Map<string, string>()
    for (const day of daysOf(metrics)) {
      indexes.set(day, await this.#reading.indices.ofDay('metrics', day))
    }
    return pointActions(metrics, (day) => indexes.get(day)!)
  }
}

/** True where a commit holds records that an earlier one has numbered. */
const reachesBack = ({ logs }: Commit, { nextSequence }: SpoolPosition): boolean =>
  logs !== null && logs.firstSequence < nextSequence

const overtaken = (node: string): AppError =>
  new AppError(
    'data_locked',
    `what an earlier process of node "${node}" had sent was committed after this one began; what this one takes stays in its spool`,
    { hint: 'start it again: it goes on where that commit ends' },
  )

const notStored = ({ action, reason }: Refused): Error =>
  new Error(`BUG: cannot store ${action.id} in ${action.index}: ${reason}`)

/** What of a commit is written before the rest. */
interface Contents {
  readonly lost: readonly Lost[]
  /** The indices that it is in. */
  readonly touched: ReadonlySet<string>
}

/** The rows of a commit without those of requests that others have stored. */
class NewRows {
  /** Those of requests that others have stored. */
  readonly known: readonly number[]
  readonly count: number
  readonly #logs: LogBatch | null
  readonly #isKnown: Uint8Array

  constructor({ logs, requests }: Commit, known: ReadonlySet<number>) {
    this.#logs = logs
    this.#isKnown = new Uint8Array(logs?.count ?? 0)
    const rows: number[] = []
    for (const request of known) {
      const from = requests!.firstRows[request]!
      const to = from + requests!.rowCounts[request]!
      for (let row = from; row < to; row++) {
        rows.push(row)
        this.#isKnown[row] = 1
      }
    }
    this.known = rows
    this.count = this.#isKnown.length - rows.length
  }

  isKnown(row: number): boolean {
    return this.#isKnown[row] === 1
  }

  bySource(rows: readonly number[]): ReadonlyMap<string, MissingRows> {
    return this.#logs === null ? new Map() : rowsBySource(this.#logs, rows)
  }

  /** Made one by one: 50,000 documents at once are 40 MB. */
  *actions(index: string): Generator<Action> {
    for (let n = 0; n < this.#isKnown.length; n++) {
      if (this.isKnown(n)) continue
      const row = rowOf(this.#logs!, n)
      const id = recordId(row.day, row.node, row.sequence)
      yield { operation: 'create', index, id, document: documentOf(row) }
    }
  }

  /** The row of a refused action; throws where it is of something else. */
  lostOf({ action, reason }: Refused): Lost {
    const place = parseRecordId(action.id)
    const row = (place?.sequence ?? NaN) - (this.#logs?.firstSequence ?? 0)
    const isOurs = row >= 0 && row < this.#isKnown.length
    const record = isOurs ? recordOf(rowOf(this.#logs!, row)) : undefined
    if (record?.id !== action.id) throw notStored({ action, reason })
    return { row, record, reason }
  }
}

function* chained<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part
}

/** A record that the server cannot take, and why. */
interface Lost {
  readonly row: number
  readonly record: LogRecord
  readonly reason: string
}

/** It is kept as a dead letter. */
const letterOf = ({ record, reason }: Lost): DeadLetter => ({
  id: `elasticsearch-${record.id}`,
  received: record.received,
  source: record.source,
  protocol: record.format,
  reason: `Elasticsearch refused it: ${reason}`,
  raw: record.raw,
})
