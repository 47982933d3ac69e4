import type { Commit, SpoolPosition } from '../../../model/batch.ts'
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
}

/** The change of one commit. `refused` are records of it, by source, that the server cannot take. */
export function changeOf(commit: Commit, refused: ReadonlyMap<string, number>): NodeState {
  const streams = new Map<string, Speaker | null>()
  for (const { source, host, layer, format } of commit.logs?.streams ?? []) {
    const before = streams.get(source) ?? null
    streams.set(source, earlierSpeaker(before, { host, layer, format }))
  }
  const entries = [...changesOf(commit)].map(([source, entry]): [string, KnownEntry] => {
    const failed = refused.get(source) ?? 0
    const counts = {
      ...entry.counts,
      stored: entry.counts.stored - failed,
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
  if (before === null) return change
  const ledger = new Map(Object.entries(before.ledger))
  for (const [source, entry] of Object.entries(change.ledger)) {
    const known = ledger.get(source)
    ledger.set(source, known === undefined ? entry : joined(known, entry))
  }
  return {
    position: change.position,
    ledger: Object.fromEntries(ledger),
    fileRanges: { ...before.fileRanges, ...change.fileRanges },
    ...(change.writer === undefined ? {} : { writer: change.writer }),
  }
}

/** Two entries of one source as one; `b` is the later. */
export function joined(a: KnownEntry, b: KnownEntry): KnownEntry {
  return { ...sumOf(a, b), stream: earlierSpeaker(a.stream, b.stream) }
}
