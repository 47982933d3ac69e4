import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accumulator, percentile } from '../../model/aggregate.ts'
import type { Cell } from '../../model/aggregate.ts'
import type { AggregateFunction, Filter } from '../../model/query.ts'
import { ALL } from '../../model/query.ts'
import { MAX_TIME, micros, MIN_TIME } from '../../model/time.ts'
import {
  aggregateOf,
  arbitraryFilter,
  arbitraryGrouping,
  arbitraryRecords,
  arbitraryRange,
} from '../support/random.ts'
import { record } from '../support/record.ts'
import { compareRecords, ReferenceStore } from '../support/reference-store.ts'

const EVERYTHING = { from: MIN_TIME, to: MAX_TIME }

function fold(name: AggregateFunction, rows: readonly (readonly Cell[])[]): Cell {
  const result = accumulator(name)
  for (const cells of rows) result.add(cells)
  return result.result()
}

describe('accumulator', () => {
  const rows = [['b'], [], ['4', '10'], ['2.5'], [1], ['b']]
  it.each<[AggregateFunction, Cell]>([
    ['count', 6],
    ['distinct', 5],
    ['min', 1],
    ['max', 10],
    ['sum', 17.5],
    ['avg', 4.375],
    ['p50', 3.25],
    ['first', 'b'],
    ['last', 'b'],
  ])('%s is %s', (name, expected) => expect(fold(name, rows)).toBe(expected))

  it('has nothing to say about no numbers', () => {
    expect(fold('avg', [['x'], []])).toBe(null)
    expect(fold('first', [[]])).toBe(null)
    expect(fold('distinct', [])).toBe(0)
  })

  it('takes percentiles between least and greatest', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.constantFrom(0, 0.5, 0.99, 1), (list, share) => {
        const value = percentile(list, share)
        expect(value).toBeGreaterThanOrEqual(Math.min(...list))
        expect(value).toBeLessThanOrEqual(Math.max(...list))
      }),
    )
  })
})

describe('the reference store', () => {
  const pages = async (store: ReferenceStore, filter: Filter, order: 'newest' | 'oldest') => {
    const found = []
    let cursor: string | undefined
    do {
      const request = { filter, range: EVERYTHING, order, limit: 3 }
      const page = await store.search(cursor === undefined ? request : { ...request, cursor }, {})
      found.push(...page.records)
      cursor = page.next
    } while (cursor !== undefined)
    return found
  }

  it('pages through everything once, newest the exact reverse of oldest', () =>
    fc.assert(
      fc.asyncProperty(arbitraryRecords(20), async (records) => {
        const store = ReferenceStore.of(records)
        const oldest = await pages(store, ALL, 'oldest')
        expect(oldest).toEqual([...records].sort(compareRecords))
        expect(await pages(store, ALL, 'newest')).toEqual(oldest.reverse())
      }),
      { numRuns: 50 },
    ))

  it('goes on where it stopped while records arrive', async () => {
    const at = (second: number) =>
      record({ id: `20261118-n1-${second}`, time: micros(second * 1_000_000) })
    const store = ReferenceStore.of([at(1), at(3), at(5)])
    const request = { filter: ALL, range: EVERYTHING, order: 'newest' as const, limit: 1 }
    const first = await store.search(request, {})
    store.add([at(6), at(4)])
    const second = await store.search({ ...request, cursor: first.next! }, {})
    expect(second.records).toEqual([at(4)])
  })

  it('counts in groups what it finds without', () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryRecords(20).chain((records) =>
          fc.tuple(fc.constant(records), arbitraryFilter(records), arbitraryGrouping),
        ),
        arbitraryRange,
        async ([records, filter, grouping], range) => {
          const store = ReferenceStore.of(records)
          const by = grouping.by.filter((key) => key.kind === 'bin' || key.field !== 'key')
          const aggregates = [aggregateOf('count', '')]
          const request = { filter, range, order: 'oldest' as const, limit: 100 }
          const page = await store.search(request, {})
          const table = await store.aggregate({ filter, range, by, aggregates }, {})
          const total = table.rows.reduce((sum, row) => sum + Number(row.at(-1)), 0)
          expect(total).toBe(page.records.length)
        },
      ),
      { numRuns: 200 },
    ))

  it('tails in order of arrival, from a position on', async () => {
    const store = ReferenceStore.of([
      record({ id: '20261118-n1-1', time: micros(9) }),
      record({ id: '20261118-n1-2', time: micros(1) }),
      record({ id: '20261119-n1-3', time: micros(5) }),
    ])
    const first = await store.tail(null, ALL, 2, {})
    expect(first.records.map((one) => one.id)).toEqual(['20261118-n1-1', '20261118-n1-2'])
    const rest = await store.tail(first.position, ALL, 2, {})
    expect(rest.records.map((one) => one.id)).toEqual(['20261119-n1-3'])
    expect(await store.tail(rest.position, ALL, 2, {})).toEqual({
      records: [],
      position: rest.position,
    })
  })
})
