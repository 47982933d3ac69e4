import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Health } from '../../model/api.ts'
import { AppError, messageOf } from '../../model/errors.ts'
import type { ProcessParts } from './parts.ts'
import { oneOf, responses, type SchemaTypes } from './schemas.ts'

/** A store that does not answer within this time is not ready. */
const ANSWER_WITHIN_MS = 5_000

const health = Type.Object({
  status: oneOf(['ok', 'degraded']),
  version: Type.String(),
  role: Type.String(),
  node: Type.Optional(
    Type.String({ description: 'its name as an ingest node, where it takes records' }),
  ),
  store: Type.String(),
  storeServer: Type.Optional(
    Type.String({ description: 'where the store is a server of its own: which, and its version' }),
  ),
  listeners: Type.Array(Type.Object({ protocol: Type.String(), address: Type.String() })),
  problems: Type.Array(Type.String(), { description: 'what is wrong now, one sentence each' }),
})

export function healthRoutes(app: FastifyInstance, parts: ProcessParts): void {
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
        ...(parts.node === undefined ? {} : { node: parts.node }),
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
        summary: '200 only while it does what its role is',
        description:
          'All: records are taken and questions answered. Search: the store answers. Ingest: what comes has room on disk, whether or not the store takes it now. 503 from the signal to end on.',
        response: responses(Type.Object({ ready: Type.Literal(true) })),
      },
    },
    async () => {
      const problem =
        drainProblem(parts) ?? (await storeProblem(parts)) ?? (await takingProblem(parts))
      if (problem !== undefined) throw new AppError('storage_unavailable', `not ready: ${problem}`)
      return { ready: true }
    },
  )
}

async function problemsOf(parts: ProcessParts): Promise<string[]> {
  const ownProblems = [drainProblem(parts), await storeProblem(parts)]
  return [
    ...ownProblems.filter((problem) => problem !== undefined),
    ...(await parts.ingest.problems()),
  ]
}

function drainProblem({ isDraining }: ProcessParts): string | undefined {
  return isDraining?.() === true ? 'shutting down; send to another process' : undefined
}

async function takingProblem(parts: ProcessParts): Promise<string | undefined> {
  return (await parts.ingest.isTaking()) ? undefined : 'new records are not taken; see /health'
}

async function storeProblem({ sources }: ProcessParts): Promise<string | undefined> {
  if (sources === undefined) return undefined
  try {
    await withTimeout(sources.sources(), ANSWER_WITHIN_MS)
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
