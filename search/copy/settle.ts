import type { LedgerCounts, SeenTimes } from '../../model/batch.ts'
import { compareText } from '../../model/match.ts'
import { dayOf, type Micros } from '../../model/time.ts'
import { FIRST_NODE } from '../node-name.ts'
import { joinedKeys } from '../store/joined-keys.ts'
import type { SourceState } from '../store/store.ts'
import type { Contents, WholeStore } from '../store/whole-store.ts'
import type { CopyTarget } from './copy-target.ts'
import { savedDocuments } from './earlier-copy.ts'

/** Entities, relations, documents and dead letters of one write. */
const AT_ONCE = 1_000
const LETTERS_AT_ONCE = 200

/** Copies the inventory, with the times from and to which each name and relation was true. */
export async function copyInventory(source: WholeStore, target: WholeStore): Promise<void> {
  for (const part of partsOf(await source.entities())) await target.putEntities(part)
  for (const part of partsOf(await source.relations())) await target.putRelations(part)
}

/** Copies saved documents and the letters that the target lacks. */
export async function copySaved(source: WholeStore, target: CopyTarget): Promise<void> {
  const { store } = target
  const known = await savedDocuments(store)
  for (const [key, value] of await savedDocuments(source)) {
    if (known.get(key) !== value) await store.putState(key, value)
  }
  let after = ''
  for (;;) {
    const letters = await source.deadLetters(LETTERS_AT_ONCE, after)
    if (letters.length === 0) return
    // The target has no others, so its page behind the same place reaches at least as far.
    const there = await store.deadLetters(LETTERS_AT_ONCE, after)
    const ids = new Set(there.map(({ id }) => id))
    const missing = letters.filter(({ id }) => !ids.has(id))
    const days = [...new Set(missing.map(({ received }) => dayOf(received as Micros)))]
    for (const day of days.sort(compareText)) {
      const deadLetters = missing.filter(({ received }) => dayOf(received as Micros) === day)
      await target.write(day, { deadLetters })
    }
    after = letters.at(-1)!.id
  }
}

/**
 * Brings the ledger of the target to that of the source, in one commit with what recognises a retry: keys of the last
 * records and taken ranges of files. Does nothing where it stands there already.
 */
export async function settleLedger(
  source: WholeStore,
  { nodes, records }: Contents,
  target: CopyTarget,
): Promise<void> {
  const { ledger, seen } = changesOf(await source.sources(), await target.store.sources())
  if (ledger.size === 0) return
  const keys: Uint32Array[] = []
  const fileRanges = new Map<string, number[]>()
  let nextSequence = 0
  for (const node of nodes) {
    const known = await source.recovery(node)
    keys.push(known.retryKeys)
    for (const [file, ranges] of known.fileRanges ?? []) {
      fileRanges.set(file, joinedRanges(fileRanges.get(file) ?? [], ranges))
    }
    // The name goes on in the target: it must not number anew what retention has deleted.
    if (node === FIRST_NODE) nextSequence = known.position?.nextSequence ?? 0
  }
  const day = records.at(-1)?.day ?? dayOf(lastReceived(seen) as Micros)
  await target.write(day, { ledger, seen, retryKeys: joinedKeys(keys), fileRanges }, nextSequence)
}

function lastReceived(seen: ReadonlyMap<string, SeenTimes>): number {
  return [...seen.values()].reduce((last, one) => Math.max(last, one.lastReceived ?? 0), 0)
}

/** What has to be added to the ledger of a target. */
export function changesOf(
  source: readonly SourceState[],
  target: readonly SourceState[],
): { readonly ledger: Map<string, LedgerCounts>; readonly seen: Map<string, SeenTimes> } {
  const known = new Map(target.map((one) => [one.source, one]))
  const ledger = new Map<string, LedgerCounts>()
  const seen = new Map<string, SeenTimes>()
  for (const { source: name, counts, watermark, lastReceived: last } of source) {
    const before = known.get(name)
    const change = { ...counts }
    for (const field of Object.keys(change) as (keyof LedgerCounts)[]) {
      change[field] -= before?.counts[field] ?? 0
    }
    const isSame =
      Object.values(change).every((count) => count === 0) &&
      before?.watermark === watermark &&
      before.lastReceived === last
    if (isSame) continue
    ledger.set(name, change)
    seen.set(name, { watermark, lastReceived: last })
  }
  return { ledger, seen }
}

/** Two lists of ranges, each rising and without overlap, as one. */
export function joinedRanges(a: readonly number[], b: readonly number[]): number[] {
  const ranges = [...pairsOf(a), ...pairsOf(b)].sort(([x], [y]) => x - y)
  const joined: [number, number][] = []
  for (const [from, to] of ranges) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined.flat()
}

function pairsOf(ranges: readonly number[]): [number, number][] {
  return Array.from({ length: ranges.length / 2 }, (_, i) => [ranges[2 * i]!, ranges[2 * i + 1]!])
}

function* partsOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE)
}
