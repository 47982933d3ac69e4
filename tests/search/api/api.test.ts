import { pino } from 'pino'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Envelope } from '../../../ingest/port.ts'
import { AppError, ERROR_CODES } from '../../../model/errors.ts'
import type { DependantsAnswer } from '../../../model/api.ts'
import type { LogRecord } from '../../../model/record.ts'
import { formatTime, MAX_TIME, micros, MIN_TIME, type Micros } from '../../../model/time.ts'
import { STATUS_OF } from '../../../search/api/errors.ts'
import type { ApiParts } from '../../../search/api/parts.ts'
import { buildServer } from '../../../search/api/server.ts'
import { SourceWatch } from '../../../search/api/source-watch.ts'
import { CachedTopology } from '../../../search/topology/cached-topology.ts'
import { record } from '../../support/record.ts'
import { NO_SAMPLE } from '../../support/no-sample.ts'
import { ledger, MemoryStore } from './memory-store.ts'

const NOW = micros(1_795_000_100_000_000)
const START = NOW - 100_000_000

let store: MemoryStore
let app: FastifyInstance
let submitted: Envelope[]
let problems: string[]
let watch: SourceWatch
let parts: ApiParts

beforeEach(async () => {
  store = new MemoryStore()
  submitted = []
  problems = []
  watch = new SourceWatch(store, () => NOW, fail)
  parts = {
    store,
    port: {
      submit: async (envelope) => {
        submitted.push(envelope)
        return { status: 200, headers: {}, body: '' }
      },
    },
    ingest: {
      listeners: () => [{ protocol: 'http', address: '127.0.0.1:7600' }],
      problems: async () => problems,
      isTaking: async () => problems.length === 0,
      measurements: async () => [{ name: 'ingest_held_items', value: 7 }],
      settled: async () => undefined,
    },
    ...NO_SAMPLE,
    topology: new CachedTopology(store, () => NOW / 1000),
    sources: watch,
    now: () => NOW,
    version: '0.1.0',
    role: 'all',
  }
  app = await buildServer(parts, { logger: pino({ level: 'silent' }), isLoopback: true })
})

afterEach(async () => {
  watch.close()
  await app.close()
})

/** `count` records a second apart, sequence 1 first, alternating between two hosts. */
function fill(count: number): LogRecord[] {
  const records = Array.from({ length: count }, (_, i) =>
    record({
      id: `20261120-n1-${(i + 1).toString(36)}`,
      time: (START + i * 1_000_000) as Micros,
      source: i % 2 === 0 ? 'esx-01' : 'esx-02',
      host: i % 2 === 0 ? 'esx-01' : 'esx-02',
      body: `line ${i} of many`,
      raw: Buffer.from(`<14>line ${i}`),
    }),
  )
  store.add(records)
  return records
}

async function post(url: string, payload: object, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url, payload, headers })
}

interface Page {
  records: { id: string }[]
  next?: string
}

describe('search', () => {
  test('answers the newest 100, and goes on exactly where a page stopped', async () => {
    const records = fill(250)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const answer = (await post('/api/v1/search', { query: 'line', cursor })).json<Page>()
      seen.push(...answer.records.map(({ id }) => id))
      expect(answer.records.length).toBeLessThanOrEqual(100)
      cursor = answer.next
    } while (cursor !== undefined)
    expect(seen).toEqual(records.map(({ id }) => id).reverse())
  })

  test('streams any number of records, and ends with coverage', async () => {
    fill(12_000)
    const response = await post(
      '/api/v1/search',
      { query: '', limit: 11_000 },
      { accept: 'application/x-ndjson' },
    )
    const lines = response.body.trimEnd().split('\n')
    expect(lines).toHaveLength(11_001)
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ end: true, coverage: { complete: true } })
    expect(JSON.parse(lines.at(-1)!)).toHaveProperty('next')
  })

  test('answers a table where the query ends in one, also as a stream', async () => {
    fill(10)
    const query = '| stats count() by host | sort host'
    const table = {
      columns: [{ name: 'host' }, { name: 'count()' }],
      rows: [
        ['esx-01', 5],
        ['esx-02', 5],
      ],
    }
    expect((await post('/api/v1/search', { query })).json()).toMatchObject(table)
    const stream = await post('/api/v1/search', { query }, { accept: 'application/x-ndjson' })
    const [columns, ...rows] = stream.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(columns).toEqual({ columns: table.columns })
    expect(rows.slice(0, 2)).toEqual(table.rows)
  })

  test('takes the ends of the calendar as open ends', async () => {
    fill(2)
    const window = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' }
    expect(
      (await post('/api/v1/search', { query: '', ...window })).json<Page>().records,
    ).toHaveLength(2)
  })

  test('knows an entity by the names the inventory gives it', async () => {
    fill(4)
    await store.putEntities([
      {
        id: 'hypervisor:4c4c',
        type: 'hypervisor',
        name: 'Rack 7 slot 2',
        layer: 'hypervisor',
        team: null,
        aliases: [{ kind: 'hostname', value: 'esx-02', from: MIN_TIME, to: MAX_TIME }],
        attributes: {},
      },
    ])
    const { records } = (await post('/api/v1/search', { query: 'entity:esx-02' })).json<Page>()
    expect(records).toHaveLength(2)
  })
})

describe('a request that cannot be followed is refused with code, place and help', () => {
  test.each<[string, object, object]>([
    ['/api/v1/search', { query: 'a and (' }, { code: 'invalid_query' }],
    ['/api/v1/search', { query: 'x', form: 1 }, { message: 'unknown field "form" in the body' }],
    ['/api/v1/search', {}, { message: 'the body lacks "query"' }],
    ['/api/v1/search', { query: null }, { message: 'query must be a string, not null' }],
    [
      '/api/v1/search',
      { query: 'x', limit: '5' },
      { message: 'limit must be an integer, not "5"' },
    ],
    ['/api/v1/search', { query: 'x', order: 'up' }, { message: /must be one of newest, oldest/ }],
    ['/api/v1/search', { query: 'x', form: 1 }, { hint: /there are query, from, to/ }],
    [
      '/api/v1/patterns',
      { query: 'x', baseline: { from: 'now' } },
      { message: 'baseline lacks "to"' },
    ],
    ['/api/v1/search', { query: 'x', from: 'soon' }, { message: /cannot read from "soon"/ }],
    ['/api/v1/search', { query: 'x', from: 'now', to: 'now-1h' }, { message: /window is empty/ }],
    ['/api/v1/search', { query: 'x', limit: 20_000 }, { message: /largest page/ }],
    ['/api/v1/histogram', { query: 'x | top 5 host', from: '-1h', to: 'now' }, { offset: 2 }],
    [
      '/api/v1/histogram',
      { query: 'x', from: '-1h', to: 'now', width: '1ms' },
      { message: /buckets/ },
    ],
    [
      '/api/v1/histogram',
      { query: '"a|b" | top 5 host', from: '-1h', to: 'now' },
      { offset: 6, hint: /leave out/ },
    ],
    [
      '/api/v1/histogram',
      { query: 'x', from: '-1h', to: 'now', width: '1m', buckets: 5 },
      { message: 'give either buckets or width' },
    ],
    ['/api/v1/series', { query: 'near:x | top host', from: '-1h', to: 'now' }, { offset: 7 }],
    ['/api/v1/series', { from: '-1h', to: 'now' }, { message: 'give either entity or query' }],
    ['/api/v1/backup', { folder: 'backup' }, { message: /absolute/ }],
  ])('%s %j', async (url, payload, error) => {
    const response = await post(url, payload)
    expect(response.statusCode).toBe(400)
    for (const [field, value] of Object.entries(error)) {
      const told = response.json<{ error: Record<string, unknown> }>().error[field]
      if (value instanceof RegExp) expect(told).toMatch(value)
      else expect(told).toEqual(value)
    }
  })

  test('and nothing of an unexpected error leaks', async () => {
    store.search = () => Promise.reject(new Error('secret path /srv/x'))
    const response = await post('/api/v1/search', { query: 'x' })
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('secret')
  })
})

test('every error code has a status', () => {
  expect(Object.keys(STATUS_OF).sort()).toEqual([...ERROR_CODES].sort())
})

test('a histogram covers its window without gaps and counts everything once', async () => {
  fill(100)
  const window = { from: formatTime(START as Micros), to: formatTime(NOW) }
  const { buckets } = (
    await post('/api/v1/histogram', { query: 'line', ...window, buckets: 7, by: 'host' })
  ).json<{ buckets: { from: string; to: string; count: number; by: Record<string, number> }[] }>()
  expect(buckets.length).toBeLessThanOrEqual(7)
  expect(buckets[0]!.from).toBe(window.from)
  expect(buckets.at(-1)!.to).toBe(window.to)
  buckets.slice(1).forEach((bucket, i) => expect(bucket.from).toBe(buckets[i]!.to))
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(100)
  expect(buckets.reduce((sum, { by }) => sum + (by['esx-01'] ?? 0), 0)).toBe(50)
})

test('a histogram that is fitted begins and ends with a record, in whole buckets of the window', async () => {
  const records = fill(100)
  const fitted = async (query: string, from: string) => {
    const asked = { query, from, to: '2030-01-01T00:00:00Z', buckets: 50, by: 'host', fit: true }
    const answered = await post('/api/v1/histogram', asked)
    return answered.json<{ buckets: { from: string; to: string; count: number }[] }>().buckets
  }
  const all = await fitted('line', '2000-01-01T00:00:00Z')
  const times = records.map(({ time }) => Number(time))
  const width = (Date.parse(all[0]!.to) - Date.parse(all[0]!.from)) * 1_000
  expect(all.length).toBeLessThanOrEqual(50)
  expect(Math.min(...times) - Date.parse(all[0]!.from) * 1_000).toBeLessThan(width)
  expect(Date.parse(all.at(-1)!.to) * 1_000 - Math.max(...times)).toBeLessThanOrEqual(width)
  expect([all[0]!.count, all.at(-1)!.count]).not.toContain(0)
  expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(100)
  const cut = formatTime((Math.min(...times) + 1) as Micros)
  expect((await fitted('line', cut))[0]!.from >= cut).toBe(true)
  expect(await fitted('host:nowhere', '2000-01-01T00:00:00Z')).toEqual([])
})

test('facets count the listed, the others and the missing', async () => {
  fill(9)
  store.add([record({ id: '20261120-n1-zz', host: null })])
  const { fields } = (
    await post('/api/v1/facets', { query: '', fields: ['host'], limit: 1 })
  ).json<{ fields: object[] }>()
  expect(fields).toEqual([
    { field: 'host', values: [{ value: 'esx-01', count: 5 }], other: 4, missing: 1 },
  ])
})

test('times are RFC 3339 also where they are counted', async () => {
  const [first] = fill(1)
  const time = formatTime(first!.time)
  const facets = await post('/api/v1/facets', { query: '', fields: ['@timestamp'] })
  expect(facets.json()).toMatchObject({ fields: [{ values: [{ value: time, count: 1 }] }] })
  const histogram = { query: '', from: '-1h', to: 'now', buckets: 1, by: 'time' }
  expect((await post('/api/v1/histogram', histogram)).json()).toMatchObject({
    buckets: [{ by: { [time]: 1 } }],
  })
})

test('an answer that a limit cuts off says so', async () => {
  const template = (id: string) => ({ id, text: id })
  store.add([
    record({ id: '20261120-n1-1', template: template('one') }),
    record({ id: '20261120-n1-2', template: template('two') }),
  ])
  const patterns = await post('/api/v1/patterns', { query: '', limit: 1 })
  expect(patterns.json()).toMatchObject({
    coverage: { notes: ['the first 1 of 2 patterns; raise limit for more'] },
  })
})

test('patterns tell each one its part of the change', async () => {
  const line = (i: number, id: string, time: number) =>
    record({
      id: `20261120-n1-${i}`,
      time: time as Micros,
      template: { id, text: id },
    })
  store.add([
    line(1, 'steady', START + 1),
    line(2, 'steady', START + 50_000_000),
    line(3, 'gone', START + 2),
    line(4, 'new', START + 51_000_000),
    line(5, 'new', START + 52_000_000),
    line(6, 'new', START + 53_000_000),
  ])
  const at = (seconds: number) => formatTime((START + seconds * 1_000_000) as Micros)
  const { patterns } = (
    await post('/api/v1/patterns', {
      query: '',
      from: at(50),
      to: at(100),
      baseline: { from: at(0), to: at(50) },
    })
  ).json<{ patterns: object[] }>()
  expect(patterns).toMatchObject([
    { template: 'new', count: 3, before: 0, change: 0.75 },
    { template: 'gone', count: 0, before: 1, change: -0.25 },
    { template: 'steady', count: 1, before: 1, change: 0 },
  ])
})

describe('records', () => {
  test('come with their bytes, as base64 where they are no UTF-8', async () => {
    store.add([record({ id: '20261120-n1-a', raw: Uint8Array.of(0xff, 0x41) })])
    const [text] = fill(1)
    expect((await app.inject(`/api/v1/records/${text!.id}`)).json()).toMatchObject({
      raw: '<14>line 0',
    })
    const binary = (await app.inject('/api/v1/records/20261120-n1-a')).json<
      Record<string, unknown>
    >()
    expect(binary['rawBase64']).toBe('/0E=')
    expect((await app.inject('/api/v1/records/none')).statusCode).toBe(404)
  })

  test('have a context in order, ties of the same microsecond included', async () => {
    const tied = Array.from({ length: 7 }, (_, i) =>
      record({ id: `20261120-n1-${i + 1}`, source: 's', time: START as Micros, body: `${i}` }),
    )
    store.add(tied)
    const context = (
      await app.inject('/api/v1/records/20261120-n1-4/context?before=2&after=9')
    ).json<Record<'before' | 'after', { body: string }[]>>()
    expect(context.before.map(({ body }) => body)).toEqual(['1', '2'])
    expect(context.after.map(({ body }) => body)).toEqual(['4', '5', '6'])
  })

  test('have a context across the layers around their entity and their host', async () => {
    await store.putEntities([
      {
        id: 'hypervisor:h',
        type: 'hypervisor',
        name: 'esx-09',
        layer: 'hypervisor',
        team: null,
        aliases: [],
        attributes: {},
      },
    ])
    await store.putRelations([
      {
        type: 'runs_on',
        from: 'vm:v',
        to: 'hypervisor:h',
        validFrom: MIN_TIME,
        validTo: MAX_TIME,
        provenance: 'inventory',
      },
      {
        type: 'backed_by',
        from: 'datastore:d',
        to: 'volume:naa.1',
        validFrom: MIN_TIME,
        validTo: MAX_TIME,
        provenance: 'inventory',
      },
    ])
    const line = (i: number, entity: string, host: string | null) =>
      record({ id: `20261120-n1-${i}`, time: (START + i) as Micros, entity, host, body: entity })
    store.add([
      line(1, 'vm:v', null),
      line(2, 'volume:naa.1', 'ESX-09'),
      line(3, 'datastore:d', null),
      line(4, 'vm:other', null),
    ])
    const context = (await app.inject('/api/v1/records/20261120-n1-2/context?scope=layers')).json<
      Record<'before' | 'after', { body: string }[]>
    >()
    expect(context.before.map(({ body }) => body)).toEqual(['vm:v'])
    expect(context.after.map(({ body }) => body)).toEqual(['datastore:d'])
  })
})

test('what belongs with a record comes with its reason', async () => {
  const naa = 'naa.600a0980383036326a5d4f6e75713451'
  const line = (i: number, source: string, body: string) =>
    record({
      ...{ id: `20261120-n1-${i}`, time: (START + i) as Micros, source, body },
      keys: [{ kind: 'naa', value: naa }],
      template: { id: source, text: source },
    })
  store.add([line(1, 'filer-1', `LUN ${naa} is slow`), line(2, 'esx-01', `abort on ${naa}`)])
  const response = await post('/api/v1/related', { record: '20261120-n1-2' })
  expect(response.statusCode).toBe(200)
  expect(response.json()).toMatchObject({
    links: [
      {
        record: { id: '20261120-n1-1', source: 'filer-1' },
        kind: 'identifier',
        value: naa,
        reason: `both carry the device ${naa}, read in the message`,
        strength: 0.949,
        order: { verdict: 'undecided' },
      },
    ],
    coverage: { notes: [] },
  })
  expect((await post('/api/v1/related', { record: 'none' })).statusCode).toBe(404)
  const wrong = await post('/api/v1/related', { recrod: 'x' })
  expect(wrong.json()).toMatchObject({ error: { code: 'invalid_request' } })
})

test('entities, their path and history are answered as of a time', async () => {
  const move = (START + 50) as Micros
  const relation = (to: string, from: Micros, until: Micros) => ({
    type: 'runs_on' as const,
    from: 'vm:v',
    to,
    validFrom: from,
    validTo: until,
    provenance: 'inventory',
  })
  await store.putRelations([
    relation('hypervisor:a', MIN_TIME, move),
    relation('hypervisor:b', move, MAX_TIME),
  ])
  const path = async (at: number) =>
    (await app.inject(`/api/v1/entities/vm:v/path?at=${formatTime(at as Micros)}`)).json<{
      entities: { id: string }[]
      relations: object[]
    }>()
  expect((await path(move - 1)).entities.map(({ id }) => id)).toEqual(['vm:v', 'hypervisor:a'])
  expect((await path(move)).entities.map(({ id }) => id)).toEqual(['vm:v', 'hypervisor:b'])
  expect((await path(move)).relations).toMatchObject([
    { validTo: null, validFrom: formatTime(move) },
  ])
  const { history, entities: ends } = (await app.inject('/api/v1/entities/vm:v/history')).json<{
    history: object[]
    entities: { id: string }[]
  }>()
  expect(history).toMatchObject([{ what: 'relation_ended' }, { what: 'relation_began' }])
  expect(ends.map(({ id }) => id).sort()).toEqual(['hypervisor:a', 'hypervisor:b', 'vm:v'])
  const named = (await app.inject('/api/v1/entities')).json<{ entities: { id: string }[] }>()
  expect(named.entities.map(({ id }) => id)).toEqual(['hypervisor:a', 'hypervisor:b', 'vm:v'])
  fill(2)
  const { entities } = (await app.inject('/api/v1/entities?q=esx')).json<{ entities: object[] }>()
  expect(entities).toMatchObject([{ id: 'hypervisor:esx-01', type: 'hypervisor' }])
  expect((await app.inject('/api/v1/entities/vm:ghost')).statusCode).toBe(404)
})

test('what depends on an entity is answered as of a time, all counted and some listed', async () => {
  const move = (START + 50) as Micros
  const runsOn = (from: string, to: string, validFrom: Micros, validTo: Micros) => ({
    type: 'runs_on' as const,
    from,
    to,
    validFrom,
    validTo,
    provenance: 'inventory',
  })
  await store.putRelations([
    runsOn('vm:1', 'hypervisor:a', MIN_TIME, move),
    runsOn('vm:1', 'hypervisor:b', move, MAX_TIME),
    runsOn('vm:3', 'hypervisor:b', MIN_TIME, MAX_TIME),
    runsOn('vm:2', 'hypervisor:b', MIN_TIME, MAX_TIME),
    { ...runsOn('hba:x', 'hypervisor:b', MIN_TIME, MAX_TIME), type: 'connects_to' as const },
  ])
  const dependants = async (id: string, at: number, limit = 10) =>
    (
      await app.inject(
        `/api/v1/entities/${id}/dependants?limit=${limit}&at=${formatTime(at as Micros)}`,
      )
    ).json<DependantsAnswer>()
  const before = await dependants('hypervisor:b', move - 1)
  expect(before.entities.map(({ id }) => id)).toEqual(['vm:2', 'vm:3', 'hba:x'])
  const after = await dependants('hypervisor:b', move, 1)
  expect(after).toMatchObject({
    counts: [
      { type: 'vm', relation: 'runs_on', count: 3 },
      { type: 'hba', relation: 'connects_to', count: 1 },
    ],
    entities: [{ id: 'vm:1' }],
    relations: [{ from: 'vm:1', to: 'hypervisor:b', validFrom: formatTime(move) }],
    coverage: { notes: ['the first 1 of 4 dependants; raise limit for more'] },
  })
  expect((await dependants('vm:1', move)).counts).toEqual([])
  expect((await app.inject('/api/v1/entities/vm:ghost/dependants')).statusCode).toBe(404)
})

test('series have points with the least and greatest of each step', async () => {
  store.seriesList = [
    {
      series: {
        entity: 'vm:v',
        name: 'vm.cpu.ready',
        unit: '1',
        kind: 'gauge',
        source: 's',
        attributes: {},
      },
      times: Float64Array.of(START),
      values: Float64Array.of(0.5),
      min: Float64Array.of(0.1),
      max: Float64Array.of(0.9),
    },
  ]
  const { series } = (
    await post('/api/v1/series', { query: 'near:vm:v', from: '-1h', to: 'now', step: '1m' })
  ).json<{ series: object[] }>()
  expect(series).toEqual([
    {
      entity: 'vm:v',
      metric: 'vm.cpu.ready',
      unit: '1',
      attributes: {},
      points: [[formatTime(START as Micros), 0.5, 0.1, 0.9]],
    },
  ])
})

test('sources show their ledger, watermark and an unknown clock', async () => {
  store.sourceList = [
    {
      source: 'esx-01',
      host: 'esx-01',
      layer: 'hypervisor',
      format: 'esxi-vmkernel',
      counts: ledger({ received: 3, stored: 2, rejected: 1 }),
      watermark: (NOW - 1_500_000) as Micros,
      lastReceived: (NOW - 1_000_000) as Micros,
    },
  ]
  expect((await app.inject('/api/v1/sources')).json()).toMatchObject({
    sources: [{ source: 'esx-01', lagMs: 500, state: 'rejected', clock: { method: 'none' } }],
    coverage: { complete: false, sources: { rejected: 1 } },
  })
})

test('dead letters are listed, replayed in their protocol, deleted', async () => {
  const letter = (id: string, protocol: string, raw: string) => ({
    id,
    received: NOW,
    source: 's',
    protocol,
    reason: 'no time',
    raw: Buffer.from(raw),
  })
  store.letters = [
    letter('1', 'bulk', '{"a":1}'),
    letter('2', 'logs', '{}'),
    letter('3', 'syslog', 'x'),
  ]
  const list = (await app.inject('/api/v1/dead-letters?limit=2')).json<{ next: string }>()
  expect(list).toMatchObject({ deadLetters: [{ id: '1', raw: '{"a":1}' }, { id: '2' }], next: '2' })
  expect((await post('/api/v1/dead-letters/replay', { ids: ['1', '3'] })).json()).toEqual({
    replayed: 2,
    failed: [],
  })
  expect(submitted.map(({ protocol, body }) => [protocol, Buffer.from(body).toString()])).toEqual([
    ['bulk', '{"index":{}}\n{"a":1}\n'],
    ['lines', 'x\n'],
  ])
  const gone = await app.inject({ method: 'DELETE', url: '/api/v1/dead-letters/2' })
  expect(gone.json()).toEqual({ deleted: 1 })
  expect(store.letters).toEqual([])
  expect((await app.inject({ method: 'DELETE', url: '/api/v1/dead-letters/2' })).statusCode).toBe(
    404,
  )
})

test('dead letters are tried with every format, and replayed as lines of one', async () => {
  const line = (id: string, raw: string) => ({
    id,
    received: NOW,
    source: 's',
    protocol: 'logs',
    reason: 'it is not a JSON object',
    raw: Buffer.from(raw),
  })
  store.letters = [
    line('1', '<13>1 2026-11-20T10:00:00Z vdi-1 app - - - one'),
    line('2', '<13>1 2026-11-20T10:00:01Z vdi-1 app - - - two'),
    line('3', 'nothing that has a form'),
  ]
  const ids = ['1', '2', '3']
  const { of, formats } = (await post('/api/v1/dead-letters/read', { ids })).json<{
    of: number
    formats: { format: string; reads: number; first: string }[]
  }>()
  expect(of).toBe(3)
  expect(formats.find(({ format }) => format === 'rfc5424')).toMatchObject({
    reads: 2,
    first: 'one',
  })
  expect(formats.map(({ reads }) => reads)).toEqual(
    formats
      .map(({ reads }) => reads)
      .sort()
      .reverse(),
  )
  expect(store.letters).toHaveLength(3)
  expect(submitted).toEqual([])

  await post('/api/v1/dead-letters/replay', { ids: ['1', '2'], format: 'rfc5424' })
  expect(submitted.map(({ protocol, meta }) => [protocol, meta['format'], meta['source']])).toEqual(
    [
      ['lines', 'rfc5424', 's'],
      ['lines', 'rfc5424', 's'],
    ],
  )
  // Two letters of one source are two lines, and not one line twice.
  expect(new Set(submitted.map(({ meta }) => meta['file'])).size).toBe(2)
  expect(store.letters.map(({ id }) => id)).toEqual(['3'])
  expect((await post('/api/v1/dead-letters/replay', { format: 'none' })).statusCode).toBe(400)
  expect((await post('/api/v1/dead-letters/read', { ids: ['9'] })).statusCode).toBe(404)
})

test('a dead letter that is refused again does not stay beside the new one', async () => {
  const letter = (id: string, protocol: string) => ({
    id,
    received: NOW,
    source: 's',
    protocol,
    reason: 'no time',
    raw: Buffer.from('{}'),
  })
  store.letters = [
    letter('1', 'logs'),
    letter('2', 'bulk'),
    letter('3', 'logs'),
    letter('4', 'logs'),
  ]
  const replies = [
    { status: 400, body: '{"rejected":1,"results":[{"line":1,"error":"no time here"}]}' },
    { status: 200, body: '{"errors":true,"items":[]}' },
    { status: 200, body: '{"accepted":1,"rejected":0,"results":[]}' },
  ]
  parts.port.submit = async () => {
    const reply = replies.shift()
    if (reply === undefined) throw new AppError('storage_full', 'the disk is full')
    return { headers: {}, ...reply }
  }
  expect((await post('/api/v1/dead-letters/replay', {})).json()).toEqual({
    replayed: 1,
    failed: [
      { id: '1', reason: 'no time here' },
      { id: '2', reason: 'answered 200: {"errors":true,"items":[]}' },
      { id: '4', reason: 'the disk is full' },
    ],
  })
  expect(store.letters.map(({ id }) => id)).toEqual(['4'])
})

describe('health', () => {
  test('is ok and ready while records are taken and questions answered', async () => {
    expect((await app.inject('/health')).json()).toMatchObject({ status: 'ok', store: 'embedded' })
    expect((await app.inject('/ready')).statusCode).toBe(200)
  })

  test('says what is wrong', async () => {
    problems.push('the disk is full')
    expect((await app.inject('/health')).json()).toMatchObject({
      status: 'degraded',
      problems: ['the disk is full'],
    })
    expect((await app.inject('/ready')).statusCode).toBe(503)
  })

  test('metrics are Prometheus text', async () => {
    const { body } = await app.inject('/metrics')
    expect(body).toContain('plumbline_ingest_held_items 7')
    expect(body).toContain('plumbline_store_records 3')
  })
})

test.each(['/api/v1/why'])('%s answers 501 with a sentence', async (url) => {
  const response = await post(url, {})
  expect(response.statusCode).toBe(501)
  expect(response.json()).toMatchObject({ error: { code: 'not_implemented' } })
})

describe('a web page on this machine gets nothing', () => {
  test.each<[string, Record<string, string>]>([
    ['a rebound name', { host: 'evil.example:7600' }],
    ['a foreign origin', { host: '127.0.0.1:7600', origin: 'https://evil.example' }],
  ])('%s', async (_name, headers) => {
    const response = await app.inject({ url: '/api/v1/sources', headers })
    expect(response.statusCode).toBe(403)
  })

  test('while the page it serves itself may ask', async () => {
    const headers = { host: 'localhost:7600', origin: 'http://localhost:7600' }
    expect((await app.inject({ url: '/api/v1/sources', headers })).statusCode).toBe(200)
  })
})

test('every answer carries the security headers', async () => {
  for (const url of ['/health', '/none', '/api/docs']) {
    const { headers } = await app.inject(url)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  }
})

function fail(error: unknown): never {
  throw error
}
