import { expect, test } from 'vitest'
import type { LogRecord } from '../../../model/record.ts'
import {
  micros,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  type TimeRange,
} from '../../../model/time.ts'
import { sourceRates } from '../../../search/timeline/source-rates.ts'
import { record } from '../../support/record.ts'
import { ReferenceStore } from '../../support/reference-store.ts'
import type { Store } from '../../../search/store/store.ts'

const FROM = Date.UTC(2026, 10, 20, 10) * 1_000
const VIEW: TimeRange = { from: micros(FROM), to: micros(FROM + MICROS_PER_HOUR) }

let sequence = 0
/** So many records of a source in each of the minutes from one to another, counted from the view's start. */
function spoke(
  source: string,
  perMinute: number,
  from: number,
  to: number,
  fields: Partial<LogRecord> = {},
): LogRecord[] {
  const records: LogRecord[] = []
  for (let minute = from; minute < to; minute++) {
    for (let i = 0; i < perMinute; i++) {
      const time = micros(FROM + minute * MICROS_PER_MINUTE + i * 1_000)
      records.push(record({ id: `20261120-n1-${++sequence}`, time, source, ...fields }))
    }
  }
  return records
}

const ratesOf = async (records: readonly LogRecord[]) => {
  const store = ReferenceStore.of(records) as unknown as Store
  return (await sourceRates(store, VIEW, MICROS_PER_MINUTE, {})).rates
}

const WEEK = (7 * MICROS_PER_DAY) / MICROS_PER_MINUTE

test('each bucket has its rate, and usual is the time before where no weeks are known', async () => {
  const [rate, ...more] = await ratesOf([...spoke('a', 6, -60, 0), ...spoke('a', 60, 58, 60)])
  expect(more).toEqual([])
  expect(rate!.perSecond).toHaveLength(60)
  expect(rate!.perSecond.slice(57)).toEqual([0, 1, 1])
  expect(rate!.usual).toEqual({ low: 0.1, high: 0.1, from: 'before' })
})

test('three earlier weeks at this hour are better than the time before, two are not', async () => {
  const week = (n: number) => spoke('a', 12, -n * WEEK, 60 - n * WEEK)
  const now = [...spoke('a', 6, -60, 60)]
  const [known] = await ratesOf([...week(1), ...week(2), ...week(4), ...now])
  expect(known!.usual).toEqual({ low: 0.2, high: 0.2, from: 'hour_of_week' })
  const [hardly] = await ratesOf([...week(1), ...week(2), ...now])
  expect(hardly!.usual).toMatchObject({ from: 'before' })
})

test('of a source that has just begun nothing is usual, and one that is gone is not told of', async () => {
  const rates = await ratesOf([...spoke('new', 6, -10, 60), ...spoke('gone', 6, -60, 0)])
  expect(rates.map(({ source, usual }) => [source, usual])).toEqual([['new', null]])
})

test('its times are what most of its records say of theirs', async () => {
  const assumed = { timeFrom: 'assumed', uncertaintyUs: 50_400_000_000 } as const
  const [rate] = await ratesOf([
    ...spoke('a', 3, 0, 10, assumed),
    ...spoke('a', 1, 0, 10, { timeFrom: 'explicit', uncertaintyUs: 1_000 }),
  ])
  expect(rate).toMatchObject({ timeFrom: 'assumed', uncertaintyMs: 50_400_000 })
})
