import { Buffer } from 'node:buffer'
import {
  checkBuckets,
  explicitBuckets,
  exponentialBuckets,
  type ExponentialSide,
} from './histogram-buckets.ts'
import type { JsonObject } from './json-fields.ts'
import type { Distribution } from './metric-items.ts'
import { DELTA, take, type MetricSink, type OtlpMetric, type OtlpPoint } from './otlp-metric.ts'
import { resourceFromJson, resourceOrWhyNot } from './otlp-resource.ts'
import {
  attributesFromJson,
  listOf,
  nanosFromJson,
  numberFromJson,
  objectOf,
  textOf,
} from './otlp-values.ts'
import { parseJson } from './parse-json.ts'

/** Reads `ExportMetricsServiceRequest` in JSON, metric by metric. */
export function metricsFromJson(body: Buffer, sink: MetricSink): void {
  const request = parseJson(body)
  for (const resourceMetrics of listOf(request, 'resourceMetrics')) {
    sink.part()
    const resource = resourceOrWhyNot(() => resourceFromJson(objectOf(resourceMetrics)['resource']))
    for (const scopeMetrics of listOf(resourceMetrics, 'scopeMetrics')) {
      sink.part()
      for (const metric of listOf(scopeMetrics, 'metrics')) {
        const raw = (): Uint8Array => Buffer.from(JSON.stringify(metric))
        take(sink, resource, raw, () => readMetric(objectOf(metric)))
      }
    }
  }
}

/** Reads the value or distribution of a point; `none` for a plain number. */
type ReadDistribution = ((point: JsonObject) => Distribution) | 'none'

const SHAPES: readonly (readonly [string, OtlpMetric['shape'], ReadDistribution])[] = [
  ['gauge', 'gauge', 'none'],
  ['sum', 'sum', 'none'],
  ['histogram', 'distribution', readHistogram],
  ['exponentialHistogram', 'distribution', readExponential],
  ['summary', 'distribution', readSummary],
]

function readMetric(metric: JsonObject): OtlpMetric {
  const found = SHAPES.find(([member]) => metric[member] !== undefined)
  const [member, shape, distribution] = found ?? SHAPES[0]!
  const data = objectOf(metric[member])
  return {
    name: textOf(metric['name']),
    unit: textOf(metric['unit']),
    shape,
    isDelta: data['aggregationTemporality'] === DELTA,
    isMonotonic: data['isMonotonic'] === true,
    points: listOf(data, 'dataPoints').map((point) => readPoint(objectOf(point), distribution)),
  }
}

function readPoint(point: JsonObject, distribution: ReadDistribution): OtlpPoint {
  const attributes = listOf(point, 'attributes')
  return {
    key: JSON.stringify(attributesFromJson(attributes)),
    attributes: () => attributesFromJson(attributes),
    time: nanosFromJson(point['timeUnixNano']),
    flags: numberFromJson(point['flags']) ?? 0,
    ...(distribution === 'none'
      ? { value: numberFromJson(point['asDouble']) ?? numberFromJson(point['asInt']) }
      : { distribution: distribution(point) }),
  }
}

const numbersOf = (value: unknown, member: string): number[] =>
  listOf(value, member).map((item) => numberFromJson(item) ?? 0)

function readHistogram(point: JsonObject): Distribution {
  const buckets = explicitBuckets(
    numbersOf(point, 'bucketCounts'),
    numbersOf(point, 'explicitBounds'),
  )
  return { ...totalsOf(point), buckets }
}

function readExponential(point: JsonObject): Distribution {
  const buckets = exponentialBuckets(
    numberFromJson(point['scale']) ?? 0,
    readSide(point['positive']),
    readSide(point['negative']),
    numberFromJson(point['zeroCount']) ?? 0,
    numberFromJson(point['zeroThreshold']) ?? 0,
  )
  return { ...totalsOf(point), buckets }
}

function readSide(value: unknown): ExponentialSide {
  const counts = numbersOf(value, 'bucketCounts')
  checkBuckets(counts.length)
  return { offset: numberFromJson(objectOf(value)['offset']) ?? 0, counts }
}

function readSummary(point: JsonObject): Distribution {
  const quantiles = listOf(point, 'quantileValues').map((item) => ({
    quantile: numberFromJson(objectOf(item)['quantile']) ?? 0,
    value: numberFromJson(objectOf(item)['value']) ?? 0,
  }))
  return { ...totalsOf(point), buckets: [], quantiles }
}

function totalsOf(point: JsonObject): Omit<Distribution, 'buckets'> {
  return {
    count: numberFromJson(point['count']) ?? 0,
    sum: numberFromJson(point['sum']),
    min: numberFromJson(point['min']),
    max: numberFromJson(point['max']),
  }
}
