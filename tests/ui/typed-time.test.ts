import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lengthText, rangeLabel, readTypedTime, timeToType } from '../../ui/lib/typed-time.ts'

const at = Date.UTC(2026, 10, 20, 9, 30)
const rome = { zone: 'Europe/Rome', near: at, now: at + 3_600_000 }
const utc = { ...rome, zone: 'UTC' }

describe('a time that is typed', () => {
  test.each([
    ['2026-11-20 10:30', rome, at],
    ['10:30', rome, at],
    ['9:30', utc, at],
    ['2026-11-20 10:30:15.250', rome, at + 15_250],
    ['2026-11-20', rome, Date.UTC(2026, 10, 19, 23)],
    ['2026-11-20T09:30:00Z', rome, at],
    ['2026-11-20T10:30:00+01:00', utc, at],
    ['now', rome, rome.now],
    ['now-15m', rome, rome.now - 900_000],
    // The hour that the change to summer time leaves out.
    ['2026-03-29 02:30', rome, Date.UTC(2026, 2, 29, 1, 30)],
  ])('%j is read in the zone that is shown', (text, context, expected) => {
    expect(readTypedTime(text, context)).toBe(expected)
  })

  test.each(['', 'yesterday', '25:00', '10:60', '2026-13-01', '2026-02-30', '10', 'now-15x'])(
    '%j is none',
    (text) => {
      expect(readTypedTime(text, rome)).toBeUndefined()
    },
  )

  test('what a field shows is read back as the same time', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Auckland')
    // An hour that occurs twice cannot be told apart as it is typed.
    const times = fc.integer({ min: Date.UTC(2026, 5, 1), max: Date.UTC(2026, 7, 1) })
    fc.assert(
      fc.property(times, zones, (time, zone) => {
        const typed = timeToType(time, zone)
        expect(readTypedTime(typed, { zone, near: 0, now: 0 })).toBe(time)
      }),
    )
  })
})

describe('a range', () => {
  test.each([
    [1_800_000, '30 min'],
    [3_600_000, '1 h'],
    [86_400_000, '24 h'],
    [7 * 86_400_000, '7 d'],
    [40_000, '40 s'],
    [867_000, '14 m 27 s'],
    [5_400_000, '90 min'],
    [1_234_567, '20 m 35 s'],
  ])('of %d ms lasts %s', (ms, said) => {
    expect(lengthText(ms)).toBe(said)
  })

  test('is told with its day', () => {
    expect(rangeLabel(at, at + 1_800_000, 'Europe/Rome')).toEqual({
      day: 'Fri 20 Nov',
      times: '10:30 – 11:00',
      length: '30 min',
    })
  })

  test('is told with both days where it crosses midnight', () => {
    const { day, times } = rangeLabel(at, at + 86_400_000, 'UTC')
    expect([day, times]).toEqual(['', 'Fri 20 Nov 09:30 – Sat 21 Nov 09:30'])
  })

  test('that is short is told to the second where its edges are not whole minutes', () => {
    expect(rangeLabel(at + 500, at + 60_000, 'UTC').times).toBe('09:30:00 – 09:31:00')
    expect(rangeLabel(at + 500, at + 1_800_500, 'UTC').times).toBe('09:30 – 10:00')
    expect(rangeLabel(at + 500, at + 2_000, 'UTC').times).toBe('09:30:00.500 – 09:30:02.000')
  })
})
