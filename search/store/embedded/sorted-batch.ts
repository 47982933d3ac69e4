import type { LogBatch } from '../../../model/batch.ts'

/** Indexes into a batch's dictionary as the store's numbers. */
export function translate(indexes: Uint32Array, count: number, numbers: Uint32Array): Uint32Array {
  const translated = new Uint32Array(count)
  for (let row = 0; row < count; row++) translated[row] = numbers[indexes[row]!]!
  return translated
}

/** The rows by template, in order of arrival within one: a query for few templates then reads few blocks. */
export function byTemplate({ template, count }: LogBatch, numbers: Uint32Array): Uint32Array {
  const starts = new Uint32Array(numbers.length)
  for (let row = 0; row < count; row++) starts[template[row]!]!++
  let start = 0
  for (const index of Uint32Array.from(numbers.keys()).sort((a, b) => numbers[a]! - numbers[b]!)) {
    const rows = starts[index]!
    starts[index] = start
    start += rows
  }
  const order = new Uint32Array(count)
  for (let row = 0; row < count; row++) order[starts[template[row]!]!++] = row
  return order
}

/** `first`, `first + 1`, … */
export function counting(first: number, count: number): Float64Array {
  const numbers = new Float64Array(count)
  for (let i = 0; i < count; i++) numbers[i] = first + i
  return numbers
}

/** Times in microseconds, by their parts. */
export class Times {
  readonly #times: Float64Array

  constructor(times: Float64Array) {
    this.#times = times
  }

  /** How many whole units of `unit` microseconds lie before each time. */
  whole(unit: number): Float64Array {
    return this.#times.map((time) => Math.floor(time / unit))
  }

  /** What is left below `unit`, in units of `step`. */
  part(unit: number, step: number): Uint16Array {
    const times = this.#times
    const parts = new Uint16Array(times.length)
    for (let i = 0; i < times.length; i++) {
      const time = times[i]!
      parts[i] = Math.floor((time - Math.floor(time / unit) * unit) / step)
    }
    return parts
  }
}

/** Columns of a batch in another order of rows. */
export class SortedBatch {
  readonly #order: Uint32Array

  constructor(order: Uint32Array) {
    this.#order = order
  }

  numbers<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(column: T): T {
    const order = this.#order
    const sorted = column.slice(0, order.length) as T
    for (let place = 0; place < order.length; place++) sorted[place] = column[order[place]!]!
    return sorted
  }

  texts(column: readonly string[]): string[] {
    return Array.from(this.#order, (row) => column[row]!)
  }
}
