import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify'
import { AppError, quote } from '../../model/errors.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { dependantRoutes } from './dependants.ts'
import { entityRoutes } from './entities.ts'
import { errorBody, sendError, STATUS_OF } from './errors.ts'
import { facetRoutes } from './facets.ts'
import { healthRoutes } from './health.ts'
import { histogramRoutes } from './histogram.ts'
import { laterRoutes } from './later.ts'
import { metricsRoutes } from './metrics.ts'
import { describeRoutes, openapiRoutes } from './openapi.ts'
import type { ApiParts, ProcessParts } from './parts.ts'
import { patternRoutes } from './patterns.ts'
import { recordRoutes } from './records.ts'
import { relatedRoutes } from './related.ts'
import { sampleRoutes } from './sample.ts'
import { screenRoutes } from './screens.ts'
import { SHARED_SCHEMAS } from './schemas.ts'
import { searchRoutes } from './search.ts'
import { seriesRoutes } from './series.ts'
import { sourceRoutes } from './sources.ts'
import { startRoutes } from './start.ts'
import { tailRoutes } from './tail.ts'
import { timelineRoutes } from './timeline.ts'
import { settleRoute, upkeepRoutes } from './upkeep.ts'
import { validateRequest } from './validate.ts'

/** Largest body of a question. Ingest routes have their own limits. */
const QUESTION_BYTES = 1024 * 1024

export interface ServerOptions {
  readonly logger: FastifyBaseLogger
  /** Listening on loopback: only requests that name a loopback host are answered. */
  readonly isLoopback: boolean
  /** Folder of the built screens; none are served without. */
  readonly screens?: string
  /** Registers the routes that take records, in a plugin of their own. */
  readonly ingest?: (app: FastifyInstance) => Promise<void>
  /** Hears of every route as it is added. */
  readonly onRoute?: (route: RouteOptions) => void
}

/** The HTTP server with every route, ready to listen. */
export async function buildServer(
  parts: ApiParts,
  options: ServerOptions,
): Promise<FastifyInstance> {
  const app = await emptyServer(parts.version, options, noSuchRoute)
  registerQuestions(app, parts)
  if (options.screens !== undefined) await screenRoutes(app, options.screens)
  return finished(app, options)
}

/** The HTTP server of a process that takes records and answers no questions. */
export async function buildIngestServer(
  parts: ProcessParts,
  options: Omit<ServerOptions, 'screens'>,
): Promise<FastifyInstance> {
  const app = await emptyServer(parts.version, options, notAnsweredHere)
  metricsRoutes(app, parts)
  healthRoutes(app, parts)
  settleRoute(app, parts)
  return finished(app, options)
}

async function emptyServer(
  version: string,
  options: ServerOptions,
  refusal: (request: FastifyRequest) => AppError,
): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: QUESTION_BYTES,
    genReqId: () => randomUUID(),
    // A long export or a tail must not hold a shutdown; idle keep-alive connections are closed.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1024 },
    // An address that is no URL is refused in the same shape as everything else.
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
  })
  app.setValidatorCompiler(validateRequest)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler(sendError)
  app.setNotFoundHandler((request, reply) => {
    const error = refusal(request)
    return reply.code(STATUS_OF[error.code]).send(errorBody(error))
  })
  protect(app, options.isLoopback)
  const { onRoute } = options
  if (onRoute !== undefined) app.addHook('onRoute', onRoute)
  for (const schema of SHARED_SCHEMAS) app.addSchema(schema)
  await describeRoutes(app, version)
  return app
}

async function finished(app: FastifyInstance, { ingest }: ServerOptions): Promise<FastifyInstance> {
  if (ingest !== undefined) await app.register(ingest)
  openapiRoutes(app)
  return app
}

function noSuchRoute(request: FastifyRequest): AppError {
  const message = `there is no ${request.method} ${quote(pathOf(request))}; /api/docs lists what there is`
  return new AppError('not_found', message)
}

function notAnsweredHere(request: FastifyRequest): AppError {
  return new AppError(
    'wrong_role',
    `cannot answer ${request.method} ${quote(pathOf(request))}: this process takes records and answers no questions (--role ingest)`,
    { hint: 'ask a process with --role search or all; /api/docs lists what this one takes' },
  )
}

/** The product's own routes, in the order of the documentation. */
function registerQuestions(app: FastifyInstance, parts: ApiParts): void {
  metricsRoutes(app, parts)
  searchRoutes(app, parts)
  histogramRoutes(app, parts)
  facetRoutes(app, parts)
  patternRoutes(app, parts)
  seriesRoutes(app, parts)
  timelineRoutes(app, parts)
  tailRoutes(app, parts)
  recordRoutes(app, parts)
  relatedRoutes(app, parts)
  entityRoutes(app, parts)
  dependantRoutes(app, parts)
  sourceRoutes(app, parts)
  deadLetterRoutes(app, parts)
  healthRoutes(app, parts)
  startRoutes(app, parts)
  sampleRoutes(app, parts)
  upkeepRoutes(app, parts)
  laterRoutes(app)
}

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const

/**
 * Headers on every answer; and, while there are no accounts, a wall against web pages that make a
 * browser on this machine ask for them: a foreign `Origin` is refused, and on loopback a `Host` that is
 * not a loopback name (DNS rebinding).
 */
function protect(app: FastifyInstance, isLoopback: boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS)
    void reply.header('x-request-id', request.id)
    if (isLoopback && !isLoopbackName(request.hostname)) throw foreign('host', request.hostname)
    const { origin, host } = request.headers
    if (origin !== undefined && hostOf(origin) !== host) throw foreign('origin', origin)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, id } = request
    request.log.debug(
      { id, method, url, status: reply.statusCode, ms: reply.elapsedTime },
      'answered',
    )
  })
  app.addHook('onSend', async (_request, reply, payload) => {
    if (!reply.hasHeader('content-security-policy')) {
      void reply.header('content-security-policy', "default-src 'none'")
    }
    return payload
  })
}

function foreign(what: string, value: string): AppError {
  return new AppError(
    'permission_denied',
    `refused a request with the foreign ${what} ${quote(value)}; use the address it listens on`,
  )
}

/** Host names a request to a loopback address carries. An IP literal cannot be rebound. */
export function isLoopbackName(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return bare === 'localhost' || bare.endsWith('.localhost') || isIP(bare) !== 0
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!
}
