import { parseRecordId } from '../../../model/batch-record.ts'
import { matcher } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { LogRecord, RecordId } from '../../../model/record.ts'
import type { QueryContext, SearchPage, SearchRequest } from '../store.ts'
import { cursorOf, placeOfCursor } from '../cursor.ts'
import { isExact, type Query } from './clause.ts'
import { compileFilter } from './compile.ts'
import { recordOfForm } from './document.ts'
import type { Reading } from './reading.ts'
import { Budget, scan, type Hit } from './scan.ts'

/** What the total order of records compares. */
export const PLACE_FIELDS = ['time', 'ns', 'day', 'node', 'sequence'] as const

const PLACE_TYPES = ['number', 'number', 'number', 'string', 'number'] as const

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
  const after =
    request.cursor === undefined ? undefined : placeOfCursor(request.cursor, PLACE_TYPES)
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
  let last: Hit['sort'] | undefined
  // One more than asked for tells whether there is a next page.
  for await (const hit of hits) {
    const record = recordOfForm(hit._id, hit._source.record, request.withRaw === true)
    if (!matches(record)) continue
    if (records.length === limit) {
      return { records, notes: [...notes], ...(last === undefined ? {} : { next: cursorOf(last) }) }
    }
    records.push(record)
    last = hit.sort.slice(0, PLACE_FIELDS.length)
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
