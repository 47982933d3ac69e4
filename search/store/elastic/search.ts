import { parseRecordId } from '../../../model/batch-record.ts'
import { AppError, quote } from '../../../model/errors.ts'
import { matcher } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { LogRecord, RecordId } from '../../../model/record.ts'
import type { QueryContext, SearchPage, SearchRequest } from '../store.ts'
import { isExact, type Query } from './clause.ts'
import { compileFilter } from './compile.ts'
import { recordOfForm } from './document.ts'
import type { Reading } from './reading.ts'
import { Budget, scan } from './scan.ts'

/** A place in the total order of records: time, ns, day, node, sequence. */
type Place = readonly [time: number, ns: number, day: number, node: string, sequence: number]

export const PLACE_FIELDS = ['time', 'ns', 'day', 'node', 'sequence'] as const

/** Candidates of a page where the matcher has to look at each. */
const CANDIDATES = 500
/** A page of a walk over many records. */
export const SCAN_PAGE = 2_000

interface Source {
  readonly record: string
}

/** One page of matching records in order of time. */
export async function search(
  reading: Reading,
  request: SearchRequest,
  context: QueryContext,
): Promise<SearchPage> {
  const { filter, range, limit } = request
  const after = request.cursor === undefined ? undefined : placeOfCursor(request.cursor)
  const budget = new Budget(context)
  const clause = compileFilter(filter, range, reading.compileRegex)
  const matches = matcher(filter, reading.compileRegex)
  const direction = request.order === 'newest' ? 'desc' : 'asc'
  const notes = new Set<string>()
  const hits = scan<Source>(
    reading.connection,
    {
      index: reading.indices.allOf('logs'),
      query: clause.cover,
      sort: sortBy(PLACE_FIELDS, direction),
      ...(after === undefined ? {} : { after }),
      firstPage: Math.min(isExact(clause) ? limit + 1 : Math.max(limit + 1, CANDIDATES), SCAN_PAGE),
      page: SCAN_PAGE,
      notes,
    },
    budget,
  )
  const records: LogRecord[] = []
  let last: Place | undefined
  // One more than asked for tells whether there is a next page.
  for await (const hit of hits) {
    const record = recordOfForm(hit._id, hit._source.record, request.withRaw === true)
    if (!matches(record)) continue
    if (records.length === limit) {
      return { records, notes: [...notes], ...(last === undefined ? {} : { next: cursorOf(last) }) }
    }
    records.push(record)
    last = hit.sort.slice(0, PLACE_FIELDS.length) as unknown as Place
  }
  return { records, notes: [...notes] }
}

export function sortBy(fields: readonly string[], order: 'asc' | 'desc'): object[] {
  return fields.map((field) => ({ [field]: { order } }))
}

export interface WalkRequest {
  readonly filter: Filter
  /** Within the range; narrower than the filter: records already counted are left out. */
  readonly query: Query
  readonly notes?: Set<string>
}

/** The records of a query that also match the filter, oldest first. */
export async function* walk(
  reading: Reading,
  { filter, query, notes }: WalkRequest,
  budget: Budget,
): AsyncGenerator<LogRecord> {
  const matches = matcher(filter, reading.compileRegex)
  const hits = scan<Source>(
    reading.connection,
    {
      index: reading.indices.allOf('logs'),
      query,
      sort: sortBy(PLACE_FIELDS, 'asc'),
      page: SCAN_PAGE,
      ...(notes === undefined ? {} : { notes }),
    },
    budget,
  )
  for await (const hit of hits) {
    const record = recordOfForm(hit._id, hit._source.record, false)
    if (matches(record)) yield record
  }
}

/** The record of an id, also before it is visible to searches. */
export async function recordOfId(
  { connection, indices }: Reading,
  id: RecordId,
): Promise<LogRecord | undefined> {
  const place = parseRecordId(id)
  if (place === undefined) return undefined
  const found = await connection.tryCall<{ readonly _source: Source }>(
    {
      method: 'GET',
      path: `/${indices.nameOf('logs', place.day)}/_doc/${encodeURIComponent(id)}`,
    },
    [404],
  )
  return found === undefined ? undefined : recordOfForm(id, found._source.record, true)
}

const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url')

function placeOfCursor(cursor: string): Place {
  let place: unknown
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw badCursor(cursor, cause)
  }
  const isPlace =
    Array.isArray(place) &&
    place.length === PLACE_FIELDS.length &&
    place.every((part, i) =>
      PLACE_FIELDS[i] === 'node' ? typeof part === 'string' : Number.isSafeInteger(part),
    )
  if (!isPlace) throw badCursor(cursor)
  return place as Place
}

function badCursor(cursor: string, cause?: unknown): AppError {
  return new AppError('invalid_request', `cannot read the cursor ${quote(cursor)}`, {
    cause,
    hint: 'pass "next" of an earlier answer unchanged, or leave it out',
  })
}
