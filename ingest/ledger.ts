import { noCounts, type LedgerCounts } from '../model/batch.ts'
import type { Stream } from './stream-table.ts'

/**
 * What must hold of every source at every moment (product.md 8.1). `unparsed` is a part of `stored`;
 * `lost` counts what never came in.
 */
export function isBalanced(counts: LedgerCounts): boolean {
  return (
    counts.received === counts.stored + counts.deduplicated + counts.rejected + counts.deadLettered
  )
}

/**
 * The change of every source's counts since the last {@link Ledger.take}. It is committed together with
 * the rows it counts, so that a reader never sees one without the other.
 */
export class Ledger {
  #changes = new Map<string, LedgerCounts>()
  #turn = 0

  /** The counts to add to. Valid until the next {@link Ledger.take}. */
  of(source: string): LedgerCounts {
    let counts = this.#changes.get(source)
    if (counts === undefined) this.#changes.set(source, (counts = noCounts()))
    return counts
  }

  /** As {@link Ledger.of} its source. */
  ofStream(stream: Stream): LedgerCounts {
    if (stream.turn === this.#turn && stream.counts !== undefined) return stream.counts
    stream.turn = this.#turn
    return (stream.counts = this.of(stream.source))
  }

  get isEmpty(): boolean {
    return this.#changes.size === 0
  }

  take(): Map<string, LedgerCounts> {
    const changes = this.#changes
    this.#changes = new Map()
    this.#turn++
    return changes
  }
}
