import type { Commit } from '../../model/batch.ts'
import type { Entity, Relation } from '../../model/entity.ts'
import { AppError } from '../../model/errors.ts'
import { noCounts, type LedgerCounts } from '../../model/batch.ts'
import type { KnownState } from '../../ingest/intake.ts'
import type { CommitSink } from '../../ingest/sink.ts'
import { recordOf, rowOf } from '../../model/batch-record.ts'
import type { LogRecord } from '../../model/record.ts'

/** A store that keeps commits in memory, and can be made to refuse or to be slow. */
export class RecordingSink implements CommitSink {
  readonly commits: Commit[] = []
  readonly entities: Entity[] = []
  readonly relations: Relation[] = []
  failing = false
  /** As a store that other nodes commit to. */
  isShared = false
  /** Called before each commit is kept. */
  before: () => Promise<void> = () => Promise.resolve()

  async commit(commit: Commit): Promise<void> {
    await this.before()
    if (this.failing) throw new AppError('storage_unavailable', 'the store is told to fail')
    this.commits.push(structuredClone(commit))
  }

  async applyInventory(entities: readonly Entity[], relations: readonly Relation[]): Promise<void> {
    if (this.failing) throw new AppError('storage_unavailable', 'the store is told to fail')
    this.entities.push(...entities)
    this.relations.push(...relations)
  }

  records(): LogRecord[] {
    return this.commits.flatMap(({ logs }) =>
      logs === null
        ? []
        : Array.from({ length: logs.count }, (_, row) => recordOf(rowOf(logs, row))),
    )
  }

  bodies(): string[] {
    return this.records().map((record) => record.body)
  }

  counts(source: string): LedgerCounts {
    const sum = noCounts()
    for (const { ledger } of this.commits) {
      const counts = ledger.get(source)
      if (counts === undefined) continue
      for (const name of Object.keys(sum) as (keyof LedgerCounts)[]) sum[name] += counts[name]
    }
    return sum
  }

  sources(): string[] {
    return [...new Set(this.commits.flatMap(({ ledger }) => [...ledger.keys()]))]
  }

  /** This sink for one process, which `cut` makes dead: what it still sends arrives nowhere. */
  connection(): CommitSink & { cut(): void } {
    let isCut = false
    const never = new Promise<void>(() => {})
    const through = async (send: () => Promise<void>): Promise<void> => {
      if (!isCut) await send()
      // What arrived is stored, but nobody is left to hear of it.
      if (isCut) await never
    }
    return {
      commit: (commit) => through(() => this.commit(commit)),
      applyInventory: (entities, relations) =>
        through(() => this.applyInventory(entities, relations)),
      cut: () => (isCut = true),
    }
  }

  /** What a store would tell the next start. */
  known(): KnownState {
    return {
      position: this.commits.at(-1)?.position ?? null,
      retryKeys: Uint32Array.from(this.commits.flatMap(({ retryKeys }) => [...retryKeys])),
      fileRanges: new Map(this.commits.flatMap(({ fileRanges }) => [...(fileRanges ?? [])])),
      patterns: [],
      isShared: this.isShared,
    }
  }
}
