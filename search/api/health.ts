import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Health } from '../../model/api.ts'
import { AppError, messageOf } from '../../model/errors.ts'
import type { ApiParts } from './parts.ts'
import { oneOf, responses, type SchemaTypes } from './schemas.ts'

/** A store that does not answer within this time is not ready. */
const ANSWER_WITHIN_MS = 5_000

const health = Type.Object({
  status: oneOf(['ok', 'degraded']),
  version: Type.String(),
  role: Type.String(),
  store: Type.String(),
  storeServer: Type.Optional(
    Type.String({ description: 'where the store is a server of its own: which, and its version' }),
  ),
  listeners: Type.Array(Type.Object({ protocol: Type.String(), address: Type.String() })),
  problems: Type.Array(Type.String(), { description: 'what is wrong now, one sentence each' }),
})

export function healthRoutes(app: FastifyInstance, parts: ApiParts): void {
  const typed = app.withTypeProvider<SchemaTypes>()
  typed.get(
    '/health',
    {
      schema: {
        tags: ['operation'],
        summary: 'What is running, and what is wrong',
        description: 'Always 200 while the process lives; `problems` says what is wrong.',
        response: responses(health),
      },
    },
    async (): Promise<Health> => {
      const problems = await problemsOf(parts)
      return {
        status: problems.length === 0 ? 'ok' : 'degraded',
        version: parts.version,
        role: parts.role,
        store: parts.store.kind,
        ...(parts.storeServer === undefined ? {} : { storeServer: parts.storeServer }),
        listeners: parts.ingest.listeners(),
        problems,
      }
    },
  )
  typed.get(
    '/ready',
    {
      schema: {
        tags: ['operation'],
        summary: '200 only while records are taken and questions answered',
        response: responses(Type.Object({ ready: Type.Literal(true) })),
      },
    },
    async () => {
      const problem = (await storeProblem(parts)) ?? (await takingProblem(parts))
      if (problem !== undefined) throw new AppError('storage_unavailable', `not ready: ${problem}`)
      return { ready: true }
    },
  )
}

async function problemsOf(parts: ApiParts): Promise<string[]> {
  const store = await storeProblem(parts)
  return [...(store === undefined ? [] : [store]), ...(await parts.ingest.problems())]
}

async function takingProblem(parts: ApiParts): Promise<string | undefined> {
  return (await parts.ingest.isTaking()) ? undefined : 'new records are not taken; see /health'
}

async function storeProblem(parts: ApiParts): Promise<string | undefined> {
  try {
    await withTimeout(parts.sources.sources(), ANSWER_WITHIN_MS)
    return undefined
  } catch (error) {
    return `the store does not answer: ${messageOf(error)}`
  }
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
