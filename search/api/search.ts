import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { apiRecord, type SearchAnswer } from '../../model/api.ts'
import { AppError, quote } from '../../model/errors.ts'
import { runQuery, type Answer } from '../query/run.ts'
import { asAppError, errorBody } from './errors.ts'
import { closing, signalOf, type ApiParts } from './parts.ts'
import { readQuestion, type Question, type QuestionFields } from './question.ts'
import {
  answer,
  budgetField,
  oneOf,
  contents,
  QUESTION_ERRORS,
  queryField,
  requestBody,
  responses,
  tableFields,
  windowFields,
  type SchemaTypes,
} from './schemas.ts'

export const DEFAULT_LIMIT = 100
export const LARGEST_PAGE = 10_000
/** Largest `limit` of a stream, which is read page by page. */
const LARGEST_STREAM = 1_000_000_000
const NDJSON = 'application/x-ndjson'

const body = requestBody({
  ...queryField,
  ...windowFields,
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LARGEST_STREAM,
      description: `records; default ${DEFAULT_LIMIT}, at most ${LARGEST_PAGE} unless streamed`,
    }),
  ),
  cursor: Type.Optional(
    Type.String({ description: '`next` of the page before', minLength: 1, maxLength: 1024 }),
  ),
  order: Type.Optional(oneOf(['newest', 'oldest'])),
  ...budgetField,
})

const response = Type.Union([
  answer({
    records: Type.Array(Type.Ref('Record')),
    next: Type.Optional(Type.String({ description: 'cursor of the next page' })),
  }),
  answer(tableFields),
])

interface SearchFields extends QuestionFields {
  readonly limit?: number
  readonly cursor?: string
  readonly order?: 'newest' | 'oldest'
}

export function searchRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().post(
    '/api/v1/search',
    {
      schema: {
        tags: ['search'],
        summary: 'Find records, or a table when the query ends in one',
        description:
          'Newest first. With `Accept: application/x-ndjson` the answer is a stream: one record a line (a table: first `{"columns":…}`, then one row array a line), and last `{"end":true,"next"?,"coverage","tookMs"}`, or `{"error":…}` when it broke off.',
        body,
        response: responses(
          contents('records or a table; streamed as lines when asked so', {
            'application/json': response,
            [NDJSON]: Type.String({ description: 'one JSON value a line' }),
          }),
          ...QUESTION_ERRORS,
        ),
      },
    },
    async (request, reply) => {
      const startedAt = performance.now()
      const question = await readQuestion(parts, request.body, signalOf(reply))
      if (!accepts(request.headers.accept)) {
        return searchPage(parts, question, request.body, startedAt)
      }
      const lines = ndjson(parts, question, request.body, startedAt)
      const first = await lines.next()
      return reply.type(NDJSON).send(Readable.from(prepend(first, lines), { objectMode: false }))
    },
  )
}

function accepts(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes(NDJSON)
}

async function searchPage(
  parts: ApiParts,
  question: Question,
  fields: SearchFields,
  startedAt: number,
): Promise<SearchAnswer> {
  const limit = fields.limit ?? DEFAULT_LIMIT
  if (limit > LARGEST_PAGE) {
    throw new AppError(
      'invalid_request',
      `limit ${limit} is more than the largest page of ${LARGEST_PAGE}; go on with next, or stream with Accept: ${NDJSON}`,
    )
  }
  const result = await runPage(parts, question, fields, limit, fields.cursor)
  const notes = { cuts: result.notes, remarks: question.remarks }
  const end = await closing(parts, question.range, startedAt, notes)
  if (result.kind === 'table') return { columns: result.columns, rows: result.rows, ...end }
  return {
    records: result.records.map(apiRecord),
    ...(result.next === undefined ? {} : { next: result.next }),
    ...end,
  }
}

function runPage(
  parts: ApiParts,
  question: Question,
  fields: SearchFields,
  limit: number,
  cursor: string | undefined,
): Promise<Answer> {
  const request = {
    query: question.query,
    range: question.range,
    order: fields.order ?? 'newest',
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  } as const
  return runQuery(parts.store, request, question.context)
}

/** One chunk of lines per page; the reader's pace decides when the next page is asked for. */
async function* ndjson(
  parts: ApiParts,
  question: Question,
  fields: SearchFields,
  startedAt: number,
): AsyncGenerator<string> {
  const cuts = new Set<string>()
  let left = fields.limit ?? DEFAULT_LIMIT
  let cursor = fields.cursor
  for (;;) {
    const result = await runPage(parts, question, fields, Math.min(left, LARGEST_PAGE), cursor)
    for (const note of result.notes) cuts.add(note)
    if (result.kind === 'table') {
      yield lines([{ columns: result.columns }, ...result.rows])
      cursor = undefined
      break
    }
    left -= result.records.length
    cursor = result.next
    yield lines(result.records.map(apiRecord))
    if (cursor === undefined || left <= 0) break
  }
  const notes = { cuts: [...cuts], remarks: question.remarks }
  const end = await closing(parts, question.range, startedAt, notes)
  yield lines([{ end: true, ...(cursor === undefined ? {} : { next: cursor }), ...end }])
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

/** The stream with its first chunk already read; an error after it becomes the last line. */
async function* prepend(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (first.done === true) return
  yield first.value
  try {
    yield* rest
  } catch (error) {
    yield lines([
      errorBody(asAppError(error instanceof Error ? error : new Error(quote(String(error))))),
    ])
  }
}
