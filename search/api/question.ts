import { AppError, quote } from '../../model/errors.ts'
import type { Filter, Query } from '../../model/query.ts'
import {
  MAX_TIME,
  MIN_TIME,
  parseDuration,
  parseTimeWord,
  type Micros,
  type TimeRange,
} from '../../model/time.ts'
import { firstPipeAt, parseQuery } from '../query/parse.ts'
import type { QueryContext } from '../store/store.ts'
import { resolveEntities } from '../topology/resolve-query.ts'
import type { ApiParts } from './parts.ts'

/** Time budget of a query that names none. */
export const DEFAULT_TIMEOUT_MS = 30_000

/** A request understood: what to ask the store. */
export interface Question {
  /** With `entity:` and `near:` resolved. */
  readonly query: Query
  readonly range: TimeRange
  readonly remarks: readonly string[]
  readonly context: QueryContext
}

export interface QuestionFields {
  readonly query: string
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly timeoutMs?: number | undefined
}

/** Parses the query and the window and resolves entity names as of the window. */
export async function readQuestion(
  parts: ApiParts,
  fields: QuestionFields,
  signal: AbortSignal,
): Promise<Question> {
  const now = parts.now()
  const range = readRange(fields, now)
  const parsed = parseQuery(fields.query, now)
  const { filter, notes } = resolveEntities(parsed.filter, await parts.topology.get(), range)
  return {
    query: { filter, pipes: parsed.pipes },
    range,
    remarks: notes,
    context: { signal, timeoutMs: fields.timeoutMs ?? DEFAULT_TIMEOUT_MS },
  }
}

/** Like {@link readQuestion} for routes that count records themselves: a query with pipes is refused. */
export async function readFilter(
  parts: ApiParts,
  fields: QuestionFields,
  signal: AbortSignal,
): Promise<Question & { readonly filter: Filter }> {
  const question = await readQuestion(parts, fields, signal)
  const pipeAt = firstPipeAt(fields.query)
  if (pipeAt !== undefined) {
    throw new AppError('invalid_query', 'this route takes a filter without pipes', {
      offset: pipeAt,
      hint: 'leave out the part from the first | on, or use /api/v1/search',
    })
  }
  return { ...question, filter: question.query.filter }
}

/** The window of a request; a missing edge is open. */
export function readRange(
  fields: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: Micros,
): TimeRange {
  const from = fields.from === undefined ? MIN_TIME : readTime('from', fields.from, now)
  const to = fields.to === undefined ? MAX_TIME : readTime('to', fields.to, now)
  if (from >= to) {
    throw new AppError(
      'invalid_request',
      `the window is empty: from ${quote(fields.from ?? '')} is not before to ${quote(fields.to ?? '')}`,
    )
  }
  return { from, to }
}

/** A point in time a request names; `field` is quoted in the error. */
export function readTime(field: string, word: string, now: Micros): Micros {
  const time = parseTimeWord(word, now)
  if (time === undefined) {
    const isSpan = parseDuration(word.trim()) !== undefined
    throw new AppError('invalid_request', `cannot read ${field} ${quote(word)} as a time`, {
      hint: isSpan
        ? `for so long ago write now-${word.trim()}`
        : 'write RFC 3339 like 2026-11-21T08:00:00Z, a date, or now-15m',
    })
  }
  // Years 1 and 9999 are how many a client writes an open end.
  return Math.min(Math.max(time, MIN_TIME), MAX_TIME) as Micros
}
