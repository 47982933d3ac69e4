import { setTimeout as delay } from 'node:timers/promises'
import type { QueryContext } from '../store.ts'
import type { Query } from './clause.ts'
import { tooSlow, type Connection } from './connection.ts'
import { isOfStarting, isStarting, wordsOf, type Reason } from './refusal.ts'

/** One hit, with the values it is sorted by. */
export interface Hit<Source = unknown> {
  readonly _id: string
  readonly _index: string
  readonly _source: Source
  readonly sort: readonly (string | number)[]
  readonly fields?: Readonly<Record<string, readonly unknown[]>>
}

export interface SearchAnswer<Source = unknown, Aggregations = unknown> {
  readonly pit_id?: string
  readonly timed_out: boolean
  readonly _shards: {
    readonly total: number
    readonly failed: number
    readonly failures?: readonly { readonly reason: Reason }[]
  }
  readonly hits: {
    readonly hits: readonly Hit<Source>[]
    readonly total?: { readonly value: number }
  }
  readonly aggregations?: Aggregations
}

/** What is left of a query's time; each of its requests takes from it. */
export class Budget {
  readonly #context: QueryContext
  readonly #end: number

  constructor(context: QueryContext) {
    this.#context = context
    this.#end = context.timeoutMs === undefined ? Infinity : Date.now() + context.timeoutMs
  }

  /** The bounds of the next request. Throws `budget_exceeded` when nothing is left. */
  next(): QueryContext {
    const { signal } = this.#context
    const shared = signal === undefined ? {} : { signal }
    if (this.#end === Infinity) return shared
    const left = Math.ceil(this.#end - Date.now())
    if (left <= 0) throw tooSlow()
    return { ...shared, timeoutMs: left }
  }
}

/** Before a shard that is starting is asked again. */
const WAITS_MS = [50, 100, 200, 400, 800, 1_600]

/** The index of a day that has just begun is waited for: nobody's records must be missing for it. */
async function waitForStart<T>(
  work: () => Promise<T>,
  isWhole: (answer: T) => boolean = () => true,
): Promise<T> {
  for (const wait of WAITS_MS) {
    try {
      const answer = await work()
      if (isWhole(answer)) return answer
    } catch (error) {
      if (!isOfStarting(error)) throw error
    }
    await delay(wait)
  }
  return work()
}

type SearchPlace = { readonly index: string } | { readonly pit: string }

/**
 * One search over all days of a kind, or over a point in time where `pit` names one. `notes` gets what a shard left
 * out; without it that is an error.
 */
export async function searchOnce<Source, Aggregations = never>(
  connection: Connection,
  place: SearchPlace,
  body: object,
  budget: Budget,
  notes?: Set<string>,
): Promise<SearchAnswer<Source, Aggregations>> {
  const answer = await waitForStart(
    () => ask<Source, Aggregations>(connection, place, body, budget, notes !== undefined),
    ({ _shards }) => _shards.failures?.some(({ reason }) => isStarting(reason)) !== true,
  )
  for (const note of notesOf(answer)) notes?.add(note)
  return answer
}

async function ask<Source, Aggregations>(
  connection: Connection,
  place: SearchPlace,
  body: object,
  budget: Budget,
  mayBePartial: boolean,
): Promise<SearchAnswer<Source, Aggregations>> {
  const bounds = budget.next()
  const answer = await connection.call<SearchAnswer<Source, Aggregations>>(
    {
      method: 'POST',
      path: 'index' in place ? `/${place.index}/_search` : '/_search',
      query: { allow_partial_search_results: mayBePartial },
      body: {
        ...body,
        ...('pit' in place ? { pit: { id: place.pit, keep_alive: KEEP_ALIVE } } : {}),
        ...(bounds.timeoutMs === undefined ? {} : { timeout: `${bounds.timeoutMs}ms` }),
      },
    },
    [],
    bounds,
  )
  if (answer.timed_out) throw tooSlow()
  return answer
}

const KEEP_ALIVE = '1m'

/** What a shard that did not answer leaves out, as notes of an answer. */
function notesOf({ _shards }: Pick<SearchAnswer, '_shards'>): string[] {
  if (_shards.failed === 0) return []
  const reason = wordsOf(_shards.failures?.[0]?.reason) ?? 'no reason given'
  return [
    `${_shards.failed} of ${_shards.total} shards of Elasticsearch did not answer: ${reason}; their records are missing`,
  ]
}

export interface ScanRequest {
  readonly index: string
  readonly query: Query
  readonly sort: readonly object[]
  readonly after?: readonly (string | number)[]
  /** Hits of a page, at most 10,000 (`index.max_result_window`); with `firstPage` the first is of that size. */
  readonly page: number
  readonly firstPage?: number
  /** `_source`, `fields` and the like. */
  readonly fetch?: object
  /** As in {@link searchOnce}. */
  readonly notes?: Set<string>
}

/** All hits in order; of those that arrive meanwhile some may be among them. */
export async function* scan<Source>(
  connection: Connection,
  request: ScanRequest,
  budget: Budget,
): AsyncGenerator<Hit<Source>> {
  for await (const hits of scanPages<Source>(connection, request, budget)) yield* hits
}

/** As {@link scan}, page after page. */
export async function* scanPages<Source>(
  connection: Connection,
  request: ScanRequest,
  budget: Budget,
): AsyncGenerator<readonly Hit<Source>[]> {
  let { after } = request
  let size = request.firstPage ?? request.page
  const first = await page(undefined)
  yield first.hits.hits
  if (first.hits.hits.length < size) return
  after = first.hits.hits.at(-1)!.sort
  size = request.page
  // Most answers need one page: only what goes on is worth a point in time.
  let pit = await openPit(connection, request.index, budget)
  try {
    for (;;) {
      const answer = await page(pit)
      pit = answer.pit_id ?? pit
      const { hits } = answer.hits
      yield hits
      if (hits.length < size) return
      after = hits.at(-1)!.sort
    }
  } finally {
    await connection.tryCall({ method: 'DELETE', path: '/_pit', body: { id: pit } }, [404])
  }

  async function page(pit: string | undefined): Promise<SearchAnswer<Source>> {
    return searchOnce<Source>(
      connection,
      pit === undefined ? { index: request.index } : { pit },
      {
        query: request.query,
        sort: request.sort,
        size,
        track_total_hits: false,
        ...(after === undefined ? {} : { search_after: after }),
        ...(request.fetch ?? {}),
      },
      budget,
      request.notes,
    )
  }
}

async function openPit(connection: Connection, index: string, budget: Budget): Promise<string> {
  const call = {
    method: 'POST',
    path: `/${index}/_pit`,
    query: { keep_alive: KEEP_ALIVE },
  } as const
  const { id } = await waitForStart(() => connection.call<{ id: string }>(call, [], budget.next()))
  return id
}
