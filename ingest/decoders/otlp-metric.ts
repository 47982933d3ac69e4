import { AppError } from '../../model/errors.ts'
import type { Instant } from '../../model/time.ts'
import type { Distribution } from './metric-items.ts'
import type { OtlpResource } from './otlp-resource.ts'
import type { Attributes } from './otlp-values.ts'

/** One metric of an OTLP request, as both encodings give it. */
export interface OtlpMetric {
  readonly name: string
  readonly unit: string
  readonly shape: 'gauge' | 'sum' | 'distribution'
  /** Aggregation temporality delta: a point counts since the point before it. */
  readonly isDelta: boolean
  readonly isMonotonic: boolean
  readonly points: readonly OtlpPoint[]
}

export interface OtlpPoint {
  /** Stands for the attributes: equal for equal bytes of them. */
  readonly key: string
  /** Reads the attributes; asked once per series. */
  readonly attributes: () => Attributes
  readonly time: Instant | undefined
  readonly flags: number
  readonly value?: number | undefined
  readonly distribution?: Distribution
}

/** `AGGREGATION_TEMPORALITY_DELTA`. */
export const DELTA = 1

/** Takes the metrics of a request one by one. */
export interface MetricSink {
  metric(metric: OtlpMetric, resource: OtlpResource): void
  /** A metric that cannot be read: its neighbours can. */
  unreadable(reason: string, raw: Uint8Array): void
}

/** Hands a metric on; one that cannot be read is reported with its bytes. */
export function take(
  sink: MetricSink,
  resource: OtlpResource,
  raw: Uint8Array,
  read: () => OtlpMetric,
): void {
  let metric: OtlpMetric
  try {
    metric = read()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    sink.unreadable(error.message, raw)
    return
  }
  sink.metric(metric, resource)
}
