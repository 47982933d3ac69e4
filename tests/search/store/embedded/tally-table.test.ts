import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ALL, type Filter } from '../../../../model/query.ts'
import { micros, MICROS_PER_SECOND, type TimeRange } from '../../../../model/time.ts'
import { compileRegex } from '../../../../search/query/regex.ts'
import { INDEX_LAYOUT } from '../../../../search/store/embedded/block.ts'
import { EmbeddedStore } from '../../../../search/store/embedded/embedded-store.ts'
import { TALLY_SECONDS } from '../../../../search/store/store.ts'
import { CommitMaker } from '../../../support/commits.ts'
import { RANDOM_START } from '../../../support/random.ts'
import { record } from '../../../support/record.ts'

const TALLY_US = TALLY_SECONDS * MICROS_PER_SECOND
/** The first whole tally. */
const START = Math.ceil(RANDOM_START / TALLY_US) * TALLY_US

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-tallies-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (tallyRows: number): Promise<EmbeddedStore> =>
  EmbeddedStore.open({ folder, compileRegex, layout: { ...INDEX_LAYOUT, tallyRows } })

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

async function countOf(store: EmbeddedStore, range: TimeRange, filter = ALL): Promise<number> {
  const [counted] = await store.counts({ filter, range, groupings: [[]] }, {})
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
  await connection.run('UPDATE tallies SET rows = 100 * rows')
  connection.closeSync()
  instance.closeSync()
  const changed = await open(16)
  // 30 minutes are whole tallies, one lies before them and two behind.
  expect(await countOf(changed, minutes(9, 42))).toBe(1 + 3_000 + 2)
  expect(await countOf(changed, minutes(9, 42), SEVERE)).toBe(1 + 1_500 + 1)
  expect(await countOf(changed, minutes(1, 9))).toBe(8)
  const oneLine: Filter = { kind: 'phrase', tokens: [{ text: '12', wildcard: false }] }
  expect(await countOf(changed, minutes(9, 42), oneLine)).toBe(1)
  await changed.close()
})
