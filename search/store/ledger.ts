import type {
  Commit,
  LedgerCounts,
  SeenTimes,
  SpoolPosition,
  StreamDescriptor,
} from '../../model/batch.ts'

/** Counts of a source with its newest times. */
export interface LedgerEntry extends SeenTimes {
  readonly counts: LedgerCounts
}

/** Where something ends in a spool. */
type SpoolPlace = Pick<SpoolPosition, 'segment' | 'offset'>

/** Below 0 where `a` comes before `b` in one spool. */
export const compareSpoolPlaces = (a: SpoolPlace, b: SpoolPlace): number =>
  a.segment - b.segment || a.offset - b.offset

/** Below 0 where `a` comes before `b` in the spool of one node. */
export const comparePositions = (a: SpoolPosition, b: SpoolPosition): number =>
  compareSpoolPlaces(a, b) || a.nextSequence - b.nextSequence

/** The sum of two ledgers of one source. */
export function sumOf(a: LedgerEntry, b: LedgerEntry): LedgerEntry {
  const counts = { ...a.counts }
  for (const name of Object.keys(counts) as (keyof LedgerCounts)[]) counts[name] += b.counts[name]
  return {
    counts,
    watermark: latest(a.watermark, b.watermark),
    lastReceived: latest(a.lastReceived, b.lastReceived),
  }
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}

/** What a source is known as. */
export type Speaker = Pick<StreamDescriptor, 'host' | 'layer' | 'format'>

/** Of what a source was heard as, what it is known as: the first of a layer, else the first; null for points alone. */
export function earlierSpeaker<S extends Speaker>(before: S | null, next: S | null): S | null {
  if (before === null) return next
  return before.layer === null && next !== null && next.layer !== null ? next : before
}

/** What a commit changes of the ledger of each source. */
export function changesOf(commit: Commit): Map<string, LedgerEntry> {
  const times = timesBySource(commit)
  return new Map(
    [...commit.ledger].map(([source, counts]) => {
      const seen = commit.seen?.get(source) ?? times.get(source)
      const entry = {
        counts: { ...counts },
        watermark: seen?.watermark ?? null,
        lastReceived: seen?.lastReceived ?? null,
      }
      return [source, entry]
    }),
  )
}

function timesBySource(commit: Commit): Map<string, { watermark: number; lastReceived: number }> {
  const bySource = new Map<string, { watermark: number; lastReceived: number }>()
  const see = (source: string, time: number, received: number): void => {
    const seen = bySource.get(source)
    if (seen === undefined) bySource.set(source, { watermark: time, lastReceived: received })
    else {
      seen.watermark = Math.max(seen.watermark, time)
      seen.lastReceived = Math.max(seen.lastReceived, received)
    }
  }
  const { logs, metrics } = commit
  if (logs !== null) {
    const watermark = new Float64Array(logs.streams.length).fill(-1)
    const received = new Float64Array(logs.streams.length).fill(-1)
    for (let row = 0; row < logs.count; row++) {
      const stream = logs.stream[row]!
      if (logs.time[row]! > watermark[stream]!) watermark[stream] = logs.time[row]!
      if (logs.received[row]! > received[stream]!) received[stream] = logs.received[row]!
    }
    logs.streams.forEach((stream, index) => {
      if (received[index]! >= 0) see(stream.source, watermark[index]!, received[index]!)
    })
  }
  if (metrics !== null) {
    for (let row = 0; row < metrics.count; row++) {
      const series = metrics.seriesIndex[row]!
      see(metrics.series[series]!.source, metrics.time[row]!, metrics.received[series]!)
    }
  }
  return bySource
}
