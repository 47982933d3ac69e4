import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimeWriter, timeLayoutOf } from '../../model/time-layout.ts'
import { MAX_TIME, type Micros, formatTime, micros, parseRfc3339 } from '../../model/time.ts'

const at = (text: string): Micros => parseRfc3339(text)!.us
const noon = at('2026-11-21T10:42:00.123456Z')
const whole = at('2026-11-21T10:42:00Z')

const CASES: readonly (readonly [text: string, time: Micros, ns: number, layout: string])[] = [
  ['2026-11-21T10:42:00Z', whole, 0, '0 %Y-%m-%dT%H:%M:%SZ'],
  ['2026-11-21T10:42:00.123Z', at('2026-11-21T10:42:00.123Z'), 0, '0 %Y-%m-%dT%H:%M:%S.%3fZ'],
  ['2026-11-21T11:42:00.123456+01:00', noon, 0, '60 %Y-%m-%dT%H:%M:%S.%6f+01:00'],
  ['2026-11-21T05:12:00.123456789-0530', noon, 789, '-330 %Y-%m-%dT%H:%M:%S.%9f-0530'],
  ['2026-11-21 10:42:00,123', at('2026-11-21T10:42:00.123Z'), 0, '0 %Y-%m-%d %H:%M:%S,%3f'],
  ['2026/11/21-10:42:00', whole, 0, '0 %Y/%m/%d-%H:%M:%S'],
  ['Nov 21 10:42:00', whole, 0, '0 %b %d %H:%M:%S'],
  ['Nov 22 00:12:00', whole, 0, '810 %b %d %H:%M:%S'],
  ['Nov  1 10:42:00', at('2026-11-01T10:42:00Z'), 0, '0 %b %e %H:%M:%S'],
  ['Nov 01 10:42:00.123', at('2026-11-01T10:42:00.123Z'), 0, '0 %b %d %H:%M:%S.%3f'],
  ['2026 Nov 21 10:42:00', whole, 0, '0 %Y %b %d %H:%M:%S'],
  ['Nov 21 2026 10:42:00', whole, 0, '0 %b %d %Y %H:%M:%S'],
  ['Sat Nov 21 10:42:00 2026', whole, 0, '0 %a %b %d %H:%M:%S %Y'],
  ['21/Nov/2026:10:42:00 +0000', whole, 0, '0 %d/%b/%Y:%H:%M:%S +0000'],
  ['1795257720', at('2026-11-21T10:42:00Z'), 0, '0 %E0'],
  ['1795257720.123', at('2026-11-21T10:42:00.123Z'), 0, '0 %E0.3'],
  ['1795257720123', at('2026-11-21T10:42:00.123Z'), 0, '0 %E3'],
  ['1795257720123456', noon, 0, '0 %E6'],
  ['1795257720123456789', noon, 789, '0 %E9'],
]

describe('timeLayoutOf', () => {
  it.each(CASES)('reads %s', (text, time, ns, layout) => {
    expect(timeLayoutOf(text, time, ns)).toBe(layout)
  })

  it('answers nothing for a text that is not the instant', () => {
    for (const text of [
      '',
      'yesterday',
      '2026-11-21T10:42:01Z',
      'Nov 21 10:43:00',
      '%H',
      '1795257721',
    ]) {
      expect(timeLayoutOf(text, whole, 0)).toBeUndefined()
    }
  })

  it('writes back exactly what it was read from, also for other instants', () => {
    fc.assert(
      fc.property(fc.nat(MAX_TIME), fc.nat(999), fc.constantFrom(0, 3, 6, 9), (us, ns, digits) => {
        const unit = 10 ** Math.max(0, 6 - digits)
        const time = micros(Math.floor(us / unit) * unit)
        const nanos = digits === 9 ? ns : 0
        const text =
          formatTime(time).slice(0, 19) + (digits === 0 ? '' : fractionOf(time, nanos, digits))
        const layout = timeLayoutOf(text, time, nanos)!
        expect(new TimeWriter(layout).write(time, nanos)).toBe(text)
      }),
    )
  })

  it('never fails, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(MAX_TIME), (text, us) => {
        const layout = timeLayoutOf(text, micros(us), 0)
        if (layout !== undefined) expect(new TimeWriter(layout).write(micros(us), 0)).toBe(text)
      }),
    )
  })
})

function fractionOf(time: Micros, ns: number, digits: number): string {
  const nanos = (time % 1_000_000) * 1000 + ns
  return `.${String(nanos).padStart(9, '0').slice(0, digits)}`
}
