import { checkBuckets, exponentialBuckets, type ExponentialSide } from './histogram-buckets.ts'
import type { Distribution } from './metric-items.ts'
import type { ProtobufReader } from './protobuf.ts'

/** A native histogram with its time. */
export interface NativeHistogram {
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly distribution: Distribution
}

interface Span {
  readonly offset: number
  readonly length: number
}

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
      default:
        reader.skip()
    }
  }
  const buckets = exponentialBuckets(
    schema,
    positive.buckets(),
    negative.buckets(),
    zeroCount,
    zeroThreshold,
  )
  return { timestamp, distribution: { count, sum, buckets } }
}

/** The positive or negative buckets: spans, then deltas or counts. */
class Side {
  readonly #spans: Span[] = []
  readonly #deltas: number[] = []
  readonly #counts: number[] = []

  /** `member` 0 spans, 1 deltas, 2 counts. */
  read(reader: ProtobufReader, member: number): void {
    if (member === 0) this.#spans.push(readSpan(reader.message()))
    else if (member === 1) reader.each((r) => this.#deltas.push(r.sint64()), 'varint')
    else reader.each((r) => this.#counts.push(r.double()), 'fixed64')
    checkBuckets(Math.max(this.#spans.length, this.#deltas.length, this.#counts.length))
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
