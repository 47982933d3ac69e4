import { AppError } from '../../../model/errors.ts'
import { after, type NodeState } from './ledger.ts'
import type { StateDocument, StateIndex, Version } from './state-index.ts'

/** A node's state, and the number of the commit that made it. */
export interface NumberedState {
  readonly number: number
  readonly state: NodeState | null
}

/** So many commits are folded into one document. */
const FOLD_EVERY = 50

/**
 * What a node has committed, as a log: one document a commit, numbered without a gap. That one document decides:
 * before it is there, nothing of its commit counts, whatever of its records is already written. Now and then the log is folded into
 * one document with the sum, and the folded ones are deleted.
 */
export class NodeLog {
  readonly #index: StateIndex
  readonly #node: string
  readonly #writer: string
  #lock: AppError | undefined
  #current: NumberedState | null = null
  #folded = 0
  #foldedVersion: Version | null = null

  /** `writer` is in every document: two processes never write the same. */
  constructor(index: StateIndex, node: string, writer: string) {
    this.#index = index
    this.#node = node
    this.#writer = writer
  }

  /**
   * The state after the last commit; number 0 before the first. Throws `data_locked` once another process has committed
   * under the name: its place in the spool says nothing about the spool of this one.
   */
  async current(): Promise<NumberedState> {
    if (this.#lock !== undefined) throw this.#lock
    return (this.#current ??= await this.#load())
  }

  /** Appends a change, visible when this resolves. Throws `data_locked` where another process did so before. */
  async append(change: NodeState): Promise<void> {
    const { number: before, state } = await this.current()
    const number = before + 1
    const written = { ...change, writer: this.#writer }
    const value = JSON.stringify(written)
    const key = this.#keyOf(number)
    const more = { node: this.#node, number }
    const action = this.#index.action('create', 'commit', key, value, more)
    const isWritten = (await this.#index.replace(action, null, true)) !== undefined
    // A request that was sent twice because its answer got lost finds its own document.
    if (!isWritten && (await this.#index.get('commit', key))?.document.value !== value) {
      this.#lock = lockedBy(this.#node)
      throw this.#lock
    }
    this.#current = { number, state: after(state, written) }
    if (number - this.#folded >= FOLD_EVERY) await this.#fold()
  }

  async #load(): Promise<NumberedState> {
    await this.#index.refresh()
    const commits = await this.#index.list('commit', [{ term: { node: this.#node } }])
    const folded = await this.#index.get('ledger', this.#node)
    this.#folded = folded?.document.number ?? 0
    this.#foldedVersion = folded?.version ?? null
    return stateOf(folded?.document, commits)
  }

  async #fold(): Promise<void> {
    const { number, state } = this.#current!
    const value = JSON.stringify(state)
    const more = { node: this.#node, number }
    const action = this.#index.action('index', 'ledger', this.#node, value, more)
    const version = await this.#index.replace(action, this.#foldedVersion, true)
    if (version === undefined) {
      // Not as it was left: the next commit reads it anew.
      this.#current = null
      return
    }
    const keys = Array.from({ length: number - this.#folded }, (_, i) => this.#keyOf(number - i))
    await this.#index.remove('commit', keys)
    this.#folded = number
    this.#foldedVersion = version
  }

  #keyOf(number: number): string {
    return `${this.#node}-${number}`
  }
}

/** What this process has taken must stay in its spool: somebody else's commits stand where its own would. */
const lockedBy = (node: string): AppError =>
  new AppError(
    'data_locked',
    `another process commits as node "${node}" into the same indices; what this one takes stays in its spool`,
    { hint: 'end the other one; each ingest process needs a data folder and a --node of its own' },
  )

/** A node's state of the folded sum and the commits behind it. */
export function stateOf(
  folded: StateDocument | undefined,
  commits: readonly StateDocument[],
): NumberedState {
  let number = folded?.number ?? 0
  let state = folded === undefined ? null : (JSON.parse(folded.value) as NodeState)
  for (const commit of [...commits].sort((a, b) => a.number! - b.number!)) {
    if (commit.number! <= number) continue
    // A list of several pages may have missed one that was written meanwhile: what follows waits for it.
    if (commit.number! > number + 1) break
    number = commit.number!
    state = after(state, JSON.parse(commit.value) as NodeState)
  }
  return { number, state }
}

/** The states of all nodes. Commits are read first: one that is folded meanwhile is in the sum. */
export async function statesOfNodes(index: StateIndex): Promise<Map<string, NumberedState>> {
  const commits = await index.list('commit')
  const folded = await index.list('ledger')
  const nodes = new Set([...folded, ...commits].map(({ node }) => node!))
  return new Map(
    [...nodes].map((node) => [
      node,
      stateOf(
        folded.find((one) => one.node === node),
        commits.filter((one) => one.node === node),
      ),
    ]),
  )
}
