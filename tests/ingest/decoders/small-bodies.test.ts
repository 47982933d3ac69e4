import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { decoderFor } from '../../../ingest/decoders/index.ts'
import { LimitError, LIMITS } from '../../../ingest/decoders/limits.ts'
import type { ProtocolName } from '../../../ingest/port.ts'
import { envelope } from '../../support/envelopes.ts'

/** Bytes after decompression: far more parts than we take, in a body that is far below its own limit. */
const BYTES = 24 * 1024 * 1024
/** Far above what it takes to stop at a million, far below what these bodies would make of themselves. */
const MOST_HEAP_BYTES = 700 * 1024 * 1024

/** Time of the processor; built, they take a minute and more of it. */
const SLOW_MS = 20_000

const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const JSON_TYPE = { 'content-type': 'application/json' }
const V2 = { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' }

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
}

/** A protobuf field of wire type 2 that holds `content`. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(content.length)]), content])
}

function filled(unit: string | readonly number[], bytes = BYTES): Buffer {
  const pattern = typeof unit === 'string' ? Buffer.from(unit) : Buffer.from(unit)
  return Buffer.alloc(bytes - (bytes % pattern.length), pattern)
}

/** An empty field of wire type 2, over and over. */
const empty = (number: number, bytes = BYTES): Buffer => filled([number * 8 + 2, 0], bytes)

const json = (before: string, unit: string, after: string): Buffer =>
  Buffer.concat([Buffer.from(before), filled(unit), Buffer.from(after)])

/** One snappy literal: a decoder cannot tell it from what a compressor makes. */
function snappyOf(content: Buffer): Buffer {
  const literal = [0xfc, 0, 0, 0, 0]
  const head = Buffer.from([...varint(content.length), ...literal])
  head.writeUInt32LE(content.length - 1, head.length - 4)
  return Buffer.concat([head, content])
}

const labels = (count: number): string =>
  `{${Array.from({ length: count }, (_, i) => `l${i}="v"`).join(',')}}`

const attribute = (name: string): Buffer => field(1, field(1, Buffer.from(name)))

const resource = (count: number): Buffer =>
  field(1, Buffer.concat(Array.from({ length: count }, (_, i) => attribute(`attribute.${i}`))))

const NAME_LABEL = field(
  1,
  Buffer.concat([field(1, Buffer.from('__name__')), field(2, Buffer.from('up'))]),
)

type Case = readonly [what: string, protocol: ProtocolName, meta: object, body: () => Buffer]

const CASES: readonly Case[] = [
  ['lines of our own', 'logs', {}, () => filled('{}\n')],
  ['lines of a file', 'lines', {}, () => filled('x\n')],
  ['blank lines of a file', 'lines', {}, () => filled('\n')],
  ['entries', 'loki', PROTOBUF, () => snappyOf(field(1, empty(2)))],
  ['streams', 'loki', PROTOBUF, () => snappyOf(empty(1))],
  ['streams in JSON', 'loki', JSON_TYPE, () => json('{"streams":[', '{},', '{}]}')],
  [
    'entries that share a thousand labels',
    'loki',
    PROTOBUF,
    () => snappyOf(field(1, Buffer.concat([field(1, Buffer.from(labels(1000))), empty(2)]))),
  ],
  [
    'entries that share one long label',
    'loki',
    PROTOBUF,
    () => {
      const long = Buffer.from(`{a="${'x'.repeat(1_000_000)}"}`)
      return snappyOf(field(1, Buffer.concat([field(1, long), empty(2)])))
    },
  ],
  ['scopes', 'otlp-logs', PROTOBUF, () => field(1, empty(2))],
  ['records', 'otlp-logs', PROTOBUF, () => field(1, field(2, empty(2)))],
  [
    'records that share a thousand attributes',
    'otlp-logs',
    PROTOBUF,
    () => field(1, Buffer.concat([resource(1000), field(2, empty(2))])),
  ],
  ['lists in JSON', 'otlp-logs', JSON_TYPE, () => json('{"resourceLogs":[', '[],', '[]]}')],
  ['lists inside each other', 'otlp-logs', JSON_TYPE, () => filled('[')],
  ['scopes of metrics', 'otlp-metrics', PROTOBUF, () => field(1, empty(2))],
  ['points', 'otlp-metrics', PROTOBUF, () => field(1, field(2, field(2, field(5, empty(1)))))],
  ['series', 'remote-write', PROTOBUF, () => snappyOf(filled([...field(1, NAME_LABEL)]))],
  [
    'samples',
    'remote-write',
    PROTOBUF,
    () => snappyOf(field(1, Buffer.concat([NAME_LABEL, empty(2)]))),
  ],
  ['symbols', 'remote-write', V2, () => snappyOf(empty(4))],
  [
    'series that share one long symbol',
    'remote-write',
    V2,
    () => {
      const symbols = ['', '__name__', 'x'.repeat(1_000_000)]
      const series = Buffer.from([0x2a, 4, 0x0a, 2, 1, 2])
      const head = symbols.map((symbol) => field(4, Buffer.from(symbol)))
      return snappyOf(Buffer.concat([...head, filled([...series], 1024 * 1024)]))
    },
  ],
]

describe('a request of very many', () => {
  it.each(CASES)(
    '%s (%s) is refused before they are built',
    (_what, protocol, meta, body) => {
      const sent = envelope(protocol, body(), { ...meta })
      const cpuBefore = process.cpuUsage()
      const heapBefore = process.memoryUsage().heapUsed
      let refusal: unknown
      try {
        decoderFor(protocol)!.decode(sent)
      } catch (error) {
        refusal = error
      }
      expect(refusal).toBeInstanceOf(LimitError)
      expect(refusal).toMatchObject({ code: 'too_large' })
      expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(MOST_HEAP_BYTES)
      const { user } = process.cpuUsage(cpuBefore)
      expect(user / 1000).toBeLessThan(SLOW_MS)
    },
    120_000,
  )
})

describe('one part of a request that is very large', () => {
  const rejections = (protocol: ProtocolName, meta: object, body: Buffer) =>
    decoderFor(protocol)!
      .decode(envelope(protocol, body, { ...meta }))
      .items.map((item) => (item.kind === 'rejected' ? item.limit : item.kind))

  it('costs itself: attributes of a record, of a resource, labels of a stream and a series', () => {
    const many = resource(LIMITS.attributes + 1)
    const record = field(2, Buffer.alloc(0))
    const own = field(2, empty(6, 3000))
    const body = Buffer.concat([
      field(1, Buffer.concat([many, field(2, record)])),
      field(1, field(2, Buffer.concat([own, record]))),
    ])
    expect(rejections('otlp-logs', PROTOBUF, body)).toEqual(['attributes', 'attributes', 'log'])
    const stream = (text: string): Buffer =>
      field(1, Buffer.concat([field(1, Buffer.from(text)), field(2, Buffer.alloc(0))]))
    const streams = Buffer.concat([stream(labels(LIMITS.attributes + 1)), stream('{a="b"}')])
    expect(rejections('loki', PROTOBUF, snappyOf(streams))).toEqual(['attributes', 'log'])
    expect(rejections('remote-write', PROTOBUF, snappyOf(field(1, empty(1, 3000))))).toEqual([
      'attributes',
    ])
  })

  it('costs itself: a document, a line, a log message of more than we take', () => {
    const long = 'x'.repeat(LIMITS.recordBytes)
    const bulk = Buffer.from(`{"index":{}}\n{"a":"${long}"}\n{"index":{}}\n{"a":1}\n`)
    expect(rejections('bulk', {}, bulk)).toEqual(['recordBytes', 'log'])
    expect(rejections('logs', {}, Buffer.from(`{"body":"${long}"}`))).toEqual(['recordBytes'])
    const entry = field(2, field(2, Buffer.from(long)))
    expect(rejections('loki', PROTOBUF, snappyOf(field(1, entry)))).toEqual(['recordBytes'])
    const record = field(2, field(5, field(1, Buffer.from(long))))
    expect(rejections('otlp-logs', PROTOBUF, field(1, field(2, record)))).toEqual(['recordBytes'])
  })

  it('costs itself: a document nested too deeply, a histogram of too many buckets', () => {
    const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
    expect(rejections('bulk', {}, Buffer.from(`{"index":{}}\n${deep}\n`))).toEqual(['depth'])
    const line = `{"time":"2026-11-21T10:00:00Z","source":"s","body":"b","attributes":${deep}}`
    expect(rejections('logs', {}, Buffer.from(line))).toEqual(['depth'])
    const point = field(1, field(6, Buffer.alloc(8 * (LIMITS.buckets + 1))))
    const metric = field(2, Buffer.concat([field(1, Buffer.from('m')), field(9, point)]))
    expect(rejections('otlp-metrics', PROTOBUF, field(1, field(2, metric)))).toEqual(['buckets'])
  })
})
