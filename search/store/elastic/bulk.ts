import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import { blocked, busy, isBlocked, wordsOf, type Reason } from './refusal.ts'

/** One line of work. */
export type Action = Write | Removal

/** `create` refuses an id that is there; `index` writes over it. */
export interface Write {
  readonly operation: 'create' | 'index'
  readonly index: string
  readonly id: string
  /** As JSON where it is a text. */
  readonly document: object | string
}

/** What is not there counts as removed. */
export interface Removal {
  readonly operation: 'delete'
  readonly index: string
  readonly id: string
}

/** An action that the server can never carry out. */
export interface Refused {
  readonly action: Action
  readonly reason: string
}

interface BulkAnswer {
  readonly items: readonly Readonly<
    Record<string, { readonly status: number; readonly error?: Reason }>
  >[]
}

/** Bytes of one request. Large ones are no faster and hold more of the server's memory. */
const REQUEST_BYTES = 4_000_000
/** Requests at once: while the server writes one, the next is made. */
const LANES = 3
/** Before what the server was too busy for is sent again. */
const WAITS_MS: readonly number[] = [100, 400, 1_600, 6_400]

/**
 * Writes all actions, in no order; an id that is there already counts as written, and `existing` is told of it. Answers
 * those that cannot be written as they are. Throws `storage_full` at a block, `storage_unavailable` where the server stays too busy; nothing
 * is on its way any more then.
 */
export async function writeAll(
  connection: Connection,
  actions: Iterable<Action>,
  {
    waitsMs = WAITS_MS,
    existing = () => {},
  }: { waitsMs?: readonly number[]; existing?: (action: Action) => void } = {},
): Promise<Refused[]> {
  const groups = groupsOf(actions)
  const refused: Refused[] = []
  let failed = false
  const lane = async (): Promise<void> => {
    try {
      for (const group of groups) {
        if (failed) return
        refused.push(...(await writeGroup(connection, group, waitsMs, existing)))
      }
    } catch (error) {
      failed = true
      throw error
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return refused
}

async function writeGroup(
  connection: Connection,
  group: readonly Line[],
  waitsMs: readonly number[],
  existing: (action: Action) => void,
): Promise<Refused[]> {
  const refused: Refused[] = []
  let left = group
  for (let attempt = 0; ; attempt++) {
    const outcome = await writeOnce(connection, left)
    refused.push(...outcome.refused)
    outcome.existing.forEach(existing)
    left = outcome.later
    if (left.length === 0) return refused
    const wait = waitsMs[attempt]
    if (wait === undefined) throw busy(outcome.reason)
    await delay(wait)
  }
}

interface Outcome {
  readonly later: Line[]
  readonly refused: readonly Refused[]
  readonly existing: readonly Action[]
  readonly reason: string
}

async function writeOnce(connection: Connection, lines: readonly Line[]): Promise<Outcome> {
  const answer = await connection.call<BulkAnswer>({
    method: 'POST',
    path: '/_bulk',
    query: { filter_path: 'items.*.status,items.*.error' },
    lines: lines.map(({ text }) => text).join(''),
  })
  const later: Line[] = []
  const refused: Refused[] = []
  const existing: Action[] = []
  let reason = ''
  for (const [index, item] of answer.items.entries()) {
    const { status, error } = Object.values(item)[0]!
    const { action } = lines[index]!
    if (status === 409) existing.push(action)
    if (status < 300 || status === 409) continue
    if (status === 404 && action.operation === 'delete') continue
    const said = wordsOf(error) ?? `status ${status}`
    if (error !== undefined && isBlocked(error)) throw blocked(said)
    if (status === 400) refused.push({ action, reason: said })
    else {
      later.push(lines[index]!)
      reason = said
    }
  }
  return { later, refused, existing, reason }
}

interface Line {
  readonly action: Action
  readonly text: string
}

/** Made as they are asked for: a commit of 50,000 records is 60 MB of text. */
function* groupsOf(actions: Iterable<Action>): Generator<Line[]> {
  let group: Line[] = []
  let bytes = 0
  for (const action of actions) {
    const text = textOf(action)
    bytes += text.length
    if (bytes > REQUEST_BYTES && group.length > 0) {
      yield group
      group = []
      bytes = text.length
    }
    group.push({ action, text })
  }
  if (group.length > 0) yield group
}

function textOf(action: Action): string {
  const { operation, index, id } = action
  const head = `{"${operation}":{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)}}}\n`
  if (action.operation === 'delete') return head
  const { document } = action
  return `${head}${typeof document === 'string' ? document : JSON.stringify(document)}\n`
}
