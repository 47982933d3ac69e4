import { afterAll, describe, expect, inject, it } from 'vitest'
import type { Cell } from '../../model/aggregate.ts'
import { cellOf } from '../../model/counted-key.ts'
import { ALL, type Filter } from '../../model/query.ts'
import { dayOf, micros, MICROS_PER_DAY } from '../../model/time.ts'
import type { Counts } from '../../search/store/store.ts'
import { CommitMaker } from '../support/commits.ts'
import { StorePlaces } from '../support/elasticsearch/places.ts'
import { record } from '../support/record.ts'
import { ReferenceStore } from '../support/reference-store.ts'

const server = inject('elasticsearch')

const START = micros(1_795_000_000_000_000)
const DAY = dayOf(START)
const RANGE = { from: micros(START - MICROS_PER_DAY), to: micros(START + MICROS_PER_DAY) }

/** More than two pages of a walk, many at the same time. */
const RECORDS = 5_300
/** More than one page of points, of buckets. */
const POINTS = 12_000

const sortedGroups = ({ keys: [times], counts }: Counts): [Cell, number][] =>
  Array.from(counts, (count, group): [Cell, number] => [cellOf(times!, group), count]).sort(
    ([a], [b]) => Number(a) - Number(b),
  )

const records = Array.from({ length: RECORDS }, (_, i) => {
  const body = `request ${i} took ${i % 97} ms`
  return record({
    body,
    time: micros(START + Math.floor(i / 7) * 1_000),
    timeNs: i % 3,
    received: START,
    attributes: { latency: i % 97, op: i % 2 === 0 ? 'read' : 'write' },
    raw: new TextEncoder().encode(body),
  })
})

describe.skipIf(server === null)('answers of several pages', () => {
  const places = new StorePlaces(server!)
  afterAll(() => places.removeAll(), 60_000)

  it('hold each record once, in order, found and counted as the reference does', async () => {
    const store = await places.open(await places.make())
    const maker = new CommitMaker()
    for (let at = 0; at < RECORDS; at += 2_000) {
      await store.commit(maker.commit(records.slice(at, at + 2_000)))
    }
    const reference = ReferenceStore.of(maker.records)
    const regex: Filter = { kind: 'regex', field: 'body', source: '(1|7)', ignoreCase: false }
    for (const filter of [ALL, regex]) {
      for (const order of ['newest', 'oldest'] as const) {
        const request = { filter, range: RANGE, order, limit: 4_500 }
        const page = await store.search(request, {})
        const expected = await reference.search(request, {})
        expect(page.records.map(({ id }) => id)).toEqual(expected.records.map(({ id }) => id))
        expect(page.next === undefined).toBe(expected.next === undefined)
      }
      const request = {
        filter,
        range: RANGE,
        by: [{ kind: 'field', field: 'op' }],
        aggregates: [
          { function: 'p95', field: 'latency', as: 'slow' },
          { function: 'count', as: 'n' },
        ],
      } as const
      const { rows } = await store.aggregate(request, {})
      const expected = await reference.aggregate(request, {})
      expect([...rows].sort()).toEqual([...expected.rows].sort())
    }
    // So many groupings share one answer that each has more groups than its part of it.
    const groupings = Array.from({ length: 90 }, (_, i) => [
      { kind: 'bin', widthUs: i % 2 === 0 ? 1_000 : 500_000 } as const,
    ])
    const counted = await store.counts({ filter: ALL, range: RANGE, groupings }, {})
    const expected = await reference.counts({ filter: ALL, range: RANGE, groupings }, {})
    expect(counted.map(sortedGroups)).toEqual(expected.map(sortedGroups))
    expect(counted[0]!.counts).toHaveLength(Math.ceil(RECORDS / 7))
    const all = await store.tail(null, ALL, 5_000, {})
    const rest = await store.tail(all.position, ALL, 5_000, {})
    expect([...all.records, ...rest.records].map(({ id }) => id)).toEqual(
      maker.records.map(({ id }) => id),
    )
    await store.close()
  }, 120_000)

  it('hold every point, and every step', async () => {
    const store = await places.open(await places.make())
    const series = [0, 1].map((n) => ({
      ...{ entity: `vm:${n}`, name: 'vm.cpu.ready', unit: '1', kind: 'gauge' as const },
      ...{ source: 'prom', attributes: {} },
    }))
    const metrics = {
      day: DAY,
      count: POINTS,
      series,
      received: Float64Array.of(START, START),
      seriesIndex: Uint32Array.from({ length: POINTS }, (_, i) => i % 2),
      time: Float64Array.from({ length: POINTS }, (_, i) => START + i * 1_000),
      timeNs: new Uint16Array(POINTS),
      value: Float64Array.from({ length: POINTS }, (_, i) => i / 10),
    }
    await store.commit(new CommitMaker().commit([], { day: DAY, metrics }))
    const request = { entities: ['vm:0', 'vm:1'], metrics: [], range: RANGE }
    for (const stepUs of [0, 1_000]) {
      const found = await store.series({ ...request, stepUs }, {})
      expect(found.map(({ series: one }) => one.entity)).toEqual(['vm:0', 'vm:1'])
      for (const [n, { times, values, min, max }] of found.entries()) {
        const mine = Array.from({ length: POINTS / 2 }, (_, i) => 2 * i + n)
        expect([...times]).toEqual(mine.map((i) => START + i * 1_000))
        for (const column of [values, min, max])
          expect([...column]).toEqual(mine.map((i) => i / 10))
      }
    }
    const [coarse] = await store.series({ ...request, entities: ['vm:1'], stepUs: 4_000 }, {})
    expect([...coarse!.values.slice(0, 2)]).toEqual([0.2, 0.6])
    expect([coarse!.min[1], coarse!.max[1]]).toEqual([0.5, 0.7])
    await store.close()
  }, 120_000)
})
