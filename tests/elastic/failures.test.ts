import { createServer, type AddressInfo } from 'node:net'
import { afterAll, describe, expect, inject, it } from 'vitest'
import type { RelatedAnswer } from '../../model/api.ts'
import { ALL } from '../../model/query.ts'
import { dayOf, formatTime, micros, MICROS_PER_DAY } from '../../model/time.ts'
import { compileRegex } from '../../search/query/regex.ts'
import { Connection } from '../../search/store/elastic/connection.ts'
import { ElasticStore } from '../../search/store/elastic/elastic-store.ts'
import { CommitMaker } from '../support/commits.ts'
import { prefixOf, StorePlaces } from '../support/elasticsearch/places.ts'
import { serveRole } from '../support/elasticsearch/serve-role.ts'
import { record } from '../support/record.ts'

const server = inject('elasticsearch')

const START = micros(1_795_000_000_000_000)
const RANGE = { from: micros(START - MICROS_PER_DAY), to: micros(START + MICROS_PER_DAY) }
const REQUEST = { filter: ALL, range: RANGE, order: 'newest', limit: 10 } as const

const line = (body: string, host: string | null) =>
  record({ body, host, received: START, raw: new TextEncoder().encode(body) })

describe.skipIf(server === null)('Elasticsearch that refuses', () => {
  const places = new StorePlaces(server!)
  afterAll(() => places.removeAll(), 60_000)

  const ask = async (method: string, path: string, body?: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server!.url}${path}`, {
      method,
      ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }
  const indexOf = (place: string): string =>
    `/${prefixOf(place)}-logs-${dayOf(START).replaceAll('-', '.')}`

  it('makes a record that it cannot take a dead letter, and the ledger balances', async () => {
    const place = await places.make()
    const store = await places.open(place)
    // Somebody made the day's index with a field of another type.
    await ask('PUT', indexOf(place), { mappings: { properties: { host: { type: 'ip' } } } })
    const maker = new CommitMaker()
    await store.commit(
      maker.commit([line('of a name', 'esx-01'), line('of an address', '10.0.0.1')]),
    )
    const page = await store.search(REQUEST, {})
    expect(page.records.map(({ body }) => body)).toEqual(['of an address'])
    const [letter] = await store.deadLetters(10)
    expect(new TextDecoder().decode(letter!.raw)).toBe('of a name')
    expect(letter!.reason).toMatch(/^Elasticsearch refused it: .*esx-01/)
    const [source] = await store.sources()
    expect(source!.counts).toMatchObject({ received: 2, stored: 1, deadLettered: 1 })
    await store.close()
  })

  it('is full while an index is blocked, and goes on when it is not', async () => {
    const place = await places.make()
    const store = await places.open(place)
    const maker = new CommitMaker()
    await store.commit(maker.commit([line('before', 'a')]))
    await ask('PUT', `${indexOf(place)}/_settings`, { 'index.blocks.write': true })
    const blocked = maker.commit([line('while', 'a')])
    await expect(store.commit(blocked)).rejects.toMatchObject({ code: 'storage_full' })
    await ask('PUT', `${indexOf(place)}/_settings`, { 'index.blocks.write': null })
    await store.commit(blocked)
    expect((await store.search(REQUEST, {})).records).toHaveLength(2)
    await store.close()
  })

  it('cancels what runs, and ends what takes too long', async () => {
    // Takes connections and never answers.
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const connection = new Connection({ urls: [url] })
    const call = { method: 'GET', path: '/_search' } as const
    await expect(connection.call(call, [], { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'budget_exceeded',
    })
    const controller = new AbortController()
    const waiting = connection.call(call, [], { signal: controller.signal })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    silent.close()
  })

  it('says where a backup may be written', async () => {
    const store = await places.open(await places.make())
    await expect(store.backup('/nowhere/allowed')).rejects.toMatchObject({
      code: 'configuration',
      hint: expect.stringContaining('path.repo') as string,
    })
    await store.close()
  })

  it('is a note where one day does not answer, and an error where an answer has no notes', async () => {
    const place = await places.make()
    const store = await places.open(place)
    const maker = new CommitMaker()
    await store.commit(maker.commit([line('of a day that answers', 'a')]))
    // A field that nothing can be sorted by.
    const other = indexOf(place).replace(/\d\d$/, '01')
    await ask('PUT', other, { mappings: { properties: { node: { type: 'text' } } } })
    const document = { node: 'n1', time: START, ns: 0, day: 20261101, sequence: 1, record: '{}' }
    await ask('POST', `${other}/_doc?refresh=true`, document)
    const page = await store.search(REQUEST, {})
    expect(page.records.map(({ body }) => body)).toEqual(['of a day that answers'])
    expect(page.notes.join()).toMatch(/^1 of 2 shards of Elasticsearch did not answer: .*node/)
    await expect(store.tail(null, ALL, 10, {})).rejects.toThrow(/node/)
    await store.close()
  })

  it('says over HTTP what a shard left out of links, entities, series and rates', async () => {
    const place = await places.make()
    const store = await places.open(place)
    const maker = new CommitMaker()
    const body = 'access to naa.600a0980383036326a5d4f6e75713451 is slow'
    const lines = ['a', 'b'].map((host) => ({ ...line(body, host), entity: `vm:${host}` }))
    await store.commit(maker.commit(lines))
    await store.close()
    // A day whose fields nothing can be sorted or grouped by.
    const fields = ['node', 'stream', 'shape', 'pattern', 'speaker'].map((name) => [
      name,
      { type: 'text' },
    ])
    const other = indexOf(place).replace(/\d\d$/, '01')
    await ask('PUT', other, { mappings: { properties: Object.fromEntries(fields) as object } })
    await ask('POST', `${other}/_doc?refresh=true`, { time: START, node: 'n1', sequence: 1 })
    const server = await serveRole(place, 'search')
    const window = { from: formatTime(START), to: formatTime(micros(START + 60_000_000)) }
    const unseen = {
      complete: false,
      notes: expect.arrayContaining([
        expect.stringMatching(/^1 of 2 shards of Elasticsearch did not answer: /),
      ]) as string[],
    }
    const related = { record: maker.records[0]!.id }
    const answer = await server.post<RelatedAnswer>('/api/v1/related', related)
    expect(answer).toMatchObject({ coverage: unseen })
    expect(answer.links.map(({ record: other }) => other?.host)).toEqual(['b'])
    const series = { query: 'slow', ...window }
    expect(await server.post('/api/v1/series', series)).toMatchObject({ coverage: unseen })
    const rates = `/api/v1/sources/rates?from=${window.from}&to=${window.to}`
    expect(await server.get(rates)).toMatchObject({ coverage: unseen })
    const at = `?at=${window.to}`
    expect(await server.get(`/api/v1/entities${at}`)).toMatchObject({ coverage: unseen })
    expect(await server.get(`/api/v1/entities/a${at}`)).toMatchObject({ entity: { id: 'vm:a' } })
    await expect(server.get(`/api/v1/entities/nobody${at}`)).rejects.toThrow(
      /answered 503: .*cannot tell who \\"nobody\\" is: 1 of 2 shards/,
    )
  })

  it('notes records whose descriptors a snapshot has missed, and answers the others', async () => {
    const place = await places.make()
    const store = await places.open(place)
    const maker = new CommitMaker()
    await store.commit(maker.commit([line('of a', 'a'), line('of b', 'b')]))
    await store.close()
    const state = `/${prefixOf(place)}-state`
    const found = await fetch(`${server!.url}${state}/_search?q=kind:stream`)
    const { hits } = (await found.json()) as {
      hits: { hits: { _id: string; _source: { value: string } }[] }
    }
    const ofA = hits.hits.find(({ _source }) => _source.value.includes('"host":"a"'))!
    await ask('DELETE', `${state}/_doc/${ofA._id}?refresh=true`)
    const reader = await places.open(place)
    const page = await reader.search(REQUEST, {})
    expect(page.records.map(({ body }) => body)).toEqual(['of b'])
    expect(page.notes.join()).toMatch(/^some records cannot be read: .*they are missing$/)
    const by = [{ kind: 'field', field: 'host' }] as const
    const table = await reader.aggregate(
      { filter: ALL, range: RANGE, by, aggregates: [{ function: 'count', as: 'count' }] },
      {},
    )
    expect(table.rows).toEqual([['b', 1]])
    expect(table.notes).toEqual(page.notes)
    await expect(reader.tail(null, ALL, 10, {})).rejects.toThrow(/cannot be read/)
    await reader.close()
  })

  it('answers whole while the indices of new days are made', async () => {
    const place = await places.make()
    const [store, asking] = [await places.open(place), await places.open(place)]
    let isOver = false
    const questions = Promise.all(
      ['a', 'b', 'c'].map(async () => {
        const range = { from: RANGE.from, to: micros(START + 30 * MICROS_PER_DAY) }
        let before = 0
        while (!isOver) {
          const { records, notes } = await asking.search(
            { ...REQUEST, range, limit: 100 },
            { timeoutMs: 10_000 },
          )
          expect(notes).toEqual([])
          expect(records.length).toBeGreaterThanOrEqual(before)
          before = records.length
        }
      }),
    )
    const maker = new CommitMaker()
    for (let day = 0; day < 12; day++) {
      const received = micros(START + day * MICROS_PER_DAY)
      await store.commit(maker.commit([{ ...line(`of day ${day}`, 'a'), received }]))
    }
    isOver = true
    await questions
    await store.close()
    await asking.close()
  })

  it.each([
    ['a newer program', 999, /knows/],
    ['one of before the first release', 3, /before the first release/],
  ])('leaves alone what %s has written', async (_, format, message) => {
    const place = await places.make()
    await ask('PUT', `/${prefixOf(place)}-state`, { mappings: { _meta: { format } } })
    const refusal = expect(places.open(place)).rejects
    await refusal.toMatchObject({
      code: 'data_version',
      message: expect.stringMatching(message) as string,
    })
  })

  it('refuses a prefix that no index may have', async () => {
    const options = { urls: [server!.url], prefix: 'Not/Allowed', compileRegex }
    await expect(ElasticStore.open(options)).rejects.toMatchObject({ code: 'configuration' })
  })

  it('tells its version', async () => {
    const store = await places.open(await places.make())
    expect(store.server.versions[0]).toMatch(/^[89]\./)
    await store.close()
  })
})
