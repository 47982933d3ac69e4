import type { Commit, DeadLetter, LogBatch } from '../../../model/batch.ts'
import { recordOf, rowOf } from '../../../model/batch-record.ts'
import type { LogRecord } from '../../../model/record.ts'
import { comparePositions } from '../ledger.ts'
import { writeAll, type Action, type Refused } from './bulk.ts'
import { letterAction } from './dead-letters.ts'
import { documentOf } from './document.ts'
import { changeOf } from './ledger.ts'
import { daysOf, pointActions, seriesId } from './metrics.ts'
import { NodeLog } from './node-log.ts'
import type { Reading } from './reading.ts'
import { retryKeyAction } from './retry-keys.ts'
import type { StateIndex } from './state-index.ts'

/**
 * Writes commits. The order makes every replay come out the same: first what is known by an id of its own (records,
 * points, templates, series, letters: sent again it is there already), then the retry keys under the number that
 * this commit will have, then a refresh, and last the one document of the node's log that makes it count.
 */
export class Committer {
  readonly #reading: Reading
  readonly #state: StateIndex
  readonly #writer: string
  readonly #logs = new Map<string, NodeLog>()
  /** Names that are stored for good: templates and series. */
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
    const records =
      commit.logs === null ? [] : newRecords(commit.logs, state?.position.nextSequence)
    const { indices, connection } = this.#reading
    const small = [...this.#newNames(commit), ...(await this.#points(commit))]
    const touched = new Set(small.map(({ index }) => index))
    const logs = records.length === 0 ? '' : await indices.ofDay('logs', commit.day)
    if (records.length > 0) touched.add(logs)
    const refused = await writeAll(connection, chained(small, recordActions(logs, records)))
    const letters = [...commit.deadLetters, ...lettersOf(refused, records)]
    const rest: Action[] = []
    if (letters.length > 0) {
      const index = await indices.ofDay('letters', commit.day)
      rest.push(...letters.map((letter) => letterAction(index, letter)))
    }
    if (commit.retryKeys.length > 0) {
      const index = await indices.ofDay('keys', commit.day)
      rest.push(retryKeyAction(index, commit, number + 1))
    }
    const [lost] = await writeAll(connection, rest)
    if (lost !== undefined)
      throw new Error(`BUG: cannot store ${lost.action.index}: ${lost.reason}`)
    for (const { index } of rest) touched.add(index)
    // The last write refreshes the index that it is in.
    touched.delete(indices.state)
    await indices.refresh([...touched])
    await log.append(changeOf(commit, countBySource(refused, records)))
    this.#rememberNames(commit)
  }

  #logOf(node: string): NodeLog {
    let log = this.#logs.get(node)
    if (log === undefined) {
      log = new NodeLog(this.#state, node, this.#writer)
      this.#logs.set(node, log)
    }
    return log
  }

  *#newNames({ logs, metrics }: Commit): Generator<Action> {
    for (const { id, pattern } of logs?.templates ?? []) {
      yield* this.#nameOnce('template', id, () => pattern)
    }
    for (const series of metrics?.series ?? []) {
      yield* this.#nameOnce('series', seriesId(series), () => JSON.stringify(series))
    }
  }

  *#nameOnce(kind: 'template' | 'series', key: string, value: () => string): Generator<Action> {
    const name = `${kind} ${key}`
    if (!this.#stored.has(name)) yield this.#state.action('create', kind, key, value())
  }

  #rememberNames({ logs, metrics }: Commit): void {
    for (const { id } of logs?.templates ?? []) this.#stored.add(`template ${id}`)
    for (const series of metrics?.series ?? []) this.#stored.add(`series ${seriesId(series)}`)
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

/** The records of a batch that no earlier commit holds. */
function newRecords(logs: LogBatch, nextSequence = 0): LogRecord[] {
  const first = Math.max(0, nextSequence - logs.firstSequence)
  return Array.from({ length: Math.max(0, logs.count - first) }, (_, i) =>
    recordOf(rowOf(logs, first + i)),
  )
}

/** Made one by one: 50,000 documents at once are 200 MB. */
function* recordActions(index: string, records: readonly LogRecord[]): Generator<Action> {
  for (const record of records) {
    yield { operation: 'create', index, id: record.id, document: documentOf(record) }
  }
}

function* chained<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part
}

function recordsOf(refused: readonly Refused[], records: readonly LogRecord[]) {
  const byId = new Map(records.map((record) => [record.id, record]))
  return refused.flatMap(({ action, reason }) => {
    const record = byId.get(action.id)
    if (record === undefined) {
      throw new Error(`BUG: cannot store ${action.id} in ${action.index}: ${reason}`)
    }
    return [{ record, reason }]
  })
}

/** What the server cannot take is kept as dead letters, with why. */
function lettersOf(refused: readonly Refused[], records: readonly LogRecord[]): DeadLetter[] {
  return recordsOf(refused, records).map(({ record, reason }) => ({
    id: `elasticsearch-${record.id}`,
    received: record.received,
    source: record.source,
    protocol: record.format,
    reason: `Elasticsearch refused it: ${reason}`,
    raw: record.raw,
  }))
}

function countBySource(
  refused: readonly Refused[],
  records: readonly LogRecord[],
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { record } of recordsOf(refused, records)) {
    counts.set(record.source, (counts.get(record.source) ?? 0) + 1)
  }
  return counts
}
