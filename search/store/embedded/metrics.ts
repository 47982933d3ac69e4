import type { EntityId } from '../../../model/entity.ts'
import type { MetricSeries } from '../../../model/record.ts'
import type { TimeRange } from '../../../model/time.ts'
import type { QueryContext, SeriesData, SeriesRequest } from '../store.ts'
import { inList } from './condition.ts'
import type { Dictionary } from './dictionary.ts'
import type { Columns, Engine } from './engine.ts'
import type { Partition } from './partition.ts'

/** Where the points are. */
export interface MetricReading {
  readonly engine: Engine
  readonly series: Dictionary<MetricSeries>
  readonly partitions: () => readonly Partition[]
}

/** What makes two series the same. */
export function seriesKey({ entity, name, source, kind, attributes }: MetricSeries): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([entity, name, source, kind, sorted])
}

/** Points of the wanted series by step; series without points in the range are left out. */
export async function readSeries(
  reading: MetricReading,
  { entities, metrics, range, stepUs }: SeriesRequest,
  context: QueryContext,
): Promise<SeriesData[]> {
  const ids = seriesWhere(reading, entities, metrics)
  const partitions = reading.partitions().filter((partition) => partition.mayHavePoints(range))
  if (ids.length === 0 || partitions.length === 0) return []
  const points = distinctPoints(partitions, inSeries(reading, ids), range)
  const bin = stepUs === 0 ? 'time' : `(time // ${stepUs}) * ${stepUs}`
  const columns = await reading.engine.query(
    `SELECT series, ${bin} AS step, avg(value), min(value), max(value) FROM (${points})
     GROUP BY series, step${stepUs === 0 ? ', time_ns' : ''} ORDER BY series, step`,
    context,
  )
  return split(columns, (id) => reading.series.get(id))
}

/** The series of entities that have points in the range. */
export async function seriesOf(
  reading: MetricReading,
  entities: readonly EntityId[],
  range: TimeRange,
): Promise<MetricSeries[]> {
  const ids = seriesWhere(reading, entities, [])
  const partitions = reading.partitions().filter((partition) => partition.mayHavePoints(range))
  if (ids.length === 0 || partitions.length === 0) return []
  const columns = await reading.engine.query(
    `SELECT DISTINCT series FROM (${distinctPoints(partitions, inSeries(reading, ids), range)}) ORDER BY series`,
  )
  return Array.from({ length: columns.rows }, (_, row) =>
    reading.series.get(columns.number(0, row)),
  )
}

function seriesWhere(
  { series }: MetricReading,
  entities: readonly EntityId[],
  metrics: readonly string[],
): number[] {
  const wanted = new Set(entities)
  const ids: number[] = []
  series.forEach((one, id) => {
    if (wanted.size > 0 && !wanted.has(one.entity)) return
    if (metrics.length === 0 || metrics.some((metric) => nameFits(one.name, metric))) ids.push(id)
  })
  return ids
}

function nameFits(name: string, metric: string): boolean {
  return metric.endsWith('*') ? name.startsWith(metric.slice(0, -1)) : name === metric
}

const inSeries = ({ series }: MetricReading, ids: readonly number[]): string =>
  inList('series', ids, series).sql

/** More than a day's file has: places of points behind each other, day by day. */
const ROWS_OF_A_DAY = 2 ** 40

/** Of a point that was sent twice, perhaps on two days, the first counts. */
export function distinctPoints(
  partitions: readonly Partition[],
  isWanted: string,
  range: TimeRange,
): string {
  const parts = partitions.map(
    ({ database }, day) =>
      `SELECT series, time, time_ns, value, ${day * ROWS_OF_A_DAY} + rowid AS place FROM ${database}.points
       WHERE (${isWanted}) AND time >= ${range.from} AND time < ${range.to}`,
  )
  return `SELECT series, time, time_ns, arg_min(value, place) AS value FROM (${parts.join(' UNION ALL ')})
    GROUP BY series, time, time_ns`
}

function split(columns: Columns, seriesOfId: (id: number) => MetricSeries): SeriesData[] {
  const [ids, ...rest] = [0, 1, 2, 3, 4].map((column) => columns.numbers(column)) as [
    Float64Array,
    ...Float64Array[],
  ]
  const data: SeriesData[] = []
  for (let start = 0; start < ids.length;) {
    let end = start
    while (end < ids.length && ids[end] === ids[start]) end++
    const [times, values, min, max] = rest.map((column) => column.slice(start, end)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    data.push({ series: seriesOfId(ids[start]!), times, values, min, max })
    start = end
  }
  return data
}
