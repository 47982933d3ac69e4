import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { apiRecord } from '../../model/api.ts'
import type { Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { MAX_TIME, MIN_TIME, type TimeRange } from '../../model/time.ts'
import type { TailPosition } from '../store/store.ts'
import { asAppError, errorBody } from './errors.ts'
import { closing, signalOf, type ApiParts } from './parts.ts'
import { readFilter } from './question.ts'
import { contents, responses, type SchemaTypes } from './schemas.ts'
import { behind, printPosition, readPosition } from './tail-position.ts'

const POLL_MS = 250
const HEARTBEAT_MS = 15_000
const PAGE = 500

/** Matches no record. */
const NOTHING: Filter = { kind: 'or', filters: [] }

const querystring = Type.Object(
  {
    query: Type.Optional(Type.String({ maxLength: 65_536, description: 'a filter without pipes' })),
    after: Type.Optional(
      Type.String({ description: 'event id to go on behind; the header Last-Event-ID wins' }),
    ),
  },
  { additionalProperties: false },
)

export function tailRoutes(app: FastifyInstance, parts: ApiParts): void {
  const stopping = new AbortController()
  app.addHook('preClose', async () => stopping.abort())
  app.withTypeProvider<SchemaTypes>().get(
    '/api/v1/tail',
    {
      schema: {
        tags: ['search'],
        summary: 'Records as they arrive, by server-sent events',
        description:
          'Starts with what arrives from now on, or behind `Last-Event-ID`. Events: `record` (data: a record), `coverage` every 15 s (data: the coverage), `error`. Where other data is shown than before (PUT `/api/v1/sample`), it goes on with what arrives from then on. A reader that is too slow slows its own stream; nothing is skipped.',
        querystring,
        response: responses(
          contents('events, until either side ends', { 'text/event-stream': Type.String() }),
          400,
        ),
      },
    },
    async (request, reply) => {
      const signal = AbortSignal.any([signalOf(reply), stopping.signal])
      const { query = '' } = request.query
      const { filter } = await readFilter(parts, { query }, signal)
      const resume = request.headers['last-event-id'] ?? request.query.after
      const position =
        typeof resume === 'string'
          ? readPosition(resume, parts.store.kind)
          : await endOf(parts, signal)
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        // Nothing follows on this connection, so a shutdown need not wait for it.
        connection: 'close',
      })
      response.write(': plumbline\n\n')
      try {
        await follow(parts, filter, position, response, signal)
      } catch (error) {
        if (signal.aborted) return void response.end()
        request.log.error({ err: error }, 'tail broke off')
        const known = asAppError(error instanceof Error ? error : new Error(String(error)))
        response.end(event('error', errorBody(known)))
      }
    },
  )
}

async function follow(
  parts: ApiParts,
  filter: Filter,
  start: TailPosition,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  let position = start
  let switches = parts.sample.switches()
  let lastBeat = 0
  while (!signal.aborted) {
    if (switches !== parts.sample.switches()) {
      // A place in what arrived says nothing in other data.
      switches = parts.sample.switches()
      position = await endOf(parts, signal)
    }
    const page = await parts.store.tail(position, filter, PAGE, { signal })
    const chunk = recordEvents(position, page.records)
    position = page.position
    if (chunk !== '') await write(response, chunk, signal)
    if (performance.now() - lastBeat > HEARTBEAT_MS || lastBeat === 0) {
      lastBeat = performance.now()
      await write(
        response,
        event('coverage', await coverageNow(parts), printPosition(position)),
        signal,
      )
    }
    if (page.records.length < PAGE) await sleep(POLL_MS, undefined, { signal })
  }
}

async function coverageNow(parts: ApiParts): Promise<unknown> {
  const range: TimeRange = { from: MIN_TIME, to: MAX_TIME }
  return (await closing(parts, range, performance.now())).coverage
}

async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (!response.write(text)) await once(response, 'drain', { signal })
}

/** Records with the place of each one's arrival, so that a reader may break off behind any of them. */
function recordEvents(start: TailPosition, records: readonly LogRecord[]): string {
  let place = start
  return records
    .map((record) => {
      place = behind(place, record.id)
      return event('record', apiRecord(record), printPosition(place))
    })
    .join('')
}

/** The position behind everything that has arrived. */
async function endOf(parts: ApiParts, signal: AbortSignal): Promise<TailPosition> {
  return (await parts.store.tail(null, NOTHING, 1, { signal })).position
}

/** One event; JSON has no raw line breaks, so its data is one line. */
function event(name: string, data: unknown, id?: string): string {
  const head = id === undefined ? '' : `id: ${id}\n`
  return `${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
