import type { EntityId } from '../../model/entity.ts'
import { catalogued, type CatalogueEntry } from '../../model/metric-catalogue.ts'
import type { MetricSeries } from '../../model/record.ts'
import type { MetricLane } from '../../model/timeline.ts'
import type { SeriesData } from '../store/store.ts'
import { columnOf, msOf, type Grid } from './grid.ts'
import { ratioOf, runsBeyond, usualBand } from './usual-band.ts'

/** Everything that was measured for the view, each series under its key. */
export interface Measured {
  readonly view: readonly SeriesData[]
  readonly before: ReadonlyMap<string, SeriesData>
  readonly weeks: readonly ReadonlyMap<string, SeriesData>[]
}

/** What is known of a lane before it is drawn. */
export type JudgedLane = Omit<MetricLane, 'value' | 'min' | 'max' | 'second'>

/** A series with all that a lane of it says; few of many are drawn. */
export interface Candidate {
  readonly entity: EntityId
  readonly entry: CatalogueEntry
  readonly lane: JudgedLane
  readonly draw: () => MetricLane
}

/** What makes two series the same, whoever asks for them. */
export function keyOfSeries({ entity, name, source, kind, attributes }: MetricSeries): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([entity, name, source, kind, sorted])
}

export function bySeries(found: readonly SeriesData[]): ReadonlyMap<string, SeriesData> {
  return new Map(found.map((data) => [keyOfSeries(data.series), data]))
}

/**
 * A lane for each series of the view. `limitOf` answers the number that an entity of the inventory says
 * in an attribute.
 */
export function candidatesOf(
  { view, before, weeks }: Measured,
  grid: Grid,
  limitOf: (entity: EntityId, attribute: string) => number | null,
): Candidate[] {
  const byEntity = new Map<string, SeriesData>()
  for (const data of view) byEntity.set(withoutSource(data.series, data.series.name), data)
  return view.map((data) => {
    const { series } = data
    const entry = catalogued(series.name, series.unit)
    const key = keyOfSeries(series)
    const held = weeks.flatMap((week) => week.get(key) ?? [])
    const { limit } = entry
    const lane = judgedLane(data, entry, grid, {
      usual: usualBand(held, before.get(key), data),
      limit: typeof limit === 'object' ? limitOf(series.entity, limit.attribute) : (limit ?? null),
    })
    const draw = (): MetricLane => {
      const second =
        entry.second === undefined
          ? undefined
          : byEntity.get(withoutSource(series, entry.second.name))
      return {
        ...lane,
        value: rounded(data.values),
        min: rounded(data.min),
        max: rounded(data.max),
        second:
          second === undefined
            ? null
            : {
                label: entry.second!.label,
                column: columnsOf(second.times, grid),
                value: rounded(second.values),
              },
      }
    }
    return { entity: series.entity, entry, lane, draw }
  })
}

interface Around {
  readonly usual: MetricLane['usual']
  readonly limit: number | null
}

function judgedLane(
  data: SeriesData,
  entry: CatalogueEntry,
  grid: Grid,
  { usual, limit }: Around,
): JudgedLane {
  const { series, times, values, max } = data
  const worst = max.reduce((a, b) => Math.max(a, b))
  const column = columnsOf(times, grid)
  const [run] = usual === null ? [] : runsBeyond(values, usual, entry)
  return {
    metric: series.name,
    label: entry.label,
    unit: series.unit,
    attributes: telling(series.attributes),
    kind: entry.kind,
    column,
    everyColumns: usualGap(column),
    usual: usual && { ...usual, low: round(usual.low), high: round(usual.high) },
    threshold: entry.threshold ?? null,
    limit,
    worst: round(worst),
    ratio: usual === null ? null : round(ratioOf(worst, usual, entry)),
    leftMs: run === undefined ? null : msOf(times[run[0]]!, grid),
    share: null,
  }
}

/** Attributes that say what of the entity is measured, not who measured it. */
function telling(attributes: MetricSeries['attributes']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === null || name.startsWith('metric.') || name.startsWith('service.')
        ? []
        : [[name, String(value)]],
    ),
  )
}

function withoutSource({ entity, attributes }: MetricSeries, name: string): string {
  const sorted = Object.entries(telling(attributes)).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([entity, name, sorted])
}

/** A step begins inside its column or, where the view begins inside a column, is cut to it. */
export function columnsOf(times: ArrayLike<number>, grid: Grid): number[] {
  return Array.from(times, (time) => Math.max(0, columnOf(time, grid)))
}

/** The median distance of neighbours; 1 for a single one. */
export function usualGap(column: readonly number[]): number {
  if (column.length < 2) return 1
  const gaps = column.slice(1).map((at, i) => at - column[i]!)
  return Math.max(1, gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!)
}

const DIGITS = 6

/** The powers of ten that a double holds exactly. */
const SCALES = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`))

/** Six digits: more than a screen can draw, a third of the bytes. */
export function round(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) < 10 ** DIGITS) return value
  // By way of a text it takes ten times as long, and a view has 100,000 values.
  const scale = SCALES[DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)))]
  if (scale === undefined) return Number(value.toPrecision(DIGITS))
  return Math.round(value * scale) / scale
}

export function rounded(values: ArrayLike<number>): number[] {
  return Array.from(values, round)
}
