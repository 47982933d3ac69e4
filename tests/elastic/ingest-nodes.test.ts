import { afterAll, describe, expect, inject, it } from 'vitest'
import { ALL } from '../../model/query.ts'
import { compareRecords } from '../../model/record-order.ts'
import type { LogRecord } from '../../model/record.ts'
import { micros, MICROS_PER_DAY } from '../../model/time.ts'
import type { ElasticStore } from '../../search/store/elastic/elastic-store.ts'
import type { TailPosition } from '../../search/store/store.ts'
import { CommitMaker, counted } from '../support/commits.ts'
import { StorePlaces } from '../support/elasticsearch/places.ts'
import { record } from '../support/record.ts'

const server = inject('elasticsearch')

const START = micros(1_795_000_000_000_000)
const RANGE = { from: micros(START - MICROS_PER_DAY), to: micros(START + MICROS_PER_DAY) }
const NAMES = ['ingest-a', 'ingest-b', 'n1']
const COMMITS = 60
const LINES = 5

/** Lines of one node; those of all nodes share their times. */
const lines = (node: string, commit: number): LogRecord[] =>
  Array.from({ length: LINES }, (_, i) => {
    const body = `line ${commit * LINES + i} of ${node}`
    return record({
      body,
      source: 'shared',
      time: micros(START + (commit % 7) * 1_000 + i),
      received: micros(START + commit),
      raw: new TextEncoder().encode(body),
    })
  })

describe.skipIf(server === null)('several ingest nodes on one cluster', () => {
  const places = new StorePlaces(server!)
  afterAll(() => places.removeAll(), 60_000)

  /** Everything from a position on, page by page, until `isOver` and nothing is left. */
  async function follow(
    store: ElasticStore,
    limit: number,
    isOver: () => boolean,
  ): Promise<{ records: LogRecord[]; positions: TailPosition[] }> {
    const records: LogRecord[] = []
    const positions: TailPosition[] = []
    let position: TailPosition | null = null
    for (;;) {
      const wasOver = isOver()
      const page = await store.tail(position, ALL, limit, {})
      position = page.position
      positions.push(position)
      records.push(...page.records)
      if (wasOver && page.records.length === 0) return { records, positions }
    }
  }

  it('that commit at once: a tail sees each record once and in its order, and all is counted', async () => {
    const place = await places.make()
    const stores = await Promise.all(NAMES.map(() => places.open(place)))
    const reader = await places.open(place)
    const makers = NAMES.map((name) => new CommitMaker(name))
    let left = NAMES.length
    const writing = Promise.all(
      makers.map(async (maker, n) => {
        for (let i = 0; i < COMMITS; i++) await stores[n]!.commit(maker.commit(lines(NAMES[n]!, i)))
        left--
      }),
    )
    const [slow, fast] = await Promise.all([
      follow(reader, 3, () => left === 0),
      follow(reader, 1_000, () => left === 0),
      writing,
    ])
    const total = NAMES.length * COMMITS * LINES
    for (const { records } of [slow, fast]) {
      expect(records).toHaveLength(total)
      for (const maker of makers) {
        const own = records.filter(({ id }) => id.includes(`-${maker.node}-`)).map(({ id }) => id)
        expect(own).toEqual(maker.records.map(({ id }) => id))
      }
    }
    const ends = NAMES.map((name) => [name, COMMITS * LINES + 1])
    expect(slow.positions.at(-1)).toMatchObject({ nodes: Object.fromEntries(ends) as object })

    const search = { filter: ALL, range: RANGE, order: 'oldest' as const, limit: 10_000 }
    const expected = makers.flatMap((maker) => maker.records).sort(compareRecords)
    const found: string[] = []
    for (let cursor: string | undefined; ;) {
      const request = { ...search, limit: 70, ...(cursor === undefined ? {} : { cursor }) }
      const page = await reader.search(request, {})
      found.push(...page.records.map(({ id }) => id))
      cursor = page.next
      if (cursor === undefined) break
    }
    expect(found).toEqual(expected.map(({ id }) => id))
    const newest = await reader.search({ ...search, order: 'newest' }, {})
    expect(newest.records.map(({ id }) => id)).toEqual([...found].reverse())

    expect(await reader.sources()).toMatchObject([{ source: 'shared', counts: counted(total) }])
    for (const name of NAMES) {
      const { position } = await reader.recovery(name)
      expect(position).toMatchObject({ offset: COMMITS, nextSequence: COMMITS * LINES + 1 })
    }
    await Promise.all([...stores, reader].map((store) => store.close()))
  }, 240_000)

  it('a position goes on after a node that has begun since, and is refused from another store', async () => {
    const store = await places.open(await places.make())
    const first = new CommitMaker('ingest-a')
    await store.commit(first.commit(lines('ingest-a', 0)))
    const { position } = await store.tail(null, ALL, 100, {})
    const second = new CommitMaker('ingest-b')
    await store.commit(second.commit(lines('ingest-b', 0)))
    await store.commit(first.commit(lines('ingest-a', 1)))
    const { records } = await store.tail(position, ALL, 100, {})
    const ids = [...second.records, ...first.records.slice(LINES)].map(({ id }) => id)
    expect(records.map(({ id }) => id).sort()).toEqual(ids.sort())
    await expect(
      store.tail({ day: '2026-11-20', sequence: 7 }, ALL, 100, {}),
    ).rejects.toMatchObject({ code: 'invalid_request' })
    await store.close()
  })

  it('keeps what each knows for itself: keys of retries and bytes of files', async () => {
    const store = await places.open(await places.make())
    for (const [n, name] of ['ingest-a', 'ingest-b'].entries()) {
      const commit = new CommitMaker(name).commit(lines(name, 0), {
        retryKeys: Uint32Array.of(n, n),
        fileRanges: new Map([['/var/log/messages', [0, 10 + n]]]),
      })
      await store.commit(commit)
    }
    for (const [n, name] of ['ingest-a', 'ingest-b'].entries()) {
      const { retryKeys, fileRanges } = await store.recovery(name)
      expect([...retryKeys]).toEqual([n, n])
      expect(fileRanges).toEqual(new Map([['/var/log/messages', [0, 10 + n]]]))
    }
    await store.close()
  })
})
