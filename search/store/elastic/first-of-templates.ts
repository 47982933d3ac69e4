import { matcher } from '../../../model/match.ts'
import type { QueryContext, Store } from '../store.ts'
import { allOf, terms } from './clause.ts'
import { compileFilter } from './compile.ts'
import { firstsByReading, type Firsts, type FirstsRequest } from './firsts-by-reading.ts'
import type { Reading } from './reading.ts'
import { PLACE_FIELDS, RECORD_COLUMNS, recordsOfHits, sortBy } from './records.ts'
import { Budget, searchOnce } from './scan.ts'

/** Hits of one answer (`index.max_result_window`). */
const MOST_HITS = 10_000

/** The first record of each template, by one request where that tells it. */
export async function firstOfTemplates(
  reading: Reading,
  store: Pick<Store, 'search'>,
  request: FirstsRequest,
  context: QueryContext,
): Promise<Firsts> {
  return (await firstsAtOnce(reading, request, context)) ?? firstsByReading(store, request, context)
}

/**
 * The first record of each template; undefined where it takes the matcher to say which of its records that is, or there are
 * too many templates for one answer.
 */
async function firstsAtOnce(
  { connection, descriptors, indices, compileRegex }: Reading,
  { filter, range, order, templates }: FirstsRequest,
  context: QueryContext,
): Promise<Firsts | undefined> {
  const { cover, isDecided } = compileFilter(filter, range, compileRegex)
  if (!isDecided || templates.length > MOST_HITS) return undefined
  const body = {
    query: allOf([cover, terms('template', templates)]),
    collapse: { field: 'pattern' },
    sort: sortBy(PLACE_FIELDS, order === 'newest' ? 'desc' : 'asc'),
    size: templates.length,
    track_total_hits: false,
    ...RECORD_COLUMNS,
  }
  const notes = new Set<string>()
  const place = { index: indices.allOf('logs') }
  const answer = await searchOnce(connection, place, body, new Budget(context), notes)
  const how = { order: PLACE_FIELDS, withRaw: false, notes }
  const found = await recordsOfHits(descriptors, answer.hits.hits, how)
  const records = found.map(({ record }) => record)
  // An odd record that does not match stands before one that may.
  if (!records.every(matcher(filter, compileRegex))) return undefined
  return { records, notes: [...notes] }
}
