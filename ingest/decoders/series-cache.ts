import type { MetricSeries } from '../../model/record.ts'
import { LIMITS } from './limits.ts'

/** A series with what its values are multiplied by on the way to the series' unit. */
export interface ScaledSeries {
  readonly series: MetricSeries
  readonly factor: number
}

/**
 * Series by the bytes or text they were read from, so that a series seen before costs one look-up and is
 * the same object again. Bounded: of two generations the older goes when the younger is full.
 */
export class SeriesCache {
  #young = new Map<string, ScaledSeries>()
  #old = new Map<string, ScaledSeries>()

  get(key: string, build: () => ScaledSeries): ScaledSeries {
    const known = this.#young.get(key)
    if (known !== undefined) return known
    const series = this.#old.get(key) ?? build()
    if (this.#young.size >= LIMITS.cachedSeries / 2) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, series)
    return series
  }
}
