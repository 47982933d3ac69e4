import { matcher } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { LogRecord } from '../../../model/record.ts'
import type { QueryContext, TailPage, TailPosition } from '../store.ts'
import { allOf, anyOf, type Query } from './clause.ts'
import { compileFilter } from './compile.ts'
import { dayNumber, recordOfForm } from './document.ts'
import { statesOfNodes } from './node-log.ts'
import type { Reading } from './reading.ts'
import { Budget, scan, searchOnce } from './scan.ts'
import { SCAN_PAGE, sortBy } from './search.ts'
import type { StateIndex } from './state-index.ts'

interface Source {
  readonly record: string
}

const ARRIVAL = ['day', 'sequence', 'node'] as const

/**
 * Committed records in order of arrival behind a position. What a commit has written but not yet finished is
 * left out: its records may become visible in any order, and a tail that has passed one never looks back.
 */
export async function tail(
  reading: Reading,
  state: StateIndex,
  after: TailPosition | null,
  filter: Filter,
  limit: number,
  context: QueryContext,
): Promise<TailPage> {
  const budget = new Budget(context)
  const start = after ?? { day: '', sequence: -1 }
  const within = allOf([await committed(state), behind(start)])
  const { cover } = compileFilter(filter, null, reading.compileRegex)
  const end = await newest(reading, within, budget)
  if (end === undefined) return { records: [], position: start }
  const matches = matcher(filter, reading.compileRegex)
  const records: LogRecord[] = []
  let last = start
  const request = {
    index: reading.indices.allOf('logs'),
    query: allOf([within, cover]),
    sort: sortBy(ARRIVAL, 'asc'),
    firstPage: Math.min(limit + 1, SCAN_PAGE),
    page: SCAN_PAGE,
  }
  for await (const { _id, _source, sort } of scan<Source>(reading.connection, request, budget)) {
    const record = recordOfForm(_id, _source.record, false)
    if (!matches(record)) continue
    if (records.length === limit) return { records, position: last }
    records.push(record)
    last = positionOf(sort)
  }
  return { records, position: end }
}

/** Records below what each node has committed. */
async function committed(state: StateIndex): Promise<Query> {
  const nodes = [...(await statesOfNodes(state))]
  return anyOf(
    nodes.map(([node, { state: last }]) =>
      allOf([
        { term: { node } },
        { range: { sequence: { lt: last?.position.nextSequence ?? 0 } } },
      ]),
    ),
  )
}

function behind({ day, sequence }: TailPosition): Query {
  const number = dayNumber(day)
  return anyOf([
    { range: { day: { gt: number } } },
    allOf([{ term: { day: number } }, { range: { sequence: { gt: sequence } } }]),
  ])
}

/** The position of the last record of a query. */
async function newest(
  { connection, indices }: Reading,
  query: Query,
  budget: Budget,
): Promise<TailPosition | undefined> {
  const answer = await searchOnce(
    connection,
    { index: indices.allOf('logs') },
    {
      query,
      size: 1,
      sort: sortBy(ARRIVAL, 'desc'),
      track_total_hits: false,
      _source: false,
    },
    budget,
  )
  const [hit] = answer.hits.hits
  return hit === undefined ? undefined : positionOf(hit.sort)
}

function positionOf([day, sequence]: readonly (string | number)[]): TailPosition {
  const digits = String(day)
  return {
    day: `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`,
    sequence: Number(sequence),
  }
}
