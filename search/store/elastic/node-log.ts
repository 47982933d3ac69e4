import { AppError } from '../../../model/errors.ts'
import type { RecordStretch } from '../whole-store.ts'
import { after, type NodeState } from './ledger.ts'
import type { StateDocument, StateIndex, Version } from './state-index.ts'

/** A node's state. */
export interface NumberedState {
  /** The last number that is taken, by a commit or a bar. */
  readonly number: number
  /** The number of the last commit; what stands behind it are bars. */
  readonly committed: number
  readonly state: NodeState | null
}

/** What stands in a log under a number: the change of a commit. */
interface Entry extends NodeState {
  /** Records that may have been written and are none since this commit: they are to be removed, see `Settled`. */
  readonly remains?: readonly RecordStretch[]
}

/**
 * In place of a commit: nothing is committed under this number. Another node puts it there, see `Claims`: whoever meant
 * to commit under it has to look at its claims again.
 */
const BAR = 'null'

/** So many commits are folded into one document. */
const FOLD_EVERY = 50

/**
 * What a node has committed, as a log: one document a commit, numbered without a gap. That one document decides:
 * before it is there, nothing of its commit counts, whatever of its records is already written. Now and then the log is folded into
 * one document with the sum, and the folded ones are deleted.
 *
 * `remove` is called for records that are none since a commit (`Settled`): after it, when the log has decided; again at the
 * next start, since the process may have died in between; and a last time before the commit is folded, for what the cluster
 * may have carried out late.
 */
export class NodeLog {
  readonly #index: StateIndex
  readonly #node: string
  readonly #writer: string
  readonly #remove: (remains: readonly RecordStretch[]) => Promise<void>
  #lock: AppError | undefined
  #current: NumberedState | null = null
  /** Of the commits that are not folded. */
  #remains: RecordStretch[] = []
  #areRemoved = true
  #folded = 0
  #foldedVersion: Version | null = null

  /** `writer` is in every document: two processes never write the same. */
  constructor(
    index: StateIndex,
    node: string,
    writer: string,
    remove: (remains: readonly RecordStretch[]) => Promise<void>,
  ) {
    this.#index = index
    this.#node = node
    this.#writer = writer
    this.#remove = remove
  }

  /**
   * The state after the last commit; number 0 before the first. What its commits have to remove is removed. Throws `data_locked` once another process has committed
   * under the name: its place in the spool says nothing about the spool of this one.
   */
  async current(): Promise<NumberedState> {
    if (this.#lock !== undefined) throw this.#lock
    const current = (this.#current ??= await this.#load())
    await this.#removeRemains()
    return current
  }

  /**
   * Appends a change, visible when this resolves; false where a bar stands in its place, behind which is the next one.
   * Throws `data_locked` where another process did so before.
   */
  async append(change: NodeState, remains: readonly RecordStretch[]): Promise<boolean> {
    const { number: before, committed, state } = await this.current()
    const number = before + 1
    const written = { ...change, writer: this.#writer }
    const entry: Entry = remains.length === 0 ? written : { ...written, remains }
    const value = JSON.stringify(entry)
    const key = this.#keyOf(number)
    const more = { node: this.#node, number }
    const action = this.#index.action('create', 'commit', key, value, more)
    const isWritten = (await this.#index.replace(action, null, true)) !== undefined
    // A request that was sent twice because its answer got lost finds its own document.
    const there = isWritten ? value : (await this.#index.get('commit', key))?.document.value
    if (there === BAR) {
      // Behind all that are there: one at a time, they could be put faster than they are passed.
      this.#current = await this.#load()
      if (this.#current.committed === committed) return false
    }
    if (there !== value) {
      this.#lock = lockedBy(this.#node)
      throw this.#lock
    }
    this.#current = { number, committed: number, state: after(state, written) }
    this.#keep(remains)
    await this.#removeRemains()
    if (number - this.#folded >= FOLD_EVERY) await this.#fold()
    return true
  }

  async #load(): Promise<NumberedState> {
    await this.#index.refresh()
    const commits = await this.#index.list('commit', [{ term: { node: this.#node } }])
    const folded = await this.#index.get('ledger', this.#node)
    this.#folded = folded?.document.number ?? 0
    this.#foldedVersion = folded?.version ?? null
    this.#remains = []
    for (const { value } of commits) this.#keep((JSON.parse(value) as Entry | null)?.remains ?? [])
    return stateOf(folded?.document, commits)
  }

  #keep(remains: readonly RecordStretch[]): void {
    if (remains.length === 0) return
    this.#remains.push(...remains)
    this.#areRemoved = false
  }

  async #removeRemains(): Promise<void> {
    if (this.#areRemoved) return
    await this.#remove(this.#remains)
    this.#areRemoved = true
  }

  async #fold(): Promise<void> {
    const { number, state } = this.#current!
    if (this.#remains.length > 0) await this.#remove(this.#remains)
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
    this.#remains = []
  }

  #keyOf(number: number): string {
    return keyOf(this.#node, number)
  }
}

const keyOf = (node: string, number: number): string => `${node}-${number}`

/** The state of a node as it is now, also if another process has written to its log a moment ago. */
export async function readStateOf(index: StateIndex, node: string): Promise<NumberedState> {
  await index.refresh()
  const commits = await index.list('commit', [{ term: { node } }])
  return stateOf((await index.get('ledger', node))?.document, commits)
}

/**
 * Puts a bar behind what a node was seen to have committed; false where something stands there already. A commit that the
 * node is writing now fails at it.
 */
export async function bar(
  index: StateIndex,
  node: string,
  { number: seen }: NumberedState,
): Promise<boolean> {
  const number = seen + 1
  const action = index.action('create', 'commit', keyOf(node, number), BAR, { node, number })
  if ((await index.replace(action, null, true)) === undefined) return false
  // Its place was free perhaps only because the log has been folded since it was seen.
  const folded = (await index.get('ledger', node))?.document.number ?? 0
  if (folded < number) return true
  await index.remove('commit', [keyOf(node, number)])
  return false
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
  let committed = number
  let state = folded === undefined ? null : (JSON.parse(folded.value) as NodeState)
  for (const commit of [...commits].sort((a, b) => a.number! - b.number!)) {
    if (commit.number! <= number) continue
    // A list of several pages may have missed one that was written meanwhile: what follows waits for it.
    if (commit.number! > number + 1) break
    number = commit.number!
    if (commit.value === BAR) continue
    committed = number
    state = after(state, JSON.parse(commit.value) as NodeState)
  }
  return { number, committed, state }
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
