import { connect, type AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FileSummary } from '../../../ingest/import/import-files.ts'
import { httpImport } from '../../../ingest/listeners/http-import.ts'
import { AppError } from '../../../model/errors.ts'
import { sendError } from '../../../search/api/errors.ts'
import { validateRequest } from '../../../search/api/validate.ts'
import { RECEIVED } from '../../support/envelopes.ts'
import { RecordingPort } from '../../support/recording-port.ts'
import { waitUntil } from '../../support/wait.ts'

let app: FastifyInstance
let port: RecordingPort
let url: string

beforeEach(async () => {
  app = fastify({ bodyLimit: 1024 })
  app.setValidatorCompiler(validateRequest)
  app.setErrorHandler(sendError)
  port = new RecordingPort()
  await app.register(httpImport, { port, now: () => RECEIVED })
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/import`
})

afterEach(() => app.close())

const lines = (count: number): string =>
  Array.from({ length: count }, (_, n) => `2026-11-20T10:00:00Z line ${n}\n`).join('')

async function send(
  query: string,
  body: string | Uint8Array<ArrayBuffer>,
  type = '',
): Promise<Response> {
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type }
  return fetch(`${url}?${query}`, { method: 'POST', body, headers })
}

const summaryOf = async (response: Response): Promise<FileSummary> => {
  expect(response.status).toBe(200)
  return (await response.json()) as FileSummary
}

test('a file of any size comes in chunks, and its summary balances', async () => {
  const text = lines(400_000)
  const modified = Date.parse('2026-11-21T00:00:00Z')
  const query = `name=logs%2Fbig.log&modified=${modified}&zone=Europe%2FRome&year=2026`
  const summary = await summaryOf(await send(query, text, 'text/plain'))
  const all = 400_000
  expect(summary).toEqual({
    path: 'logs/big.log',
    ...{ lines: all, bytes: text.length, records: all, stored: all },
    ...{ unparsed: 0, duplicates: 0, rejected: 0 },
  })
  expect(port.envelopes.length).toBeGreaterThan(2)
  const [first, second] = port.envelopes
  expect(first).toMatchObject({ protocol: 'lines', peer: 'logs/big.log', received: RECEIVED })
  expect(first!.meta).toMatchObject({
    ...{ path: 'logs/big.log', offset: '0', zone: 'Europe/Rome', year: '2026' },
    reference: '2026-11-21T00:00:00.000Z',
  })
  expect(second!.meta['file']).toBe(first!.meta['file'])
  expect(Number(second!.meta['offset'])).toBe(first!.body.length)
})

test('gzip is known by its bytes, whatever it is called', async () => {
  const summary = await summaryOf(await send('name=a.log', gzipSync(lines(10))))
  expect(summary).toMatchObject({ lines: 10, stored: 10 })
  expect(port.logs()[3]!.text).toBe('2026-11-20T10:00:00Z line 3')
})

test('an empty file is nothing, a binary one is refused, packed or not', async () => {
  expect(await summaryOf(await send('name=empty', ''))).toMatchObject({ lines: 0, records: 0 })
  const binary = Buffer.from([1, 2, 0, 3])
  for (const body of [binary, gzipSync(binary)]) {
    const response = await send('name=core', body)
    expect(response.status).toBe(415)
    expect(await response.text()).toContain('cannot read \\"core\\": it is binary')
  }
  expect(port.envelopes).toEqual([])
})

test('gzip that is cut off says up to where it was read', async () => {
  const packed = gzipSync(lines(1000))
  const cut = packed.subarray(0, packed.length - 9)
  const summary = await summaryOf(await send('name=a.gz', cut))
  expect(summary.failure).toMatch(/^read up to byte \d+: unexpected end of file/)
  expect(summary.records).toBe(summary.stored)
})

test('a parameter that cannot be used, and a disk that is full, are told', async () => {
  const refused = async (query: string): Promise<string> => {
    const response = await send(query, lines(1))
    return `${response.status} ${await response.text()}`
  }
  expect(await refused('')).toMatch(/^400 .*name/)
  expect(await refused('name=a&modified=yesterday')).toMatch(/^400 .*modified/)
  expect(await refused('name=a&colour=green')).toMatch(/^400 .*colour/)
  port.failure = new AppError('storage_full', 'the disk is full')
  expect(await refused('name=a')).toMatch(/^503 .*the disk is full/)
})

test('while there is no room it waits', async () => {
  port.failure = new AppError('overloaded', 'full')
  const sending = send('name=a', lines(2))
  setTimeout(() => (port.failure = undefined), 120)
  expect(await summaryOf(await sending)).toMatchObject({ stored: 2, rejected: 0 })
})

test('what came before a connection broke off is kept', async () => {
  const { port: number } = app.server.address() as AddressInfo
  const socket = connect(number, '127.0.0.1')
  const head = `POST /api/v1/import?name=half HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n`
  socket.write(head + lines(300_000))
  await waitUntil(
    async () => port.envelopes.length,
    (count) => count > 0,
  )
  socket.destroy()
  const { length } = port.envelopes
  expect(port.logs().length).toBeGreaterThan(1_000)
  expect(length).toBeGreaterThan(0)
  expect(await summaryOf(await send('name=other', lines(1)))).toMatchObject({ stored: 1 })
})
