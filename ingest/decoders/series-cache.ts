import type { MetricSeries } from '../../model/record.ts'

/** A series with what its values are multiplied by on the way to the series' unit. */
export interface ScaledSeries {
  readonly series: MetricSeries
  readonly factor: number
}

/** What a generation of a cache weighs at most, in bytes or nearly so. */
const GENERATION_WEIGHT = 32 * 1024 * 1024
const SERIES_WEIGHT = 128
const ATTRIBUTE_WEIGHT = 32

/**
 * Series by the bytes or text they were read from, so that a series seen before costs one look-up and is
 * the same object again. Bounded: of two generations the older goes when the younger is full.
 */
export class SeriesCache {
  #weight = 0
  #young = new Map<string, ScaledSeries>()
  #old = new Map<string, ScaledSeries>()

  get(key: string, build: () => ScaledSeries): ScaledSeries {
    const known = this.#young.get(key)
    if (known !== undefined) return known
    const series = this.#old.get(key) ?? build()
    this.#weight += weightOf(key, series)
    if (this.#weight > GENERATION_WEIGHT) {
      this.#old = this.#young
      this.#young = new Map()
      this.#weight = 0
    }
    this.#young.set(key, series)
    return series
  }
}

function weightOf(key: string, { series }: ScaledSeries): number {
  const attributes = Object.keys(series.attributes).length
  return key.length + SERIES_WEIGHT + attributes * ATTRIBUTE_WEIGHT
}
