import type { MetricBatch } from '../model/batch.ts'
import type { MetricSeries } from '../model/record.ts'
import type { Micros } from '../model/time.ts'

/** Points on their way into a {@link MetricBatch}. */
export class MetricBuilder {
  /** By identity: decoders hand out the same object for the same series. */
  readonly #byObject = new Map<MetricSeries, number>()
  readonly #byKey = new Map<string, number>()
  #series: MetricSeries[] = []
  #received: number[] = []
  #index: number[] = []
  #time: number[] = []
  #timeNs: number[] = []
  #value: number[] = []

  get points(): number {
    return this.#index.length
  }

  add(
    series: MetricSeries,
    received: Micros,
    point: { readonly time: Micros; readonly timeNs: number; readonly value: number },
  ): void {
    const { time, timeNs, value } = point
    const index = this.#indexOf(series)
    this.#received[index] = Math.max(this.#received[index] ?? received, received)
    this.#index.push(index)
    this.#time.push(time)
    this.#timeNs.push(timeNs)
    this.#value.push(value)
  }

  /** The points so far, or null when there are none; the next point starts another batch. */
  take(day: string): MetricBatch | null {
    if (this.#index.length === 0) return null
    const batch: MetricBatch = {
      day,
      count: this.#index.length,
      series: this.#series,
      received: Float64Array.from(this.#received),
      seriesIndex: Uint32Array.from(this.#index),
      time: Float64Array.from(this.#time),
      timeNs: Uint16Array.from(this.#timeNs),
      value: Float64Array.from(this.#value),
    }
    this.#reset()
    return batch
  }

  #indexOf(series: MetricSeries): number {
    let index = this.#byObject.get(series)
    if (index !== undefined) return index
    const key = seriesKey(series)
    index = this.#byKey.get(key)
    if (index === undefined) {
      index = this.#series.push(series) - 1
      this.#byKey.set(key, index)
    }
    this.#byObject.set(series, index)
    return index
  }

  #reset(): void {
    this.#byObject.clear()
    this.#byKey.clear()
    this.#series = []
    this.#received = []
    this.#index = []
    this.#time = []
    this.#timeNs = []
    this.#value = []
  }
}

/** Decoders hand out one object per series for as long as they remember it. */
const KEYS = new WeakMap<MetricSeries, string>()

/** What makes two series the same: all of it, whatever the order of the attributes. */
export function seriesKey(series: MetricSeries): string {
  let key = KEYS.get(series)
  if (key === undefined) KEYS.set(series, (key = writeKey(series)))
  return key
}

function writeKey(series: MetricSeries): string {
  const { entity, name, unit, kind, source, attributes } = series
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return JSON.stringify([entity, name, unit, kind, source, sorted])
}
