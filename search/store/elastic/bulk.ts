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

/** An action without what it writes, which is let go of as soon as its bytes stand in a request. */
export type Target = Pick<Action, 'operation' | 'index' | 'id'>

/** An action that the server can never carry out. */
export interface Refused {
  readonly action: Target
  readonly reason: string
}

interface BulkAnswer {
  readonly items: readonly Readonly<
    Record<string, { readonly status: number; readonly error?: Reason }>
  >[]
}

/** Bytes of one request. Large ones are no faster and hold more of the server's memory. */
const REQUEST_BYTES = 4_000_000
/** Room for the first, most of which are small. */
const FIRST_BYTES = 65_536
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
  }: { waitsMs?: readonly number[]; existing?: (action: Target) => void } = {},
): Promise<Refused[]> {
  const requests = requestsOf(actions)
  const refused: Refused[] = []
  let failed = false
  const lane = async (): Promise<void> => {
    try {
      for (const request of requests) {
        if (failed) return
        refused.push(...(await writeRequest(connection, request, waitsMs, existing)))
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

async function writeRequest(
  connection: Connection,
  request: BulkRequest,
  waitsMs: readonly number[],
  existing: (action: Target) => void,
): Promise<Refused[]> {
  const refused: Refused[] = []
  let left = request
  for (let attempt = 0; ; attempt++) {
    const outcome = await writeOnce(connection, left)
    refused.push(...outcome.refused)
    outcome.existing.forEach(existing)
    if (outcome.later.length === 0) return refused
    const wait = waitsMs[attempt]
    if (wait === undefined) throw busy(outcome.reason)
    left = left.only(outcome.later)
    await delay(wait)
  }
}

interface Outcome {
  /** Places in the request. */
  readonly later: readonly number[]
  readonly refused: readonly Refused[]
  readonly existing: readonly Target[]
  readonly reason: string
}

async function writeOnce(connection: Connection, request: BulkRequest): Promise<Outcome> {
  const answer = await connection.call<BulkAnswer>({
    method: 'POST',
    path: '/_bulk',
    query: { filter_path: 'items.*.status,items.*.error' },
    lines: request.bytes,
  })
  const later: number[] = []
  const refused: Refused[] = []
  const existing: Target[] = []
  let reason = ''
  for (const [index, item] of answer.items.entries()) {
    const { status, error } = Object.values(item)[0]!
    const action = request.targets[index]!
    if (status === 409) existing.push(action)
    if (status < 300 || status === 409) continue
    if (status === 404 && action.operation === 'delete') continue
    const said = wordsOf(error) ?? `status ${status}`
    if (error !== undefined && isBlocked(error)) throw blocked(said)
    if (status === 400) refused.push({ action, reason: said })
    else {
      later.push(index)
      reason = said
    }
  }
  return { later, refused, existing, reason }
}

/**
 * The actions of one bulk request, as the bytes that are sent. As texts they would be a tree of parts each, and thousands
 * of those would be held until the server has answered: they are written into one buffer as they are made.
 */
class BulkRequest {
  readonly targets: Target[] = []
  /** Where the bytes of each end. */
  readonly #ends: number[] = []
  #buffer: Buffer

  constructor(room: number) {
    this.#buffer = Buffer.allocUnsafe(room)
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  get #length(): number {
    return this.#ends.at(-1) ?? 0
  }

  /** False where it is full without this one. */
  tryAdd({ operation, index, id }: Target, text: string): boolean {
    const from = this.#length
    const end = from + Buffer.byteLength(text)
    if (from > 0 && end > REQUEST_BYTES) return false
    if (end > this.#buffer.length) this.#grow(Math.max(end, 2 * this.#buffer.length))
    this.#buffer.write(text, from)
    this.targets.push({ operation, index, id })
    this.#ends.push(end)
    return true
  }

  /** Those at some places. */
  only(places: readonly number[]): BulkRequest {
    const parts = places.map((n) => this.#buffer.subarray(this.#ends[n - 1] ?? 0, this.#ends[n]))
    const some = new BulkRequest(0)
    some.#buffer = Buffer.concat(parts)
    let end = 0
    for (const [n, place] of places.entries()) {
      some.targets.push(this.targets[place]!)
      some.#ends.push((end += parts[n]!.length))
    }
    return some
  }

  #grow(room: number): void {
    const larger = Buffer.allocUnsafe(room)
    this.#buffer.copy(larger)
    this.#buffer = larger
  }
}

/** Made as they are asked for: a commit of 50,000 records is 60 MB of text. */
function* requestsOf(actions: Iterable<Action>): Generator<BulkRequest> {
  let request = new BulkRequest(FIRST_BYTES)
  for (const action of actions) {
    const text = textOf(action)
    if (request.tryAdd(action, text)) continue
    yield request
    request = new BulkRequest(REQUEST_BYTES)
    request.tryAdd(action, text)
  }
  if (request.targets.length > 0) yield request
}

function textOf(action: Action): string {
  const { operation, index, id } = action
  const head = `{"${operation}":{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)}}}\n`
  if (action.operation === 'delete') return head
  const { document } = action
  return `${head}${typeof document === 'string' ? document : JSON.stringify(document)}\n`
}
