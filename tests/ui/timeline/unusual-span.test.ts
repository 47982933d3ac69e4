import { expect, test } from 'vitest'
import { unusualSpan } from '../../../ui/timeline/unusual-span.ts'
import { metricLane } from './lanes.ts'

const usual = { low: 0, high: 2, from: 'before' } as const
const metric = (value: number[], leftMs: number | null) =>
  metricLane({ usual, leftMs, value, column: value.map((_, i) => i), everyColumns: 1 })

test('is from the first that left its band to the last that came back, however often one leaves it later', () => {
  const lanes = [
    { metrics: [metric([1, 9, 9, 9, 1, 1, 9, 9], 10), metric([1, 1, 9, 9, 9, 9, 1, 1], 20)] },
    { metrics: [metric([1, 1, 1, 1, 1, 1, 1, 9], null)] },
  ]
  const span = unusualSpan({ lanes, columnMs: 10 })
  expect(span?.fromMs).toBe(10)
  expect(span?.toMs).toBeGreaterThanOrEqual(50)
  expect(span?.toMs).toBeLessThanOrEqual(60)
})

test('goes to the end where nothing came back, and is none where nothing left', () => {
  const lanes = (value: number[], leftMs: number | null) => [{ metrics: [metric(value, leftMs)] }]
  expect(unusualSpan({ lanes: lanes([1, 9, 9, 9], 1_000), columnMs: 1_000 })).toEqual({
    fromMs: 1_000,
    toMs: 3_000,
  })
  expect(unusualSpan({ lanes: lanes([1, 1, 9, 1], null), columnMs: 1_000 })).toBeNull()
  expect(unusualSpan({ lanes: [], columnMs: 1_000 })).toBeNull()
})
