import type {
  Commit,
  LedgerCounts,
  LogBatch,
  MetricBatch,
  SpoolPosition,
  StreamDescriptor,
} from '../../../model/batch.ts'

/** Counts of a source with its newest times, and who it is; null before the first record. */
export interface LedgerEntry {
  readonly counts: LedgerCounts
  readonly watermark: number | null
  readonly lastReceived: number | null
  readonly stream: Pick<StreamDescriptor, 'host' | 'layer' | 'format'> | null
}

/** What commits of a node up to a number have changed. */
export interface NodeState {
  readonly position: SpoolPosition
  readonly ledger: Readonly<Record<string, LedgerEntry>>
  readonly fileRanges: Readonly<Record<string, readonly number[]>>
}

/** The change of one commit. `refused` are records of it, by source, that the server cannot take. */
export function changeOf(
  { ledger, logs, metrics, fileRanges, position }: Commit,
  refused: ReadonlyMap<string, number>,
): NodeState {
  const times = timesBySource(logs, metrics)
  const entries = new Map<string, LedgerEntry>()
  for (const [source, counts] of ledger) {
    const failed = refused.get(source) ?? 0
    entries.set(source, {
      counts: {
        ...counts,
        stored: counts.stored - failed,
        deadLettered: counts.deadLettered + failed,
      },
      ...(times.get(source) ?? NO_TIMES),
    })
  }
  return {
    position,
    ledger: Object.fromEntries(entries),
    fileRanges: Object.fromEntries(fileRanges ?? []),
  }
}

/** State after a change that follows on it. */
export function after(before: NodeState | null, change: NodeState): NodeState {
  if (before === null) return change
  const ledger = new Map(Object.entries(before.ledger))
  for (const [source, entry] of Object.entries(change.ledger)) {
    const known = ledger.get(source)
    ledger.set(source, known === undefined ? entry : sumOf(known, entry))
  }
  return {
    position: change.position,
    ledger: Object.fromEntries(ledger),
    fileRanges: { ...before.fileRanges, ...change.fileRanges },
  }
}

/** Two entries of one source as one; `b` is the later. */
export function sumOf(a: LedgerEntry, b: LedgerEntry): LedgerEntry {
  const names = Object.keys(NO_COUNTS) as (keyof LedgerCounts)[]
  const counts = { ...a.counts }
  for (const name of names) counts[name] += b.counts[name]
  return {
    counts,
    watermark: laterOf(a.watermark, b.watermark),
    lastReceived: laterOf(a.lastReceived, b.lastReceived),
    stream: b.stream ?? a.stream,
  }
}

export function comparePositions(a: SpoolPosition, b: SpoolPosition): number {
  return a.segment - b.segment || a.offset - b.offset || a.nextSequence - b.nextSequence
}

const NO_COUNTS: LedgerCounts = {
  received: 0,
  stored: 0,
  deduplicated: 0,
  unparsed: 0,
  rejected: 0,
  deadLettered: 0,
  lost: 0,
}
const NO_TIMES = { watermark: null, lastReceived: null, stream: null }

function laterOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

function timesBySource(
  logs: LogBatch | null,
  metrics: MetricBatch | null,
): Map<string, Omit<LedgerEntry, 'counts'>> {
  const times = new Map<string, Omit<LedgerEntry, 'counts'>>()
  const see = (
    source: string,
    time: number,
    received: number,
    stream: LedgerEntry['stream'],
  ): void => {
    const before = times.get(source) ?? NO_TIMES
    times.set(source, {
      watermark: laterOf(before.watermark, time),
      lastReceived: laterOf(before.lastReceived, received),
      stream: stream ?? before.stream,
    })
  }
  for (let row = 0; row < (logs?.count ?? 0); row++) {
    const { source, host, layer, format } = logs!.streams[logs!.stream[row]!]!
    see(source, logs!.time[row]!, logs!.received[row]!, { host, layer, format })
  }
  for (let row = 0; row < (metrics?.count ?? 0); row++) {
    const series = metrics!.seriesIndex[row]!
    see(metrics!.series[series]!.source, metrics!.time[row]!, metrics!.received[series]!, null)
  }
  return times
}
