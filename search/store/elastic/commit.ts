import type { Commit, DeadLetter, LogBatch } from '../../../model/batch.ts'
import { parseRecordId, recordId, recordOf, rowOf } from '../../../model/batch-record.ts'
import type { LogRecord } from '../../../model/record.ts'
import { comparePositions } from '../ledger.ts'
import { writeAll, type Action, type Refused } from './bulk.ts'
import { letterAction } from './dead-letters.ts'
import { descriptorsOf, type DescriptorKind } from './descriptors.ts'
import { documentOf } from './document.ts'
import { changeOf } from './ledger.ts'
import { daysOf, pointActions, seriesId } from './metrics.ts'
import { NodeLog } from './node-log.ts'
import type { Reading } from './reading.ts'
import { retryKeyAction } from './retry-keys.ts'
import type { StateIndex } from './state-index.ts'

/**
 * Writes commits. The order makes every replay come out the same: first what is known by an id of its own (streams,
 * shapes, templates and series, then the records and points that name them, letters: sent again it is there already), then the retry keys under the number that
 * this commit will have, then a refresh, and last the one document of the node's log that makes it count.
 */
export class Committer {
  readonly #reading: Reading
  readonly #state: StateIndex
  readonly #writer: string
  readonly #logs = new Map<string, NodeLog>()
  /** What is stored for good: descriptors and series. */
  readonly #stored = new Set<string>()

  constructor(reading: Reading, state: StateIndex, writer: string) {
    this.#reading = reading
    this.#state = state
    this.#writer = writer
  }

  /** Resolves when every call that starts afterwards sees all of it. */
  async commit(commit: Commit): Promise<void> {
    const log = this.#logOf(commit.node)
    const { number, state } = await log.current()
    if (state !== null && comparePositions(commit.position, state.position) <= 0) return
    const { indices, connection } = this.#reading
    await this.#writeNames(commit)
    const rows = new NewRows(commit.logs, state?.position.nextSequence)
    const points = await this.#points(commit)
    const touched = new Set(points.map(({ index }) => index))
    const logs = rows.count === 0 ? '' : await indices.ofDay('logs', commit.day)
    if (rows.count > 0) touched.add(logs)
    const refused = await writeAll(connection, chained(points, rows.actions(logs)))
    const lost = refused.map((one) => ({ record: rows.recordOf(one), reason: one.reason }))
    const letters = [...commit.deadLetters, ...lost.map(letterOf)]
    const rest: Action[] = []
    if (letters.length > 0) {
      const index = await indices.ofDay('letters', commit.day)
      rest.push(...letters.map((letter) => letterAction(index, letter)))
    }
    if (commit.retryKeys.length > 0) {
      const index = await indices.ofDay('keys', commit.day)
      rest.push(retryKeyAction(index, commit, number + 1))
    }
    await this.#writeSurely(rest)
    for (const { index } of rest) touched.add(index)
    // The last write refreshes the index that it is in.
    touched.delete(indices.state)
    await indices.refresh([...touched])
    await log.append(changeOf(commit, countBySource(lost)))
  }

  #logOf(node: string): NodeLog {
    let log = this.#logs.get(node)
    if (log === undefined) {
      log = new NodeLog(this.#state, node, this.#writer)
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

const notStored = ({ action, reason }: Refused): Error =>
  new Error(`BUG: cannot store ${action.id} in ${action.index}: ${reason}`)

/** The rows of a batch that no earlier commit holds. */
class NewRows {
  readonly count: number
  readonly #logs: LogBatch | null
  readonly #first: number

  constructor(logs: LogBatch | null, nextSequence = 0) {
    this.#logs = logs
    this.#first = Math.max(0, nextSequence - (logs?.firstSequence ?? 0))
    this.count = Math.max(0, (logs?.count ?? 0) - this.#first)
  }

  /** Made one by one: 50,000 documents at once are 40 MB. */
  *actions(index: string): Generator<Action> {
    for (let n = 0; n < this.count; n++) {
      const row = rowOf(this.#logs!, this.#first + n)
      const { day, node, sequence } = row
      const id = recordId(day, node, sequence)
      yield { operation: 'create', index, id, document: documentOf(row) }
    }
  }

  /** The record of a refused action; throws where it is of something else. */
  recordOf(refused: Refused): LogRecord {
    const place = parseRecordId(refused.action.id)
    const index = (place?.sequence ?? NaN) - (this.#logs?.firstSequence ?? 0)
    const isOurs = index >= this.#first && index < this.#first + this.count
    const record = isOurs ? recordOf(rowOf(this.#logs!, index)) : undefined
    if (record?.id !== refused.action.id) throw notStored(refused)
    return record
  }
}

function* chained<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part
}

/** A record that the server cannot take, and why. */
interface Lost {
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

function countBySource(lost: readonly Lost[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { record } of lost) counts.set(record.source, (counts.get(record.source) ?? 0) + 1)
  return counts
}
