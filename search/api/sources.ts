import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { ApiSource, SourcesAnswer } from '../../model/api.ts'
import {
  formatTime,
  MICROS_PER_MS,
  MIN_TIME,
  type Micros,
  type TimeRange,
} from '../../model/time.ts'
import { conditionOf } from './coverage.ts'
import { closing, type ApiParts } from './parts.ts'
import { answer, responses, sourceSchema, type SchemaTypes } from './schemas.ts'
import type { WatchedSource } from './source-watch.ts'

export function sourceRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().get(
    '/api/v1/sources',
    {
      schema: {
        tags: ['sources'],
        summary: 'Every source with its ledger, rate, lag and clock',
        description:
          'counts always balance: received = stored + deduplicated + rejected + deadLettered. `state` is what coverage counts the source as for a window that ends now.',
        response: responses(answer({ sources: Type.Array(sourceSchema) })),
      },
    },
    async (): Promise<SourcesAnswer> => {
      const startedAt = performance.now()
      const now = parts.now()
      const range = { from: MIN_TIME, to: (now + 1) as Micros }
      const sources = await parts.sources.sources()
      return {
        sources: sources
          .map((source) => sourceOf(source, range, now))
          .sort((a, b) => (a.source < b.source ? -1 : 1)),
        ...(await closing(parts, range, startedAt)),
      }
    },
  )
}

/** Clock and zone stay unknown until clocks are estimated: method `none`. */
function sourceOf(source: WatchedSource, range: TimeRange, now: Micros): ApiSource {
  const { watermark, lastReceived } = source
  const hasBoth = watermark !== null && lastReceived !== null
  return {
    source: source.source,
    layer: source.layer,
    format: source.format,
    host: source.host,
    rate: source.rate,
    lagMs: hasBoth ? Math.max(0, Math.round((lastReceived - watermark) / MICROS_PER_MS)) : null,
    watermark: watermark === null ? null : formatTime(watermark),
    lastReceived: lastReceived === null ? null : formatTime(lastReceived),
    state: conditionOf(source, range, now),
    counts: source.counts,
    clock: { offsetMs: null, uncertaintyMs: null, method: 'none', epochs: [] },
    zone: { name: null, from: null },
  }
}
