import type { Buffer } from 'node:buffer'
import { AppError, quote } from '../../model/errors.ts'
import type { AttributeValue } from '../../model/record.ts'
import type { Envelope, Reply } from '../port.ts'
import type { Decoded, Decoder, Item, Outcome } from './decoder.ts'
import { readDocument } from '../formats/read-document.ts'
import { bulkFailure, bulkReply, type BulkContext, type BulkEntry } from './bulk-reply.ts'
import { enclose } from './enclose.ts'
import { inflate } from './inflate.ts'
import { isDeeperThan, isJsonObject, type JsonObject } from './json-fields.ts'
import { LimitError, LIMITS, RequestSize } from './limits.ts'
import { LineProblem, parseLine } from './parse-line.ts'
import { oversized, rejectedItem } from './rejected-item.ts'
import { sliceText, textReading, withoutBom, type TextReading } from './text.ts'

/**
 * Elasticsearch `_bulk`, `_doc` and `_create` (reference "Bulk API"; what real clients send:
 * formats.md 1.3). Uses of `meta`: `path`, `query`, `content-encoding`.
 *
 * - The action is the first of `index create update delete` in the action object; siblings of it and
 *   old members (`_type`) are ignored. We only append: `update` and `delete` are answered 400 per item.
 * - The index name is a hint, kept as the attribute `elastic.index`; nothing is created for it.
 * - Documents are read like lines of the format `json-lines`; a message of another format is read by it.
 * - **Resync.** An action line that cannot be read is answered 400 and takes the next line with it,
 *   unless that line reads as an action itself; everything else of the batch is stored.
 * - **Retries.** `create` with an `_id` is recognised by index and id (409 when it is there already);
 *   `index` with an `_id` by index, id and document, since another document under the same id is a new
 *   record here; a document without id by its bytes.
 */
export const bulkDecoder: Decoder = {
  name: 'bulk',
  decode,
  reply: (decoded: Decoded, outcomes: readonly Outcome[]): Reply =>
    bulkReply(decoded.context as BulkContext, outcomes),
  failure: bulkFailure,
}

const LOSSY = { lossy: true } as const
const CREATE = { create: true } as const

type Op = BulkEntry['op']
const OPS: readonly Op[] = ['index', 'create', 'update', 'delete']

interface Action {
  readonly op: Op
  readonly index: string | undefined
  readonly id: string | undefined
}

function decode(envelope: Envelope): Decoded {
  const body = withoutBom(inflate(envelope.body, envelope.meta['content-encoding']))
  const query = new URLSearchParams(envelope.meta['query'] ?? '')
  const target = readTarget(envelope.meta['path'] ?? '/_bulk', query.get('op_type'))
  const batch = new BulkBatch(body, envelope, target.index)
  if (target.action === undefined) batch.readPairs()
  else batch.readDocument(target.action, 0, body.length)
  const context: BulkContext = {
    entries: batch.entries,
    filterPath: query.get('filter_path') ?? undefined,
    single: target.action !== undefined,
    idPrefix: envelope.received.toString(36),
  }
  return { items: batch.items, context }
}

interface Target {
  readonly index: string | undefined
  /** Set when the request is one document, not pairs of lines. */
  readonly action: Action | undefined
}

/** `/_bulk`, `/{index}/_bulk`, `/{index}/_doc[/{id}][?op_type=create]`, `/{index}/_create/{id}`. */
function readTarget(path: string, opType: string | null): Target {
  const parts = path.split('/').filter((part) => part !== '')
  const at = parts.findIndex((part) => part === '_bulk' || part === '_doc' || part === '_create')
  const index = at > 0 ? decodePart(parts[0]!) : undefined
  if (parts[at] === '_bulk' || at < 0) return { index, action: undefined }
  const id = parts[at + 1] === undefined ? undefined : decodePart(parts[at + 1]!)
  const op = parts[at] === '_create' || opType === 'create' ? 'create' : 'index'
  return { index, action: { op, index, id } }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (cause) {
    throw new AppError('invalid_request', `cannot read ${quote(part)} in the path`, { cause })
  }
}

/** Reads one body, top to bottom, into items and what their answers need. */
class BulkBatch {
  readonly items: Item[] = []
  readonly entries: BulkEntry[] = []
  readonly #body: Buffer
  readonly #reading: TextReading
  readonly #peer: string
  readonly #index: string
  readonly #size = new RequestSize('items')
  /** The action line before, which most clients repeat byte for byte. */
  #lastStart = 0
  #lastEnd = 0
  #lastAction: Action | undefined
  #lastIndex: string | undefined
  #lastChannel = ''

  constructor(body: Buffer, envelope: Envelope, index: string | undefined) {
    this.#body = body
    this.#reading = textReading(body)
    this.#peer = envelope.peer
    this.#index = index ?? 'logs'
  }

  readPairs(): void {
    let at = 0
    while (at < this.#body.length) {
      const end = this.#lineEnd(at)
      const isBlank = end === at || (end === at + 1 && this.#body[at] === 13)
      at = isBlank ? end + 1 : this.#readPair(at, end)
    }
    if (this.items.length === 0) {
      throw new AppError('invalid_request', 'the _bulk body holds no action; send NDJSON pairs')
    }
  }

  /** Reads the action at `[start, end)` and its document; returns where the next pair begins. */
  #readPair(start: number, end: number): number {
    const action = this.#actionAt(start, end)
    if (typeof action === 'string') {
      this.#reject({ op: 'index', index: this.#index, id: undefined }, action, start, end)
      return this.#afterBadAction(end + 1)
    }
    if (action.op === 'delete') {
      this.#reject(action, `${action.op} is not supported: records are only added`, start, end)
      return end + 1
    }
    if (end + 1 >= this.#body.length) {
      this.#reject(action, 'the document line after the action is missing', start, end)
      return end + 1
    }
    const documentEnd = this.#lineEnd(end + 1)
    if (action.op === 'update') {
      const reason = 'update is not supported: records are only added'
      this.#reject(action, reason, end + 1, documentEnd)
    } else this.readDocument(action, end + 1, documentEnd)
    return documentEnd + 1
  }

  readDocument(action: Action, start: number, end: number): void {
    if (end - start > LIMITS.recordBytes) {
      const item = oversized('the document', this.#body.subarray(start, end))
      return this.#add(action, action.index ?? this.#index, item, item.reason)
    }
    const { text, lossy } = sliceText(this.#body, start, end, this.#reading)
    const document = readObject(text)
    if (typeof document === 'string' || document instanceof LimitError) {
      const item = rejectedItem(document, this.#body.subarray(start, end))
      return this.#add(action, action.index ?? this.#index, item, item.reason)
    }
    const index = action.index ?? this.#index
    const channel = this.#channelOf(index)
    const { parsed, format } = enclose(channel, readDocument(document, text), 'json-lines')
    const attributes = parsed.attributes as Record<string, AttributeValue>
    attributes['elastic.index'] = index
    this.#add(action, index, {
      kind: 'log',
      raw: this.#body.subarray(start, end),
      text,
      ...(lossy ? LOSSY : undefined),
      parsed,
      format,
      channel,
      retry: retryOf(action, index, text),
      ...(action.op === 'create' && action.id !== undefined ? CREATE : undefined),
    })
  }

  /** One string per index, since most documents of a batch go to the same. */
  #channelOf(index: string): string {
    if (this.#lastIndex !== index) {
      this.#lastIndex = index
      this.#lastChannel = `${this.#peer}/${index}`
    }
    return this.#lastChannel
  }

  #add(action: Action, index: string, item: Item, reason?: string): void {
    this.#size.addItem()
    this.items.push(item)
    this.entries.push({ op: action.op, index, id: action.id, reason })
  }

  #reject(action: Action, reason: string, start: number, end: number): void {
    const item: Item = { kind: 'rejected', reason, raw: this.#body.subarray(start, end) }
    this.#add(action, action.index ?? this.#index, item, reason)
  }

  #actionAt(start: number, end: number): Action | string {
    const last = this.#lastAction
    if (last !== undefined && this.#equalsLast(start, end)) return last
    if (end - start > LIMITS.recordBytes) {
      return `malformed action line: it has ${end - start} bytes, more than ${LIMITS.recordBytes}`
    }
    const action = readAction(sliceText(this.#body, start, end, this.#reading).text)
    if (typeof action === 'string') return action
    this.#lastStart = start
    this.#lastEnd = end
    this.#lastAction = action
    return action
  }

  #equalsLast(start: number, end: number): boolean {
    if (end - start !== this.#lastEnd - this.#lastStart) return false
    return this.#body.compare(this.#body, this.#lastStart, this.#lastEnd, start, end) === 0
  }

  #afterBadAction(next: number): number {
    if (next >= this.#body.length) return next
    const end = this.#lineEnd(next)
    const isAction = typeof this.#actionAt(next, end) !== 'string'
    return isAction ? next : end + 1
  }

  #lineEnd(from: number): number {
    const end = this.#body.indexOf(10, from)
    return end < 0 ? this.#body.length : end
  }
}

function readAction(text: string): Action | string {
  const parsed = parseLine(text)
  if (parsed instanceof LineProblem)
    return `malformed action line ${quote(text)}: ${parsed.message}`
  const op = Object.keys(parsed).find((key): key is Op => (OPS as readonly string[]).includes(key))
  const target = op === undefined ? undefined : parsed[op]
  if (op === undefined || !isJsonObject(target)) {
    return `malformed action line ${quote(text)}: one of index, create, update, delete is needed`
  }
  return { op, index: nameOf(target['_index']), id: nameOf(target['_id']) }
}

/** A name as clients write it: a string, or a number as an id. */
function nameOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function retryOf(action: Action, index: string, text: string): string {
  if (action.id === undefined) return 'content'
  const key = `${index}/${action.id}`
  return action.op === 'create' ? key : `${key}\n${text}`
}

/** The document, or why it is none. */
function readObject(text: string): JsonObject | string | LimitError {
  const parsed = parseLine(text)
  if (parsed instanceof LineProblem)
    return `failed to parse document ${quote(text)}: ${parsed.message}`
  if (isDeeperThan(parsed, LIMITS.depth)) {
    const message = `failed to parse document ${quote(text)}: nested more than ${LIMITS.depth} deep`
    return new LimitError('depth', message)
  }
  return parsed
}
