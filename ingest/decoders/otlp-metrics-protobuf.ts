import type { Buffer } from 'node:buffer'
import type { Instant } from '../../model/time.ts'
import {
  checkBuckets,
  explicitBuckets,
  exponentialBuckets,
  type ExponentialSide,
} from './histogram-buckets.ts'
import { DELTA, take, type MetricSink, type OtlpMetric, type OtlpPoint } from './otlp-metric.ts'
import {
  NO_RESOURCE,
  readResource,
  resourceOrWhyNot,
  type ResourceReading,
} from './otlp-resource.ts'
import { AttributeReading, checkAttributes, type Attributes } from './otlp-values.ts'
import { ProtobufReader } from './protobuf.ts'

/** Reads `ExportMetricsServiceRequest` in protobuf, metric by metric. */
export function metricsFromProtobuf(body: Buffer, sink: MetricSink): void {
  const request = new ProtobufReader(body)
  while (request.next()) {
    if (request.field === 1) readResourceMetrics(request.message(), sink)
    else request.skip()
  }
}

function readResourceMetrics(reader: ProtobufReader, sink: MetricSink): void {
  sink.part()
  let resource: ResourceReading = NO_RESOURCE
  const scopes = reader.copy()
  while (reader.next()) {
    if (reader.field === 1) resource = resourceOrWhyNot(() => readResource(reader.message()))
    else reader.skip()
  }
  while (scopes.next()) {
    if (scopes.field === 2) readScopeMetrics(scopes.message(), resource, sink)
    else scopes.skip()
  }
}

function readScopeMetrics(
  reader: ProtobufReader,
  resource: ResourceReading,
  sink: MetricSink,
): void {
  sink.part()
  while (reader.next()) {
    if (reader.field === 2) {
      const metric = reader.message()
      const raw = metric.rest()
      take(
        sink,
        resource,
        () => raw,
        () => readMetric(metric, sink),
      )
    } else reader.skip()
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** opentelemetry.proto.metrics.v1.Metric. */
function readMetric(reader: ProtobufReader, sink: MetricSink): OtlpMetric {
  const metric: Mutable<OtlpMetric> & { points: OtlpPoint[] } = {
    name: '',
    unit: '',
    shape: 'gauge',
    isDelta: false,
    isMonotonic: false,
    points: [],
  }
  while (reader.next()) {
    const { field } = reader
    const readPoint = POINTS[field]
    if (field === 1) metric.name = reader.string()
    else if (field === 3) metric.unit = reader.string()
    else if (readPoint === undefined) reader.skip()
    else {
      metric.shape = field === 5 ? 'gauge' : field === 7 ? 'sum' : 'distribution'
      readData(reader.message(), metric, readPoint, sink)
    }
  }
  return metric
}

/** The message of each data field: its points and how they add up. */
const POINTS: Readonly<Record<number, (reader: ProtobufReader) => OtlpPoint>> = {
  5: readNumber,
  7: readNumber,
  9: readHistogram,
  10: readExponential,
  11: readSummary,
}

function readData(
  reader: ProtobufReader,
  metric: Mutable<OtlpMetric> & { points: OtlpPoint[] },
  readPoint: (reader: ProtobufReader) => OtlpPoint,
  sink: MetricSink,
): void {
  while (reader.next()) {
    if (reader.field === 1) {
      sink.part()
      metric.points.push(readPoint(reader.message()))
    } else if (reader.field === 2) metric.isDelta = reader.uint32() === DELTA
    else if (reader.field === 3) metric.isMonotonic = reader.uint32() !== 0
    else reader.skip()
  }
}

/** The attributes of a point: read only when its series is new. */
class PointAttributes {
  key = ''
  readonly #readers: ProtobufReader[] = []

  add(reader: ProtobufReader): void {
    this.#readers.push(reader)
    checkAttributes(this.#readers.length)
    this.key += `${reader.end - reader.at}:${reader.rest().toString('latin1')}`
  }

  read = (): Attributes => {
    const reading = new AttributeReading()
    for (const reader of this.#readers) reading.read(reader.copy())
    return reading.attributes
  }
}

/** NumberDataPoint. */
function readNumber(reader: ProtobufReader): OtlpPoint {
  const attributes = new PointAttributes()
  let time: Instant | undefined
  let value: number | undefined
  let flags = 0
  while (reader.next()) {
    if (reader.field === 7) attributes.add(reader.message())
    else if (reader.field === 3) time = reader.fixedNanos()
    else if (reader.field === 4) value = reader.double()
    else if (reader.field === 6) value = reader.sfixed64()
    else if (reader.field === 8) flags = reader.uint32()
    else reader.skip()
  }
  return { key: attributes.key, attributes: attributes.read, time, flags, value }
}

/** HistogramDataPoint. */
function readHistogram(reader: ProtobufReader): OtlpPoint {
  const attributes = new PointAttributes()
  const counts: number[] = []
  const bounds: number[] = []
  let time: Instant | undefined
  let flags = 0
  let count = 0
  let sum: number | undefined
  let min: number | undefined
  let max: number | undefined
  while (reader.next()) {
    if (reader.field === 9) attributes.add(reader.message())
    else if (reader.field === 3) time = reader.fixedNanos()
    else if (reader.field === 4) count = reader.fixed64()
    else if (reader.field === 5) sum = reader.double()
    else if (reader.field === 6)
      reader.each((r) => checkBuckets(counts.push(r.fixed64())), 'fixed64')
    else if (reader.field === 7)
      reader.each((r) => checkBuckets(bounds.push(r.double())), 'fixed64')
    else if (reader.field === 10) flags = reader.uint32()
    else if (reader.field === 11) min = reader.double()
    else if (reader.field === 12) max = reader.double()
    else reader.skip()
  }
  const distribution = { count, sum, min, max, buckets: explicitBuckets(counts, bounds) }
  return { key: attributes.key, attributes: attributes.read, time, flags, distribution }
}

/** ExponentialHistogramDataPoint. */
function readExponential(reader: ProtobufReader): OtlpPoint {
  const attributes = new PointAttributes()
  const none: ExponentialSide = { offset: 0, counts: [] }
  let positive = none
  let negative = none
  let time: Instant | undefined
  let flags = 0
  let count = 0
  let sum: number | undefined
  let min: number | undefined
  let max: number | undefined
  let scale = 0
  let zeroCount = 0
  let zeroThreshold = 0
  while (reader.next()) {
    if (reader.field === 1) attributes.add(reader.message())
    else if (reader.field === 3) time = reader.fixedNanos()
    else if (reader.field === 4) count = reader.fixed64()
    else if (reader.field === 5) sum = reader.double()
    else if (reader.field === 6) scale = reader.sint32()
    else if (reader.field === 7) zeroCount = reader.fixed64()
    else if (reader.field === 8) positive = readSide(reader.message())
    else if (reader.field === 9) negative = readSide(reader.message())
    else if (reader.field === 10) flags = reader.uint32()
    else if (reader.field === 12) min = reader.double()
    else if (reader.field === 13) max = reader.double()
    else if (reader.field === 14) zeroThreshold = reader.double()
    else reader.skip()
  }
  const buckets = exponentialBuckets(scale, positive, negative, zeroCount, zeroThreshold)
  const distribution = { count, sum, min, max, buckets }
  return { key: attributes.key, attributes: attributes.read, time, flags, distribution }
}

/** ExponentialHistogramDataPoint.Buckets. */
function readSide(reader: ProtobufReader): ExponentialSide {
  let offset = 0
  const counts: number[] = []
  while (reader.next()) {
    if (reader.field === 1) offset = reader.sint32()
    else if (reader.field === 2) {
      reader.each((r) => checkBuckets(counts.push(r.uint64())), 'varint')
    } else reader.skip()
  }
  return { offset, counts }
}

/** SummaryDataPoint. */
function readSummary(reader: ProtobufReader): OtlpPoint {
  const attributes = new PointAttributes()
  const quantiles: { quantile: number; value: number }[] = []
  let time: Instant | undefined
  let flags = 0
  let count = 0
  let sum: number | undefined
  while (reader.next()) {
    if (reader.field === 7) attributes.add(reader.message())
    else if (reader.field === 3) time = reader.fixedNanos()
    else if (reader.field === 4) count = reader.fixed64()
    else if (reader.field === 5) sum = reader.double()
    else if (reader.field === 6) checkBuckets(quantiles.push(readQuantile(reader.message())))
    else if (reader.field === 8) flags = reader.uint32()
    else reader.skip()
  }
  const distribution = { count, sum, buckets: [], quantiles }
  return { key: attributes.key, attributes: attributes.read, time, flags, distribution }
}

function readQuantile(reader: ProtobufReader): { quantile: number; value: number } {
  let quantile = 0
  let value = 0
  while (reader.next()) {
    if (reader.field === 1) quantile = reader.double()
    else if (reader.field === 2) value = reader.double()
    else reader.skip()
  }
  return { quantile, value }
}
