import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { DependantsAnswer, EntitySummary } from '../../model/api.ts'
import { ENTITY_TYPES, RELATION_TYPES, type Relation } from '../../model/entity.ts'
import { formatTime } from '../../model/time.ts'
import { summaryOf } from '../topology/summary.ts'
import { at, findEntity, idParams, instantOf } from './entities.ts'
import { relationOf } from './entity-shapes.ts'
import { closing, leftOut, signalOf, type ApiParts } from './parts.ts'
import {
  answer,
  entitySummarySchema,
  oneOf,
  responses,
  wireTime,
  type SchemaTypes,
} from './schemas.ts'

const DEFAULT_LIMIT = 1_000

/** What depends on an entity; of a switch or a VLAN that can be every desktop there is. */
export function dependantRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().get(
    '/api/v1/entities/:id/dependants',
    {
      schema: {
        tags: ['entities'],
        summary: 'What depends on an entity directly at a time',
        params: idParams,
        querystring: Type.Object(
          { at, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })) },
          { additionalProperties: false },
        ),
        response: responses(
          answer({
            entity: Type.String(),
            at: wireTime('asked time'),
            counts: Type.Array(
              Type.Object({
                type: oneOf(ENTITY_TYPES),
                relation: oneOf(RELATION_TYPES),
                count: Type.Integer(),
              }),
              { description: 'all there are, most first' },
            ),
            entities: Type.Array(entitySummarySchema),
            relations: Type.Array(Type.Ref('Relation')),
          }),
          400,
          404,
          422,
        ),
      },
    },
    async (request, reply): Promise<DependantsAnswer> => {
      const startedAt = performance.now()
      const { at: asked, limit = DEFAULT_LIMIT } = request.query
      const range = instantOf(asked, parts.now())
      const topology = await parts.topology.get()
      const { id } = await findEntity(parts, topology, request.params.id, range, signalOf(reply))
      const all = topology
        .dependants(id, range)
        .map((relation) => ({ relation, entity: summaryOf(relation.from, topology, range) }))
        .sort((a, b) => compare(a.entity.name, b.entity.name) || compare(a.entity.id, b.entity.id))
      const shown = all.slice(0, limit)
      return {
        entity: id,
        at: formatTime(range.from),
        counts: countsOf(all),
        entities: [...new Map(shown.map(({ entity }) => [entity.id, entity])).values()],
        relations: shown.map(({ relation }) => relationOf(relation)),
        ...(await closing(parts, range, startedAt, {
          cuts: [],
          remarks: leftOut(all.length, limit, 'dependants'),
        })),
      }
    },
  )
}

interface Dependant {
  readonly relation: Relation
  readonly entity: EntitySummary
}

function countsOf(all: readonly Dependant[]): DependantsAnswer['counts'] {
  const counts = new Map<string, DependantsAnswer['counts'][number]>()
  for (const { relation, entity } of all) {
    const key = `${entity.type} ${relation.type}`
    const count = (counts.get(key)?.count ?? 0) + 1
    counts.set(key, { type: entity.type, relation: relation.type, count })
  }
  return [...counts].sort(([a, x], [b, y]) => y.count - x.count || compare(a, b)).map(([, c]) => c)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
