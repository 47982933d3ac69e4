import { AppError } from '../../model/errors.ts'
import type { Instant } from '../../model/time.ts'
import type { Distribution } from './metric-items.ts'
import type { OtlpResource, ResourceReading } from './otlp-resource.ts'
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
  unreadable(error: AppError, raw: Uint8Array): void
  /** A list that metrics or points stand in, or a point. Throws when there are too many. */
  part(): void
}

/** Hands a metric on; one that cannot be read is reported with its bytes. */
export function take(
  sink: MetricSink,
  resource: ResourceReading,
  raw: () => Uint8Array,
  read: () => OtlpMetric,
): void {
  let metric: OtlpMetric
  try {
    if (resource instanceof AppError) throw resource
    metric = read()
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'too_large') throw error
    sink.unreadable(error, raw())
    return
  }
  sink.metric(metric, resource)
}
