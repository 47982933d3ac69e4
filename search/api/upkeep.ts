import { isAbsolute } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { AppError, quote } from '../../model/errors.ts'
import type { ApiParts, ProcessParts } from './parts.ts'
import { BODY_ERRORS, requestBody, responses, type SchemaTypes } from './schemas.ts'

export function upkeepRoutes(app: FastifyInstance, parts: ApiParts): void {
  const typed = app.withTypeProvider<SchemaTypes>()
  typed.post(
    '/api/v1/backup',
    {
      schema: {
        tags: ['operation'],
        summary: 'Write a consistent copy of the data while everything goes on',
        description: 'Into an empty or absent folder on the machine of the server.',
        body: requestBody({
          folder: Type.String({ minLength: 1, maxLength: 4096, description: 'absolute path' }),
        }),
        response: responses(
          Type.Object({ folder: Type.String(), tookMs: Type.Number() }),
          ...BODY_ERRORS,
        ),
      },
    },
    async (request) => {
      const startedAt = performance.now()
      const { folder } = request.body
      if (!isAbsolute(folder)) {
        throw new AppError('invalid_request', `folder ${quote(folder)} must be an absolute path`)
      }
      await parts.store.backup(folder)
      return { folder, tookMs: Math.round(performance.now() - startedAt) }
    },
  )
  settleRoute(app, parts)
}

export function settleRoute(app: FastifyInstance, { ingest, topology }: ProcessParts): void {
  app.withTypeProvider<SchemaTypes>().post(
    '/api/v1/ingest/settle',
    {
      schema: {
        tags: ['operation'],
        summary: 'Wait until everything acknowledged so far can be found',
        description:
          'Acknowledged records are on disk; the store has them within about a second. Scripts that search right after they sent call this in between.',
        response: responses(Type.Object({ tookMs: Type.Number() }), 421, ...BODY_ERRORS),
      },
    },
    async () => {
      const startedAt = performance.now()
      await ingest.settled()
      topology?.expire()
      return { tookMs: Math.round(performance.now() - startedAt) }
    },
  )
}
