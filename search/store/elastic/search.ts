import { parseRecordId } from '../../../model/batch-record.ts'
import { matcher } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { LogRecord, RecordId } from '../../../model/record.ts'
import type { TimeRange } from '../../../model/time.ts'
import type { QueryContext, SearchPage, SearchRequest } from '../store.ts'
import { cursorOf, placeOfCursor } from '../cursor.ts'
import { NOTHING, type Query } from './clause.ts'
import { compileFilter, type CompiledFilter } from './compile.ts'
import type { Reading } from './reading.ts'
import {
  PLACE_FIELDS,
  RECORD_COLUMNS,
  recordsOfHits,
  scanByTime,
  scanRecords,
  sortBy,
  type Place,
} from './records.ts'
import { Budget, searchOnce } from './scan.ts'

const PLACE_TYPES = ['number', 'number', 'number', 'string', 'number'] as const

/** Candidates of a page where the matcher has to look at each. */
const CANDIDATES = 500
/** A page of a walk over many records. */
export const SCAN_PAGE = 2_000

/** One page of matching records in order of time. */
export async function search(
  reading: Reading,
  request: SearchRequest,
  context: QueryContext,
): Promise<SearchPage> {
  const { filter, range, limit } = request
  const after =
    request.cursor === undefined ? undefined : placeOfCursor(request.cursor, PLACE_TYPES)
  const clause = compileFilter(filter, range, reading.compileRegex)
  const matches = matcher(filter, reading.compileRegex)
  const notes = new Set<string>()
  const found = scanByTime(
    reading,
    {
      query: clause.cover,
      range,
      ...(after === undefined ? {} : { after }),
      firstPage: Math.min(
        clause.isDecided ? limit + 1 : Math.max(limit + 1, CANDIDATES),
        SCAN_PAGE,
      ),
      page: SCAN_PAGE,
    },
    request.order === 'newest' ? 'desc' : 'asc',
    { withRaw: request.withRaw === true, notes },
    new Budget(context),
  )
  const records: LogRecord[] = []
  let last: Place | undefined
  // One more than asked for tells whether there is a next page.
  for await (const { record, place } of found) {
    if (!matches(record)) continue
    if (records.length === limit) {
      return { records, notes: [...notes], ...(last === undefined ? {} : { next: cursorOf(last) }) }
    }
    records.push(record)
    last = place
  }
  return { records, notes: [...notes] }
}

export interface WalkRequest {
  readonly filter: Filter
  readonly range: TimeRange
  /** Within the range; narrower than the filter: records already counted are left out. */
  readonly query: Query
  readonly notes?: Set<string>
}

/** The records of a query that also match the filter, oldest first. */
export async function* walk(
  reading: Reading,
  { filter, range, query, notes }: WalkRequest,
  budget: Budget,
): AsyncGenerator<LogRecord> {
  const matches = matcher(filter, reading.compileRegex)
  const how = { withRaw: false, ...(notes === undefined ? {} : { notes }) }
  const found = scanByTime(reading, { query, range, page: SCAN_PAGE }, 'asc', how, budget)
  for await (const { record } of found) if (matches(record)) yield record
}

/** The matching records that are not among the sure ones. */
export async function* walkUnsure(
  reading: Reading,
  { unsure, isDecided, ...request }: Omit<WalkRequest, 'query'> & CompiledFilter,
  budget: Budget,
): AsyncGenerator<LogRecord> {
  if (unsure === NOTHING) return
  if (!isDecided) {
    yield* walk(reading, { ...request, query: unsure }, budget)
    return
  }
  // Odd records are few and found at once: neither pages nor windows of time have to be thought of.
  const { filter, notes } = request
  const matches = matcher(filter, reading.compileRegex)
  const how = { order: PLACE_FIELDS, withRaw: false, ...(notes === undefined ? {} : { notes }) }
  const found = scanRecords(reading, { query: unsure, page: SCAN_PAGE }, 'asc', how, budget)
  for await (const { record } of found) if (matches(record)) yield record
}

/** The record of an id. */
export async function recordOfId(
  { connection, descriptors, indices }: Reading,
  id: RecordId,
): Promise<LogRecord | undefined> {
  const place = parseRecordId(id)
  if (place === undefined) return undefined
  // With a star, so that a day without an index is an empty answer.
  const index = `${indices.nameOf('logs', place.day)}*`
  const body = {
    query: { ids: { values: [id] } },
    sort: sortBy(PLACE_FIELDS, 'asc'),
    size: 1,
    track_total_hits: false,
    ...RECORD_COLUMNS,
  }
  const answer = await searchOnce(connection, { index }, body, new Budget({}))
  const how = { order: PLACE_FIELDS, withRaw: true }
  return (await recordsOfHits(descriptors, answer.hits.hits, how))[0]?.record
}
