import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { SAMPLE_STATES } from '../../model/api.ts'
import type { ApiParts } from './parts.ts'
import {
  BODY_ERRORS,
  nullable,
  oneOf,
  requestBody,
  responses,
  wireTime,
  type SchemaTypes,
} from './schemas.ts'

const span = { from: wireTime('inclusive'), to: wireTime('exclusive') }

const sampleSchema = Type.Object({
  available: Type.Boolean({ description: 'can be loaded' }),
  missing: nullable(Type.String({ description: 'why not, and what to do' })),
  state: oneOf(SAMPLE_STATES),
  shown: Type.Boolean({
    description: 'questions are answered from the sample; false: from your own data',
  }),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  failure: nullable(Type.String({ description: 'why the last attempt came to nothing' })),
  folder: Type.String(),
  ownRecords: Type.Integer({ description: 'of your own, kept beside the sample' }),
  loaded: Type.Object({ records: Type.Integer(), points: Type.Integer() }),
  about: nullable(
    Type.Object({
      records: Type.Integer(),
      points: Type.Integer(),
      vms: Type.Integer(),
      hosts: Type.Integer(),
      ...span,
      slow: nullable(Type.Object({ desktop: Type.String(), ...span })),
      view: Type.Object({ query: Type.String(), ...span }),
    }),
  ),
})

const { 200: begun, ...refused } = responses(sampleSchema, 404, ...BODY_ERRORS)

export function sampleRoutes(app: FastifyInstance, { sample }: ApiParts): void {
  const typed = app.withTypeProvider<SchemaTypes>()
  const tags = ['operation']
  typed.get(
    '/api/v1/sample',
    {
      schema: {
        tags,
        summary: 'The sample incident: what it is, and whether it is shown',
        description:
          'It stands beside your own data, in a folder and a store of its own. While `shown` is true every question is answered from the sample; what you send is kept as ever, counted in `ownRecords`, and found once your own data is shown: PUT `{"shown": false}`, or DELETE.',
        response: responses(sampleSchema),
      },
    },
    () => sample.status(),
  )
  typed.post(
    '/api/v1/sample',
    {
      schema: {
        tags,
        summary: 'Load the sample incident and show it',
        description:
          'Answers at once; `progress` tells the rest. One that is loaded is shown. Your own data stays as it is beside it, and is shown again by PUT or DELETE. 404 where the program came without the sample.',
        response: { 202: begun, ...refused },
      },
    },
    async (_request, reply) => {
      await sample.load()
      return reply.code(202).send(await sample.status())
    },
  )
  typed.put(
    '/api/v1/sample',
    {
      schema: {
        tags,
        summary: 'Show the sample incident, or your own data beside it',
        description:
          'Deletes nothing, and holds over a restart. A sample that is being loaded is waited for; 404 where there is none.',
        body: requestBody({ shown: Type.Boolean() }),
        response: responses(sampleSchema, 404, ...BODY_ERRORS),
      },
    },
    async (request) => {
      await sample.show(request.body.shown)
      return sample.status()
    },
  )
  typed.delete(
    '/api/v1/sample',
    {
      schema: {
        tags,
        summary: 'Remove the sample incident and show your own data',
        description:
          'Also while it is being loaded. Deletes what the sample brought and nothing else.',
        response: responses(sampleSchema, ...BODY_ERRORS),
      },
    },
    async () => {
      await sample.remove()
      return sample.status()
    },
  )
}
