import type { Reply } from '../port.ts'
import type { Outcome } from './decoder.ts'
import { filterPath } from './filter-path.ts'

/** What the answer to one item needs. */
export interface BulkEntry {
  readonly op: 'index' | 'create' | 'update' | 'delete'
  readonly index: string
  /** As sent; an id is made up for the answer where none was. */
  readonly id: string | undefined
  /** Set when the decoder has rejected the item. */
  readonly reason: string | undefined
}

export interface BulkContext {
  readonly entries: readonly BulkEntry[]
  readonly filterPath: string | undefined
  /** One document was sent to `_doc` or `_create`: the answer is that of the index API. */
  readonly single: boolean
  readonly idPrefix: string
}

/** The official clients refuse an answer without it ("product check"). */
export const ELASTIC_HEADERS = {
  'content-type': 'application/json',
  'x-elastic-product': 'Elasticsearch',
} as const

/**
 * Per-item answers in order, under the op they were sent as (reference "Bulk API", response body).
 * Partial failure keeps HTTP 200 with `errors: true`. `took` is 0: decoders have no clock.
 */
export function bulkReply(context: BulkContext, outcomes: readonly Outcome[]): Reply {
  if (context.single) {
    return singleReply(itemResult(context.entries[0]!, outcomes[0], context, 0), context)
  }
  if (context.filterPath !== undefined) return filteredReply(context, outcomes)
  const writer = new ItemsWriter(context)
  context.entries.forEach((entry, i) => writer.add(entry, outcomes[i], i))
  return { status: 200, headers: ELASTIC_HEADERS, body: writer.finish() }
}

/** Writes the items as text: most are alike but for the id, and there are 100,000 a second. */
class ItemsWriter {
  #errors = false
  #items = ''
  #lastEntry: BulkEntry | undefined
  #lastHead = ''
  readonly #context: BulkContext

  constructor(context: BulkContext) {
    this.#context = context
  }

  add(entry: BulkEntry, outcome: Outcome | undefined, position: number): void {
    if (position > 0) this.#items += ','
    if (entry.reason === undefined && outcome?.kind === 'stored') {
      const id =
        entry.id === undefined
          ? `"${this.#context.idPrefix}-${position}"`
          : JSON.stringify(entry.id)
      this.#items += `${this.#headOf(entry)}${id}${CREATED}`
      return
    }
    const result = itemResult(entry, outcome, this.#context, position)
    if (result.status >= 400) this.#errors = true
    this.#items += JSON.stringify({ [entry.op]: result })
  }

  #headOf(entry: BulkEntry): string {
    const last = this.#lastEntry
    if (last?.op !== entry.op || last.index !== entry.index) {
      this.#lastHead = `{"${entry.op}":{"_index":${JSON.stringify(entry.index)},"_id":`
      this.#lastEntry = entry
    }
    return this.#lastHead
  }

  finish(): string {
    return `{"errors":${this.#errors},"took":0,"items":[${this.#items}]}`
  }
}

function filteredReply(context: BulkContext, outcomes: readonly Outcome[]): Reply {
  const results = context.entries.map((entry, i) => itemResult(entry, outcomes[i], context, i))
  const errors = results.some((result) => result.status >= 400)
  const items = context.entries.map((entry, i) => ({ [entry.op]: results[i] }))
  return elasticReply(200, filterPath({ errors, took: 0, items }, context.filterPath))
}

function singleReply(result: ItemResult, context: BulkContext): Reply {
  const { status, error, ...shown } = result
  if (error === undefined) return elasticReply(status, filterPath(shown, context.filterPath))
  return elasticReply(status, { error: { root_cause: [error], ...error }, status })
}

interface ElasticError {
  readonly type: string
  readonly reason: string
}

interface ItemResult {
  readonly _index: string
  readonly _id: string
  readonly status: number
  readonly error?: ElasticError
  readonly result?: string
}

/** What says nothing here: we keep one version, no shards and no sequence per index. */
const WRITTEN = {
  _version: 1,
  _shards: { total: 1, successful: 1, failed: 0 },
  _seq_no: 0,
  _primary_term: 1,
} as const

/** How the answer to a stored item goes on behind its id. */
const CREATED = `,"result":"created","status":201,${JSON.stringify(WRITTEN).slice(1)}}`

function itemResult(
  entry: BulkEntry,
  outcome: Outcome | undefined,
  context: BulkContext,
  position: number,
): ItemResult {
  const target = { _index: entry.index, _id: entry.id ?? `${context.idPrefix}-${position}` }
  if (entry.op === 'update' || entry.op === 'delete') {
    return failed(target, 400, 'action_request_validation_exception', entry.reason ?? '')
  }
  const reason = entry.reason ?? (outcome?.kind === 'rejected' ? outcome.reason : undefined)
  if (reason !== undefined) return failed(target, 400, 'document_parsing_exception', reason)
  const isDuplicate = outcome?.kind === 'duplicate' && entry.id !== undefined
  if (isDuplicate && entry.op === 'create') {
    const conflict = `[${entry.id}]: version conflict, document already exists (current version [1])`
    return failed(target, 409, 'version_conflict_engine_exception', conflict)
  }
  const written = isDuplicate ? { result: 'noop', status: 200 } : { result: 'created', status: 201 }
  return { ...target, ...written, ...WRITTEN }
}

function failed(
  target: { _index: string; _id: string },
  status: number,
  type: string,
  reason: string,
): ItemResult {
  return { ...target, status, error: { type, reason } }
}

function elasticReply(status: number, body: unknown): Reply {
  return { status, headers: ELASTIC_HEADERS, body: JSON.stringify(body) }
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'illegal_argument_exception',
  404: 'resource_not_found_exception',
  413: 'content_too_long_exception',
  415: 'media_type_header_exception',
  429: 'es_rejected_execution_exception',
  503: 'unavailable_shards_exception',
}

/** The error of a whole request in the shape of Elasticsearch. */
export function bulkFailure(status: number, message: string): Reply {
  const error = { type: ERROR_TYPES[status] ?? 'exception', reason: message }
  return elasticReply(status, { error: { root_cause: [error], ...error }, status })
}
