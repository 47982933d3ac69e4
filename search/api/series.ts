import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Series, SeriesAnswer, SeriesPoint } from '../../model/api.ts'
import type { EntityId } from '../../model/entity.ts'
import { AppError, quote } from '../../model/errors.ts'
import { formatTime, parseDuration, type Micros, type TimeRange } from '../../model/time.ts'
import { parseQuery } from '../query/parse.ts'
import type { SeriesData } from '../store/store.ts'
import { entitiesNamed } from '../topology/resolve-query.ts'
import { roundWidth } from './histogram.ts'
import { NO_NOTES, type AnswerNotes } from './coverage.ts'
import { closing, signalOf, type ApiParts } from './parts.ts'
import { DEFAULT_TIMEOUT_MS, readFilter, readRange } from './question.ts'
import {
  answer,
  boundedWindowFields,
  budgetField,
  cell,
  QUESTION_ERRORS,
  queryField,
  requestBody,
  responses,
  type SchemaTypes,
} from './schemas.ts'

/** Steps of an answer when the request names no step. */
const DEFAULT_STEPS = 200
/** Most points of one answer: a screen draws thousands, not millions. */
export const MAX_POINTS = 200_000
/** Most entities whose series a query draws. */
const MAX_ENTITIES = 200

const body = requestBody({
  entity: Type.Optional(Type.String({ description: 'id or any name', minLength: 1 })),
  query: Type.Optional(queryField.query),
  metrics: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description: 'names; `vm.disk.*` is a prefix; default all',
      maxItems: 100,
    }),
  ),
  ...boundedWindowFields,
  step: Type.Optional(
    Type.String({ description: 'e.g. 10s; 0 for raw points; default about 200 steps' }),
  ),
  ...budgetField,
})

const response = answer({
  series: Type.Array(
    Type.Object({
      entity: Type.String(),
      metric: Type.String(),
      unit: Type.String({ description: 'UCUM' }),
      attributes: Type.Record(Type.String(), cell),
      points: Type.Array(Type.Array(Type.Union([Type.String(), Type.Number()])), {
        description: '[time, value] or, with a step, [time, mean, least, greatest], by rising time',
      }),
    }),
  ),
})

export function seriesRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().post(
    '/api/v1/series',
    {
      schema: {
        tags: ['search'],
        summary: 'Metrics over time of an entity, or of the entities a query finds',
        description:
          '`query` names the entities by entity:, near:, team: and layer:, joined by and/or; any other query stands for the entities of the records it finds (the 200 with most).',
        body,
        response: responses(response, ...QUESTION_ERRORS),
      },
    },
    async (request, reply): Promise<SeriesAnswer> => {
      const startedAt = performance.now()
      const { metrics = [], timeoutMs = DEFAULT_TIMEOUT_MS } = request.body
      const range = readRange(request.body, parts.now())
      const signal = signalOf(reply)
      const { ids, notes } = await entitiesOf(parts, request.body, range, signal)
      const stepUs = readStep(request.body.step, range)
      const found =
        ids.length === 0
          ? []
          : await parts.store.series(
              { entities: ids, metrics, range, stepUs },
              { signal, timeoutMs },
            )
      const points = found.reduce((sum, data) => sum + data.times.length, 0)
      if (points > MAX_POINTS) {
        throw new AppError(
          'budget_exceeded',
          `the answer has ${points} points, more than ${MAX_POINTS}; take a wider step, fewer metrics or a shorter window`,
        )
      }
      return {
        series: found.map((data) => seriesOf(data, stepUs > 0)).sort(byName),
        ...(await closing(parts, range, startedAt, notes)),
      }
    },
  )
}

interface SeriesFields {
  readonly entity?: string
  readonly query?: string
  readonly from: string
  readonly to: string
  readonly timeoutMs?: number
}

interface NamedEntities {
  readonly ids: readonly EntityId[]
  readonly notes: AnswerNotes
}

async function entitiesOf(
  parts: ApiParts,
  fields: SeriesFields,
  range: TimeRange,
  signal: AbortSignal,
): Promise<NamedEntities> {
  const { entity, query } = fields
  if (entity !== undefined && query === undefined) {
    const ids = (await parts.topology.get()).resolve(entity, range)
    if (ids.length > 0) return { ids, notes: NO_NOTES }
    // Metrics may know more than the inventory.
    const remarks = [`no inventory knows ${quote(entity)}; it is taken as an id`]
    return { ids: [entity], notes: { cuts: [], remarks } }
  }
  if (query === undefined || entity !== undefined) {
    throw new AppError('invalid_request', 'give either entity or query')
  }
  return queriedEntities(parts, { ...fields, query }, range, signal)
}

async function queriedEntities(
  parts: ApiParts,
  fields: SeriesFields & { readonly query: string },
  range: TimeRange,
  signal: AbortSignal,
): Promise<NamedEntities> {
  const question = await readFilter(parts, fields, signal)
  const { filter } = parseQuery(fields.query, parts.now())
  const named = entitiesNamed(filter, await parts.topology.get(), range)
  if (named !== undefined) return { ids: named, notes: { cuts: [], remarks: question.remarks } }
  const table = await parts.store.aggregate(
    {
      filter: question.filter,
      range,
      by: [{ kind: 'field', field: 'entity' }],
      aggregates: [{ function: 'count', as: 'count' }],
    },
    question.context,
  )
  const rows = table.rows
    .filter(([id]) => id !== null)
    .sort((a, b) => Number(b[1]) - Number(a[1]) || (String(a[0]) < String(b[0]) ? -1 : 1))
  const remarks = [...question.remarks]
  if (rows.length > MAX_ENTITIES) {
    remarks.push(`series of the ${MAX_ENTITIES} entities with most records, of ${rows.length}`)
  }
  return {
    ids: rows.slice(0, MAX_ENTITIES).map(([id]) => String(id)),
    notes: { cuts: table.notes, remarks },
  }
}

function readStep(step: string | undefined, range: TimeRange): number {
  if (step === undefined) return roundWidth(range, DEFAULT_STEPS)
  if (step === '0') return 0
  const us = parseDuration(step)
  if (us !== undefined && us > 0) return us
  throw new AppError(
    'invalid_request',
    `cannot read step ${quote(step)} as a duration; use 10s, 1m, or 0 for the raw points`,
  )
}

function seriesOf(data: SeriesData, isStepped: boolean): Series {
  const points: SeriesPoint[] = []
  for (let i = 0; i < data.times.length; i++) {
    const time = formatTime(data.times[i] as Micros)
    const value = data.values[i]!
    points.push(isStepped ? [time, value, data.min[i]!, data.max[i]!] : [time, value])
  }
  const { entity, name: metric, unit, attributes } = data.series
  return { entity, metric, unit, attributes, points }
}

function byName(a: Series, b: Series): number {
  if (a.entity !== b.entity) return a.entity < b.entity ? -1 : 1
  if (a.metric !== b.metric) return a.metric < b.metric ? -1 : 1
  return JSON.stringify(a.attributes) < JSON.stringify(b.attributes) ? -1 : 1
}
