import type { Commit } from '../../../model/batch.ts'
import { compareSpoolPlaces } from '../ledger.ts'
import type { RecordStretch } from '../whole-store.ts'
import { ClaimIndex, OwnClaims, type Holder, type HoldersByRequest } from './claim-index.ts'
import { positionOf } from './ledger.ts'
import { bar, readStateOf, type NumberedState } from './node-log.ts'
import type { Reading } from './reading.ts'
import type { StateIndex } from './state-index.ts'

/** What of a commit others have stored. */
export interface Settled {
  /** Requests, by their place among those of the commit. */
  readonly known: ReadonlySet<number>
  /**
   * What may have been written and can no longer be committed once this commit is: by others of the requests that it
   * stores, by this node of those that it does not.
   */
  readonly remains: readonly RecordStretch[]
}

const NOTHING: Settled = { known: new Set(), remains: [] }

/**
 * Which of the nodes that hold the same request stores it.
 *
 * Every holder puts itself into the one document of the request, and then looks who else is in it. A request is stored
 * where the log of one of its holders has come past its place in that holder's spool: the logs decide, not the documents.
 * A holder that has not come so far may be writing it just now, or be dead, and nobody waits to find out: a bar is put
 * where its next commit would stand. Either that commit was there first, and the request is stored; or it fails, and
 * before the next try that holder looks into the document again, where it meets this one.
 */
export class Claims {
  readonly #index: ClaimIndex
  readonly #state: StateIndex
  readonly #writer: string

  constructor(reading: Reading, state: StateIndex, writer: string) {
    this.#index = new ClaimIndex(reading)
    this.#state = state
    this.#writer = writer
  }

  /** To be asked before every try to append to the node's log, whose state is `own`. */
  async settle(commit: Commit, own: NumberedState): Promise<Settled> {
    if (commit.requests === undefined) return NOTHING
    const claims = new OwnClaims(commit, commit.requests, this.#writer)
    const others = new Map(await this.#index.enter(claims))
    for (const [day, requests] of claims.besideMidnight()) {
      for (const [request, holders] of await this.#index.read(day, claims, requests)) {
        others.set(request, [...(others.get(request) ?? []), ...holders])
      }
    }
    if (others.size === 0) return NOTHING
    const known = await this.#decide(claims, others, own)
    const remains = [...others].flatMap(([request, holders]) =>
      known.has(request)
        ? [claims.holderOf(request)]
        : holders.filter((one) => !this.#isOwn(one, claims)),
    )
    return { known, remains: remains.map(({ records }) => records) }
  }

  /** The requests that are stored; no other holder can commit one of the rest without meeting this node first. */
  async #decide(
    claims: OwnClaims,
    others: HoldersByRequest,
    own: NumberedState,
  ): Promise<Set<number>> {
    const known = new Set<number>()
    const barred = new Set([claims.node])
    const states = new Map([[claims.node, own]])
    for (;;) {
      for (const { node } of [...others.values()].flat()) {
        if (!states.has(node)) states.set(node, await readStateOf(this.#state, node))
      }
      const open = new Set<string>()
      for (const [request, holders] of others) {
        if (holders.some((one) => this.#isStored(one, request, claims, states.get(one.node)!))) {
          known.add(request)
        } else {
          for (const { node } of holders) if (!barred.has(node)) open.add(node)
        }
      }
      if (open.size === 0) return known
      for (const node of open) {
        if (await bar(this.#state, node, states.get(node)!)) barred.add(node)
        else states.delete(node)
      }
    }
  }

  #isStored(holder: Holder, request: number, claims: OwnClaims, { state }: NumberedState): boolean {
    // Of two in one spool the first is in this commit or in one before it.
    if (this.#isOwn(holder, claims)) return compareSpoolPlaces(holder, claims.holderOf(request)) < 0
    const position = positionOf(state, holder.writer)
    return position !== undefined && compareSpoolPlaces(holder, position) <= 0
  }

  #isOwn({ node, writer }: Holder, claims: OwnClaims): boolean {
    return node === claims.node && writer === this.#writer
  }
}
