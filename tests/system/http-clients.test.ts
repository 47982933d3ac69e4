import { Client as Client8 } from '@elastic/elasticsearch'
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtoMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { Client as Client9 } from 'elasticsearch9'
import { createRequire } from 'node:module'
import type { Transform } from 'node:stream'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino, type DestinationStream } from 'pino'
import { pinoLoki } from 'pino-loki'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from 'winston'
import LokiTransport from 'winston-loki'
import { findRecord, findRecords, findSeries, readLedger } from '../support/answers.ts'
import { servePlumbline, type PlumblineProcess } from '../support/plumbline-process.ts'

/** CommonJS whose types promise a default export that it does not have. */
const pinoElasticsearch = createRequire(import.meta.url)('pino-elasticsearch') as (options: {
  node: string
  index: string
  flushInterval: number
}) => Transform & DestinationStream

const WARN = 13
const ERROR = 17

let folder: string
let server: PlumblineProcess

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-http-'))
  server = await servePlumbline({ data: join(folder, 'data') })
})

afterAll(async () => {
  await readLedger(server)
  await server.stop()
  rmSync(folder, { recursive: true })
})

describe.each([
  ['8', Client8],
  // The calls made here are the same in both; only their types differ.
  ['9', Client9 as unknown as typeof Client8],
] as const)('@elastic/elasticsearch %s', (version, Client) => {
  const documents = (marker: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({
      '@timestamp': new Date(Date.UTC(2026, 10, 20, 10, 0, n)).toISOString(),
      message: `${marker} document ${n}`,
      log: { level: 'warn' },
      host: { name: 'es-host-1' },
    }))

  test.each([false, true])('bulk helper stores every document (gzip %s)', async (compression) => {
    const client = new Client({ node: server.url, compression })
    const marker = `es${version}${compression ? 'gzip' : 'plain'}`
    const result = await client.helpers.bulk({
      datasource: documents(marker, 500),
      onDocument: () => ({ create: { _index: 'logs-app-default' } }),
    })
    expect(result).toMatchObject({ total: 500, successful: 500, failed: 0 })
    const records = await findRecords(server, marker, 500)
    expect(records).toHaveLength(500)
    expect(records[0]).toMatchObject({
      time: '2026-11-20T10:08:19Z',
      host: 'es-host-1',
      severity: WARN,
      body: `${marker} document 499`,
    })
    await client.close()
  })

  test('the same ids sent twice are stored once', async () => {
    const client = new Client({ node: server.url })
    const marker = `es${version}retry`
    const operations = documents(marker, 10).flatMap((document, n) => [
      { create: { _index: 'logs-app-default', _id: `${marker}-${n}` } },
      document,
    ])
    const first = await client.bulk({ operations })
    const second = await client.bulk({ operations })
    expect(first.errors).toBe(false)
    expect(second.items.map((item) => item.create?.status)).toEqual(Array(10).fill(409))
    expect(await findRecords(server, marker, 10)).toHaveLength(10)
    await client.close()
  })
})

test('pino-elasticsearch stores what pino logs', async () => {
  const stream = pinoElasticsearch({ node: server.url, index: 'pino', flushInterval: 200 })
  pino(stream).error({ pool: 'vdi-7' }, 'pinoelastic cannot reach broker')
  expect(await findRecord(server, 'pinoelastic')).toMatchObject({
    severity: ERROR,
    body: 'pinoelastic cannot reach broker',
    attributes: { pool: 'vdi-7' },
  })
  stream.destroy()
})

describe('OpenTelemetry', () => {
  const resource = resourceFromAttributes({ 'service.name': 'broker', 'host.name': 'otel-host-1' })

  test.each([
    ['protobuf', ProtoLogExporter],
    ['JSON', JsonLogExporter],
  ] as const)('log exporter (%s) stores what is emitted', async (encoding, Exporter) => {
    const exporter = new Exporter({ url: `${server.url}/v1/logs` })
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter })],
    })
    const marker = `otellog${encoding.toLowerCase()}`
    provider.getLogger('desktop').emit({
      timestamp: [1_795_170_000, 123_456_789],
      severityNumber: ERROR,
      severityText: 'ERROR',
      body: `${marker} session refused`,
      attributes: { 'session.count': 17 },
    })
    await provider.forceFlush()
    await provider.shutdown()
    expect(await findRecord(server, marker)).toMatchObject({
      time: '2026-11-20T10:20:00.123456789Z',
      host: 'otel-host-1',
      severity: ERROR,
      severityText: 'ERROR',
      body: `${marker} session refused`,
      attributes: { 'session.count': 17 },
    })
  })

  test.each([
    ['protobuf', ProtoMetricExporter],
    ['JSON', JsonMetricExporter],
  ] as const)('metric exporter (%s) stores points', async (encoding, Exporter) => {
    const reader = new PeriodicExportingMetricReader({
      exporter: new Exporter({ url: `${server.url}/v1/metrics` }),
      exportIntervalMillis: 60_000,
    })
    const provider = new MeterProvider({ resource, readers: [reader] })
    const name = `broker.queue.${encoding.toLowerCase()}`
    provider.getMeter('desktop').createUpDownCounter(name).add(42)
    await provider.forceFlush()
    await provider.shutdown()
    const { points } = await findSeries(server, 'service:broker', name)
    expect(points[0]![1]).toBe(42)
  })
})

test('pino-loki stores what pino logs', async () => {
  const stream = pinoLoki({ host: server.url, batching: false, labels: { app: 'broker' } })
  pino({ base: { host: 'loki-host-1' } }, stream).warn('pinoloki queue grows')
  const record = await findRecord(server, 'pinoloki')
  expect(record.severity).toBe(WARN)
  expect(record.body).toContain('pinoloki queue grows')
  stream.destroy()
})

test.each([true, false])('winston-loki stores what winston logs (JSON %s)', async (json) => {
  const marker = json ? 'winstonjson' : 'winstonproto'
  const transport = new LokiTransport({
    host: server.url,
    json,
    interval: 1,
    labels: { app: 'broker' },
  })
  createLogger({ transports: [transport] }).error(`${marker} profile share is gone`)
  const record = await findRecord(server, marker)
  expect(record.severity).toBe(ERROR)
  expect(record.body).toContain(`${marker} profile share is gone`)
  await transport.close?.()
})
