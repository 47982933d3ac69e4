import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { LAYERS, RELATION_TYPES } from '../../model/entity.ts'
import type { TimelineAnswer } from '../../model/timeline.ts'
import type { Micros, TimeRange } from '../../model/time.ts'
import { parseQuery } from '../query/parse.ts'
import type { SourceBehind } from '../timeline/gaps.ts'
import { viewOf } from '../timeline/view.ts'
import { conditionOf, isExpected } from './coverage.ts'
import { closing, signalOf, type ApiParts } from './parts.ts'
import { readFilter } from './question.ts'
import {
  answer,
  boundedWindowFields,
  budgetField,
  entitySummarySchema,
  nullable,
  oneOf,
  QUESTION_ERRORS,
  queryField,
  requestBody,
  responses,
  wireTime,
  type SchemaTypes,
} from './schemas.ts'

const MOST_COLUMNS = 4_000
const MOST_LANES = 200
const MOST_EVENTS = 2_000
/** Most entities named by id in a request. */
const MOST_NAMED = 200

const ids = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
      maxItems: MOST_NAMED,
      description,
    }),
  )

const body = requestBody({
  ...queryField,
  ...boundedWindowFields,
  columns: Type.Integer({
    minimum: 1,
    maximum: MOST_COLUMNS,
    description: 'columns of density and of metrics',
  }),
  include: ids('entities that have a lane whatever the query says'),
  open: ids('entities of which every metric is answered'),
  lanes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MOST_LANES, description: 'most lanes; default 40' }),
  ),
  events: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MOST_EVENTS,
      description: 'most single events of a lane; default 200',
    }),
  ),
  ...budgetField,
})

const number = (description: string) => Type.Number({ description })
const whole = (description: string) => Type.Integer({ description })
const text = (description: string) => Type.String({ description })
const columns = Type.Array(Type.Integer(), { description: 'whole columns from 0, ascending' })
const beside = (description: string) => Type.Array(Type.Number(), { description })

const countsSchema = Type.Object(
  {
    info: whole('below warning'),
    warning: Type.Integer(),
    error: Type.Integer(),
    fatal: Type.Integer(),
  },
  { description: 'records by class of severity' },
)

const densitySchema = Type.Object(
  {
    column: columns,
    ...Object.fromEntries(
      ['info', 'warning', 'error', 'fatal'].map((name) => [name, Type.Array(Type.Integer())]),
    ),
  },
  { description: 'columns that hold something, and beside each its counts' },
)

const usualSchema = Type.Object({
  low: Type.Number(),
  high: Type.Number(),
  from: oneOf(['hour_of_week', 'before', 'view']),
})

const metricSchema = Type.Object({
  metric: Type.String(),
  label: text('for people'),
  unit: text('UCUM'),
  attributes: Type.Record(Type.String(), Type.String()),
  kind: oneOf(['wait', 'demand', 'utilisation', 'error', 'capacity', 'state']),
  column: columns,
  value: beside('mean of the column'),
  min: beside('least of the column'),
  max: beside('greatest of the column'),
  everyColumns: number('usual distance of two samples'),
  usual: nullable(usualSchema),
  threshold: nullable(number('past this it hurts, whatever is usual')),
  limit: nullable(number('it cannot go higher')),
  worst: Type.Number(),
  ratio: nullable(number('worst against the edge of the usual band')),
  leftMs: nullable(number('when it left its band for three samples or more')),
  second: nullable(Type.Object({ label: Type.String(), column: columns, value: beside('mean') })),
  share: nullable(
    Type.Object({
      largest: entitySummarySchema,
      others: Type.Integer(),
      part: beside('of the largest, 0 to 1, beside column'),
      worstPart: number('over the stretch outside the band, else the view'),
    }),
  ),
})

const laneSchema = Type.Object({
  entity: entitySummarySchema,
  relation: nullable(text('its part in the view, for people')),
  step: nullable(whole('place on the path from 0')),
  ratio: number('the worst of its metrics; 1 is as usual'),
  counts: countsSchema,
  density: densitySchema,
  events: nullable(
    Type.Array(
      Type.Object({
        id: text('of the record'),
        time: wireTime('as the source gave it'),
        atMs: number('after from'),
        uncertaintyMs: Type.Number(),
        severity: whole('OpenTelemetry; 0 unknown'),
        template: nullable(Type.String()),
        title: text('at most 60 characters; ends with … where something was cut'),
        ofPattern: whole('events of its pattern in the lane'),
      }),
    ),
  ),
  intervals: Type.Array(
    Type.Object({
      fromMs: Type.Number(),
      toMs: Type.Number(),
      begins: Type.Boolean({ description: 'in the view' }),
      ends: Type.Boolean({ description: 'in the view' }),
      since: nullable(wireTime('when it began')),
      label: Type.String(),
    }),
  ),
  metrics: Type.Array(metricSchema),
  moreMetrics: Type.Array(Type.String(), { description: 'names of those that are not drawn' }),
  coverage: Type.Array(
    Type.Object({
      fromMs: Type.Number(),
      toMs: Type.Number(),
      state: oneOf(['late', 'silent', 'no samples']),
      since: nullable(wireTime('complete up to then')),
    }),
  ),
})

const linkEnd = Type.Object({
  record: Type.String(),
  entity: Type.String(),
  atMs: Type.Number(),
})

const response = answer({
  from: wireTime('where column 0 begins, less than a column before what was asked for'),
  to: wireTime('exclusive'),
  columns: Type.Integer(),
  columnMs: number('width of a column'),
  subject: nullable(entitySummarySchema),
  path: Type.Array(
    Type.Object({
      ...entitySummarySchema.properties,
      relation: nullable(oneOf(RELATION_TYPES)),
      since: nullable(wireTime('since when it is so')),
    }),
    { description: 'what the subject depends on in the middle of the view, effect to cause' },
  ),
  sharing: nullable(
    Type.Object({
      resource: entitySummarySchema,
      users: Type.Integer(),
      largest: entitySummarySchema,
      largestOn: nullable(entitySummarySchema),
      metric: Type.String(),
      share: number('0 to 1'),
      ratio: nullable(number('against its usual')),
    }),
  ),
  layers: Type.Array(
    Type.Object({
      layer: oneOf(LAYERS),
      entities: Type.Integer(),
      shown: Type.Integer(),
      counts: countsSchema,
      density: densitySchema,
    }),
  ),
  lanes: Type.Array(laneSchema),
  metricsUnread: nullable(text('why the metrics could not be read while the records were')),
  links: Type.Array(
    Type.Object({
      from: linkEnd,
      to: linkEnd,
      kind: oneOf(['identifier', 'topology']),
      reason: Type.String(),
      value: Type.String(),
      strength: Type.Number(),
      order: Type.Object({
        verdict: oneOf(['before', 'after', 'undecided']),
        probability: Type.Number(),
      }),
    }),
  ),
  total: countsSchema,
})

export function timelineRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().post(
    '/api/v1/timeline',
    {
      schema: {
        tags: ['search'],
        summary: 'One view of the timeline: lanes by layer with density, events, metrics and links',
        description:
          'Everything a screen draws, cut into columns. The query takes no pipes; near: or entity: says who the view is about. Columns are aligned to the epoch: column 0 may begin up to one column before the window, and what lies before the window is not counted.',
        body,
        response: responses(response, ...QUESTION_ERRORS),
      },
    },
    async (request, reply): Promise<TimelineAnswer> => {
      const startedAt = performance.now()
      const { query, columns: count, include, open, lanes, events } = request.body
      const question = await readFilter(parts, request.body, signalOf(reply))
      const { range, filter, context } = question
      const now = parts.now()
      const topology = await parts.topology.get()
      const view = await viewOf(
        {
          ...{ query, written: parseQuery(query, now).filter, filter, range, columns: count },
          ...{ now, behind: await sourcesBehind(parts, range, now) },
          ...(include === undefined ? {} : { include }),
          ...(open === undefined ? {} : { open }),
          ...(lanes === undefined ? {} : { lanes }),
          ...(events === undefined ? {} : { events }),
        },
        { store: parts.store, topology, context },
      )
      const notes = { cuts: view.notes, remarks: question.remarks }
      return { ...view.answer, ...(await closing(parts, range, startedAt, notes)) }
    },
  )
}

async function sourcesBehind(
  parts: ApiParts,
  range: TimeRange,
  now: Micros,
): Promise<SourceBehind[]> {
  const sources = await parts.sources.sources()
  return sources.flatMap((one) => {
    const state = conditionOf(one, range, now)
    if (!isExpected(one, range) || (state !== 'late' && state !== 'silent')) return []
    return [{ source: one.source, host: one.host, state, watermark: one.watermark }]
  })
}
