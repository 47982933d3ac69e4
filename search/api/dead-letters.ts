import { Buffer } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { FORMATS } from '../../ingest/formats/index.ts'
import type { Envelope, ProtocolName, Reply } from '../../ingest/port.ts'
import type { ApiDeadLetter, DeadLettersAnswer } from '../../model/api.ts'
import type { DeadLetter } from '../../model/batch.ts'
import { AppError, messageOf, quote } from '../../model/errors.ts'
import { formatTime, MIN_TIME, type Micros } from '../../model/time.ts'
import { readingsOf } from './dead-letter-readings.ts'
import { closing, type ApiParts } from './parts.ts'
import { rawOf } from './records.ts'
import {
  answer,
  BODY_ERRORS,
  oneOf,
  requestBody,
  responses,
  wireTime,
  type SchemaTypes,
} from './schemas.ts'

const DEFAULT_LIMIT = 100
const PAGE = 1000

const ids = Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 10_000 })

const deadLetter = Type.Object({
  id: Type.String(),
  received: wireTime('when it came in'),
  source: Type.String(),
  protocol: Type.String(),
  reason: Type.String(),
  raw: Type.String(),
  rawBase64: Type.Optional(Type.String({ description: 'the bytes, when they are not UTF-8' })),
})

const format = oneOf(FORMATS.map(({ name }) => name))

const reading = Type.Object({
  format: Type.String(),
  title: Type.String(),
  reads: Type.Integer({ description: 'so many of those that were tried' }),
  first: Type.String({ description: 'what the first that it reads would say' }),
})

export function deadLetterRoutes(app: FastifyInstance, parts: ApiParts): void {
  const typed = app.withTypeProvider<SchemaTypes>()
  typed.get(
    '/api/v1/dead-letters',
    {
      schema: {
        tags: ['sources'],
        summary: 'What was refused, with its bytes and the reason',
        querystring: Type.Object(
          {
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE })),
            after: Type.Optional(Type.String({ description: '`next` of the page before' })),
          },
          { additionalProperties: false },
        ),
        response: responses(
          answer({ deadLetters: Type.Array(deadLetter), next: Type.Optional(Type.String()) }),
          400,
        ),
      },
    },
    async (request): Promise<DeadLettersAnswer> => {
      const startedAt = performance.now()
      const { limit = DEFAULT_LIMIT, after } = request.query
      const found = await parts.store.deadLetters(limit, after)
      const last = found.at(-1)
      const now = parts.now()
      return {
        deadLetters: found.map(deadLetterOf),
        ...(found.length < limit || last === undefined ? {} : { next: last.id }),
        ...(await closing(parts, { from: MIN_TIME, to: now }, startedAt)),
      }
    },
  )
  typed.delete(
    '/api/v1/dead-letters/:id',
    {
      schema: {
        tags: ['sources'],
        summary: 'Delete a dead letter',
        params: Type.Object({ id: Type.String({ minLength: 1 }) }),
        response: responses(Type.Object({ deleted: Type.Integer() }), ...BODY_ERRORS, 404),
      },
    },
    async (request) => {
      const { id } = request.params
      const deleted = await parts.store.removeDeadLetters([id])
      if (deleted === 0) throw new AppError('not_found', `there is no dead letter ${quote(id)}`)
      return { deleted }
    },
  )
  typed.post(
    '/api/v1/dead-letters/replay',
    {
      schema: {
        tags: ['sources'],
        summary: 'Send dead letters through the parsers again',
        description:
          'Each is taken in again under its source, as if it came now, and deleted here. One that is refused again is a new dead letter with the new reason; what could not be taken in stays. Both are told in `failed`. Without ids: all of them. With a format they are read as lines of it, whatever they came as.',
        body: requestBody({ ids: Type.Optional(ids), format: Type.Optional(format) }),
        response: responses(
          Type.Object({
            replayed: Type.Integer(),
            failed: Type.Array(Type.Object({ id: Type.String(), reason: Type.String() })),
          }),
          ...BODY_ERRORS,
          404,
        ),
      },
    },
    async ({ body }) => replay(parts, body.ids, body.format),
  )
  typed.post(
    '/api/v1/dead-letters/read',
    {
      schema: {
        tags: ['sources'],
        summary: 'What each format would read of dead letters',
        description:
          'Tries them as lines of every format and stores nothing; of more than 8 MiB the first, `of` says how many. Replay with `format` takes them in.',
        body: requestBody({ ids }),
        response: responses(
          Type.Object({ of: Type.Integer(), formats: Type.Array(reading) }),
          ...BODY_ERRORS,
          404,
        ),
      },
    },
    async ({ body }) => readingsOf(await lettersOf(parts, body.ids)),
  )
}

function deadLetterOf(letter: DeadLetter): ApiDeadLetter {
  return {
    id: letter.id,
    received: formatTime(letter.received as Micros),
    source: letter.source,
    protocol: letter.protocol,
    reason: letter.reason,
    ...rawOf(letter.raw),
  }
}

async function replay(
  parts: ApiParts,
  wanted: readonly string[] | undefined,
  as: string | undefined,
): Promise<{ replayed: number; failed: { id: string; reason: string }[] }> {
  const letters = await lettersOf(parts, wanted)
  const failed: { id: string; reason: string }[] = []
  let replayed = 0
  for (const letter of letters) {
    const reason = await resubmit(parts, letter, as)
    if (reason === undefined) replayed++
    else failed.push({ id: letter.id, reason })
  }
  return { replayed, failed }
}

/** All that were there when asked, so that a letter refused again is not replayed for ever. */
async function lettersOf(
  parts: ApiParts,
  wanted: readonly string[] | undefined,
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = []
  const left = wanted === undefined ? undefined : new Set(wanted)
  let after: string | undefined
  for (;;) {
    const page = await parts.store.deadLetters(PAGE, after)
    for (const letter of page) {
      if (left === undefined || left.delete(letter.id)) letters.push(letter)
    }
    after = page.at(-1)?.id
    if (page.length < PAGE || left?.size === 0) break
  }
  if (left !== undefined && left.size > 0) {
    throw new AppError('not_found', `there is no dead letter ${quote([...left][0]!)}`)
  }
  return letters
}

/** Undefined when it was accepted, else why not. Once it is taken in, refused or not, it is gone here. */
async function resubmit(
  parts: ApiParts,
  letter: DeadLetter,
  as: string | undefined,
): Promise<string | undefined> {
  let reply: Reply
  try {
    reply = await parts.port.submit(envelopeOf(letter, parts.now(), as))
  } catch (error) {
    return messageOf(error)
  }
  await parts.store.removeDeadLetters([letter.id])
  return refusalIn(reply)
}

/** Where the replies to NDJSON and to `_bulk` tell of a line that was refused. */
interface LineReply {
  readonly results?: readonly { readonly error?: string }[]
  readonly errors?: boolean
}

function refusalIn({ status, body }: Reply): string | undefined {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  const { results = [], errors = false } = text.startsWith('{')
    ? (JSON.parse(text) as LineReply)
    : {}
  const told = results.find(({ error }) => error !== undefined)?.error
  if (told !== undefined) return told
  return status >= 300 || errors ? `answered ${status}: ${text.slice(0, 500)}` : undefined
}

/** Protocols whose dead letter is one line of the request, so that it can be sent as one again. */
const LINE_PROTOCOLS: readonly ProtocolName[] = ['logs', 'metrics', 'inventory', 'changes']

/** In the letter's own protocol where that takes single lines, and no format is given; else as lines. */
function envelopeOf(letter: DeadLetter, now: Micros, as: string | undefined): Envelope {
  const line = Buffer.concat([letter.raw, Buffer.from('\n')])
  // A name of its own: lines of one file at the same place are the same line.
  const meta = { source: letter.source, file: `dead letter ${letter.id}` }
  if (as !== undefined) {
    const read = { ...meta, format: as }
    return { protocol: 'lines', received: now, peer: letter.source, meta: read, body: line }
  }
  const same = LINE_PROTOCOLS.find((protocol) => protocol === letter.protocol)
  if (same !== undefined) {
    return { protocol: same, received: now, peer: letter.source, meta: {}, body: line }
  }
  if (letter.protocol === 'bulk') {
    const body = Buffer.concat([Buffer.from('{"index":{}}\n'), line])
    return { protocol: 'bulk', received: now, peer: letter.source, meta: {}, body }
  }
  return { protocol: 'lines', received: now, peer: letter.source, meta, body: line }
}
