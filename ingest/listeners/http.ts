import { Buffer } from 'node:buffer'
import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, messageOf, type ErrorCode } from '../../model/errors.ts'
import type { Micros } from '../../model/time.ts'
import { decoderFor } from '../decoders/index.ts'
import { LIMITS } from '../decoders/limits.ts'
import { refuseTraces } from '../decoders/otlp-traces.ts'
import type { Envelope, IngestPort, ProtocolName, Reply } from '../port.ts'
import { BodyRoom } from './body-room.ts'
import { registerElasticProbes } from './elastic-probes.ts'
import type { ListenerCounters } from './listener-counters.ts'

export interface HttpIngestOptions {
  readonly port: IngestPort
  readonly counters: ListenerCounters
  /** The clock of receipt. */
  readonly now: () => Micros
  /** Default {@link MOST_BODIES_BYTES}. */
  readonly bodiesBytes?: number
  /** Default {@link MOST_CONNECTIONS}. */
  readonly connections?: number
  /** Default {@link LONGEST_REQUEST_MS}. */
  readonly requestMs?: number
}

/** Bodies on their way, of all connections together. */
const MOST_BODIES_BYTES = 256 * 1024 * 1024
const MOST_CONNECTIONS = 4_096
/** From the first byte of a request to its last: a sender that drips them does not stay. */
const LONGEST_REQUEST_MS = 300_000

interface IngestRoute {
  readonly method: 'POST' | readonly ('POST' | 'PUT')[]
  readonly path: string
  readonly protocol: ProtocolName
  readonly summary: string
}

const OWN = '/api/v1/ingest'
const BULK = ['POST', 'PUT'] as const

/** Every address that takes records. */
const ROUTES: readonly IngestRoute[] = [
  { method: BULK, path: '/_bulk', protocol: 'bulk', summary: 'Elasticsearch bulk' },
  { method: BULK, path: '/:index/_bulk', protocol: 'bulk', summary: 'Elasticsearch bulk' },
  { method: 'POST', path: '/:index/_doc', protocol: 'bulk', summary: 'One document' },
  { method: BULK, path: '/:index/_doc/:id', protocol: 'bulk', summary: 'One document' },
  { method: BULK, path: '/:index/_create/:id', protocol: 'bulk', summary: 'One new document' },
  { method: 'POST', path: '/v1/logs', protocol: 'otlp-logs', summary: 'OTLP logs' },
  { method: 'POST', path: '/otlp/v1/logs', protocol: 'otlp-logs', summary: 'OTLP logs (Loki)' },
  { method: 'POST', path: '/v1/metrics', protocol: 'otlp-metrics', summary: 'OTLP metrics' },
  { method: 'POST', path: '/api/v1/write', protocol: 'remote-write', summary: 'Remote write' },
  { method: 'POST', path: '/loki/api/v1/push', protocol: 'loki', summary: 'Loki push' },
  { method: 'POST', path: '/api/prom/push', protocol: 'loki', summary: 'Loki push (legacy)' },
  { method: 'POST', path: `${OWN}/logs`, protocol: 'logs', summary: 'Log lines (NDJSON)' },
  { method: 'POST', path: `${OWN}/metrics`, protocol: 'metrics', summary: 'Points (NDJSON)' },
  {
    method: 'POST',
    path: `${OWN}/inventory`,
    protocol: 'inventory',
    summary: 'Inventory (NDJSON)',
  },
  { method: 'POST', path: `${OWN}/changes`, protocol: 'changes', summary: 'Changes (NDJSON)' },
  { method: 'POST', path: `${OWN}/lines`, protocol: 'lines', summary: 'Lines of a file (import)' },
]

/**
 * Registers every address that takes records over HTTP, and the probes that Elasticsearch clients send
 * first. Register it as its own (encapsulated) plugin: it replaces the body parsers, since every body
 * goes on as the bytes that came in.
 */
export async function httpIngest(app: FastifyInstance, options: HttpIngestOptions): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: LIMITS.bodyBytes },
    (_request, body, done) => done(null, body),
  )
  boundConnections(app, options)
  boundBodies(app, options)
  for (const route of ROUTES) registerRoute(app, route, options)
  app.route({
    method: 'POST',
    url: '/v1/traces',
    bodyLimit: LIMITS.bodyBytes,
    schema: { summary: 'OTLP traces: refused span by span', tags: ['ingest'] },
    handler: async (request, reply) => send(reply, refuseTraces(bodyOf(request), metaOf(request))),
  })
  registerElasticProbes(app)
}

/** These are the whole server's, which is the senders' far more than anybody else's. */
function boundConnections({ server }: FastifyInstance, options: HttpIngestOptions): void {
  const { limited } = options.counters
  server.maxConnections = options.connections ?? MOST_CONNECTIONS
  server.on('drop', () => limited.httpConnections++)
  server.requestTimeout = options.requestMs ?? LONGEST_REQUEST_MS
  // Node takes the longer of the two for the request.
  server.headersTimeout = Math.min(server.headersTimeout, server.requestTimeout)
  server.on('clientError', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') limited.requestMs++
  })
}

function boundBodies(app: FastifyInstance, options: HttpIngestOptions): void {
  const room = new BodyRoom(options.bodiesBytes ?? MOST_BODIES_BYTES)
  app.addHook('preParsing', async (_request, reply, payload) => {
    const body = room.body(payload)
    reply.raw.once('close', () => body.leave())
    body.once('error', (error) => {
      if (error instanceof AppError) options.counters.limited.bodiesBytes++
    })
    return body
  })
}

/** For the API's document; each protocol answers in its own shape. */
const RESPONSES = {
  '2xx': { description: 'Everything is on disk; what was refused is told per item' },
  '4xx': {
    description: 'Nothing was taken: the request cannot be read, is too large, or must wait',
  },
  '5xx': { description: 'Nothing was taken: no disk or no store; send it again later' },
}

function registerRoute(app: FastifyInstance, route: IngestRoute, options: HttpIngestOptions): void {
  const { protocol, summary } = route
  app.route({
    method: typeof route.method === 'string' ? route.method : [...route.method],
    url: route.path,
    bodyLimit: LIMITS.bodyBytes,
    schema: { summary, tags: ['ingest'], response: RESPONSES },
    handler: async (request, reply) => {
      const envelope = envelopeOf(request, protocol, options.now())
      options.counters.accepted(protocol, envelope.body.byteLength)
      return send(reply, await options.port.submit(envelope))
    },
    errorHandler: (error, request, reply) => {
      const refusal = asAppError(error)
      options.counters.refused(protocol, refusal.code)
      if (isTooLong(error)) options.counters.limited.bodyBytes++
      if (refusal.code === 'internal') request.log.error({ err: error }, 'cannot take a request')
      send(reply, failureOf(protocol, refusal, metaOf(request)))
    },
  })
}

function send(reply: FastifyReply, answer: Reply): FastifyReply {
  const body = typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body)
  return reply.code(answer.status).headers(answer.headers).send(body)
}

/** Request headers that a decoder may need, all small. */
const META_HEADERS = [
  'content-type',
  'content-encoding',
  'x-prometheus-remote-write-version',
  'x-scope-orgid',
] as const

function metaOf(request: FastifyRequest): Record<string, string> {
  const at = request.url.indexOf('?')
  const meta: Record<string, string> = { path: at < 0 ? request.url : request.url.slice(0, at) }
  if (at >= 0) meta['query'] = request.url.slice(at + 1)
  for (const name of META_HEADERS) {
    const value = request.headers[name]
    if (typeof value === 'string') meta[name] = value
  }
  return meta
}

/** Query parameters of `lines`: what is known of the file, see lines.ts. */
const FILE_PARAMETERS = [
  'file',
  'path',
  'offset',
  'source',
  'format',
  'zone',
  'year',
  'reference',
] as const

function fileMetaOf(request: FastifyRequest): Record<string, string> {
  const { query, ...meta } = metaOf(request)
  delete meta['path']
  const parameters = new URLSearchParams(query ?? '')
  for (const name of FILE_PARAMETERS) {
    const value = parameters.get(name)
    if (value !== null) meta[name] = value
  }
  return meta
}

function envelopeOf(request: FastifyRequest, protocol: ProtocolName, received: Micros): Envelope {
  const meta = protocol === 'lines' ? fileMetaOf(request) : metaOf(request)
  return {
    protocol,
    received,
    // Lines that name no host are counted under their file.
    peer: protocol === 'lines' ? (meta['path'] ?? 'file') : request.ip,
    meta,
    body: bodyOf(request),
  }
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  invalid_request: 400,
  too_large: 413,
  unsupported_media_type: 415,
  overloaded: 429,
  storage_full: 503,
  storage_unavailable: 503,
}

/** Seconds after which a refused sender should try again. */
const RETRY_AFTER: Readonly<Record<number, string>> = { 429: '1', 503: '10' }

function failureOf(protocol: ProtocolName, error: AppError, meta: Envelope['meta']): Reply {
  const status = STATUS[error.code] ?? 500
  const message = status === 500 ? 'internal error, see the log of the server' : error.message
  const reply = decoderFor(protocol)!.failure(status, message, meta)
  const retryAfter = RETRY_AFTER[status]
  if (retryAfter === undefined) return reply
  return { ...reply, headers: { ...reply.headers, 'retry-after': retryAfter } }
}

/** Fastify stops reading a body at its limit; a decoder's errors are its own. */
function isTooLong(error: Error & { readonly statusCode?: number }): boolean {
  return !(error instanceof AppError) && error.statusCode === 413
}

/** Errors of fastify itself keep their status: a body too large, an aborted request. */
function asAppError(error: Error & { readonly statusCode?: number }): AppError {
  if (error instanceof AppError) return error
  if (isTooLong(error)) {
    const message = `the body is larger than ${LIMITS.bodyBytes} bytes; send smaller batches`
    return new AppError('too_large', message, { cause: error })
  }
  if (error.statusCode === 415) {
    const message = `cannot read the content type: ${messageOf(error)}`
    return new AppError('unsupported_media_type', message, { cause: error })
  }
  const isClientFault = error.statusCode !== undefined && error.statusCode < 500
  const code = isClientFault ? 'invalid_request' : 'internal'
  return new AppError(code, `cannot read the request: ${messageOf(error)}`, { cause: error })
}
