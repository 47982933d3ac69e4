import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { ApiParts } from './parts.ts'
import { responses, type SchemaTypes } from './schemas.ts'

const startSchema = Type.Object({
  empty: Type.Boolean({ description: 'nothing of your own has arrived, ever' }),
  dataFolder: Type.Object({ given: Type.String(), path: Type.String() }),
  freeBytes: Type.Integer(),
  recordsThatFit: Type.Integer({ description: 'log lines for which freeBytes are enough, about' }),
  listeners: Type.Array(Type.Object({ protocol: Type.String(), address: Type.String() })),
})

export function startRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().get(
    '/api/v1/start',
    {
      schema: {
        tags: ['operation'],
        summary: 'Where the data is, how much fits, and where to send it',
        response: responses(startSchema),
      },
    },
    () => parts.start(),
  )
}
