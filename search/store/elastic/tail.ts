import { AppError } from '../../../model/errors.ts'
import { matcher } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { LogRecord } from '../../../model/record.ts'
import type { QueryContext, TailPage, TailPosition } from '../store.ts'
import { allOf, anyOf, type Query } from './clause.ts'
import { compileFilter } from './compile.ts'
import { statesOfNodes } from './node-log.ts'
import type { Reading } from './reading.ts'
import { ARRIVAL_FIELDS, scanRecords } from './records.ts'
import { Budget } from './scan.ts'
import { SCAN_PAGE } from './search.ts'
import type { StateIndex } from './state-index.ts'

/** By node the first sequence that is not passed. */
type Places = Readonly<Record<string, number>>

/** A position has a place for each node that ever wrote, and has to fit into the header of a request. */
const MOST_NODES = 200

/**
 * Committed records behind a position, those of each node in the order of their arrival. What a commit has written
 * but not yet finished is left out: its records may become visible in any order, and a tail that has passed one never
 * looks back.
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
  const committed = await committedPlaces(state)
  const start = startOf(after, committed)
  const news = Object.keys(committed).filter((node) => committed[node]! > start[node]!)
  if (news.length === 0) return { records: [], position: positionOf(start) }
  const { cover } = compileFilter(filter, null, reading.compileRegex)
  const matches = matcher(filter, reading.compileRegex)
  const records: LogRecord[] = []
  let last = start
  const request = {
    query: allOf([between(news, start, committed), cover]),
    firstPage: Math.min(limit + 1, SCAN_PAGE),
    page: SCAN_PAGE,
  }
  const how = { order: ARRIVAL_FIELDS, withRaw: false }
  for await (const { record, place } of scanRecords(reading, request, 'asc', how, budget)) {
    if (!matches(record)) continue
    if (records.length === limit) return { records, position: positionOf(last) }
    records.push(record)
    const [, , , node, sequence] = place
    last = { ...last, [node]: sequence + 1 }
  }
  return { records, position: positionOf({ ...start, ...onlyOf(news, committed) }) }
}

/** What each node has committed. Throws `budget_exceeded` where there are too many of them. */
async function committedPlaces(state: StateIndex): Promise<Places> {
  const nodes = await statesOfNodes(state)
  if (nodes.size > MOST_NODES) {
    throw new AppError(
      'budget_exceeded',
      `cannot follow ${nodes.size} ingest nodes; at most ${MOST_NODES} can be told apart in a position`,
      { hint: 'give ingest processes lasting names with --node, or data folders that last' },
    )
  }
  return Object.fromEntries(
    [...nodes].map(([node, { state: last }]) => [node, last?.position.nextSequence ?? 0]),
  )
}

/** A place for every node that there is, and for no other. Throws `invalid_request`. */
function startOf(after: TailPosition | null, committed: Places): Places {
  const isOther = after !== null && after.nodes === undefined && after.day !== ''
  if (isOther) {
    throw new AppError(
      'invalid_request',
      `cannot go on behind ${after.day}, ${after.sequence}: that position is of another store`,
    )
  }
  return Object.fromEntries(
    // Never behind what there is: a node whose data was deleted begins anew.
    Object.entries(committed).map(([node, end]) => [
      node,
      Math.min(after?.nodes?.[node] ?? 0, end),
    ]),
  )
}

const between = (nodes: readonly string[], from: Places, to: Places): Query =>
  anyOf(
    nodes.map((node) =>
      allOf([{ term: { node } }, { range: { sequence: { gte: from[node]!, lt: to[node]! } } }]),
    ),
  )

const onlyOf = (nodes: readonly string[], places: Places): Places =>
  Object.fromEntries(nodes.map((node) => [node, places[node]!]))

const positionOf = (nodes: Places): TailPosition => ({ day: '', sequence: -1, nodes })
