import { describe, expect, inject, test } from 'vitest'
import type { ApiRecord, HistogramAnswer, RecordsAnswer, SeriesAnswer } from '../../model/api.ts'
import type { TimelineAnswer } from '../../model/timeline.ts'

/*
 * What Plumbline answers of the same records on both stores. Answers are compared whole but for three things: `tookMs`;
 * the cursor `next`, which only its own store understands and which is followed instead; the last digits of means.
 */

/** Of a mean, how far two sums of the same numbers may lie apart. */
const MEAN_SLACK = 1e-12

async function ask<T>(url: string | undefined, path: string, body?: object): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Record<string, unknown>
  expect(response.status, JSON.stringify(answer)).toBe(200)
  delete answer['tookMs']
  return answer as T
}

/** What the embedded store answers, after the other has answered the same. */
async function same<T>(path: string, body?: object): Promise<T> {
  const [embedded, elastic] = await Promise.all([
    ask<T>(inject('embeddedUrl'), path, body),
    ask<T>(inject('sampleUrl'), path, body),
  ])
  expect(elastic).toEqual(embedded)
  return embedded
}

/** The same, but for the last digits of means: each store adds the values of a step in an order of its own. */
async function sameSeries(body: object): Promise<void> {
  const [embedded, elastic] = await Promise.all([
    ask<SeriesAnswer>(inject('embeddedUrl'), '/series', body),
    ask<SeriesAnswer>(inject('sampleUrl'), '/series', body),
  ])
  const meansOf = ({ series }: SeriesAnswer): number[] =>
    series.flatMap(({ points }) => points.map(([, mean]) => mean))
  const withoutMeans = (answer: SeriesAnswer) => ({
    ...answer,
    series: answer.series.map((one) => ({
      ...one,
      points: one.points.map(([time, , ...extremes]) => [time, ...extremes]),
    })),
  })
  expect(withoutMeans(elastic)).toEqual(withoutMeans(embedded))
  const expected = meansOf(embedded)
  const apart = meansOf(elastic).filter(
    (mean, at) => Math.abs(mean - expected[at]!) > MEAN_SLACK * Math.abs(expected[at]!),
  )
  expect(apart).toEqual([])
}

/** The records of the first pages of a search, and whether there are more. */
async function pages(url: string, body: object, count: number): Promise<[ApiRecord[], boolean]> {
  const records: ApiRecord[] = []
  let cursor: string | undefined
  for (let page = 0; page < count; page++) {
    const answer = await ask<RecordsAnswer>(url, '/search', {
      ...body,
      ...(cursor === undefined ? {} : { cursor }),
    })
    records.push(...answer.records)
    cursor = answer.next
    if (cursor === undefined) break
  }
  return [records, cursor !== undefined]
}

async function samePages(body: object, count: number): Promise<ApiRecord[]> {
  const [embedded, elastic] = await Promise.all([
    pages(inject('embeddedUrl'), body, count),
    pages(inject('sampleUrl'), body, count),
  ])
  expect(elastic).toEqual(embedded)
  return embedded[0]
}

const NARROW = { from: '2026-11-20T10:30:00Z', to: '2026-11-20T11:00:00Z' }
const WHOLE = { from: '2026-11-20T09:00:00Z', to: '2026-11-20T11:00:00Z' }
const BEFORE = { from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:30:00Z' }
const LOADED = 137_828
const FIELDS = ['layer', 'host', 'entity', 'severity', 'app', 'source', 'format', 'process.pid']
const PIPES = [
  'stats count(), distinct(host), max(severity), first(host), last(host) by layer',
  'stats avg(uncertaintyMs), p50(uncertaintyMs) by source',
  'stats count() by bin(5m), severity',
  'top 20 app',
  'patterns | limit 20',
  'dedup host',
]

/** Which volume the slow desktop is said to share. */
async function volumeOfTheIncident(): Promise<string> {
  const view = { query: 'near:VDI-0417', ...NARROW, columns: 10 }
  const { sharing } = await ask<TimelineAnswer>(inject('embeddedUrl'), '/timeline', view)
  return sharing!.resource.id
}

/** Views of the sample, each with the query that asks for it. */
const VIEWS: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['the slow desktop', () => 'near:VDI-0417'],
  ['the volume that it shares', async () => `near:${JSON.stringify(await volumeOfTheIncident())}`],
  ['a hypervisor and what is near it', () => 'near:esx-14'],
  ['a hypervisor alone', () => 'entity:esx-02'],
  ['warnings', () => 'severity>=warn'],
  ['words, with a wildcard and without one', () => 'latency naa.600* -deteriorated'],
  ['an expression on what is said', () => '/late(ncy)?|deteriorat\\w+/i host:esx-1*'],
  ['an identifier', () => 'key.naa:* severity>=info'],
  ['hosts by wildcard', () => 'host:esx-0* (app:vmkernel or app:vobd)'],
  ['nothing', () => 'no such words'],
]

describe.each(VIEWS)('%s', (name, queryOf) => {
  test('has the same timeline, records and counts', async () => {
    const question = { query: await queryOf(), ...NARROW }
    await same('/timeline', { ...question, columns: 1_400 })
    for (const order of ['newest', 'oldest']) {
      const records = await samePages({ ...question, order, limit: 100 }, 3)
      expect(records.length > 0).toBe(name !== 'nothing')
    }
    await same('/histogram', { ...question, by: 'severity', fit: true })
    await same('/histogram', { ...question, by: 'host', width: '1m' })
    await same('/facets', { ...question, fields: FIELDS, limit: 50 })
    await same('/patterns', { ...question, baseline: BEFORE, limit: 10_000 })
  })

  test('has the same tables and metrics', async () => {
    const query = await queryOf()
    for (const pipe of PIPES) await same('/search', { query: `${query} | ${pipe}`, ...NARROW })
    await sameSeries({ query, ...NARROW, step: '5m', metrics: ['*.cpu.*', 'vm.disk.*'] })
    await same('/series', { query, ...NARROW, step: '0', metrics: ['vm.disk.latency'] })
  })

  test('has records that belong with the same', async () => {
    const records = await samePages({ query: await queryOf(), ...NARROW, limit: 40 }, 1)
    for (const { id } of records.filter((_, at) => at % 13 === 0)) {
      await same('/related', { record: id, limit: 200 })
      await same(`/records/${id}`)
      for (const scope of ['source', 'entity', 'layers']) {
        await same(`/records/${id}/context?scope=${scope}`)
      }
    }
  })
})

test('all that is loaded has the same timeline, records, counts and patterns', async () => {
  const everything = { query: '', ...WHOLE }
  await same('/timeline', { ...everything, columns: 240 })
  for (const order of ['newest', 'oldest']) {
    await samePages({ ...everything, order, limit: 1_000 }, 2)
  }
  const { buckets } = await same<HistogramAnswer>('/histogram', { ...everything, by: 'severity' })
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(LOADED)
  await same('/facets', { ...everything, fields: FIELDS })
  await same('/patterns', { ...everything, limit: 10_000 })
})

test('each kind of warning of the incident belongs with the same', async () => {
  const records = await samePages({ query: 'severity>=warn', ...NARROW, limit: 1_000 }, 1)
  const kinds = new Map(records.map(({ template, layer, id }) => [`${template?.id} ${layer}`, id]))
  expect(kinds.size).toBeGreaterThan(5)
  for (const id of kinds.values()) await same('/related', { record: id, limit: 200 })
})

test('the inventory is the same', async () => {
  const at = '2026-11-20T10:42:17Z'
  await same(`/entities?at=${at}&limit=10000`)
  await same(`/entities?at=${at}&q=esx-1&type=hypervisor`)
  for (const name of ['VDI-0417', 'build-22', 'esx-14', 'esx-07']) {
    for (const part of ['', '/path', '/dependants']) await same(`/entities/${name}${part}?at=${at}`)
    await same(`/entities/${name}/history`)
  }
})

test('the sources are the same', async () => {
  await same('/sources')
  await same(`/sources/rates?from=${NARROW.from}&to=${NARROW.to}`)
  await same('/dead-letters')
})
