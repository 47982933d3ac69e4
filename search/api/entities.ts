import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { EntitiesAnswer, EntityAnswer, HistoryAnswer, PathAnswer } from '../../model/api.ts'
import { ENTITY_TYPES, type Entity } from '../../model/entity.ts'
import { AppError, quote } from '../../model/errors.ts'
import { ALL } from '../../model/query.ts'
import {
  formatTime,
  MAX_TIME,
  MICROS_PER_DAY,
  MIN_TIME,
  type Micros,
  type TimeRange,
} from '../../model/time.ts'
import { fold } from '../../model/tokens.ts'
import { bareEntity, summaryOf } from '../topology/summary.ts'
import type { Topology } from '../topology/topology.ts'
import { entityOf, historyOf, relationOf } from './entity-shapes.ts'
import { closing, leftOut, signalOf, type ApiParts } from './parts.ts'
import { DEFAULT_TIMEOUT_MS, readTime } from './question.ts'
import {
  answer,
  entitySummarySchema,
  historyEntrySchema,
  oneOf,
  responses,
  wireTime,
  type SchemaTypes,
} from './schemas.ts'

const DEFAULT_LIMIT = 100
/** Records this far back from `at` say which entities are seen beside the inventory's. */
const SEEN_WITHIN_US = MICROS_PER_DAY

export const at = Type.Optional(
  Type.String({ description: 'as of this time; default now', maxLength: 64 }),
)
export const idParams = Type.Object({
  id: Type.String({ description: 'id or any name', minLength: 1 }),
})
const atQuery = Type.Object({ at }, { additionalProperties: false })

export function entityRoutes(app: FastifyInstance, parts: ApiParts): void {
  const typed = app.withTypeProvider<SchemaTypes>()
  typed.get(
    '/api/v1/entities',
    {
      schema: {
        tags: ['entities'],
        summary: 'Entities of the inventory, and those seen in the records of the day before',
        description: 'Names that start with the text come first, then by id.',
        querystring: Type.Object(
          {
            q: Type.Optional(Type.String({ description: 'part of a name, alias or id' })),
            type: Type.Optional(oneOf(ENTITY_TYPES)),
            at,
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
          },
          { additionalProperties: false },
        ),
        response: responses(answer({ entities: Type.Array(Type.Ref('Entity')) }), 400, 422),
      },
    },
    async (request, reply): Promise<EntitiesAnswer> => {
      const startedAt = performance.now()
      const { q = '', type, limit = DEFAULT_LIMIT } = request.query
      const range = instantOf(request.query.at, parts.now())
      const topology = await parts.topology.get()
      const known = [...topology.ids].flatMap((id) => topology.entity(id) ?? bareEntity(id) ?? [])
      const seen = await seenEntities(parts, range, topology, signalOf(reply))
      const entities = [...known, ...seen.entities]
        .filter((entity) => type === undefined || entity.type === type)
        .flatMap((entity) => ranked(entity, fold(q)))
        .sort((a, b) => a.rank - b.rank || (a.entity.id < b.entity.id ? -1 : 1))
      const remarks = leftOut(entities.length, limit, 'entities')
      return {
        entities: entities.slice(0, limit).map(({ entity }) => entityOf(entity, topology, range)),
        ...(await closing(parts, range, startedAt, { cuts: seen.notes, remarks })),
      }
    },
  )
  typed.get(
    '/api/v1/entities/:id',
    {
      schema: {
        tags: ['entities'],
        summary: 'One entity with the names valid at a time',
        params: idParams,
        querystring: atQuery,
        response: responses(
          answer({ entity: Type.Ref('Entity'), at: wireTime('asked time') }),
          400,
          404,
          422,
        ),
      },
    },
    async (request, reply): Promise<EntityAnswer> => {
      const startedAt = performance.now()
      const range = instantOf(request.query.at, parts.now())
      const topology = await parts.topology.get()
      const entity = await findEntity(parts, topology, request.params.id, range, signalOf(reply))
      return {
        entity: entityOf(entity, topology, range),
        at: formatTime(range.from),
        ...(await closing(parts, range, startedAt)),
      }
    },
  )
  typed.get(
    '/api/v1/entities/:id/path',
    {
      schema: {
        tags: ['entities'],
        summary: 'Everything an entity depends on at a time',
        params: idParams,
        querystring: atQuery,
        response: responses(
          answer({
            entity: Type.String(),
            at: wireTime('asked time'),
            entities: Type.Array(entitySummarySchema),
            relations: Type.Array(Type.Ref('Relation')),
          }),
          400,
          404,
          422,
        ),
      },
    },
    async (request, reply): Promise<PathAnswer> => {
      const startedAt = performance.now()
      const range = instantOf(request.query.at, parts.now())
      const topology = await parts.topology.get()
      const { id } = await findEntity(parts, topology, request.params.id, range, signalOf(reply))
      const path = topology.path(id, range)
      return {
        entity: id,
        at: formatTime(range.from),
        entities: path.entities.map((each) => summaryOf(each, topology, range)),
        relations: path.relations.map(relationOf),
        ...(await closing(parts, range, startedAt)),
      }
    },
  )
  typed.get(
    '/api/v1/entities/:id/history',
    {
      schema: {
        tags: ['entities'],
        summary: 'When the relations and names of an entity began and ended',
        params: idParams,
        response: responses(
          answer({
            entity: Type.String(),
            entities: Type.Array(entitySummarySchema, { description: 'all that it names' }),
            history: Type.Array(historyEntrySchema, { description: 'oldest first' }),
          }),
          404,
          422,
        ),
      },
    },
    async (request, reply): Promise<HistoryAnswer> => {
      const startedAt = performance.now()
      const range = { from: MIN_TIME, to: MAX_TIME }
      const topology = await parts.topology.get()
      const { id } = await findEntity(parts, topology, request.params.id, range, signalOf(reply))
      const now = instantOf(undefined, parts.now())
      const history = historyOf(id, topology)
      const named = history.flatMap(({ relation: r }) => (r === undefined ? [] : [r.from, r.to]))
      return {
        entity: id,
        entities: [...new Set(named)].map((each) => summaryOf(each, topology, now)),
        history,
        ...(await closing(parts, now, startedAt)),
      }
    },
  )
}

/** The microsecond that `at` names, or now. */
export function instantOf(at: string | undefined, now: Micros): TimeRange {
  const from = at === undefined ? now : readTime('at', at, now)
  return { from, to: (from + 1) as Micros }
}

/** Entities that records of the last day name and neither the inventory nor a relation does. */
async function seenEntities(
  parts: ApiParts,
  at: TimeRange,
  topology: Topology,
  signal: AbortSignal,
): Promise<{ readonly entities: readonly Entity[]; readonly notes: readonly string[] }> {
  const range = { from: Math.max(MIN_TIME, at.to - SEEN_WITHIN_US) as Micros, to: at.to }
  const table = await parts.store.aggregate(
    {
      filter: ALL,
      range,
      by: [{ kind: 'field', field: 'entity' }],
      aggregates: [{ function: 'count', as: 'count' }],
    },
    { signal, timeoutMs: DEFAULT_TIMEOUT_MS },
  )
  const entities = table.rows.flatMap(([id]) => {
    if (typeof id !== 'string' || topology.knows(id)) return []
    const entity = bareEntity(id)
    return entity === undefined ? [] : [entity]
  })
  return { entities, notes: table.notes }
}

/**
 * The one entity of that id or name: of the inventory, of a relation, or seen in records. Throws `not_found`, and
 * `storage_unavailable` where records that were not seen may name it.
 */
export async function findEntity(
  parts: ApiParts,
  topology: Topology,
  name: string,
  range: TimeRange,
  signal: AbortSignal,
): Promise<Entity> {
  const ids = topology.resolve(name, range)
  if (ids.length > 1) {
    throw new AppError(
      'invalid_request',
      `${quote(name)} names ${ids.length} entities; ask for one by its id: ${ids.slice(0, 10).join(', ')}`,
    )
  }
  const id = ids[0] ?? name
  const known = topology.entity(id) ?? (ids.length === 1 ? bareEntity(id) : undefined)
  if (known !== undefined) return known
  const { entities, notes } = await seenEntities(parts, range, topology, signal)
  const entity = entities.find((each) => each.id === id || fold(each.name) === fold(name))
  if (entity !== undefined) return entity
  if (notes.length > 0) {
    throw new AppError(
      'storage_unavailable',
      `cannot tell who ${quote(name)} is: ${notes.join('; ')}`,
    )
  }
  throw new AppError(
    'not_found',
    `no inventory and no record of the day before knows ${quote(name)}`,
  )
}

function ranked(entity: Entity, q: string): { entity: Entity; rank: number }[] {
  const names = [entity.name, entity.id, ...entity.aliases.map((alias) => alias.value)].map(fold)
  if (names.some((name) => name === q)) return [{ entity, rank: 0 }]
  if (names.some((name) => name.startsWith(q))) return [{ entity, rank: 1 }]
  return names.some((name) => name.includes(q)) ? [{ entity, rank: 2 }] : []
}
