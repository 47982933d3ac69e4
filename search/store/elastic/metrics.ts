import { createHash } from 'node:crypto'
import type { MetricBatch } from '../../../model/batch.ts'
import type { EntityId } from '../../../model/entity.ts'
import { compareText } from '../../../model/match.ts'
import type { MetricSeries } from '../../../model/record.ts'
import { dayOf, type Micros, type TimeRange } from '../../../model/time.ts'
import type { QueryContext, SeriesData, SeriesRequest } from '../store.ts'
import type { Write } from './bulk.ts'
import { allOf, anyOf, EVERYTHING, terms, type Query } from './clause.ts'
import type { Reading } from './reading.ts'
import { Budget, scan, searchOnce } from './scan.ts'
import type { StateIndex } from './state-index.ts'

/** The id of a series: a function of what makes two the same. */
export function seriesId({ entity, name, source, kind, attributes }: MetricSeries): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  const key = JSON.stringify([entity, name, source, kind, sorted])
  return createHash('sha256').update(key).digest('base64url').slice(0, 22)
}

/** A point in the index of its own day: sent again, it meets itself whenever that is. */
export function pointActions(batch: MetricBatch, indexOfDay: (day: string) => string): Write[] {
  const ids = batch.series.map(seriesId)
  return Array.from({ length: batch.count }, (_, row) => {
    const index = batch.seriesIndex[row]!
    const { entity, name } = batch.series[index]!
    const time = batch.time[row]!
    const ns = batch.timeNs[row]!
    return {
      operation: 'create',
      index: indexOfDay(dayOf(time as Micros)),
      id: `${ids[index]}-${time.toString(36)}-${ns}`,
      document: { series: ids[index], entity, metric: name, time, ns, value: batch.value[row] },
    }
  })
}

/** The days that a batch's points lie on. */
export function daysOf(batch: MetricBatch): Set<string> {
  return new Set(Array.from(batch.time, (time) => dayOf(time as Micros)))
}

interface Step {
  readonly series: string
  readonly time: number
  readonly mean: number
  readonly min: number
  readonly max: number
}

/** Points of the wanted series by step; series without points in the range are left out. */
export async function readSeries(
  reading: Reading,
  state: StateIndex,
  request: SeriesRequest,
  context: QueryContext,
): Promise<SeriesData[]> {
  const { stepUs } = request
  const query = pointsQuery(request.entities, request.metrics, request.range)
  const budget = new Budget(context)
  const found =
    stepUs === 0 ? rawPoints(reading, query, budget) : steps(reading, query, stepUs, budget)
  const bySeries = new Map<string, Step[]>()
  for await (const step of found) {
    const list = bySeries.get(step.series)
    if (list === undefined) bySeries.set(step.series, [step])
    else list.push(step)
  }
  const known = await seriesOfIds(state, [...bySeries.keys()])
  return known.map(([id, series]) => {
    const list = bySeries.get(id)!
    return {
      series,
      times: Float64Array.from(list, ({ time }) => time),
      values: Float64Array.from(list, ({ mean }) => mean),
      min: Float64Array.from(list, ({ min }) => min),
      max: Float64Array.from(list, ({ max }) => max),
    }
  })
}

/** The series of entities that have points in the range. */
export async function readSeriesOf(
  reading: Reading,
  state: StateIndex,
  entities: readonly EntityId[],
  range: TimeRange,
): Promise<MetricSeries[]> {
  const ids = new Set<string>()
  const query = pointsQuery(entities, [], range)
  for await (const { key } of composite(reading, query, [BY_SERIES], {}, new Budget({}))) {
    ids.add(String(key['series']))
  }
  return (await seriesOfIds(state, [...ids])).map(([, series]) => series)
}

function pointsQuery(
  entities: readonly EntityId[],
  metrics: readonly string[],
  { from, to }: TimeRange,
): Query {
  const names = metrics.filter((name) => !name.endsWith('*'))
  const prefixes = metrics.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1))
  return allOf([
    { range: { time: { gte: from, lt: to } } },
    entities.length === 0 ? EVERYTHING : terms('entity', entities),
    metrics.length === 0
      ? EVERYTHING
      : anyOf([terms('metric', names), ...prefixes.map((metric) => ({ prefix: { metric } }))]),
  ])
}

const POINTS_PAGE = 10_000

async function* rawPoints(reading: Reading, query: Query, budget: Budget): AsyncGenerator<Step> {
  const request = {
    index: reading.indices.allOf('metrics'),
    query,
    sort: ['series', 'time', 'ns'].map((field) => ({ [field]: { order: 'asc' } })),
    page: POINTS_PAGE,
    fetch: { docvalue_fields: ['value'] },
  }
  for await (const { sort, fields } of scan(reading.connection, request, budget)) {
    const value = fields!['value']![0] as number
    yield { series: String(sort[0]), time: Number(sort[1]), mean: value, min: value, max: value }
  }
}

const BY_SERIES = { series: { terms: { field: 'series' } } }
const VALUES = {
  mean: { avg: { field: 'value' } },
  min: { min: { field: 'value' } },
  max: { max: { field: 'value' } },
}

async function* steps(
  reading: Reading,
  query: Query,
  stepUs: number,
  budget: Budget,
): AsyncGenerator<Step> {
  const byTime = { time: { histogram: { field: 'time', interval: stepUs } } }
  for await (const { key, ...values } of composite(
    reading,
    query,
    [BY_SERIES, byTime],
    VALUES,
    budget,
  )) {
    const { mean, min, max } = values as unknown as Record<keyof typeof VALUES, { value: number }>
    yield {
      series: String(key['series']),
      time: Number(key['time']),
      mean: mean.value,
      min: min.value,
      max: max.value,
    }
  }
}

interface Bucket {
  readonly key: Readonly<Record<string, string | number>>
}

async function* composite(
  { connection, indices }: Reading,
  query: Query,
  sources: readonly object[],
  aggs: object,
  budget: Budget,
): AsyncGenerator<Bucket> {
  let after: object | undefined
  do {
    const groups = { size: POINTS_PAGE, sources, ...(after === undefined ? {} : { after }) }
    const answer = await searchOnce<
      never,
      { groups: { after_key?: object; buckets: readonly Bucket[] } }
    >(
      connection,
      { index: indices.allOf('metrics') },
      {
        query,
        size: 0,
        track_total_hits: false,
        aggs: { groups: { composite: groups, aggs } },
      },
      budget,
    )
    const { buckets = [], after_key } = answer.aggregations?.groups ?? {}
    yield* buckets
    after = buckets.length < POINTS_PAGE ? undefined : after_key
  } while (after !== undefined)
}

/** By entity, then name. */
export async function seriesOfIds(
  state: StateIndex,
  ids: readonly string[],
): Promise<[string, MetricSeries][]> {
  const values = await state.many('series', ids)
  return [...values]
    .map(([id, value]): [string, MetricSeries] => [id, JSON.parse(value) as MetricSeries])
    .sort(([, a], [, b]) => compareText(a.entity, b.entity) || compareText(a.name, b.name))
}
