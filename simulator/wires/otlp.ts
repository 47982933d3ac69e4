import type { Point, Series } from '../metrics.ts'

/**
 * Collects points and writes them as one `ExportMetricsServiceRequest` in OTLP's JSON encoding
 * (OpenTelemetry Protocol, "OTLP/HTTP", "JSON Protobuf Encoding"): a resource for each entity and
 * collector, gauges only. The entity is the resource attribute `entity.id`, the collector `service.name`.
 */
export class OtlpBatch {
  /** Data points as JSON, in order of time; a series keeps its place from batch to batch. */
  readonly #data = new Map<Series, { readonly attributes: string; points: string }>()
  #points = 0

  get points(): number {
    return this.#points
  }

  /** Adds a sample taken at `us`. */
  add(us: number, points: readonly Point[]): void {
    const time = `{"timeUnixNano":"${us}000","asDouble":`
    for (const { series, value } of points) {
      let entry = this.#data.get(series)
      if (entry === undefined) {
        const { attribute } = series
        const attributes = attribute ? `,"attributes":[${attributeJson(...attribute)}]` : ''
        entry = { attributes, points: '' }
        this.#data.set(series, entry)
      }
      if (entry.points !== '') entry.points += ','
      entry.points += time + value + entry.attributes + '}'
    }
    this.#points += points.length
  }

  /** The request, and an empty batch after it. */
  take(): string {
    const resources = new Map<string, string[]>()
    for (const [{ entity, collector, name, unit }, entry] of this.#data) {
      if (entry.points === '') continue
      const metric = `{"name":"${name}","unit":"${unit}","gauge":{"dataPoints":[${entry.points}]}}`
      entry.points = ''
      const resource = resourceJson(entity, collector)
      const metrics = resources.get(resource)
      if (metrics === undefined) resources.set(resource, [metric])
      else metrics.push(metric)
    }
    this.#points = 0
    const all = [...resources].map(([resource, metrics]) => {
      const scope = '{"name":"simulator"}'
      return `{"resource":${resource},"scopeMetrics":[{"scope":${scope},"metrics":[${metrics.join(',')}]}]}`
    })
    return `{"resourceMetrics":[${all.join(',')}]}`
  }
}

function resourceJson(entity: string, collector: string): string {
  const attributes = [attributeJson('entity.id', entity), attributeJson('service.name', collector)]
  return `{"attributes":[${attributes.join(',')}]}`
}

function attributeJson(key: string, value: string): string {
  return `{"key":"${key}","value":{"stringValue":"${value}"}}`
}
