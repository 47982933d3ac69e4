import type { MetricBatch } from '../../model/batch.ts'
import type { LogRecord } from '../../model/record.ts'
import type { Store } from './store.ts'

/** A store that can be read from one end to the other, so that another can be made of it. Both of ours are. */
export interface WholeStore extends Store {
  /** What there is to read with the next two: committed, and counted by where it lies. */
  contents(): Promise<Contents>
  /** The first `limit` records of a stretch in order of sequence, with their raw bytes. */
  recordsOf(stretch: RecordStretch, limit: number): Promise<LogRecord[]>
  /** Points of a UTC day of their own time, each once, behind a place of an earlier page. */
  pointsOf(day: string, after: string | null, limit: number): Promise<PointsPage>
  /** Every document of `putState`, by key; those that processes agree by (`SharedStore`) among them. */
  documents(): Promise<ReadonlyMap<string, string>>
}

export interface Contents {
  /** Every ingest node that has committed. */
  readonly nodes: readonly string[]
  /** By day of receipt, then node. */
  readonly records: readonly CountedStretch[]
  /** By day. */
  readonly points: readonly { readonly day: string; readonly count: number }[]
}

/** Records of one day of receipt that one node numbered, with sequences in `[from, to)`. */
export interface RecordStretch {
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly node: string
  readonly from: number
  readonly to: number
}

/** The least stretch that holds so many records. */
export interface CountedStretch extends RecordStretch {
  readonly count: number
}

/** Point `i` belongs to `series[seriesIndex[i]]`. */
export interface PointsPage extends Pick<
  MetricBatch,
  'series' | 'seriesIndex' | 'time' | 'timeNs' | 'value'
> {
  /** The place behind its last point; absent when nothing is left. */
  readonly next?: string
}
