import { deflateSync, gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import snappy from 'snappyjs'
import { describe, expect, it } from 'vitest'
import type { Decoder, Item } from '../../../ingest/decoders/decoder.ts'
import { DECODERS } from '../../../ingest/decoders/index.ts'
import type { ProtocolName } from '../../../ingest/port.ts'
import { AppError } from '../../../model/errors.ts'
import { envelope, roundTrip } from '../../support/envelopes.ts'
import { recordedRequests } from '../../support/shared-fixtures.ts'

/** Mutations per decoder; more with FUZZ_RUNS. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10_000)
/** No input of these sizes may take longer than this, whatever the machine is doing beside. */
const SLOW_MS = 2_000

type Meta = Record<string, string>
interface Seed {
  readonly body: Uint8Array
  readonly meta: Meta
}

const text = (body: string, meta: Meta = {}): Seed => ({ body: Buffer.from(body), meta })

const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const JSON_TYPE = { 'content-type': 'application/json' }

const recorded = (client: string, path = ''): Seed[] =>
  recordedRequests(client)
    .filter(({ url }) => url.includes(path))
    .map(({ body, headers }) => ({ body, meta: { ...headers } }))

/** The protobuf inside a snappy block, mutated before it is compressed again, reaches the readers. */
const resnapped = (seed: Seed): Seed => ({
  body: Buffer.from(snappy.uncompress(seed.body, 1_000_000)),
  meta: { ...seed.meta, 'x-compress': 'snappy' },
})

const gunzippedProtobuf = text('', PROTOBUF)

const NDJSON_TIME = '"time":"2026-11-21T10:00:00.123456789Z"'

const SEEDS: Readonly<Partial<Record<ProtocolName, () => Seed[]>>> = {
  bulk: () => [
    text(
      '{"index":{"_index":"a"}}\n{"@timestamp":"2026-11-21T10:00:00Z","message":"x"}\n{"create":{"_id":"1"}}\n{"a":{"b":[1,{"c":null}]}}\n',
    ),
    { body: gzipSync('{"index":{}}\n{"m":1}\n'), meta: { 'content-encoding': 'gzip' } },
    { body: deflateSync('{"index":{}}\n{"m":1}\n'), meta: { 'content-encoding': 'deflate' } },
    text('{"message":"<13>Nov 21 10:00:00 h a: b"}', {
      path: '/x/_doc/1',
      query: 'filter_path=a.*',
    }),
  ],
  'otlp-logs': () => [
    ...recorded('otlp', 'logs').map((seed) => plain(seed)),
    ...recorded('otlp', 'logs'),
    gunzippedProtobuf,
  ],
  'otlp-metrics': () => [
    ...recorded('otlp', 'metrics').map((seed) => plain(seed)),
    ...recorded('otlp', 'metrics'),
    text(
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"e","exponentialHistogram":{"dataPoints":[{"scale":2,"count":"3","positive":{"offset":1,"bucketCounts":["1","2"]}}]}}]}]}]}',
      JSON_TYPE,
    ),
    gunzippedProtobuf,
  ],
  'remote-write': () => [
    ...recorded('prom-remote-write1').flatMap((seed) => [seed, resnapped(seed)]),
    {
      body: Buffer.alloc(0),
      meta: {
        'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
        'x-compress': 'snappy',
      },
    },
  ],
  loki: () => [
    ...recorded('loki'),
    ...recorded('loki').slice(0, 1).map(resnapped),
    text(
      '{"streams":[{"labels":"{a=\\"b\\"}","entries":[{"ts":"2026-11-21T10:00:00Z","line":"x"}]}]}',
      JSON_TYPE,
    ),
  ],
  logs: () => [
    text(
      `{${NDJSON_TIME},"source":"s","entity":"vm:a","severity":"warn","body":"b","attributes":{"x":{"y":[1]}}}\n{}`,
    ),
  ],
  metrics: () => [
    text(
      `{${NDJSON_TIME},"entity":"vm:a","name":"cpu.ready.summation","value":1e3,"unit":"ms","intervalS":20}\n`,
    ),
  ],
  inventory: () => [
    text(
      `{${NDJSON_TIME},"entity":{"id":"vm:a","aliases":[{"kind":"ip","value":"10.0.0.1"}]}}\n{${NDJSON_TIME},"relation":{"type":"runs_on","from":"vm:a","to":"hypervisor:b"}}`,
    ),
  ],
  changes: () => [text(`{${NDJSON_TIME},"entity":"vm:a","kind":"k","actor":"me","summary":"s"}`)],
  lines: () => [text('one\r\ntwo\nthree\xff', { path: '/x', offset: '10' })],
}

function plain(seed: Seed): Seed {
  if (seed.meta['content-encoding'] !== 'gzip') return seed
  const meta = { ...seed.meta }
  delete meta['content-encoding']
  return { body: gunzipSync(seed.body), meta }
}

/** What a mutation does at a place of the body. */
const mutation = fc.record({
  kind: fc.constantFrom('flip', 'set', 'insert', 'delete', 'truncate', 'repeat'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
})
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

function mutate(body: Uint8Array, { kind, at, bytes }: Mutation): Uint8Array {
  const place = Math.floor(at * body.length)
  const before = body.subarray(0, place)
  const after = body.subarray(place)
  switch (kind) {
    case 'flip': {
      const copy = Uint8Array.from(body)
      if (copy.length > 0) copy[place % copy.length]! ^= bytes[0]!
      return copy
    }
    case 'set':
      return Buffer.concat([before, bytes, after.subarray(bytes.length)])
    case 'delete':
      return Buffer.concat([before, after.subarray(bytes[0])])
    case 'truncate':
      return before
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, 64), after])
    case 'insert':
      return Buffer.concat([before, bytes, after])
  }
}

/** Decodes and answers; anything but an AppError fails, and so does a slow answer. */
function survive(decoder: Decoder, body: Uint8Array, meta: Meta): readonly Item[] {
  const began = performance.now()
  try {
    return roundTrip(decoder, envelope(decoder.name, body, meta)).items
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return []
  } finally {
    expect(performance.now() - began).toBeLessThan(SLOW_MS)
  }
}

describe.each(DECODERS.map((decoder) => [decoder.name, decoder] as const))(
  'the decoder %s',
  (name, decoder) => {
    const seeds = SEEDS[name]?.() ?? []

    it('answers any mutation of real requests with items or an AppError, in bounded time', () => {
      expect(seeds.length).toBeGreaterThan(0)
      const input = fc.tuple(
        fc.nat(seeds.length - 1),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
      )
      fc.assert(
        fc.property(input, ([which, mutations]) => {
          const seed = seeds[which]!
          const mutated = mutations.reduce(mutate, seed.body)
          const body = seed.meta['x-compress'] === 'snappy' ? snappy.compress(mutated) : mutated
          survive(decoder, body, seed.meta)
        }),
        { numRuns: RUNS },
      )
    }, 600_000)

    it('answers random bytes in every encoding it knows', () => {
      const types = fc.constantFrom<Meta>(
        PROTOBUF,
        JSON_TYPE,
        {},
        { ...PROTOBUF, 'content-encoding': 'gzip' },
      )
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), types, (body, meta) => {
          survive(decoder, body, meta)
          survive(decoder, snappy.compress(body), meta)
        }),
        { numRuns: RUNS / 10 },
      )
    }, 600_000)

    it('answers JSON of the wrong shapes', () => {
      fc.assert(
        fc.property(
          fc.json({ maxDepth: 6 }),
          (body) => void survive(decoder, Buffer.from(body), JSON_TYPE),
        ),
        { numRuns: RUNS / 10 },
      )
    })

    it('refuses what is nested too deeply without running out of stack', () => {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
        ['{"a":[', ']}'],
      ] as const) {
        const deep = `${open.repeat(50_000)}1${close.repeat(50_000)}`
        for (const body of [
          deep,
          `{"index":{}}\n${deep}`,
          `{"streams":${deep}}`,
          `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${deep}}]}]}]}`,
        ]) {
          survive(decoder, Buffer.from(body), JSON_TYPE)
        }
      }
    })
  },
)
