import { describe, expect, test } from 'vitest'
import type { ApiSource, ApiSourceRate } from '../../model/api.ts'
import {
  isClockDoubtful,
  lastRate,
  originText,
  rateText,
  askedWindow,
  rateWindow,
  silentFrom,
  sparkShape,
  summedRate,
  uncertaintyText,
  usualFrom,
  usualText,
} from '../../ui/panels/sources/rate-words.ts'

const NOW = Date.UTC(2026, 10, 20, 11, 0, 30)
const HOUR = 3_600_000
const until = (watermark: string | null) => ({ watermark }) as ApiSource
const band = (low: number, high: number, from: 'hour_of_week' | 'before' = 'before') => ({
  usual: { low, high, from },
})
const rate = (perSecond: number[]): ApiSourceRate => ({
  source: 'a',
  perSecond,
  usual: null,
  timeFrom: 'explicit',
  uncertaintyMs: 1,
})

describe('the window of the rates', () => {
  test('is the hour to now while anybody sends, in whole minutes', () => {
    const to = Date.UTC(2026, 10, 20, 11, 1)
    expect(rateWindow([until('2026-11-20T10:59:00Z'), until(null)], NOW)).toEqual({
      from: to - HOUR,
      to,
    })
    expect(rateWindow([], NOW)).toEqual({ from: to - HOUR, to })
  })

  test('is the last hour of a past that was read in', () => {
    expect(rateWindow([until('2026-11-14T09:59:58Z')], NOW).to).toBe(Date.UTC(2026, 10, 14, 10))
  })

  test('the window of an address is whole minutes and a week at most', () => {
    const minute = Math.ceil(NOW / 60_000) * 60_000
    expect(askedWindow({}, NOW)).toBeUndefined()
    expect(askedWindow({ from: 'nonsense' }, NOW)).toBeUndefined()
    expect(askedWindow({ from: 'now-15m' }, NOW)).toEqual({
      from: minute - 15 * 60_000,
      to: minute,
    })
    expect(askedWindow({ from: '2026-11-20T10:30:30Z', to: '2026-11-20T10:45:30Z' }, NOW)).toEqual({
      from: Date.UTC(2026, 10, 20, 10, 30),
      to: Date.UTC(2026, 10, 20, 10, 46),
    })
    const long = askedWindow({ from: '2026-01-01T00:00:00Z', to: '2026-11-20T10:00:00Z' }, NOW)!
    expect(long.to - long.from).toBe(7 * 24 * HOUR)
    expect(askedWindow({ from: 'now', to: 'now-1h' }, NOW)).toBeUndefined()
  })
})

test('a rate is the mean of the last five buckets, and slow ones are told by the minute', () => {
  expect(lastRate(rate([100, 1, 1, 1, 1, 6]))).toBe(2)
  expect(lastRate(rate([]))).toBe(0)
  expect([0, 0.2, 1, 31.4].map(rateText)).toEqual(['0 /s', '12 /min', '1 /s', '31.4 /s'])
})

test('what is usual has its range, its unit and where it is known from', () => {
  expect(usualText(band(3, 6.04))).toBe('3–6 /s')
  expect(usualText(band(0, 0.066))).toBe('0–4 /min')
  expect(usualText(band(2, 2))).toBe('2 /s')
  expect(usualText({ usual: null })).toBe('')
  const window = { from: NOW - HOUR, to: NOW }
  expect(usualFrom(band(1, 2, 'hour_of_week'), window)).toMatch(/hour of the week/)
  expect(usualFrom(band(1, 2), window)).toBe('as in the 4 h before')
})

test('times say how sure they are and why, and a zone that was assumed is a doubt', () => {
  expect(uncertaintyText({ uncertaintyMs: 15 }, false)).toBe('± 15 ms')
  expect(uncertaintyText({ uncertaintyMs: 50_400_000 }, true)).toBe('≤ 14 h')
  expect(originText({ timeFrom: 'assumed' })).toBe('UTC assumed')
  expect(isClockDoubtful({ timeFrom: 'assumed', uncertaintyMs: 50_400_000 })).toBe(true)
  // Near to its receipt the assumption was right.
  expect(isClockDoubtful({ timeFrom: 'assumed', uncertaintyMs: 1_000 })).toBe(false)
  expect(isClockDoubtful({ timeFrom: 'explicit', uncertaintyMs: 120_000 })).toBe(false)
})

test('several sources are one line, bucket by bucket', () => {
  expect(summedRate([rate([1, 2]), rate([10, 0])])).toEqual([11, 2])
  expect(summedRate([])).toEqual([])
})

test('a spark reaches from nothing to the greatest, with its band', () => {
  const size = { width: 10, height: 20 }
  expect(sparkShape([0, 5, 10], band(5, 10).usual, size)).toEqual({
    line: '0,20 5,10 10,0',
    band: { y: 0, height: 10 },
  })
  expect(sparkShape([0, 0], null, size)).toEqual({ line: '0,20 10,20', band: null })
  expect(sparkShape([4], band(0, 0).usual, size).band).toEqual({ y: 19, height: 1 })
})

test('the hatch begins where a silent source ends', () => {
  const window = { from: NOW - HOUR, to: NOW }
  const watermark = new Date(NOW - HOUR / 4).toISOString()
  expect(silentFrom({ state: 'silent', watermark }, window)).toBe(0.75)
  expect(silentFrom({ state: 'silent', watermark: null }, window)).toBe(0)
  expect(silentFrom({ state: 'late', watermark }, window)).toBeNull()
})
