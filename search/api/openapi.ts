import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { docsPage, type ApiDocument } from './docs-page.ts'
import { contents, responses } from './schemas.ts'

const ABOUT =
  'Logs and metrics of every layer under a virtual desktop, searched at once. Times are RFC 3339; ranges are half-open; errors are {error:{code,message,offset?}}; every answer carries its coverage.'

/** Collects the schemas of every route registered after it; wait for it before adding routes. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Plumbline API', version, description: ABOUT },
      tags: [
        { name: 'search', description: 'Questions over records and metrics' },
        { name: 'records', description: 'One record and its surroundings' },
        { name: 'entities', description: 'What is there, and what depends on what' },
        { name: 'sources', description: 'Who sends, and what became of it' },
        { name: 'ingest', description: 'Ways in' },
        { name: 'operation', description: 'Running it' },
        {
          name: 'elasticsearch',
          description: 'What clients of Elasticsearch ask before they send',
        },
        { name: 'later', description: 'Announced, answers 501' },
      ],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) =>
        typeof json.$id === 'string' ? json.$id : `shape-${i}`,
    },
  })
}

/** The generated document, and the same for people. */
export function openapiRoutes(app: FastifyInstance): void {
  app.get(
    '/api/openapi.json',
    {
      schema: {
        tags: ['operation'],
        summary: 'This API as an OpenAPI 3.1 document',
        response: responses(Type.Object({})),
      },
    },
    async () => app.swagger(),
  )
  app.get(
    '/api/docs',
    {
      schema: {
        tags: ['operation'],
        summary: 'This API as a page to read',
        response: responses(contents('a page', { 'text/html': Type.String() })),
      },
    },
    async (_request, reply) =>
      reply
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type('text/html; charset=utf-8')
        .send(docsPage(app.swagger() as ApiDocument)),
  )
}
