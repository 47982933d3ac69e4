import { Type, type Static, type TSchema } from 'typebox'
import type { FastifyTypeProvider } from 'fastify'
import { ENTITY_TYPES, LAYERS, RELATION_TYPES } from '../../model/entity.ts'
import { KEY_KINDS, TIME_ORIGINS } from '../../model/record.ts'
import { SOURCE_CONDITIONS } from '../../model/api.ts'

/** Lets fastify read a route's types from its typebox schemas. */
export interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  serializer: unknown
}

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const oneOf = <T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] })

const text = (description: string) => Type.String({ description })
const wireTime = (description: string) => Type.String({ format: 'date-time', description })
const cell = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])

/** `from` and `to` as requests give them: RFC 3339, `now`, `now-15m`, `-1h`, or a date. */
const timeWord = (description: string) =>
  Type.String({ description: `${description}. RFC 3339, a date, or now-15m`, maxLength: 64 })

export const windowFields = {
  from: Type.Optional(timeWord('start of the window, inclusive; default: the beginning')),
  to: Type.Optional(timeWord('end of the window, exclusive; default: the end')),
}

export const boundedWindowFields = {
  from: timeWord('start of the window, inclusive'),
  to: timeWord('end of the window, exclusive'),
}

export const queryField = {
  query: Type.String({
    maxLength: 65_536,
    description: 'query text, e.g. `apd timeout layer:storage | stats count() by host`',
  }),
}

export const budgetField = {
  timeoutMs: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 600_000,
      description: 'time budget, milliseconds; default 30000. Of a stream: of each page',
    }),
  ),
}

/** A request body: exactly these fields. */
export const requestBody = <T extends Record<string, TSchema>>(fields: T) =>
  Type.Object(fields, { additionalProperties: false })

export const recordSchema = Type.Object(
  {
    id: text('stable: fixed at receipt'),
    kind: oneOf(['log', 'change']),
    time: wireTime('event time as the source gave it'),
    received: wireTime('when it came in'),
    uncertaintyMs: Type.Number({ description: 'half-width of the interval the event happened in' }),
    timeFrom: oneOf(TIME_ORIGINS),
    correctionMs: Type.Number({ description: 'added to time gives the corrected time' }),
    source: text('who it is counted under'),
    format: text('the log format it was read as'),
    layer: nullable(oneOf(LAYERS)),
    entity: nullable(text('type:key')),
    host: nullable(Type.String()),
    app: nullable(Type.String()),
    severity: Type.Integer({ minimum: 0, maximum: 24, description: 'OpenTelemetry; 0 unknown' }),
    severityText: nullable(Type.String()),
    body: Type.String(),
    eventName: nullable(Type.String()),
    template: nullable(Type.Object({ id: Type.String(), text: Type.String() })),
    keys: Type.Array(Type.Object({ kind: oneOf(KEY_KINDS), value: Type.String() })),
    entities: Type.Array(Type.Object({ id: Type.String(), role: Type.String() })),
    attributes: Type.Record(Type.String(), cell),
  },
  { $id: 'Record', title: 'Record' },
)

export const coverageSchema = Type.Object(
  {
    complete: Type.Boolean({ description: 'true when nothing expected is missing' }),
    sources: Type.Object({
      complete: Type.Integer(),
      late: Type.Integer({ description: 'events arrive, but from further back than usual' }),
      silent: Type.Integer({ description: 'nothing arrived for ten usual intervals' }),
      rejected: Type.Integer({ description: 'sent something that was refused or lost' }),
    }),
    late: Type.Array(
      Type.Object({ source: Type.String(), watermark: nullable(wireTime('newest event time')) }),
      { description: 'late and silent sources, furthest behind first; at most 20 of them' },
    ),
    notes: Type.Array(Type.String()),
  },
  { $id: 'Coverage', title: 'Coverage' },
)

export const errorSchema = Type.Object(
  {
    error: Type.Object({
      code: Type.String(),
      message: Type.String(),
      offset: Type.Optional(Type.Integer({ description: 'place in the query text, UTF-16 units' })),
      hint: Type.Optional(Type.String()),
    }),
  },
  { $id: 'Error', title: 'Error' },
)

export const sourceRateSchema = Type.Object({
  source: Type.String(),
  perSecond: Type.Array(Type.Number(), { description: 'records a second in each bucket' }),
  usual: nullable(
    Type.Object({
      low: Type.Number(),
      high: Type.Number(),
      from: oneOf(['hour_of_week', 'before', 'view']),
    }),
  ),
  timeFrom: oneOf(TIME_ORIGINS),
  uncertaintyMs: Type.Number({ description: 'median half-width of its times' }),
})

export const entitySummarySchema = Type.Object({
  id: text('type:key'),
  type: oneOf(ENTITY_TYPES),
  name: Type.String(),
  layer: nullable(oneOf(LAYERS)),
  team: nullable(Type.String()),
})

const aliasSchema = Type.Object({
  kind: Type.String(),
  value: Type.String(),
  scope: Type.Optional(Type.String()),
  from: nullable(wireTime('null: since ever')),
  to: nullable(wireTime('null: open')),
})

export const entitySchema = Type.Object(
  {
    ...entitySummarySchema.properties,
    aliases: Type.Array(aliasSchema),
    attributes: Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
    ),
  },
  { $id: 'Entity', title: 'Entity' },
)

export const relationSchema = Type.Object(
  {
    type: oneOf(RELATION_TYPES),
    from: text('the entity that depends'),
    to: text('what it depends on'),
    validFrom: nullable(wireTime('null: since ever')),
    validTo: nullable(wireTime('null: still')),
    provenance: text('where it was learnt'),
  },
  { $id: 'Relation', title: 'Relation' },
)

export const historyEntrySchema = Type.Object({
  time: wireTime('when it began or ended'),
  what: oneOf(['relation_began', 'relation_ended', 'alias_began', 'alias_ended']),
  relation: Type.Optional(Type.Ref('Relation')),
  alias: Type.Optional(aliasSchema),
})

export const ledgerSchema = Type.Object({
  received: Type.Integer(),
  stored: Type.Integer(),
  deduplicated: Type.Integer(),
  unparsed: Type.Integer({ description: 'of the stored: no format understood them' }),
  rejected: Type.Integer(),
  deadLettered: Type.Integer(),
  lost: Type.Integer({ description: 'known to be lost before receipt (UDP)' }),
})

export const sourceSchema = Type.Object({
  source: Type.String(),
  layer: nullable(Type.String()),
  format: nullable(Type.String()),
  host: nullable(Type.String()),
  rate: Type.Number({ description: 'records per second over the last minute' }),
  lagMs: nullable(Type.Number({ description: 'newest event behind its receipt' })),
  watermark: nullable(wireTime('newest event time')),
  lastReceived: nullable(wireTime('newest receipt')),
  state: oneOf(SOURCE_CONDITIONS),
  counts: ledgerSchema,
  clock: Type.Object({
    offsetMs: nullable(Type.Number({ description: 'clock of the source minus the reference' })),
    uncertaintyMs: nullable(Type.Number()),
    method: Type.Literal('none'),
    epochs: Type.Array(Type.Unknown()),
  }),
  zone: Type.Object({ name: nullable(Type.String()), from: nullable(oneOf(TIME_ORIGINS)) }),
})

/** Schemas that answers refer to by name; registered once on the server. */
export const SHARED_SCHEMAS = [
  recordSchema,
  coverageSchema,
  errorSchema,
  entitySchema,
  relationSchema,
]

/** Success of a route: its own fields, the coverage and the time it took. */
export const answer = <T extends Record<string, TSchema>>(fields: T) =>
  Type.Object({
    ...fields,
    coverage: Type.Ref('Coverage'),
    tookMs: Type.Number({ description: 'milliseconds' }),
  })

/** What each error status of ours means to whoever asks; README has the codes behind them. */
const MEANING = {
  400: 'the request cannot be read as it is written',
  403: 'asked under a foreign host or origin, or the system refuses a file',
  404: 'there is nothing of that id or name',
  413: 'the body is too large',
  415: 'the body is not JSON',
  421: 'a process of another role does that',
  422: 'the query ran out of time or memory',
  500: 'a fault of ours; the log of the server has the details',
  501: 'a later version answers this',
  503: 'the store does not answer, or cannot be read or written',
} as const
type ErrorStatus = keyof typeof MEANING

/** Statuses that a route with a JSON body can answer; of a question, also when it takes too long. */
export const BODY_ERRORS = [400, 413, 415] as const
export const QUESTION_ERRORS = [...BODY_ERRORS, 422] as const
/** What any route can answer. */
const COMMON_ERRORS = [403, 500, 503] as const

/** A success that is no JSON, or not only. */
export const contents = (description: string, schemas: Readonly<Record<string, TSchema>>) => ({
  description,
  content: Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => [type, { schema }] as const),
  ),
})

/** The success of a route with the error shape for every other status it can answer. */
export function responses(
  success: TSchema | ReturnType<typeof contents>,
  ...errors: readonly ErrorStatus[]
) {
  const error = (status: ErrorStatus) =>
    contents(MEANING[status], { 'application/json': Type.Ref('Error') })
  const statuses = [...new Set([...errors, ...COMMON_ERRORS])]
  return {
    200: 'content' in success ? success : contents('done', { 'application/json': success }),
    ...Object.fromEntries(statuses.map((status) => [status, error(status)])),
  }
}

export const tableFields = {
  columns: Type.Array(Type.Object({ name: Type.String(), unit: Type.Optional(Type.String()) })),
  rows: Type.Array(Type.Array(cell)),
}

export { cell, nullable, oneOf, wireTime }
