import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ticksOf } from '../../../ui/timeline/ticks.ts'
import { timeAt, xOf } from '../../../ui/timeline/time-scale.ts'

const at = (text: string): number => Date.parse(text)
const labels = (from: string, to: string, width: number, zone: string): string[] =>
  ticksOf({ from: at(from), to: at(to) }, width, zone)
    .filter(({ label }) => label !== '')
    .map(({ label, isBold }) => (isBold ? `*${label}` : label))

describe('ticks', () => {
  test('are round on the clock of the zone', () => {
    expect(labels('2026-11-20T10:30:00Z', '2026-11-20T11:00:00Z', 500, 'Europe/Rome')).toEqual([
      '11:30',
      '11:35',
      '11:40',
      '11:45',
      '11:50',
      '11:55',
      '12:00',
    ])
    expect(labels('2026-11-20T10:10:00Z', '2026-11-20T12:10:00Z', 200, 'Asia/Kathmandu')).toEqual([
      '16:00',
      '17:00',
    ])
  })

  test('a new day is bold and has its date', () => {
    expect(labels('2026-11-19T21:00:00Z', '2026-11-20T03:00:00Z', 500, 'UTC')).toEqual([
      '21:00',
      '22:00',
      '23:00',
      '*Fri 20 Nov',
      '01:00',
      '02:00',
      '03:00',
    ])
  })

  test('where the clocks go back, both offsets stand there', () => {
    const all = labels('2026-10-24T22:00:00Z', '2026-10-25T04:00:00Z', 900, 'Europe/Rome')
    expect(all).toContain('*+02:00 → +01:00')
    expect(all.at(-1)).toBe('05:00')
  })

  test('days stay at midnight across a change of the offset', () => {
    const window = { from: at('2026-10-20T00:00:00Z'), to: at('2026-10-30T00:00:00Z') }
    const labelled = ticksOf(window, 900, 'Europe/Rome').filter(({ label }) => label !== '')
    expect(labelled.map(({ at: time }) => new Date(time).toISOString().slice(11, 16))).toEqual([
      ...Array.from({ length: 5 }, () => '22:00'),
      ...Array.from({ length: 5 }, () => '23:00'),
    ])
  })

  test('labels are far enough apart and inside, whatever the window', () => {
    const windows = fc.tuple(
      fc.integer({ min: at('2020-01-01'), max: at('2030-01-01') }),
      fc.double({ min: 0.7, max: 12, noNaN: true }).map((size) => 10 ** size),
      fc.integer({ min: 200, max: 2_500 }),
      fc.constantFrom('UTC', 'Europe/Rome', 'Asia/Kathmandu', 'America/St_Johns'),
    )
    fc.assert(
      fc.property(windows, ([from, span, width, zone]) => {
        const scale = { from, to: from + span, width }
        const ticks = ticksOf(scale, width, zone)
        expect(ticks.length).toBeLessThan(width / 8)
        const xs = ticks.filter(({ label }) => label !== '').map((tick) => xOf(tick.at, scale))
        xs.forEach((x, i) => {
          expect(x).toBeGreaterThanOrEqual(-1e-6)
          if (i > 0) expect(x - xs[i - 1]!).toBeGreaterThan(60)
        })
      }),
    )
  })

  test('a window without width has none', () => {
    expect(ticksOf({ from: 5, to: 5 }, 100, 'UTC')).toEqual([])
  })
})

describe('the scale of time', () => {
  test('goes there and back', () => {
    const scale = { from: 0, to: 3_600_000, width: 1_332 }
    expect(timeAt(xOf(1_234_567, scale), scale)).toBeCloseTo(1_234_567)
  })
})
