import { compareText } from '../../../model/match.ts'
import type { LogRecord } from '../../../model/record.ts'
import { cursorOf, placeOfCursor } from '../cursor.ts'
import type { Contents, CountedStretch, PointsPage, RecordStretch } from '../whole-store.ts'
import { allOf, EVERYTHING, type Query } from './clause.ts'
import { seriesOfIds } from './metrics.ts'
import { statesOfNodes } from './node-log.ts'
import type { Reading } from './reading.ts'
import { ARRIVAL_FIELDS, RECORD_COLUMNS, recordsOfHits, sortBy } from './records.ts'
import { Budget, searchOnce, type Hit } from './scan.ts'
import { keyOf, type StateIndex } from './state-index.ts'

/** What an unfinished commit has written is left out: its replay finds it. */
export async function contents(reading: Reading, state: StateIndex): Promise<Contents> {
  const nodes = await statesOfNodes(state)
  const records: CountedStretch[] = []
  const points: Contents['points'][number][] = []
  for (const { kind, day, name, documents } of await reading.indices.list()) {
    if (documents === 0) continue
    if (kind === 'metrics') points.push({ day, count: documents })
    if (kind !== 'logs') continue
    for (const stretch of await stretchesOf(reading, name, day, EVERYTHING)) {
      const end = nodes.get(stretch.node)?.state?.position.nextSequence ?? 0
      if (stretch.to <= end) records.push(stretch)
      else if (stretch.from < end) {
        const committed = allOf([
          { term: { node: stretch.node } },
          { range: { sequence: { lt: end } } },
        ])
        records.push(...(await stretchesOf(reading, name, day, committed)))
      }
    }
  }
  return { nodes: [...nodes.keys()].sort(compareText), records, points }
}

interface NodeBucket {
  readonly key: { readonly node: string }
  readonly doc_count: number
  readonly first: { readonly value: number }
  readonly last: { readonly value: number }
}

const NODES_PAGE = 1_000

/** The stretches of a day's index, by node. */
async function stretchesOf(
  { connection }: Reading,
  index: string,
  day: string,
  query: Query,
): Promise<CountedStretch[]> {
  const stretches: CountedStretch[] = []
  let after: object | undefined
  do {
    const composite = {
      size: NODES_PAGE,
      sources: [{ node: { terms: { field: 'node' } } }],
      ...(after === undefined ? {} : { after }),
    }
    const answer = await searchOnce<
      never,
      { nodes: { after_key?: object; buckets: readonly NodeBucket[] } }
    >(
      connection,
      { index },
      {
        query,
        size: 0,
        track_total_hits: false,
        aggs: {
          nodes: {
            composite,
            aggs: { first: { min: { field: 'sequence' } }, last: { max: { field: 'sequence' } } },
          },
        },
      },
      new Budget({}),
    )
    const { buckets = [], after_key } = answer.aggregations?.nodes ?? {}
    for (const { key, doc_count: count, first, last } of buckets) {
      stretches.push({ day, node: key.node, from: first.value, to: last.value + 1, count })
    }
    after = buckets.length < NODES_PAGE ? undefined : after_key
  } while (after !== undefined)
  return stretches
}

/** The records of a stretch. */
export async function recordsOf(
  reading: Reading,
  { day, node, from, to }: RecordStretch,
  limit: number,
): Promise<LogRecord[]> {
  const query = allOf([{ term: { node } }, { range: { sequence: { gte: from, lt: to } } }])
  const hits = await hitsOf(reading, reading.indices.nameOf('logs', day), {
    query,
    sort: sortBy(ARRIVAL_FIELDS, 'asc'),
    size: limit,
    ...RECORD_COLUMNS,
  })
  const how = { order: ARRIVAL_FIELDS, withRaw: true }
  const records = await recordsOfHits(reading.descriptors, hits, how)
  return records.map(({ record }) => record)
}

/** The points of a day, by series and time. */
export async function pointsOf(
  reading: Reading,
  state: StateIndex,
  day: string,
  after: string | null,
  limit: number,
): Promise<PointsPage> {
  const place = after === null ? undefined : placeOfCursor(after, ['string', 'number', 'number'])
  const hits = await hitsOf(reading, reading.indices.nameOf('metrics', day), {
    query: EVERYTHING,
    sort: sortBy(['series', 'time', 'ns'], 'asc'),
    size: limit,
    docvalue_fields: ['value'],
    ...(place === undefined ? {} : { search_after: place }),
  })
  const ids = hits.map(({ sort }) => String(sort[0]))
  const known = await seriesOfIds(state, [...new Set(ids)])
  const indexes = new Map(known.map(([id], index) => [id, index]))
  const nameless = ids.find((id) => !indexes.has(id))
  if (nameless !== undefined) throw new Error(`BUG: series ${nameless} is not in the state index`)
  const last = hits.at(-1)
  return {
    series: known.map(([, series]) => series),
    seriesIndex: Uint32Array.from(ids, (id) => indexes.get(id)!),
    time: Float64Array.from(hits, ({ sort }) => Number(sort[1])),
    timeNs: Uint16Array.from(hits, ({ sort }) => Number(sort[2])),
    value: Float64Array.from(hits, ({ fields }) => fields!['value']![0] as number),
    ...(hits.length < limit ? {} : { next: cursorOf(last!.sort) }),
  }
}

async function hitsOf(
  { connection }: Reading,
  index: string,
  body: object,
): Promise<readonly Hit[]> {
  const answer = await searchOnce(
    connection,
    { index },
    { ...body, track_total_hits: false },
    new Budget({}),
  )
  return answer.hits.hits
}

/** Every document of `putState`. */
export async function documents(state: StateIndex): Promise<Map<string, string>> {
  const found = await state.list('document')
  return new Map(found.map((document) => [keyOf(document), document.value]))
}
