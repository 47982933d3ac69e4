import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { ApiSource, SourceRatesAnswer, SourcesAnswer } from '../../model/api.ts'
import { AppError } from '../../model/errors.ts'
import {
  formatTime,
  MICROS_PER_DAY,
  MICROS_PER_MS,
  MIN_TIME,
  type Micros,
  type TimeRange,
} from '../../model/time.ts'
import { conditionOf } from './coverage.ts'
import { sourceRates } from '../timeline/source-rates.ts'
import { roundWidth } from './histogram.ts'
import { closing, signalOf, type ApiParts } from './parts.ts'
import { DEFAULT_TIMEOUT_MS, readRange } from './question.ts'
import {
  answer,
  boundedWindowFields,
  QUESTION_ERRORS,
  responses,
  sourceRateSchema,
  sourceSchema,
  wireTime,
  type SchemaTypes,
} from './schemas.ts'
import type { WatchedSource } from './source-watch.ts'

export function sourceRoutes(app: FastifyInstance, parts: ApiParts): void {
  rateRoutes(app, parts)
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

const ratesQuery = Type.Object(
  {
    ...boundedWindowFields,
    buckets: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 500, description: 'at most so many; default 60' }),
    ),
  },
  { additionalProperties: false },
)
const DEFAULT_BUCKETS = 60
/** What is asked of the store reaches four times as far back. */
const LONGEST_US = 7 * MICROS_PER_DAY

function rateRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().get(
    '/api/v1/sources/rates',
    {
      schema: {
        tags: ['sources'],
        summary: 'How much each source logged over a window, and how much is usual for it',
        description:
          'By event time. Usual is the same hours of at least three of the last four weeks (`hour_of_week`), else four times the window before (`before`). A window of at most a week.',
        querystring: ratesQuery,
        response: responses(
          answer({
            from: wireTime('start of the first bucket'),
            to: wireTime('end of the window'),
            widthMs: Type.Number(),
            rates: Type.Array(sourceRateSchema),
          }),
          ...QUESTION_ERRORS,
        ),
      },
    },
    async (request, reply): Promise<SourceRatesAnswer> => {
      const startedAt = performance.now()
      const range = readRange(request.query, parts.now())
      if (range.to - range.from > LONGEST_US) {
        throw new AppError('invalid_request', 'cannot tell rates of more than a week at once')
      }
      const widthUs = roundWidth(range, request.query.buckets ?? DEFAULT_BUCKETS)
      const context = { signal: signalOf(reply), timeoutMs: DEFAULT_TIMEOUT_MS }
      const { rates, notes } = await sourceRates(parts.store, range, widthUs, context)
      return {
        from: formatTime((Math.floor(range.from / widthUs) * widthUs) as Micros),
        to: formatTime(range.to),
        widthMs: widthUs / MICROS_PER_MS,
        rates: [...rates].sort((a, b) => (a.source < b.source ? -1 : 1)),
        ...(await closing(parts, range, startedAt, { cuts: notes, remarks: [] })),
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
