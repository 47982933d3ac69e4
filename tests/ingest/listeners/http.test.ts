import { connect, type AddressInfo } from 'node:net'
import { Client as Client8 } from '@elastic/elasticsearch'
import { Client as Client9 } from 'elasticsearch9'
import fastify, { type FastifyInstance } from 'fastify'
import pino from 'pino'
import pinoElasticModule from 'pino-elasticsearch'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { httpIngest, type HttpIngestOptions } from '../../../ingest/listeners/http.ts'
import { ListenerCounters } from '../../../ingest/listeners/listener-counters.ts'
import { AppError } from '../../../model/errors.ts'
import { RECEIVED } from '../../support/envelopes.ts'
import { RecordingPort } from '../../support/recording-port.ts'

/** The package's types say `default`, its CommonJS code exports the function itself. */
const pinoElastic = pinoElasticModule as unknown as typeof pinoElasticModule.default

let app: FastifyInstance
let port: RecordingPort
let counters: ListenerCounters
let url: string

beforeEach(async () => {
  app = fastify()
  port = new RecordingPort()
  counters = new ListenerCounters()
  await app.register(httpIngest, { port, counters, now: () => RECEIVED })
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})

afterEach(async () => {
  await app.close()
})

describe('the Elasticsearch JavaScript client', () => {
  it.each([
    ['8', (compression: boolean) => new Client8({ node: url, compression })],
    ['9', (compression: boolean) => new Client9({ node: url, compression }) as unknown as Client8],
  ])('version %s sends bulks, plain and compressed', async (_version, clientOf) => {
    for (const compression of [false, true]) {
      const client = clientOf(compression)
      const answer = await client.bulk({
        operations: [{ index: { _index: 'vdi' } }, { message: `compressed ${compression}` }],
      })
      expect(answer.errors).toBe(false)
      expect((await client.info()).version.number).toBe('8.17.0')
      await client.close()
    }
    expect(port.logs().map((item) => item.text)).toEqual([
      '{"message":"compressed false"}',
      '{"message":"compressed true"}',
    ])
  })

  it('is told of a version conflict on create and goes on with the bulk helper', async () => {
    const client = new Client8({ node: url })
    const document = { '@timestamp': '2026-11-21T10:00:00Z', message: 'once' }
    await client.create({ index: 'vdi', id: '1', document })
    await expect(client.create({ index: 'vdi', id: '1', document })).rejects.toMatchObject({
      statusCode: 409,
    })
    const result = await client.helpers.bulk({
      datasource: [{ message: 'a' }, { message: 'b' }],
      onDocument: () => ({ create: { _index: 'vdi' } }),
    })
    expect(result.successful).toBe(2)
    await client.close()
  })

  it('retries what is refused while overloaded', async () => {
    const client = new Client8({ node: url, maxRetries: 0 })
    port.failure = new AppError('overloaded', 'too much is waiting to be stored; try again')
    const sent = client.bulk({ operations: [{ index: { _index: 'vdi' } }, { m: 1 }] })
    await expect(sent).rejects.toMatchObject({ statusCode: 429 })
    expect(counters.snapshot().get('bulk')?.refused.get('overloaded')).toBe(1)
    await client.close()
  })
})

describe('pino-elasticsearch', () => {
  it('delivers log lines', async () => {
    const stream = pinoElastic({ node: url, index: 'pino', esVersion: 8, flushBytes: 10 })
    pino({}, stream).error('disk slow')
    await vi.waitFor(() => expect(port.logs()).toHaveLength(1))
    expect(port.logs()[0]!.text).toContain('disk slow')
    stream.destroy()
  })
})

describe('the probes of Beats and Logstash', () => {
  it.each([
    ['HEAD', '/', 200],
    ['GET', '/_license', 200],
    ['GET', '/_xpack', 200],
    ['GET', '/_cluster/health?wait_for_status=yellow', 200],
    ['HEAD', '/_index_template/filebeat-8.17.0', 404],
    ['PUT', '/_index_template/filebeat-8.17.0', 200],
    ['GET', '/_ilm/policy/filebeat', 404],
    ['PUT', '/_ilm/policy/filebeat', 200],
    ['GET', '/_nodes/http', 200],
    ['HEAD', '/_data_stream/logs', 404],
    ['PUT', '/_data_stream/logs', 200],
    ['GET', '/_ingest/pipeline/x', 404],
    ['PUT', '/_ingest/pipeline/x', 200],
    ['HEAD', '/some-index', 404],
    ['PUT', '/some-index', 200],
    ['GET', '/pino/_refresh', 200],
    ['POST', '/x/_search', 404],
    ['GET', '/_cat/indices', 404],
    ['GET', '/_security/_authenticate', 404],
    ['DELETE', '/_data_stream/logs', 404],
    ['GET', '/_bulk', 404],
    ['GET', '/_nodes/ingest', 200],
  ] as const)('%s %s is answered %i in JSON', async (method, path, status) => {
    const answer = await fetch(url + path, {
      method,
      ...(method === 'PUT' || method === 'POST' ? { body: '{}' } : {}),
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(answer.headers.get('x-elastic-product')).toBe('Elasticsearch')
    if (method !== 'HEAD' && status === 404) {
      expect(await answer.json()).toMatchObject({ status: 404, error: { reason: /only added/ } })
    }
  })
})

describe('a request', () => {
  it.each([
    'application/x-ndjson',
    'application/vnd.elasticsearch+x-ndjson; compatible-with=9',
    '',
  ])('with content type "%s" is taken', async (contentType) => {
    const answer = await fetch(`${url}/_bulk`, {
      method: 'POST',
      headers: contentType === '' ? {} : { 'content-type': contentType },
      body: Buffer.from('{"index":{}}\n{"m":1}\n'),
    })
    expect(answer.status).toBe(200)
  })

  it('that is too large is answered 413 in the shape of its protocol', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/_bulk',
      headers: { 'content-length': String(2 ** 40), 'content-type': 'application/x-ndjson' },
      payload: Buffer.from('{}'),
    })
    expect(answer.statusCode).toBe(413)
    expect(counters.limited.bodyBytes).toBe(1)
    expect(answer.json()).toMatchObject({ error: { type: 'content_too_long_exception' } })
  })

  it('of a strange content type is answered 415', async () => {
    const headers = { 'content-type': 'nonsense' }
    const answer = await fetch(`${url}/v1/logs`, { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(415)
  })

  it('meets a full disk with 503 and when to try again, a fault of ours with 500 and no detail', async () => {
    port.failure = new AppError('storage_full', 'no space left')
    const full = await fetch(`${url}/_bulk`, { method: 'POST', body: '{}' })
    expect([full.status, full.headers.get('retry-after')]).toEqual([503, '10'])
    port.failure = new TypeError('undefined is not a function')
    const fault = await fetch(`${url}/_bulk`, { method: 'POST', body: '{}' })
    expect(fault.status).toBe(500)
    expect(await fault.text()).not.toContain('undefined')
  })
})

describe('the bounds of all connections together', () => {
  async function listen(bounds: Partial<HttpIngestOptions>): Promise<string> {
    await app.close()
    // Node looks for requests that take too long every 30 s unless told.
    app = fastify({ http: { connectionsCheckingInterval: 20 } })
    await app.register(httpIngest, { port, counters, now: () => RECEIVED, ...bounds })
    await app.listen({ host: '127.0.0.1', port: 0 })
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  }

  const bulkOf = (bytes: number) => Buffer.from(`{"index":{}}\n{"m":"${'x'.repeat(bytes)}"}\n`)

  it('a body there is no room for is answered 429, and there is room again after an answer', async () => {
    const base = await listen({ bodiesBytes: 1000 })
    const post = (body: Buffer) =>
      fetch(`${base}/_bulk`, { method: 'POST', body, signal: AbortSignal.timeout(10_000) })
    for (let i = 0; i < 5; i++) expect((await post(bulkOf(700))).status).toBe(200)
    const refused = await post(bulkOf(2000))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await refused.json()).toMatchObject({
      error: { type: 'es_rejected_execution_exception' },
    })
    expect(counters.limited.bodiesBytes).toBe(1)
    expect((await post(bulkOf(700))).status).toBe(200)
  })

  it('a sender that breaks off leaves no body behind', async () => {
    const base = await listen({ bodiesBytes: 1000 })
    for (let i = 0; i < 5; i++) {
      const socket = connect(Number(new URL(base).port), '127.0.0.1')
      socket.write('POST /_bulk HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5000\r\n\r\n')
      socket.write('x'.repeat(700))
      await new Promise((resolve) => setTimeout(resolve, 20))
      socket.resetAndDestroy()
    }
    await vi.waitFor(async () => {
      const answer = await fetch(`${base}/_bulk`, { method: 'POST', body: bulkOf(700) })
      expect(answer.status).toBe(200)
    })
  })

  it('a request that is dripped is ended and counted', async () => {
    const base = await listen({ requestMs: 100 })
    const socket = connect(Number(new URL(base).port), '127.0.0.1')
    socket.write('POST /_bulk HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5000\r\n\r\nx')
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (d) => resolve(d.toString())),
    )
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect(counters.limited.requestMs).toBe(1)
    socket.destroy()
  })

  it('a connection too many is closed and counted', async () => {
    const base = await listen({ connections: 1 })
    const sockets = [1, 2].map(() => connect(Number(new URL(base).port), '127.0.0.1'))
    await vi.waitFor(() => expect(counters.limited.httpConnections).toBe(1))
    for (const socket of sockets) socket.destroy()
  })
})
