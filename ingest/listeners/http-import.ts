import { setTimeout as sleep } from 'node:timers/promises'
import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../model/errors.ts'
import type { Micros } from '../../model/time.ts'
import type { ChunkAnswer, SendChunk } from '../import/import-files.ts'
import { importUpload, type UploadOptions } from '../import/import-upload.ts'
import type { IngestPort } from '../port.ts'

export interface HttpImportOptions {
  readonly port: IngestPort
  /** The clock of receipt. */
  readonly now: () => Micros
}

const PAUSE_MS = 50
/** The last millisecond a Date can be (ECMA-262, time values). */
const LATEST_MS = 8.64e15

const text = { type: 'string', minLength: 1, maxLength: 4096 } as const
const count = { type: 'integer' } as const
const COUNTS = [
  'lines',
  'bytes',
  'records',
  'stored',
  'unparsed',
  'duplicates',
  'rejected',
] as const

const SCHEMA = {
  tags: ['ingest'],
  summary: 'One log file, whole: any format, gzip or not',
  description:
    'The body is the file’s bytes as they are. It is read as it comes and answered at its end; `records = stored + duplicates + rejected`. Sent again it stores nothing twice; broken off, what came is kept and the next time goes on. Larger than what comes in five minutes: `plumbline import`.',
  querystring: {
    type: 'object',
    required: ['name'],
    properties: {
      name: { ...text, description: 'the file’s name, folders included' },
      modified: {
        type: 'integer',
        minimum: 0,
        maximum: LATEST_MS,
        description: 'its last change, milliseconds since 1970',
      },
      source: text,
      format: text,
      zone: text,
      year: { type: 'integer', minimum: 1970, maximum: 9999 },
    },
    additionalProperties: false,
  },
  response: {
    200: {
      description: 'what became of it',
      type: 'object',
      properties: {
        path: { type: 'string' },
        ...Object.fromEntries(COUNTS.map((name) => [name, count])),
        failure: { type: 'string', description: 'why it could not be read to its end' },
      },
    },
    '4xx': { description: 'It holds no lines, or a parameter cannot be used' },
    '5xx': { description: 'No disk or no store; what was read before is kept, send it again' },
  },
} as const

/**
 * The way in for files from a browser. Register it as its own (encapsulated) plugin: it reads bodies as
 * they come, whatever their size, and holds a few chunks of each.
 */
export async function httpImport(app: FastifyInstance, options: HttpImportOptions): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.route({
    method: 'POST',
    url: '/api/v1/import',
    schema: SCHEMA,
    handler: async (request, reply) => {
      const summary = await importUpload(request.raw, uploadOf(request), sender(options))
      return reply.send(summary)
    },
  })
}

/** The query string as {@link SCHEMA} lets it through. */
type Parameters = Omit<UploadOptions, 'modifiedMs'> & { readonly modified?: number }

function uploadOf(request: FastifyRequest): UploadOptions {
  const { modified, ...rest } = request.query as Parameters
  return { ...rest, ...(modified === undefined ? {} : { modifiedMs: modified }) }
}

/** Submits a chunk; while there is no room the connection waits, and so does who sends on it. */
function sender({ port, now }: HttpImportOptions): SendChunk {
  return async (bytes, parameters) => {
    for (;;) {
      try {
        const reply = await port.submit({
          protocol: 'lines',
          received: now(),
          peer: parameters['path']!,
          meta: parameters,
          body: new Uint8Array(bytes),
        })
        return JSON.parse(String(reply.body)) as ChunkAnswer
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'overloaded') throw error
      }
      await sleep(PAUSE_MS)
    }
  }
}
