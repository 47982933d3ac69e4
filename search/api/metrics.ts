import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { Type } from 'typebox'
import type { LedgerCounts } from '../../model/batch.ts'
import type { ProcessParts } from './parts.ts'
import { contents, responses } from './schemas.ts'

const LEDGER: readonly (keyof LedgerCounts)[] = [
  'received',
  'stored',
  'deduplicated',
  'unparsed',
  'rejected',
  'deadLettered',
  'lost',
]

/**
 * Our own metrics in Prometheus text: requests by route, the ledger summed over sources, the store, the
 * ingest side's counters, the process. Read when asked; nothing is kept per source, sources are many.
 */
export function metricsRoutes(app: FastifyInstance, parts: ProcessParts): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  measureRequests(app, registry)
  const gauges = new Map<string, Gauge>()
  const set = (name: string, help: string, value: number, labels: Record<string, string> = {}) => {
    let gauge = gauges.get(name)
    if (gauge === undefined) {
      const labelNames = Object.keys(labels)
      gauge = new Gauge({ name: `plumbline_${name}`, help, labelNames, registers: [registry] })
      gauges.set(name, gauge)
    }
    gauge.set(labels, value)
  }
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['operation'],
        summary: 'Our own metrics as Prometheus text',
        response: responses(
          contents('text exposition format 0.0.4', { 'text/plain': Type.String() }),
        ),
      },
    },
    async (_request, reply) => {
      await readStore(parts, set)
      for (const { name, value, labels } of await parts.ingest.measurements()) {
        set(name, 'Counted by the ingest side since it started', value, labels)
      }
      for (const { name, value, labels } of parts.jobs?.() ?? []) {
        set(name, 'Of the jobs that one of several processes does', value, labels)
      }
      return reply.type(registry.contentType).send(await registry.metrics())
    },
  )
}

type SetGauge = (name: string, help: string, value: number, labels?: Record<string, string>) => void

async function readStore({ store, sources: watch }: ProcessParts, set: SetGauge): Promise<void> {
  if (watch === undefined) return
  const [stats, sources] = await Promise.all([store.stats(), watch.sources()])
  set('store_records', 'Records in the store', stats.records)
  set('store_points', 'Metric points in the store', stats.points)
  set('store_series', 'Metric series in the store', stats.series)
  set('store_templates', 'Message templates known', stats.templates)
  set('store_bytes', 'Bytes of the store on disk', stats.bytes)
  set('store_partitions', 'Days of receipt in the store', stats.partitions.length)
  set('sources', 'Sources known', sources.length)
  for (const outcome of LEDGER) {
    const total = sources.reduce((sum, { counts }) => sum + counts[outcome], 0)
    set('ledger_records', 'Records of all sources by outcome, since they began', total, { outcome })
  }
}

function measureRequests(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'plumbline_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 30],
    registers: [registry],
  })
  const aborted = new Counter({
    name: 'plumbline_http_aborted_total',
    help: 'Requests whose client went away before the end of the answer; of a tail every one',
    labelNames: ['route'],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none' }
    const seconds = reply.elapsedTime / 1000
    duration.observe({ ...labels, status: String(reply.statusCode) }, seconds)
  })
  // Fastify's onRequestAbort sees only those that break off while they are still being sent.
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) return
      aborted.inc({ route: request.routeOptions.url ?? 'none' })
    })
  })
}
