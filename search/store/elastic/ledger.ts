import { UNPARSED, type Commit, type LogBatch, type SpoolPosition } from '../../../model/batch.ts'
import { changesOf, earlierSpeaker, sumOf, type LedgerEntry, type Speaker } from '../ledger.ts'

/** A source's ledger, and who it is; null where only points came from it. */
export interface KnownEntry extends LedgerEntry {
  readonly stream: Speaker | null
}

/** What commits of a node up to a number have changed. */
export interface NodeState {
  readonly position: SpoolPosition
  readonly ledger: Readonly<Record<string, KnownEntry>>
  readonly fileRanges: Readonly<Record<string, readonly number[]>>
  /** The data folder that wrote the last of them, see `Recovery`. */
  readonly writer?: string
  /** How far the folders came that wrote before it under the same name. */
  readonly formerWriters?: Readonly<Record<string, SpoolPosition>>
}

/** Rows of a commit by source that it does not store, and how many of them no format understood. */
export interface MissingRows {
  rows: number
  unparsed: number
}

/** Counts rows of a batch by source. */
export function rowsBySource(logs: LogBatch, rows: Iterable<number>): Map<string, MissingRows> {
  const counts = new Map<string, MissingRows>()
  for (const row of rows) {
    const { source, format } = logs.streams[logs.stream[row]!]!
    let count = counts.get(source)
    if (count === undefined) counts.set(source, (count = { rows: 0, unparsed: 0 }))
    count.rows++
    if (format === UNPARSED) count.unparsed++
  }
  return counts
}

/**
 * The change of one commit. `refused` are records of it, by source, that the server cannot take; `known` those that
 * another node has stored.
 */
export function changeOf(
  commit: Commit,
  refused: ReadonlyMap<string, MissingRows>,
  known: ReadonlyMap<string, MissingRows>,
): NodeState {
  const streams = new Map<string, Speaker | null>()
  for (const { source, host, layer, format } of commit.logs?.streams ?? []) {
    const before = streams.get(source) ?? null
    streams.set(source, earlierSpeaker(before, { host, layer, format }))
  }
  const entries = [...changesOf(commit)].map(([source, entry]): [string, KnownEntry] => {
    const failed = refused.get(source)?.rows ?? 0
    const { rows: repeated, unparsed } = known.get(source) ?? { rows: 0, unparsed: 0 }
    const counts = {
      ...entry.counts,
      stored: entry.counts.stored - failed - repeated,
      unparsed: entry.counts.unparsed - unparsed,
      deduplicated: entry.counts.deduplicated + repeated,
      deadLettered: entry.counts.deadLettered + failed,
    }
    return [source, { ...entry, counts, stream: streams.get(source) ?? null }]
  })
  return {
    position: commit.position,
    ledger: Object.fromEntries(entries),
    fileRanges: Object.fromEntries(commit.fileRanges ?? []),
  }
}

/** State after a change that follows on it. */
export function after(before: NodeState | null, change: NodeState): NodeState {
  const ledger = new Map(Object.entries(before?.ledger ?? {}))
  for (const [source, entry] of Object.entries(change.ledger)) {
    const known = ledger.get(source)
    ledger.set(source, known === undefined ? entry : joined(known, entry))
  }
  const formerWriters = before === null ? undefined : writersBefore(before, change)
  return {
    position: change.position,
    ledger: Object.fromEntries(ledger),
    fileRanges: { ...before?.fileRanges, ...change.fileRanges },
    ...(change.writer === undefined ? {} : { writer: change.writer }),
    ...(formerWriters === undefined ? {} : { formerWriters }),
  }
}

function writersBefore(
  { writer, position, formerWriters }: NodeState,
  change: NodeState,
): NodeState['formerWriters'] {
  if (writer === undefined || writer === change.writer) return formerWriters
  return { ...formerWriters, [writer]: position }
}

/** How far a data folder has come with its spool; undefined before its first commit. */
export function positionOf(state: NodeState | null, writer: string): SpoolPosition | undefined {
  return state?.writer === writer ? state.position : state?.formerWriters?.[writer]
}

/** Two entries of one source as one; `b` is the later. */
export function joined(a: KnownEntry, b: KnownEntry): KnownEntry {
  return { ...sumOf(a, b), stream: earlierSpeaker(a.stream, b.stream) }
}
