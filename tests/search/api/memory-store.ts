import type { DeadLetter, LedgerCounts } from '../../../model/batch.ts'
import type { Entity, Relation } from '../../../model/entity.ts'
import type { MetricSeries } from '../../../model/record.ts'
import type {
  Recovery,
  SeriesData,
  SeriesRequest,
  SourceState,
  Store,
  StoreStats,
} from '../../../search/store/store.ts'
import { ReferenceStore } from '../../support/reference-store.ts'

/** The oracle with the rest of the contract as plain lists: what the API's tests ask. */
export class MemoryStore extends ReferenceStore implements Store {
  entityList: Entity[] = []
  relationList: Relation[] = []
  sourceList: SourceState[] = []
  letters: DeadLetter[] = []
  seriesList: SeriesData[] = []
  backups: string[] = []
  readonly states = new Map<string, string>()

  async commit(): Promise<void> {
    throw new Error('the API does not commit')
  }

  async series({ entities }: SeriesRequest): Promise<SeriesData[]> {
    return this.seriesList.filter(({ series }) => entities.includes(series.entity))
  }

  async seriesOf(): Promise<MetricSeries[]> {
    return this.seriesList.map(({ series }) => series)
  }

  async putEntities(entities: readonly Entity[]): Promise<void> {
    this.entityList.push(...entities)
  }

  async putRelations(relations: readonly Relation[]): Promise<void> {
    this.relationList.push(...relations)
  }

  async entities(): Promise<Entity[]> {
    return this.entityList
  }

  async relations(): Promise<Relation[]> {
    return this.relationList
  }

  async inventoryVersion(): Promise<string> {
    return `${this.entityList.length}.${this.relationList.length}`
  }

  async sources(): Promise<SourceState[]> {
    return this.sourceList
  }

  async deadLetters(limit: number, after?: string): Promise<DeadLetter[]> {
    return this.letters.filter(({ id }) => after === undefined || id > after).slice(0, limit)
  }

  async removeDeadLetters(ids: readonly string[]): Promise<number> {
    const before = this.letters.length
    this.letters = this.letters.filter(({ id }) => !ids.includes(id))
    return before - this.letters.length
  }

  async getState(key: string): Promise<string | undefined> {
    return this.states.get(key)
  }

  async putState(key: string, value: string): Promise<void> {
    this.states.set(key, value)
  }

  async recovery(): Promise<Recovery> {
    return { position: null, retryKeys: new Uint32Array(), patterns: [] }
  }

  async stats(): Promise<StoreStats> {
    return { records: 3, points: 0, series: 0, templates: 1, bytes: 4096, partitions: [] }
  }

  async retain(): Promise<string[]> {
    return []
  }

  async backup(folder: string): Promise<void> {
    this.backups.push(folder)
  }

  async close(): Promise<void> {
    this.letters = []
  }
}

/** A ledger with the given counts, else zero. */
export function ledger(counts: Partial<LedgerCounts> = {}): LedgerCounts {
  const none = { stored: 0, deduplicated: 0, unparsed: 0, rejected: 0, deadLettered: 0, lost: 0 }
  return { received: 0, ...none, ...counts }
}
