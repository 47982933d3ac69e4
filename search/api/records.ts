import { Buffer } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { apiRecord, type ApiRecordWithRaw, type ContextAnswer } from '../../model/api.ts'
import { AppError, quote } from '../../model/errors.ts'
import { ALL, or, type Filter } from '../../model/query.ts'
import { compareRecords } from '../../model/record-order.ts'
import type { LogRecord } from '../../model/record.ts'
import { MAX_TIME, MIN_TIME, type Micros, type TimeRange } from '../../model/time.ts'
import type { QueryContext } from '../store/store.ts'
import { resolveEntities } from '../topology/resolve-query.ts'
import { closing, signalOf, type ApiParts } from './parts.ts'
import { DEFAULT_TIMEOUT_MS } from './question.ts'
import { answer, oneOf, recordSchema, responses, type SchemaTypes } from './schemas.ts'

const DEFAULT_AROUND = 10
const LARGEST_AROUND = 1000
const PAGE = 1000

const idParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 256 }) })

const around = (side: string) =>
  Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: LARGEST_AROUND,
      description: `records ${side} it; default ${DEFAULT_AROUND}`,
    }),
  )

const contextQuery = Type.Object(
  {
    before: around('before'),
    after: around('after'),
    scope: Type.Optional(oneOf(['source', 'entity', 'layers'])),
  },
  { additionalProperties: false },
)

const withRaw = Type.Object({
  ...recordSchema.properties,
  raw: Type.String({ description: 'the frame as received; lossy when rawBase64 is there' }),
  rawBase64: Type.Optional(Type.String({ description: 'its bytes, when they are not UTF-8' })),
})

export function recordRoutes(app: FastifyInstance, parts: ApiParts): void {
  const typed = app.withTypeProvider<SchemaTypes>()
  typed.get(
    '/api/v1/records/:id',
    {
      schema: {
        tags: ['records'],
        summary: 'One record with its bytes as received',
        params: idParams,
        response: responses(withRaw, 400, 404),
      },
    },
    async (request): Promise<ApiRecordWithRaw> => {
      const record = await recordOf(parts, request.params.id)
      return { ...apiRecord(record), ...rawOf(record.raw) }
    },
  )
  typed.get(
    '/api/v1/records/:id/context',
    {
      schema: {
        tags: ['records'],
        summary: 'What was logged just before and after a record',
        description:
          '`scope` is the same source (default), the same entity under any of its names, or across layers: the dependency neighbourhoods of its entity and its host, else everything.',
        params: idParams,
        querystring: contextQuery,
        response: responses(
          answer({
            before: Type.Array(Type.Ref('Record'), { description: 'oldest first' }),
            record: Type.Ref('Record'),
            after: Type.Array(Type.Ref('Record'), { description: 'oldest first' }),
          }),
          400,
          404,
          422,
        ),
      },
    },
    async (request, reply): Promise<ContextAnswer> => {
      const startedAt = performance.now()
      const { before = DEFAULT_AROUND, after = DEFAULT_AROUND, scope = 'source' } = request.query
      const record = await recordOf(parts, request.params.id)
      const { filter, notes } = await scopeOf(parts, record, scope)
      const context = { signal: signalOf(reply), timeoutMs: DEFAULT_TIMEOUT_MS }
      const [older, newer] = await Promise.all([
        neighbours(parts, record, filter, 'newest', before, context),
        neighbours(parts, record, filter, 'oldest', after, context),
      ])
      const range = { from: record.time, to: (record.time + 1) as Micros }
      const cuts = [...new Set([...older.notes, ...newer.notes])]
      return {
        before: older.records.reverse().map(apiRecord),
        record: apiRecord(record),
        after: newer.records.map(apiRecord),
        ...(await closing(parts, range, startedAt, { cuts, remarks: notes })),
      }
    },
  )
}

/** Throws `not_found`. */
export async function recordOf(parts: ApiParts, id: string): Promise<LogRecord> {
  const record = await parts.store.record(id)
  if (record === undefined) {
    throw new AppError(
      'not_found',
      `there is no record ${quote(id)}; retention may have removed it`,
    )
  }
  return record
}

/** The bytes as JSON can carry them: text where they are UTF-8, else base64 beside a lossy reading. */
export function rawOf(bytes: Uint8Array): { raw: string; rawBase64?: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const raw = buffer.toString('utf8')
  return Buffer.from(raw, 'utf8').equals(buffer)
    ? { raw }
    : { raw, rawBase64: buffer.toString('base64') }
}

async function scopeOf(
  parts: ApiParts,
  record: LogRecord,
  scope: 'source' | 'entity' | 'layers',
): Promise<{ readonly filter: Filter; readonly notes: readonly string[] }> {
  if (scope === 'source') {
    return { filter: { kind: 'equals', field: 'source', value: record.source }, notes: [] }
  }
  const name = record.entity ?? record.host
  const topology = await parts.topology.get()
  const at: TimeRange = { from: record.time, to: (record.time + 1) as Micros }
  if (scope === 'entity') {
    if (name === null) {
      return {
        filter: { kind: 'equals', field: 'source', value: record.source },
        notes: ['the record names no entity and no host: its source stands for them'],
      }
    }
    return resolveEntities({ kind: 'entity', name }, topology, at)
  }
  const known = [record.entity, record.host].filter(
    (one) => one !== null && topology.resolve(one, at).length > 0,
  )
  if (known.length === 0) {
    return {
      filter: ALL,
      notes: ['the inventory does not know its entity: all layers, unfiltered'],
    }
  }
  const around = known.map((one): Filter => ({ kind: 'near', name: one! }))
  return resolveEntities(or(...around), topology, at)
}

/** The records of a filter next to one, walking away from it. */
async function neighbours(
  parts: ApiParts,
  record: LogRecord,
  filter: Filter,
  order: 'newest' | 'oldest',
  count: number,
  context: QueryContext,
): Promise<{ readonly records: LogRecord[]; readonly notes: ReadonlySet<string> }> {
  const sign = order === 'newest' ? -1 : 1
  const range: TimeRange =
    order === 'newest'
      ? { from: MIN_TIME, to: (record.time + 1) as Micros }
      : { from: record.time, to: MAX_TIME }
  const found: LogRecord[] = []
  const notes = new Set<string>()
  let cursor: string | undefined
  while (found.length < count) {
    const limit = Math.min(PAGE, count - found.length + 1)
    const request = { filter, range, order, limit, ...(cursor === undefined ? {} : { cursor }) }
    const page = await parts.store.search(request, context)
    for (const note of page.notes) notes.add(note)
    // The first of a walk share the record's microsecond and may lie on its other side.
    found.push(...page.records.filter((next) => compareRecords(next, record) * sign > 0))
    cursor = page.next
    if (cursor === undefined) break
  }
  return { records: found.slice(0, count), notes }
}
