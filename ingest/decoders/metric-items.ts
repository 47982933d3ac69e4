import type { EntityId } from '../../model/entity.ts'
import type { AttributeValue, MetricKind, MetricSeries } from '../../model/record.ts'
import type { Instant } from '../../model/time.ts'
import { neutralMetric } from '../metric-names.ts'
import type { Item } from './decoder.ts'
import type { Bucket } from './histogram-buckets.ts'
import { weightOf, type RequestSize } from './limits.ts'
import { SeriesCache } from './series-cache.ts'

/** Which series a point belongs to, before it is looked up. */
export interface SeriesIdentity {
  readonly entity: EntityId
  readonly source: string
  readonly name: string
  readonly unit: string
  readonly kind: MetricKind
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

/** The series of an identity under its neutral name, with the factor of its values. */
export function scaledSeries(identity: SeriesIdentity): { series: MetricSeries; factor: number } {
  const { name, unit, attributes, factor } = neutralMetric(
    identity.name,
    identity.unit,
    undefined,
    identity.attributes,
  )
  return { series: { ...identity, name, unit, attributes }, factor }
}

const NOTHING: Item = { kind: 'nothing' }

/** A point of a series; a value that is no finite number says nothing and is no point. */
export function pointItem(
  { series, factor }: { series: MetricSeries; factor: number },
  time: Instant,
  value: number,
): Item {
  if (!Number.isFinite(value)) return NOTHING
  return { kind: 'metric', series, time: time.us, timeNs: time.ns, value: value * factor }
}

/** Counts a point and the attributes of its series. Throws `too_large`. */
export function countPoint(size: RequestSize, item: Item): void {
  size.addItem()
  if (item.kind === 'metric') size.addValues(weightOf(item.series.attributes))
}

/** A distribution as every protocol gives it. */
export interface Distribution {
  readonly count: number
  readonly sum: number | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly buckets: readonly Bucket[]
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[]
}

const cache = new SeriesCache()

/**
 * A distribution as points of plain series: `<name>.count` and `.sum` (sums), `.min` and `.max`
 * (gauges), `.bucket` with the attribute `le` (kind histogram, cumulative over the buckets as in
 * Prometheus), `.quantile` with the attribute `quantile`. Deltas are of kind `delta`, their buckets
 * marked by the attribute `temporality`. `key` is unique to the identity.
 */
export function distributionItems(
  key: string,
  identity: SeriesIdentity,
  isDelta: boolean,
  time: Instant,
  distribution: Distribution,
): Item[] {
  const items: Item[] = []
  const sumKind = isDelta ? 'delta' : 'sum'
  const add = (
    suffix: string,
    kind: MetricKind,
    unit: string,
    value: number | undefined,
    extra: Readonly<Record<string, AttributeValue>> = {},
  ): void => {
    if (value === undefined || !Number.isFinite(value)) return
    const part = cache.get(`${key}\n${suffix}\n${kind}\n${JSON.stringify(extra)}`, () => {
      const attributes = { ...identity.attributes, ...extra }
      const name = identity.name + suffix
      return { series: { ...identity, name, unit, kind, attributes }, factor: 1 }
    })
    items.push(pointItem(part, time, value))
  }
  add('.count', sumKind, '1', distribution.count)
  add('.sum', sumKind, identity.unit, distribution.sum)
  add('.min', 'gauge', identity.unit, distribution.min)
  add('.max', 'gauge', identity.unit, distribution.max)
  const temporality = isDelta ? { temporality: 'delta' } : {}
  for (const { le, count } of distribution.buckets) {
    add('.bucket', 'histogram', '1', count, { le: boundText(le), ...temporality })
  }
  for (const { quantile, value } of distribution.quantiles ?? []) {
    add('.quantile', 'gauge', identity.unit, value, { quantile: String(quantile) })
  }
  return items
}

function boundText(le: number): string {
  return le === Infinity ? '+Inf' : String(le)
}
