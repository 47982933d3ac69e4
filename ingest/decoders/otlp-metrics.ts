import type { MetricKind } from '../../model/record.ts'
import type { Instant } from '../../model/time.ts'
import type { Envelope } from '../port.ts'
import type { Decoded, Decoder, Item } from './decoder.ts'
import { inflate } from './inflate.ts'
import { RequestSize } from './limits.ts'
import {
  countPoint,
  distributionItems,
  pointItem,
  scaledSeries,
  type SeriesIdentity,
} from './metric-items.ts'
import { metricsFromJson } from './otlp-metrics-json.ts'
import { metricsFromProtobuf } from './otlp-metrics-protobuf.ts'
import type { MetricSink, OtlpMetric, OtlpPoint } from './otlp-metric.ts'
import { encodingOf, otlpFailure, outcomesReply, type OtlpEncoding } from './otlp-reply.ts'
import type { OtlpResource } from './otlp-resource.ts'
import type { Attributes } from './otlp-values.ts'
import { rejectedItem } from './rejected-item.ts'
import { SeriesCache } from './series-cache.ts'

/**
 * OTLP/HTTP metrics in protobuf and JSON (opentelemetry-proto 1.9, `metrics.proto`). Uses of `meta`:
 * `content-type`, `content-encoding`.
 *
 * Gauges and cumulative sums that may fall are of kind `gauge`, other cumulative sums `sum`, deltas
 * `delta`; distributions become the series of {@link distributionItems}. A point flagged as without a
 * value, or of NaN or infinity, is no point. A series has the point's attributes and those of the
 * resource that tell apart two resources of one entity. Time 0 means the time of receipt.
 */
export const otlpMetricsDecoder: Decoder = {
  name: 'otlp-metrics',
  decode,
  reply: (decoded, outcomes) =>
    outcomesReply(decoded.context as OtlpEncoding, 'rejectedDataPoints', outcomes),
  failure: otlpFailure,
}

function decode(envelope: Envelope): Decoded {
  const body = inflate(envelope.body, envelope.meta['content-encoding'])
  const encoding = encodingOf(envelope.meta)
  const items: Item[] = []
  const parts = new RequestSize('points')
  const size = new RequestSize('values of points')
  const sink: MetricSink = {
    metric: (metric, resource) => {
      let from = items.length
      addMetric(items, metric, resource, envelope)
      for (; from < items.length; from++) countPoint(size, items[from]!)
    },
    unreadable: (error, raw) => void items.push(rejectedItem(error, raw)),
    part: () => parts.addItem(),
  }
  if (encoding === 'json') metricsFromJson(body, sink)
  else metricsFromProtobuf(body, sink)
  return { items, context: encoding }
}

/** `NO_RECORDED_VALUE_MASK` of `DataPointFlags`. */
const NO_RECORDED_VALUE = 1

const cache = new SeriesCache()

function addMetric(
  items: Item[],
  metric: OtlpMetric,
  resource: OtlpResource,
  envelope: Envelope,
): void {
  if (metric.name === '') {
    const raw = envelope.body.subarray(0, 0)
    items.push({ kind: 'rejected', reason: 'a metric has no name', raw })
    return
  }
  const source = resource.source ?? envelope.peer
  const identity = {
    entity: resource.entity ?? `service:${source}`,
    source,
    name: metric.name,
    unit: metric.unit,
    kind: kindOf(metric),
  }
  const shared = identityAttributes(resource.attributes)
  const prefix = JSON.stringify([identity, shared])
  for (const point of metric.points) {
    if ((point.flags & NO_RECORDED_VALUE) !== 0) continue
    const time = point.time ?? { us: envelope.received, ns: 0 }
    addPoint(items, prefix + point.key, { ...identity, attributes: shared }, metric, point, time)
  }
}

function addPoint(
  items: Item[],
  key: string,
  identity: SeriesIdentity,
  metric: OtlpMetric,
  point: OtlpPoint,
  time: Instant,
): void {
  const full = (): SeriesIdentity => ({
    ...identity,
    attributes: { ...identity.attributes, ...point.attributes() },
  })
  if (point.distribution === undefined) {
    const series = cache.get(key, () => scaledSeries(full()))
    items.push(pointItem(series, time, point.value ?? NaN))
  } else {
    items.push(...distributionItems(key, full(), metric.isDelta, time, point.distribution))
  }
}

function kindOf(metric: OtlpMetric): MetricKind {
  if (metric.shape === 'gauge') return 'gauge'
  if (metric.isDelta) return 'delta'
  return metric.isMonotonic ? 'sum' : 'gauge'
}

/** Resource attributes that tell apart two resources of one entity (semantic conventions "service"). */
const IDENTITY_ATTRIBUTES: ReadonlySet<string> = new Set([
  'service.namespace',
  'service.name',
  'service.instance.id',
  'host.id',
  'host.name',
])

function identityAttributes(attributes: Attributes): Attributes {
  const kept: Attributes = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (IDENTITY_ATTRIBUTES.has(name) || name.startsWith('vcenter.')) kept[name] = value
  }
  return kept
}
