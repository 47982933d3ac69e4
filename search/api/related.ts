import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { apiRecord, type ApiLink, type RelatedAnswer } from '../../model/api.ts'
import { MICROS_PER_HOUR, type Micros, type TimeRange } from '../../model/time.ts'
import type { Link } from '../correlate/link.ts'
import { related } from '../correlate/related.ts'
import { summaryOf } from '../topology/summary.ts'
import type { Topology } from '../topology/topology.ts'
import { closing, leftOut, signalOf, type ApiParts } from './parts.ts'
import { DEFAULT_TIMEOUT_MS } from './question.ts'
import { recordOf } from './records.ts'
import {
  answer,
  BODY_ERRORS,
  entitySummarySchema,
  oneOf,
  requestBody,
  responses,
  type SchemaTypes,
} from './schemas.ts'

const DEFAULT_LIMIT = 20
const LARGEST_LIMIT = 200

const body = requestBody({
  record: Type.String({ minLength: 1, maxLength: 256, description: 'id of a record' }),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LARGEST_LIMIT,
      description: `links; default ${DEFAULT_LIMIT}`,
    }),
  ),
})

const response = answer({
  links: Type.Array(
    Type.Object({
      record: Type.Optional(Type.Ref('Record')),
      entity: Type.Optional(entitySummarySchema),
      kind: oneOf(['identifier', 'topology']),
      reason: Type.String({ description: 'what joins them and where it was read' }),
      value: Type.String({ description: 'the identifier, or the entity between them' }),
      strength: Type.Number({ minimum: 0, maximum: 1 }),
      order: Type.Object(
        {
          verdict: oneOf(['before', 'after', 'undecided']),
          probability: Type.Number({ minimum: 0, maximum: 1, description: 'of before' }),
        },
        { description: 'of the linked record against the one asked about' },
      ),
    }),
    {
      description:
        'strongest first, to a hundredth, of equals the nearest; a record or an entity in each',
    },
  ),
})

export function relatedRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().post(
    '/api/v1/related',
    {
      schema: {
        tags: ['records'],
        summary: 'What belongs together with a record',
        description:
          'Records near it in time that carry one of its identifiers, warnings of what its entities depend on as of its time, and the entities that its identifiers name. Nearness in time alone is no link; a link grows weaker the likelier chance explains it.',
        body,
        response: responses(response, 404, ...BODY_ERRORS),
      },
    },
    async (request, reply): Promise<RelatedAnswer> => {
      const startedAt = performance.now()
      const { limit = DEFAULT_LIMIT } = request.body
      const record = await recordOf(parts, request.body.record)
      const topology = await parts.topology.get()
      const context = { signal: signalOf(reply), timeoutMs: DEFAULT_TIMEOUT_MS }
      const { links, notes } = await related(record, { store: parts.store, topology, context })
      const at: TimeRange = { from: record.time, to: (record.time + 1) as Micros }
      const window: TimeRange = {
        from: (record.time - MICROS_PER_HOUR) as Micros,
        to: (record.time + MICROS_PER_HOUR) as Micros,
      }
      const remarks = leftOut(links.length, limit, 'links')
      return {
        links: links.slice(0, limit).map((link) => linkOf(link, topology, at)),
        ...(await closing(parts, window, startedAt, { cuts: notes, remarks })),
      }
    },
  )
}

function linkOf({ to, ...link }: Link, topology: Topology, at: TimeRange): ApiLink {
  const rounded = { ...link, strength: Math.round(link.strength * 1_000) / 1_000 }
  if ('record' in to) return { record: apiRecord(to.record), ...rounded }
  return { entity: summaryOf(to.entity, topology, at), ...rounded }
}
