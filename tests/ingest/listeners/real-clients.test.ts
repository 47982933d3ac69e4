import type { AddressInfo } from 'node:net'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import fastify, { type FastifyInstance } from 'fastify'
import pino from 'pino'
import { pinoLoki } from 'pino-loki'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import winston from 'winston'
import LokiTransport from 'winston-loki'
import { httpIngest } from '../../../ingest/listeners/http.ts'
import { ListenerCounters } from '../../../ingest/listeners/listener-counters.ts'
import { RECEIVED } from '../../support/envelopes.ts'
import { RecordingPort } from '../../support/recording-port.ts'

let app: FastifyInstance
let port: RecordingPort
let url: string

beforeEach(async () => {
  app = fastify()
  port = new RecordingPort()
  await app.register(httpIngest, { port, counters: new ListenerCounters(), now: () => RECEIVED })
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})

afterEach(async () => {
  await app.close()
})

const resource = resourceFromAttributes({ 'service.name': 'broker', 'host.name': 'desk-1' })

describe('the OpenTelemetry exporters', () => {
  it.each([
    ['JSON', () => new JsonLogs({ url: `${url}/v1/logs` })],
    ['protobuf', () => new ProtobufLogs({ url: `${url}/v1/logs` })],
    ['protobuf to the Loki address', () => new ProtobufLogs({ url: `${url}/otlp/v1/logs` })],
  ])('deliver logs in %s', async (_encoding, exporterOf) => {
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter: exporterOf() })],
    })
    provider.getLogger('lib').emit({
      severityNumber: 17,
      severityText: 'ERROR',
      body: 'disk slow',
      attributes: { 'vm.id': 'vm-42' },
    })
    await provider.forceFlush()
    await provider.shutdown()
    expect(port.logs()).toHaveLength(1)
    expect(port.logs()[0]).toMatchObject({
      source: 'desk-1',
      parsed: { body: 'disk slow', severity: 17, entity: 'service:broker' },
    })
  })

  it.each([
    ['JSON', () => new JsonMetrics({ url: `${url}/v1/metrics` })],
    ['protobuf', () => new ProtobufMetrics({ url: `${url}/v1/metrics` })],
  ])('deliver metrics in %s', async (_encoding, exporterOf) => {
    const reader = new PeriodicExportingMetricReader({
      exporter: exporterOf(),
      exportIntervalMillis: 600_000,
    })
    const provider = new MeterProvider({
      resource,
      readers: [reader],
      views: [
        {
          instrumentName: 'exponential',
          aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
        },
      ],
    })
    const meter = provider.getMeter('lib')
    meter.createCounter('logons', { unit: '1' }).add(3, { pool: 'a' })
    meter.createHistogram('rtt', { unit: 'ms' }).record(12)
    meter.createHistogram('exponential', { unit: 'ms' }).record(3)
    await provider.forceFlush()
    await provider.shutdown()
    const values = new Map(
      port.metrics().map(({ series, value }) => {
        const le = series.attributes['le']
        return [le === undefined ? series.name : `${series.name} ${String(le)}`, value]
      }),
    )
    expect(values.get('logons')).toBe(3)
    expect(values.get('rtt.sum')).toBe(12)
    expect(values.get('rtt.bucket 25')).toBe(1)
    expect(values.get('exponential.count')).toBe(1)
    expect(values.get('exponential.bucket +Inf')).toBe(1)
  })
})

describe('pino-loki', () => {
  it('delivers log lines', async () => {
    const stream = pinoLoki({ host: url, batching: false, labels: { app: 'broker' } })
    pino({}, stream).error('disk slow')
    await vi.waitFor(() => expect(port.logs()).toHaveLength(1))
    stream.end()
    const [item] = port.logs()
    expect(item!.text).toContain('disk slow')
    expect(item!.parsed).toMatchObject({ app: 'broker', severity: 17 })
  })
})

describe('winston-loki', () => {
  it.each([true, false])('delivers log lines with json: %s', async (json) => {
    const transport = new LokiTransport({
      host: url,
      json,
      batching: false,
      labels: { job: 'winston' },
      format: winston.format.simple(),
    })
    const logger = winston.createLogger({ transports: [transport] })
    logger.error('disk slow')
    await vi.waitFor(() => expect(port.logs()).toHaveLength(1))
    logger.close()
    expect(port.logs()[0]!.text).toContain('disk slow')
    expect(port.logs()[0]!.parsed).toMatchObject({ app: 'winston', severity: 17 })
  })
})
