import { afterAll, describe, expect, inject, it } from 'vitest'
import type { Commit } from '../../model/batch.ts'
import type { MetricSeries } from '../../model/record.ts'
import { ALL } from '../../model/query.ts'
import { dayOf, micros, MICROS_PER_DAY, MICROS_PER_SECOND } from '../../model/time.ts'
import { compileRegex } from '../../search/query/regex.ts'
import { ElasticStore } from '../../search/store/elastic/elastic-store.ts'
import { CommitMaker, counted } from '../support/commits.ts'
import { FailingProxy, type Cut } from '../support/elasticsearch/failing-proxy.ts'
import { prefixOf, StorePlaces } from '../support/elasticsearch/places.ts'
import { record } from '../support/record.ts'

const server = inject('elasticsearch')

const START = micros(1_795_000_000_000_000)
const DAY = dayOf(START)
const RANGE = { from: micros(START - MICROS_PER_DAY), to: micros(START + MICROS_PER_DAY) }

const SERIES: MetricSeries = {
  entity: 'vm:a',
  name: 'vm.cpu.ready',
  unit: '1',
  kind: 'gauge',
  source: 'prom',
  attributes: {},
}

const points = (first: number, count: number): NonNullable<Commit['metrics']> => ({
  day: DAY,
  count,
  series: [SERIES],
  received: Float64Array.of(START),
  seriesIndex: new Uint32Array(count),
  time: Float64Array.from({ length: count }, (_, i) => START + (first + i) * MICROS_PER_SECOND),
  timeNs: new Uint16Array(count),
  value: Float64Array.from({ length: count }, (_, i) => first + i),
})

const lines = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    record({
      body: `line ${first + i} of the spool`,
      time: micros(START + (first + i) * MICROS_PER_SECOND),
      received: START,
      raw: new TextEncoder().encode(`line ${first + i} of the spool`),
    }),
  )

const letter = (id: string) => ({
  id,
  received: START,
  source: 's',
  protocol: 'bulk',
  reason: 'bad',
  raw: new Uint8Array([1, 2, 3]),
})

/** Commits of a spool of 12 lines: the first is stored, the second is interrupted. */
const first = (maker: CommitMaker): Commit => maker.commit(lines(0, 3), { metrics: points(0, 2) })

const interrupted = (maker: CommitMaker): Commit =>
  maker.commit(lines(3, 4), {
    metrics: points(2, 3),
    deadLetters: [letter('d1')],
    retryKeys: Uint32Array.of(1, 2, 3, 4),
    fileRanges: new Map([['a.log', [0, 10]]]),
  })

/** The replay cuts otherwise: one line of the interrupted commit less in the first, and new ones behind. */
function replayed(): Commit[] {
  const maker = new CommitMaker()
  first(maker)
  return [
    maker.commit(lines(3, 3), {
      metrics: points(2, 3),
      retryKeys: Uint32Array.of(1, 2),
      fileRanges: new Map([['a.log', [0, 7]]]),
    }),
    maker.commit(lines(6, 6), {
      deadLetters: [letter('d1'), letter('d2')],
      retryKeys: Uint32Array.of(3, 4, 5, 6),
      fileRanges: new Map([['a.log', [0, 20]]]),
    }),
  ]
}

describe.skipIf(server === null)('a commit to Elasticsearch that is interrupted', () => {
  const places = new StorePlaces(server!)
  afterAll(() => places.removeAll(), 60_000)

  /** Interrupts at a request, replays from a new process, and looks at all that is there; true if it was cut. */
  async function tryCut(at: number, cut: Cut): Promise<boolean> {
    const place = await places.make()
    const proxy = await FailingProxy.start(server!.url)
    let isCut = false
    try {
      const store = await ElasticStore.open({
        urls: [proxy.url],
        prefix: prefixOf(place),
        compileRegex,
      })
      const maker = new CommitMaker()
      await store.commit(first(maker))
      proxy.failAt(at, cut)
      await store.commit(interrupted(maker)).catch((error: unknown) => {
        isCut = true
        expect(error).toMatchObject({ code: 'storage_unavailable' })
      })
      await store.close()
    } finally {
      await proxy.stop()
    }
    if (isCut) await replayAndLook(place)
    return isCut
  }

  async function replayAndLook(place: string): Promise<void> {
    const store = await places.open(place)
    try {
      const { position } = await store.recovery('n1')
      const isDone = position!.offset === 2
      // What was finished is not replayed; what was not is, cut otherwise.
      const commits = isDone ? [afterDone()] : replayed()
      for (const commit of [...commits, ...commits]) await store.commit(commit)
      const page = await store.search(
        { filter: ALL, range: RANGE, order: 'oldest', limit: 100 },
        {},
      )
      expect(page.records.map(({ body }) => body)).toEqual(lines(0, 12).map(({ body }) => body))
      const [source] = await store.sources()
      expect(source!.counts).toEqual(counted(12))
      const series = { entities: [], metrics: [], range: RANGE, stepUs: 0 }
      expect([...(await store.series(series, {}))[0]!.values]).toEqual([0, 1, 2, 3, 4])
      expect((await store.deadLetters(10)).map(({ id }) => id)).toEqual(['d1', 'd2'])
      const { retryKeys, fileRanges } = await store.recovery('n1')
      expect([...retryKeys]).toEqual([1, 2, 3, 4, 5, 6])
      expect(fileRanges).toEqual(new Map([['a.log', [0, 20]]]))
      expect((await store.stats()).records).toBe(12)
    } finally {
      await store.close()
    }
  }

  /** What follows on the interrupted commit where that was finished, though nobody was told. */
  function afterDone(): Commit {
    const maker = new CommitMaker()
    first(maker)
    interrupted(maker)
    return maker.commit(lines(7, 5), {
      deadLetters: [letter('d2')],
      retryKeys: Uint32Array.of(5, 6),
      fileRanges: new Map([['a.log', [0, 20]]]),
    })
  }

  for (const cut of ['before', 'after'] as const) {
    it(`is stored once by its replay, wherever the wire was cut ${cut} a request`, async () => {
      let at = 0
      while (await tryCut(at, cut)) at++
      // Fewer would mean that a part of the commit is not written in a request of its own.
      expect(at).toBeGreaterThanOrEqual(4)
    }, 120_000)
  }

  it('keeps what a process that goes on sends again', async () => {
    const place = await places.make()
    const proxy = await FailingProxy.start(server!.url)
    const store = await ElasticStore.open({
      urls: [proxy.url],
      prefix: prefixOf(place),
      compileRegex,
    })
    const maker = new CommitMaker()
    await store.commit(first(maker))
    const second = interrupted(maker)
    for (let at = 0; at < 3; at++) {
      proxy.failAt(at, 'after')
      await expect(store.commit(second)).rejects.toMatchObject({ code: 'storage_unavailable' })
    }
    proxy.failAt(Infinity, 'after')
    await store.commit(second)
    expect((await store.sources())[0]!.counts).toEqual(counted(7))
    await store.close()
    await proxy.stop()
  }, 60_000)

  it('is refused where another process commits as the same node', async () => {
    const place = await places.make()
    const [one, other] = [await places.open(place), await places.open(place)]
    const maker = new CommitMaker()
    await one.commit(first(maker))
    await other.recovery('n1')
    const second = interrupted(maker)
    const same = new CommitMaker()
    first(same)
    await other.commit(same.commit(lines(3, 1)))
    await expect(one.commit(second)).rejects.toMatchObject({ code: 'data_locked' })
    // Not taken for stored either, though the other's place in its spool is as far.
    await expect(one.commit(second)).rejects.toMatchObject({ code: 'data_locked' })
    expect((await one.sources())[0]!.counts).toEqual(counted(4))
    await one.close()
    await other.close()
  })

  it('counts the same before and after commits are folded', async () => {
    const store = await places.open(await places.make())
    const maker = new CommitMaker()
    for (let i = 0; i < 53; i++) await store.commit(maker.commit(lines(i, 1)))
    expect((await store.sources())[0]!.counts).toEqual(counted(53))
    expect((await store.recovery('n1')).position).toMatchObject({ offset: 53, nextSequence: 54 })
    await store.close()
  })
})
