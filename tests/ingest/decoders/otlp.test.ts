import { BinaryWriter } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import { elementsAt } from '../../../ingest/decoders/json-elements.ts'
import { otlpLogsDecoder } from '../../../ingest/decoders/otlp-logs.ts'
import { otlpMetricsDecoder } from '../../../ingest/decoders/otlp-metrics.ts'
import { refuseTraces } from '../../../ingest/decoders/otlp-traces.ts'
import type { Item } from '../../../ingest/decoders/decoder.ts'
import { envelope, logItems, metricItems, roundTrip } from '../../support/envelopes.ts'
import { recordedRequests } from '../../support/shared-fixtures.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' }

const recorded = recordedRequests('otlp')

const jsonLogs = (...logRecords: unknown[]) =>
  envelope(
    'otlp-logs',
    JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'host.name', value: { stringValue: 'h1' } }] },
          scopeLogs: [{ scope: { name: 'lib' }, logRecords }],
        },
      ],
    }),
    JSON_TYPE,
  )

const message = (write: (writer: BinaryWriter) => void): Uint8Array => {
  const writer = new BinaryWriter()
  write(writer)
  return writer.finish()
}

/** Wraps LogRecord messages into a request of one resource and scope. */
const protobufLogs = (...records: Uint8Array[]) =>
  message((request) =>
    request.tag(1, 2).bytes(
      message((resource) =>
        resource.tag(2, 2).bytes(
          message((scope) => {
            for (const record of records) scope.tag(2, 2).bytes(record)
          }),
        ),
      ),
    ),
  )

describe('OTLP logs', () => {
  it.skipIf(recorded.length === 0)('of the real exporters say the same in each encoding', () => {
    const read = recorded
      .filter(({ url }) => url === '/v1/logs')
      .map(({ headers, body }) => roundTrip(otlpLogsDecoder, envelope('otlp-logs', body, headers)))
    expect(read).toHaveLength(3)
    for (const { items, reply } of read) {
      const [item] = logItems(items)
      expect(item!.parsed).toMatchObject({
        body: 'disk slow',
        app: 'svc',
        entity: 'service:svc',
        severity: 17,
        severityText: 'ERROR',
        stamp: { kind: 'instant' },
        attributes: {
          'vm.id': 'vm-42',
          arr: '[1,2]',
          'service.name': 'svc',
          'otel.scope.name': 'x',
        },
      })
      expect(reply.status).toBe(200)
    }
    expect(read[0]!.reply.headers['content-type']).toBe('application/x-protobuf')
    expect(read[1]!.reply.body).toBe('{}')
  })

  it('keep the text of their JSON object, nanoseconds, trace and event', () => {
    const record =
      '{"timeUnixNano":"1795255200123456789","severityNumber":13,"body":{"stringValue":"slow"},' +
      '"attributes":[{"key":"logRecords","value":{"stringValue":"\\"logRecords\\":[{}]"}}],' +
      '"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","eventName":"disk.slow"}'
    const body = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[ ${record} , {"body":{"intValue":"7"}}]}]}]}`
    const items = logItems(roundTrip(otlpLogsDecoder, envelope('otlp-logs', body, JSON_TYPE)).items)
    expect(items.map((item) => item.text)).toEqual([record, '{"body":{"intValue":"7"}}'])
    expect(items[0]!.parsed).toMatchObject({
      stamp: { us: 1795255200123456, ns: 789 },
      eventName: 'disk.slow',
      attributes: { trace_id: '5b8efff798038103d269b633813fc60c', span_id: 'eee19b7ec3c1b174' },
    })
    expect(items[1]!.parsed!.body).toBe('7')
  })

  it('with time 0 take the observed time', () => {
    const [item] = logItems(
      roundTrip(
        otlpLogsDecoder,
        jsonLogs({ timeUnixNano: '0', observedTimeUnixNano: '1795255200000000001' }),
      ).items,
    )
    expect(item!.parsed!.stamp).toMatchObject({ us: 1795255200000000, ns: 1 })
    expect(item).toMatchObject({ source: 'h1', parsed: { host: 'h1', entity: 'vm:h1' } })
  })

  it('read from a file are read by the format of their line', () => {
    const record = {
      body: { stringValue: '<11>1 2026-11-21T10:00:00Z esx-9 sshd 42 - - refused' },
      attributes: [{ key: 'log.file.name', value: { stringValue: 'messages' } }],
    }
    const [item] = logItems(roundTrip(otlpLogsDecoder, jsonLogs(record)).items)
    expect(item).toMatchObject({ format: 'rfc5424', parsed: { body: 'refused', severity: 17 } })
  })

  it('flatten maps, keep int64 exactly and bound nesting', () => {
    let deep: unknown = { stringValue: 'end' }
    for (let i = 0; i < 100; i++) deep = { arrayValue: { values: [deep] } }
    const attributes = [
      { key: 'm', value: { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } } },
      { key: 'big', value: { intValue: '9223372036854775807' } },
      { key: 'deep', value: deep },
    ]
    const [item] = logItems(roundTrip(otlpLogsDecoder, jsonLogs({ attributes })).items)
    expect(item!.parsed!.attributes).toMatchObject({ 'm.a': true, big: '9223372036854775807' })
    expect(item!.parsed!.attributes!['deep']).toContain('(nested too deeply)')
  })

  it('reject a broken record alone, in the encoding of the request', () => {
    const good = message((record) =>
      record.tag(5, 2).bytes(message((value) => value.tag(1, 2).string('fine'))),
    )
    const broken = Uint8Array.of(0x09, 1, 2)
    const body = protobufLogs(good, broken, good)
    const { items, reply } = roundTrip(otlpLogsDecoder, envelope('otlp-logs', body, PROTOBUF_TYPE))
    expect(items.map((item) => item.kind)).toEqual(['log', 'rejected', 'log'])
    expect(Buffer.from((items[0] as { raw: Uint8Array }).raw)).toEqual(Buffer.from(good))
    expect(Buffer.from(reply.body).subarray(0, 4)).toEqual(
      Buffer.from([0x0a, reply.body.length - 2, 0x08, 1]),
    )
    expect(() =>
      otlpLogsDecoder.decode(envelope('otlp-logs', body.subarray(0, 9), PROTOBUF_TYPE)),
    ).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  it('in JSON keep their own bytes, whatever stands beside them', () => {
    const record = (body: string) => `{"body":{"stringValue":"${body}"}}`
    const request = Buffer.concat([
      Buffer.from('{"resourceLogs":[{"resource":{"logRecords":[{"no":1}]},"scopeLogs":['),
      Buffer.from(`{"logRecords":[7,${record('Genève')},`),
      Buffer.from(record('Z\xfcrich'), 'latin1'),
      Buffer.from(']}]}]}'),
    ])
    const { items } = roundTrip(otlpLogsDecoder, envelope('otlp-logs', request, JSON_TYPE))
    expect(logItems(items).map(({ parsed, lossy }) => [parsed!.body, lossy ?? false])).toEqual([
      ['Genève', false],
      ['Zürich', true],
    ])
    expect(logItems(items).map(({ raw }) => Buffer.from(raw).toString('latin1'))).toEqual([
      Buffer.from(record('Genève')).toString('latin1'),
      record('Z\xfcrich'),
    ])
    expect(items.filter((item) => item.kind === 'rejected')).toHaveLength(1)
  })

  it('fail in the shape of google.rpc.Status', () => {
    expect(otlpLogsDecoder.failure(429, 'busy', JSON_TYPE).body).toBe('{"code":8,"message":"busy"}')
    const binary = otlpLogsDecoder.failure(400, 'bad', PROTOBUF_TYPE)
    expect(Buffer.from(binary.body as Uint8Array)).toEqual(Buffer.from([8, 3, 18, 3, 98, 97, 100]))
  })
})

const pointsBy = (items: readonly Item[]) =>
  metricItems(items).map(({ series, value }) => [
    series.name,
    series.kind,
    series.attributes['le'] ?? series.attributes['quantile'] ?? '',
    value,
  ])

const jsonMetrics = (...metrics: unknown[]) =>
  envelope(
    'otlp-metrics',
    JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
    JSON_TYPE,
  )

describe('OTLP metrics', () => {
  it.skipIf(recorded.length === 0)('of the real exporters say the same in each encoding', () => {
    const read = recorded
      .filter(({ url }) => url === '/v1/metrics')
      .map(({ headers, body }) =>
        roundTrip(otlpMetricsDecoder, envelope('otlp-metrics', body, headers)),
      )
    expect(read).toHaveLength(2)
    for (const { items } of read) {
      const points = pointsBy(items)
      expect(points).toContainEqual(['c', 'sum', '', 3])
      expect(points).toContainEqual(['h.count', 'sum', '', 1])
      expect(points).toContainEqual(['h.sum', 'sum', '', 12])
      expect(points).toContainEqual(['h.bucket', 'histogram', '10', 0])
      expect(points).toContainEqual(['h.bucket', 'histogram', '25', 1])
      expect(points).toContainEqual(['h.bucket', 'histogram', '+Inf', 1])
    }
    expect(pointsBy(read[0]!.items)).toEqual(pointsBy(read[1]!.items))
  })

  it('of all shapes become points of plain series', () => {
    const { items } = roundTrip(
      otlpMetricsDecoder,
      jsonMetrics(
        {
          name: 'g',
          gauge: { dataPoints: [{ asInt: '5' }, { asDouble: 1, flags: 1 }, { asDouble: 'NaN' }] },
        },
        {
          name: 'd',
          sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ asDouble: 2 }] },
        },
        { name: 'u', sum: { aggregationTemporality: 2, dataPoints: [{ asDouble: 2 }] } },
        {
          name: 'e',
          exponentialHistogram: {
            aggregationTemporality: 2,
            dataPoints: [
              {
                scale: 0,
                count: '6',
                sum: 20,
                zeroCount: 1,
                positive: { offset: 0, bucketCounts: ['2', '0', '3'] },
              },
            ],
          },
        },
        {
          name: 's',
          summary: {
            dataPoints: [{ count: 2, sum: 4, quantileValues: [{ quantile: 0.5, value: 2 }] }],
          },
        },
      ),
    )
    expect(pointsBy(items)).toEqual([
      ['g', 'gauge', '', 5],
      ['d', 'delta', '', 2],
      ['u', 'gauge', '', 2],
      ['e.count', 'sum', '', 6],
      ['e.sum', 'sum', '', 20],
      ['e.bucket', 'histogram', '0', 1],
      ['e.bucket', 'histogram', '2', 3],
      ['e.bucket', 'histogram', '8', 6],
      ['e.bucket', 'histogram', '+Inf', 6],
      ['s.count', 'sum', '', 2],
      ['s.sum', 'sum', '', 4],
      ['s.quantile', 'gauge', '0.5', 2],
    ])
  })

  it('of the vcenter receiver get their neutral names and units', () => {
    const body = {
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'vcenter.vm.id', value: { stringValue: '5029' } }] },
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'vcenter.vm.cpu.readiness',
                  unit: '%',
                  gauge: { dataPoints: [{ asInt: 12 }] },
                },
              ],
            },
          ],
        },
      ],
    }
    const sent = envelope('otlp-metrics', JSON.stringify(body), JSON_TYPE)
    const [point] = metricItems(roundTrip(otlpMetricsDecoder, sent).items)
    expect(point!.value).toBeCloseTo(0.12)
    expect(point!.series).toMatchObject({ entity: 'vm:5029', name: 'vm.cpu.ready', unit: '1' })
  })

  it('without a name or with too many buckets are rejected with a partial success', () => {
    const bucketCounts = Array.from({ length: 5000 }, () => 1)
    const { reply } = roundTrip(
      otlpMetricsDecoder,
      jsonMetrics({ gauge: {} }, { name: 'h', histogram: { dataPoints: [{ bucketCounts }] } }),
    )
    expect(JSON.parse(String(reply.body))).toMatchObject({
      partialSuccess: { rejectedDataPoints: '2' },
    })
  })
})

describe('OTLP traces', () => {
  it('are refused with their number of spans', () => {
    const spans = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{}, {}] }] }] })
    const json = refuseTraces(Buffer.from(spans), JSON_TYPE)
    expect(JSON.parse(String(json.body))).toMatchObject({ partialSuccess: { rejectedSpans: '2' } })
    const span = protobufLogs(Uint8Array.of(), Uint8Array.of(), Uint8Array.of())
    const binary = Buffer.from(refuseTraces(span, PROTOBUF_TYPE).body)
    expect(binary.subarray(2, 4)).toEqual(Buffer.from([8, 3]))
  })
})

describe('the records inside a JSON text', () => {
  const found = (text: string, ...path: string[]): string[] =>
    elementsAt(Buffer.from(text), path).map(String)

  it('are found past strings, nested lists and members of the same name elsewhere', () => {
    const text =
      '{"a":[{"x":1}],"b":[{"k":[{"y":"]}"},7,{"k":[{}]}]},{"z":{"k":[{"no":0}]}}],"c":"b"}'
    expect(found(text, 'b', 'k')).toEqual(['{"y":"]}"}', '{"k":[{}]}'])
    expect(found(text, 'a')).toEqual(['{"x":1}'])
  })
})
