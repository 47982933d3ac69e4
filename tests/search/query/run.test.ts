import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../model/errors.ts'
import type { LogRecord } from '../../../model/record.ts'
import { MAX_TIME, micros, MICROS_PER_SECOND, MIN_TIME } from '../../../model/time.ts'
import type { TimeRange } from '../../../model/time.ts'
import { parseQuery } from '../../../search/query/parse.ts'
import { defaultWidthUs } from '../../../search/query/rate.ts'
import { MOST_ROWS, runQuery } from '../../../search/query/run.ts'
import type { Answer } from '../../../search/query/run.ts'
import { arbitraryQuery, arbitraryRange, arbitraryRecords } from '../../support/random.ts'
import { record } from '../../support/record.ts'
import { ReferenceStore } from '../../support/reference-store.ts'

const START = micros(1_795_000_000_000_000)
const at = (seconds: number) => micros(START + seconds * MICROS_PER_SECOND)

const line = (seconds: number, host: string | null, latency: number | null): LogRecord =>
  record({
    id: `20261118-n1-${seconds.toString(36)}`,
    time: at(seconds),
    host,
    severity: 9 + seconds,
    body: `request took ${latency}`,
    attributes: { latency },
    template: { id: latency === null ? 't1' : 't2', text: 'request took <*>' },
  })

const RECORDS = [
  line(0, 'esx-01', 10),
  line(1, 'esx-02', 20),
  line(2, 'esx-01', 40),
  line(3, null, null),
  line(5, 'esx-01', 9),
]

async function run(text: string, range: TimeRange = { from: at(0), to: at(6) }): Promise<Answer> {
  const query = parseQuery(text)
  const request = { query, range, order: 'newest' as const, limit: 100 }
  return runQuery(ReferenceStore.of(RECORDS), request, {})
}

async function table(text: string, range?: TimeRange): Promise<unknown[][]> {
  const answer = await run(text, range)
  if (answer.kind !== 'table') throw new Error('expected a table')
  return [answer.columns.map((column) => column.name), ...answer.rows.map((row) => [...row])]
}

async function seconds(text: string): Promise<number[]> {
  const answer = await run(text)
  if (answer.kind !== 'records') throw new Error('expected records')
  return answer.records.map((one) => (one.time - START) / MICROS_PER_SECOND)
}

describe('runQuery', () => {
  it('says how many rows of a very long table it leaves out', async () => {
    const store = {
      ...ReferenceStore.of(RECORDS),
      aggregate: async () => ({
        columns: ['app', 'count()'],
        rows: Array.from({ length: MOST_ROWS + 5 }, (_, i) => [`app ${i}`, 1]),
        notes: [],
      }),
    } as unknown as ReferenceStore
    const ask = (text: string) => {
      const range = { from: at(0), to: at(6) }
      const request = { query: parseQuery(text), range, order: 'newest' as const, limit: 9 }
      return runQuery(store, request, {})
    }
    expect(await ask('| stats count() by app')).toMatchObject({
      rows: { length: MOST_ROWS },
      notes: [`only the first 100000 of 100005 rows; group by fewer values or use \`top\``],
    })
    expect(await ask('| stats count() by app | stats count()')).toMatchObject({
      rows: [[MOST_ROWS + 5]],
      notes: [],
    })
  })

  it('gives all pages that dedup reads one time budget', async () => {
    const budgets: (number | undefined)[] = []
    const store = {
      ...ReferenceStore.of(RECORDS),
      search: async (_request: unknown, { timeoutMs }: { timeoutMs?: number }) => {
        budgets.push(timeoutMs)
        await new Promise((resolve) => setTimeout(resolve, 15))
        return { records: [], notes: [], ...(budgets.length < 3 ? { next: 'more' } : {}) }
      },
    } as unknown as ReferenceStore
    const query = parseQuery('* | dedup host')
    const request = { query, range: { from: at(0), to: at(6) }, order: 'newest' as const, limit: 9 }
    await runQuery(store, request, { timeoutMs: 1000 })
    expect(budgets[0]).toBe(1000)
    expect(budgets[1]).toBeLessThan(1000)
    expect(budgets[2]).toBeLessThan(budgets[1]!)
  })

  it('pages records without pipes as the store does', async () => {
    const query = parseQuery('took')
    const request = { query, range: { from: at(0), to: at(6) }, order: 'newest' as const, limit: 2 }
    const answer = await runQuery(ReferenceStore.of(RECORDS), request, {})
    expect(answer).toMatchObject({ kind: 'records', records: [RECORDS[4], RECORDS[3]], notes: [] })
    expect(answer.kind === 'records' && answer.next).toBeTypeOf('string')
  })

  it.each<[string, unknown[][]]>([
    ['* | stats count()', [['count()'], [5]]],
    [
      'nothing | stats count(), avg(latency)',
      [
        ['count()', 'avg(latency)'],
        [0, null],
      ],
    ],
    ['nothing | stats count() by host', [['host', 'count()']]],
    [
      '* | stats count() as n, max(latency), last(latency) by host | sort n desc',
      [
        ['host', 'n', 'max(latency)', 'last(latency)'],
        ['esx-01', 3, 40, '9'],
        ['esx-02', 1, 20, '20'],
        [null, 1, null, null],
      ],
    ],
    [
      '* | stats p50(latency) by bin(4s)',
      [
        ['time', 'p50(latency)'],
        ['2026-11-18T11:06:40Z', 20],
        ['2026-11-18T11:06:44Z', 9],
      ],
    ],
    ['* | stats max(time)', [['max(time)'], ['2026-11-18T11:06:45Z']]],
    [
      '* | top 1 host',
      [
        ['host', 'count'],
        ['esx-01', 3],
      ],
    ],
    ['* | stats count() by host | stats max(count()) as most', [['most'], [3]]],
    ['* | stats count() by host | limit 1 | fields count()', [['count()'], [3]]],
    [
      '* | limit 2 | stats count() by host',
      [
        ['host', 'count()'],
        ['esx-01', 1],
        [null, 1],
      ],
    ],
    [
      'host:esx-02 | fields time, host, latency',
      [
        ['time', 'host', 'latency'],
        ['2026-11-18T11:06:41Z', 'esx-02', 20],
      ],
    ],
    [
      '* | patterns | fields template, count, last',
      [
        ['template', 'count', 'last'],
        ['t2', 4, '2026-11-18T11:06:45Z'],
        ['t1', 1, '2026-11-18T11:06:43Z'],
      ],
    ],
  ])('%s', async (text, expected) => expect(await table(text)).toEqual(expected))

  it('gives the rate of the part of a bin that is inside the range, and of empty bins', async () => {
    const range = { from: at(-2), to: at(7) }
    expect(await table('latency>=0 | rate 4s', range)).toEqual([
      ['time', 'rate'],
      ['2026-11-18T11:06:36Z', 0],
      ['2026-11-18T11:06:40Z', 0.75],
      ['2026-11-18T11:06:44Z', 1 / 3],
    ])
    const open = { from: MIN_TIME, to: MAX_TIME }
    expect(await table('latency>=20 | rate', open)).toEqual([
      ['time', 'rate'],
      ['2026-11-18T11:06:41Z', 1],
      ['2026-11-18T11:06:42Z', 1],
    ])
    expect(await table('nothing | rate', open)).toHaveLength(1)
    expect(await table('* | rate 6s by host | limit 1', { from: at(0), to: at(1) })).toEqual([
      ['time', 'host', 'rate'],
      ['2026-11-18T11:06:36Z', 'esx-01', 1],
    ])
  })

  it.each<[string, number[]]>([
    ['* | sort latency desc', [2, 1, 0, 5, 3]],
    ['* | sort time', [0, 1, 2, 3, 5]],
    ['* | sort @timestamp desc', [5, 3, 2, 1, 0]],
    ['* | sort host, latency | limit 2', [5, 0]],
    ['* | dedup host', [5, 3, 1]],
    ['* | limit 3 | dedup host', [5, 3]],
    ['* | sort time | dedup host', [0, 1, 3]],
  ])('%s', async (text, expected) => expect(await seconds(text)).toEqual(expected))

  it('says what a bound cut off', async () => {
    const query = parseQuery('* | sort host')
    const request = { query, range: { from: at(0), to: at(6) }, order: 'newest' as const, limit: 2 }
    const answer = await runQuery(ReferenceStore.of(RECORDS), request, {})
    expect(answer.notes).toEqual(['only the first 2 records; put `limit` at the end for more'])
  })

  it.each([
    ['* | stats count() by host | rate', 'works on records'],
    ['* | limit 5 | patterns', 'works on all matches'],
    ['* | stats count() | sort host', 'there is no column "host" here'],
  ])('%s is refused: %s', async (text, message) => {
    await expect(run(text)).rejects.toThrow(message)
  })

  it('answers or refuses every query with a table or records, the same each time', () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryRecords(12).chain((records) =>
          fc.tuple(fc.constant(records), arbitraryQuery(records)),
        ),
        arbitraryRange,
        async ([records, query], range) => {
          const store = ReferenceStore.of(records)
          const request = { query, range, order: 'newest' as const, limit: 5 }
          const once = await runQuery(store, request, {}).catch(expected)
          expect(await runQuery(store, request, {}).catch(expected)).toEqual(once)
          if (typeof once === 'object' && once.kind === 'table') {
            for (const row of once.rows) expect(row).toHaveLength(once.columns.length)
          }
        },
      ),
      { numRuns: 500 },
    ))
})

/** Refusals, and the names nobody resolved here. */
function expected(error: unknown): string {
  if (error instanceof AppError || String(error).includes('unresolved')) return String(error)
  throw error
}

it('chooses a width that cuts the range into at most 120 bins', () => {
  expect(defaultWidthUs({ from: at(0), to: at(3600) })).toBe(30 * MICROS_PER_SECOND)
  expect(defaultWidthUs({ from: at(0), to: at(0) })).toBe(MICROS_PER_SECOND)
  expect(defaultWidthUs({ from: micros(0), to: micros(7e15) })).toBe(365 * 86_400e6)
})
