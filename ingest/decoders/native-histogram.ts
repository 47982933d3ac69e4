import type { Buffer } from 'node:buffer'
import {
  checkBuckets,
  explicitBuckets,
  exponentialBuckets,
  type Bucket,
  type ExponentialSide,
} from './histogram-buckets.ts'
import type { Distribution } from './metric-items.ts'
import type { ProtobufReader } from './protobuf.ts'

/** A native histogram with its time. */
export interface NativeHistogram {
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  /** Marks the end of its series and says nothing else (specification, "Stale markers"). */
  readonly isStale: boolean
  readonly distribution: Distribution
}

interface Span {
  readonly offset: number
  readonly length: number
}

/** Schema of histograms whose bounds are given one by one (`custom_values`). */
const CUSTOM_BOUNDS = -53

/**
 * `prometheus.Histogram` (prompb/types.proto; remote write 2.0 has the same fields): integer counts come
 * as deltas of each bucket to the one before, float counts as they are. Bucket i of schema n ends at
 * `2^(i * 2^-n)`, one index above where the OpenTelemetry bucket of the same bounds is counted from.
 */
export function readNativeHistogram(reader: ProtobufReader): NativeHistogram {
  let timestamp = 0
  let count = 0
  let sum = 0
  let schema = 0
  let zeroThreshold = 0
  let zeroCount = 0
  let isStale = false
  const bounds: number[] = []
  const negative = new Side()
  const positive = new Side()
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        count = reader.uint64()
        break
      case 2:
        count = reader.double()
        break
      case 3:
        sum = reader.double()
        isStale = isStaleMarker(reader.buffer, reader.at - 8)
        break
      case 4:
        schema = reader.sint32()
        break
      case 5:
        zeroThreshold = reader.double()
        break
      case 6:
        zeroCount = reader.uint64()
        break
      case 7:
        zeroCount = reader.double()
        break
      case 8:
      case 9:
      case 10:
        negative.read(reader, reader.field - 8)
        break
      case 11:
      case 12:
      case 13:
        positive.read(reader, reader.field - 11)
        break
      case 15:
        timestamp = reader.int64()
        break
      case 16:
        reader.each((r) => checkBuckets(bounds.push(r.double())), 'fixed64')
        break
      default:
        reader.skip()
    }
  }
  const buckets =
    schema === CUSTOM_BOUNDS
      ? customBuckets(positive.buckets(), bounds)
      : exponentialBuckets(schema, positive.buckets(), negative.buckets(), zeroCount, zeroThreshold)
  return { timestamp, isStale, distribution: { count, sum, buckets } }
}

/** Buckets without a count are left out by senders; the last one reaches to infinity. */
function customBuckets({ offset, counts }: ExponentialSide, bounds: readonly number[]): Bucket[] {
  const first = offset + 1
  const all = new Array<number>(bounds.length + 1).fill(0)
  counts.forEach((count, i) => {
    if (first + i in all) all[first + i] = count
  })
  return explicitBuckets(all, bounds)
}

/** A NaN of exactly these bits; JavaScript would make every NaN alike. */
function isStaleMarker(buffer: Buffer, at: number): boolean {
  return buffer.readUInt32LE(at) === 2 && buffer.readUInt32LE(at + 4) === 0x7ff00000
}

/** The positive or negative buckets: spans, then deltas or counts. */
class Side {
  readonly #spans: Span[] = []
  readonly #deltas: number[] = []
  readonly #counts: number[] = []

  /** `member` 0 spans, 1 deltas, 2 counts. */
  read(reader: ProtobufReader, member: number): void {
    if (member === 0) checkBuckets(this.#spans.push(readSpan(reader.message())))
    else if (member === 1) reader.each((r) => checkBuckets(this.#deltas.push(r.sint64())), 'varint')
    else reader.each((r) => checkBuckets(this.#counts.push(r.double())), 'fixed64')
  }

  /** The buckets without gaps, in OpenTelemetry's numbering. */
  buckets(): ExponentialSide {
    const counts: number[] = []
    const start = this.#spans[0]?.offset ?? 0
    let position = 0
    let value = 0
    this.#spans.forEach((span, i) => {
      if (i > 0) {
        checkBuckets(counts.length + Math.max(0, span.offset))
        for (let gap = 0; gap < span.offset; gap++) counts.push(0)
      }
      checkBuckets(counts.length + span.length)
      for (let k = 0; k < span.length; k++, position++) {
        value = this.#counts[position] ?? value + (this.#deltas[position] ?? 0)
        counts.push(value)
      }
    })
    return { offset: start - 1, counts }
  }
}

/** `BucketSpan`: the gap before it (the first: its index), how many buckets. */
function readSpan(reader: ProtobufReader): Span {
  let offset = 0
  let length = 0
  while (reader.next()) {
    if (reader.field === 1) offset = reader.sint32()
    else if (reader.field === 2) length = reader.uint32()
    else reader.skip()
  }
  return { offset, length }
}
