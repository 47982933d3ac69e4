import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cellOf } from '../../../../model/counted-key.ts'
import { ALL, type CountKey, type Filter } from '../../../../model/query.ts'
import { micros, MICROS_PER_SECOND, type Micros, type TimeRange } from '../../../../model/time.ts'
import { compileRegex } from '../../../../search/query/regex.ts'
import { INDEX_LAYOUT } from '../../../../search/store/embedded/block.ts'
import { EmbeddedStore } from '../../../../search/store/embedded/embedded-store.ts'
import { TALLY_SECONDS, type Counts } from '../../../../search/store/store.ts'
import { CommitMaker } from '../../../support/commits.ts'
import { RANDOM_START } from '../../../support/random.ts'
import { record } from '../../../support/record.ts'

const TALLY_US = TALLY_SECONDS.coarse * MICROS_PER_SECOND
/** The first whole tally. */
const START = Math.ceil(RANDOM_START / TALLY_US) * TALLY_US

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-tallies-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (tallyRows: number, into = folder): Promise<EmbeddedStore> =>
  EmbeddedStore.open({ folder: into, compileRegex, layout: { ...INDEX_LAYOUT, tallyRows } })

/** One line a minute. */
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) =>
    record({
      time: micros(START + (from + i) * 60 * MICROS_PER_SECOND),
      received: RANDOM_START,
      body: `line ${from + i}`,
      severity: (from + i) % 2 === 0 ? 9 : 17,
    }),
  )

const minutes = (from: number, to: number): TimeRange => ({
  from: micros(START + from * 60 * MICROS_PER_SECOND),
  to: micros(START + to * 60 * MICROS_PER_SECOND),
})

const SEVERE: Filter = { kind: 'compare', field: 'severity', operator: '>=', value: '17' }

async function countOf(
  store: EmbeddedStore,
  range: TimeRange,
  filter = ALL,
  by: readonly CountKey[] = [],
): Promise<number> {
  const [counted] = await store.counts({ filter, range, groupings: [by] }, {})
  return counted!.counts.reduce((sum, count) => sum + count, 0)
}

test('a file without tallies makes them up, and counts the same', async () => {
  const maker = new CommitMaker()
  const before = await open(1_000)
  await before.commit(maker.commit(lines(0, 60)))
  await before.close()
  const store = await open(16)
  await store.commit(maker.commit(lines(60, 64)))
  const ranges = [minutes(0, 64), minutes(-5, 70), minutes(7, 42), minutes(3, 8), minutes(10, 20)]
  const counts = await Promise.all(ranges.map((range) => countOf(store, range)))
  expect(counts).toEqual([64, 64, 35, 5, 10])
  const severe = await Promise.all(ranges.map((range) => countOf(store, range, SEVERE)))
  expect(severe).toEqual([32, 32, 18, 3, 5])
  await store.close()
})

test('they are read where they tell it, and nowhere else', async () => {
  const maker = new CommitMaker()
  const store = await open(16)
  await store.commit(maker.commit(lines(0, 64)))
  await store.close()
  const [file] = (await readdir(folder)).filter((name) => /^\d{4}-.*\.duckdb$/.test(name))
  const instance = await DuckDBInstance.create(join(folder, file!))
  const connection = await instance.connect()
  await connection.run("UPDATE tally_tiles SET packed = ''")
  connection.closeSync()
  instance.closeSync()
  const emptied = await open(16)
  // 30 minutes are whole tallies, one lies before them and two behind.
  expect(await countOf(emptied, minutes(9, 42))).toBe(3)
  expect(await countOf(emptied, minutes(9, 42), SEVERE)).toBe(2)
  expect(await countOf(emptied, minutes(1, 9))).toBe(8)
  const oneLine: Filter = { kind: 'phrase', tokens: [{ text: '12', wildcard: false }] }
  expect(await countOf(emptied, minutes(9, 42), oneLine)).toBe(1)
  // By minutes they are read from finer ones, which whole minutes are made of; by seconds the lines are.
  const byMinute: CountKey = { kind: 'bin', widthUs: 60 * MICROS_PER_SECOND }
  expect(await countOf(emptied, minutes(9, 42), ALL, [byMinute])).toBe(0)
  const bySecond: CountKey = { kind: 'bin', widthUs: MICROS_PER_SECOND }
  expect(await countOf(emptied, minutes(9, 42), ALL, [bySecond])).toBe(33)
  await emptied.close()
})

const keyOn = (field: string): CountKey => ({ kind: 'field', field })
const bin = (seconds: number): CountKey => ({ kind: 'bin', widthUs: seconds * MICROS_PER_SECOND })

const groupings: readonly CountKey[][] = [
  [],
  [keyOn('host'), keyOn('layer'), keyOn('severity')],
  [bin(20), keyOn('severity')],
  [bin(60), { kind: 'among', field: 'host', sets: [['esx-1', 'esx-2'], ['esx-4']] }],
  [keyOn('source'), bin(600), { kind: 'among', field: 'severity', sets: [['9', '13'], ['17']] }],
  [bin(3_600)],
]

test('all time is asked for, and some clocks are wrong by centuries', async () => {
  const maker = new CommitMaker()
  const store = await open(16)
  const wrong = ['0005-03-01T00:00:00Z', '9998-03-01T00:00:00Z'].map((time) =>
    record({ time: micros(Date.parse(time) * 1_000), received: RANDOM_START, body: 'reset' }),
  )
  await store.commit(maker.commit([...lines(0, 62), ...wrong]))
  const all: TimeRange = {
    from: micros(Date.parse('0001-01-01T00:00:00Z') * 1_000),
    to: micros(Date.parse('9999-01-01T00:00:00Z') * 1_000),
  }
  expect(await countOf(store, all)).toBe(64)
  for (const seconds of [60, 3_600, 86_400]) {
    expect(await countOf(store, all, ALL, [bin(seconds)])).toBe(64)
  }
  await store.close()
})

test('counts are the same with tallies and without', async () => {
  const line = fc.record({
    host: fc.integer({ min: 0, max: 5 }).map((number) => `esx-${number}`),
    layer: fc.constantFrom('hypervisor' as const, 'storage' as const),
    severity: fc.constantFrom(0, 9, 13, 17, 24),
    // Some clocks are wrong.
    second: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -1_000, max: 9_000 }) },
      { weight: 1, arbitrary: fc.constantFrom(-1_795_000_100, -900_000, 900_000) },
    ),
  })
  const second = fc.integer({ min: -1_300, max: 9_500 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 80 }),
      fc.tuple(second, second),
      fc.constantFrom(ALL, SEVERE),
      async (some, bounds, filter) => {
        const [from, to] = bounds.map((at) => micros(START + at * MICROS_PER_SECOND)) as [
          Micros,
          Micros,
        ]
        const records = some.map(({ host, layer, severity, second: at }) =>
          record({
            ...{ host, layer, source: `syslog:${host}`, severity, received: RANDOM_START },
            time: micros(START + at * MICROS_PER_SECOND),
          }),
        )
        const answers = await Promise.all(
          [8, 1_000].map(async (tallyRows) => {
            const store = await open(tallyRows, join(folder, `${tallyRows}`))
            await store.commit(new CommitMaker().commit(records))
            const counted = await store.counts(
              { filter, range: { from, to: micros(Math.max(from, to)) }, groupings },
              {},
            )
            await store.close()
            await rm(join(folder, `${tallyRows}`), { recursive: true })
            return counted.map(rowsOf)
          }),
        )
        expect(answers[0]).toEqual(answers[1])
      },
    ),
    { numRuns: 15 },
  )
})

const rowsOf = ({ keys, counts }: Counts): string[] =>
  Array.from(counts, (count, group) => [...keys.map((key) => cellOf(key, group)), count].join())
    .filter((row) => !row.endsWith(',0'))
    .sort()
