import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  readBsd,
  readDayFirst,
  readEpoch,
  readIso,
  readRfc3339,
  readStamp,
} from '../../ingest/formats/read-stamp.ts'
import { completeStamp } from '../../ingest/stamp.ts'
import type { StampContext } from '../../ingest/stamp.ts'
import { isZone, wallOffset } from '../../ingest/zone-offset.ts'
import { formatTime, MICROS_PER_HOUR, parseRfc3339 } from '../../model/time.ts'
import type { Micros } from '../../model/time.ts'

const at = (text: string): Micros => parseRfc3339(text)!.us
const RECEIVED = at('2026-11-21T10:42:05Z')

/** The event time of a text read by `readStamp`, as RFC 3339, and where it came from. */
function timeOf(text: string, context: Partial<StampContext> = {}): string {
  const time = completeStamp(readStamp(text), { received: RECEIVED, ...context })
  return `${formatTime(time.us, time.ns)} ${time.timeFrom}`
}

describe('reading stamps', () => {
  test.each([
    ['2026-11-21T10:42:00Z', '2026-11-21T10:42:00Z'],
    ['2026-11-21T10:42:00.5z', '2026-11-21T10:42:00.500Z'],
    ['2026-11-21t10:42:00.123456789+01:00', '2026-11-21T09:42:00.123456789Z'],
    ['2026-11-21T10:42:00.1234567891234-0530', '2026-11-21T16:12:00.123456789Z'],
    ['2026-11-21 10:42:00,123 +0100', '2026-11-21T09:42:00.123Z'],
    ['2026-11-21 10:42:00.123+01', '2026-11-21T09:42:00.123Z'],
    ['2026-11-21 10:42:00 UTC', '2026-11-21T10:42:00Z'],
    ['2026/11/21 10:42:00Z', '2026-11-21T10:42:00Z'],
    ['Sat Nov 21 10:42:00 UTC 2026', '2026-11-21T10:42:00Z'],
    ['2026 Nov  1 10:42:00.007 UTC', '2026-11-01T10:42:00.007Z'],
    ['21/Nov/2026:10:42:00 +0100', '2026-11-21T09:42:00Z'],
    ['Sat, 21 Nov 2026 10:42:00 GMT', '2026-11-21T10:42:00Z'],
    ['1795254120', '2026-11-21T09:42:00Z'],
    ['1795254120.000000001', '2026-11-21T09:42:00.000000001Z'],
    ['1795254120123', '2026-11-21T09:42:00.123Z'],
    ['1795254120123456', '2026-11-21T09:42:00.123456Z'],
    ['1795254120123456789', '2026-11-21T09:42:00.123456789Z'],
  ])('%s is the instant %s', (text, instant) => {
    const stamp = readStamp(text)
    expect(stamp).toMatchObject({ kind: 'instant', text })
    expect(timeOf(text)).toBe(`${instant} explicit`)
  })

  test.each([
    ['Nov 21 10:42:00', '2026-11-21T10:42:00Z'],
    ['nov  1 10:42:00.25', '2026-11-01T10:42:00.250Z'],
    ['Nov 01 10:42:00', '2026-11-01T10:42:00Z'],
    ['Nov 21 2025 10:42:00', '2025-11-21T10:42:00Z'],
    ['Nov 21 10:42:00 2025', '2025-11-21T10:42:00Z'],
    ['Fri Nov 21 10:42:00 2025', '2025-11-21T10:42:00Z'],
    ['2026-11-21 10:42:00', '2026-11-21T10:42:00Z'],
    ['2026-11-21 10:42:00,123', '2026-11-21T10:42:00.123Z'],
    ['2026/11/21-10:42:00', '2026-11-21T10:42:00Z'],
    ['2026/11/21-10:42:00:123456', '2026-11-21T10:42:00.123456Z'],
    ['21-Nov-2026::10:42:00', '2026-11-21T10:42:00Z'],
  ])('%s is a wall clock, assumed to be %s', (text, instant) => {
    expect(readStamp(text)).toMatchObject({ kind: 'local', text })
    expect(timeOf(text)).toBe(`${instant} assumed`)
  })

  test.each([
    '2026-13-01T10:42:00Z',
    '2026-02-30T10:42:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:42:61Z',
    '2026-11-21',
    '0001-01-01T00:00:00Z',
    '1601-01-01 00:00:00',
    'Nov 31 10:42:00',
    'Nov 21 10:42',
    'Nxv 21 10:42:00',
    'November 21',
    '17952541201234567890123',
    '',
  ])('%j is no stamp', (text) => {
    expect(readStamp(text)).toBeUndefined()
  })

  test('a stamp ends where its text ends, wherever it stands', () => {
    expect(readIso('at 2026-11-21 10:42:00 INFO x', 3)?.text).toBe('2026-11-21 10:42:00')
    expect(readIso('2026-11-21 10:42:00 -5 degrees')?.text).toBe('2026-11-21 10:42:00')
    expect(readIso('2026-11-21 10:42:00 CEST [7]')?.text).toBe('2026-11-21 10:42:00 CEST')
    expect(readBsd('Nov 21 10:42:00.123: %SYS')?.text).toBe('Nov 21 10:42:00.123')
    expect(readBsd('Nov 21 10:42:00 10.0.0.1 x')?.text).toBe('Nov 21 10:42:00')
    expect(readDayFirst('[21/Nov/2026:10:42:00 +0000] GET', 1)?.text).toHaveLength(26)
    expect(readEpoch('1795254120 x')?.text).toBe('1795254120')
    expect(readRfc3339('2026-11-21T10:42:00')).toBeUndefined()
  })

  test('its resolution is the place of its last digit', () => {
    const resolutions = ['', '.1', '.123', '.123456', '.123456789'].map(
      (fraction) => readIso(`2026-11-21T10:42:00${fraction}Z`)?.resolutionUs,
    )
    expect(resolutions).toEqual([1e6, 1e5, 1e3, 1, 0.001])
  })

  test('RFC 3339 read digit by digit equals the reading of the model', () => {
    const instant = fc.tuple(
      fc.date({ min: new Date('1991-01-01'), max: new Date('2026-11-20'), noInvalidDate: true }),
      fc.stringMatching(/^(\.\d{1,9})?$/),
      fc.constantFrom('Z', '+00:00', '-11:30', '+14:00', '+0545'),
    )
    fc.assert(
      fc.property(instant, ([date, fraction, zone]) => {
        const text = date.toISOString().slice(0, 19) + fraction + zone
        expect(readIso(text)).toMatchObject({ kind: 'instant', ...parseRfc3339(text)!, text })
      }),
    )
  })

  test('nanoseconds stay exact in epoch counts', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 18n, max: 7n * 10n ** 18n }), (nanos) => {
        const stamp = readEpoch(String(nanos))
        expect(stamp?.kind === 'instant' && BigInt(stamp.us) * 1000n + BigInt(stamp.ns)).toBe(nanos)
      }),
    )
  })

  test('no text makes a reader throw, and a stamp is always part of its text', () => {
    const pieces = fc.constantFrom(
      '2026',
      '-',
      '11',
      'Nov',
      ' ',
      '21',
      'T',
      ':',
      '10',
      '.',
      '+',
      'Z',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 20 }).map((p) => p.join('')),
    )
    fc.assert(
      fc.property(text, fc.nat(5), (input, offset) => {
        const stamp = readStamp(input, offset)
        if (stamp !== undefined) expect(input.startsWith(stamp.text, offset)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('completing stamps', () => {
  test.each([
    ['Dec 31 23:59:59', '2026-01-01T00:00:05Z', '2025-12-31T23:59:59Z'],
    ['Jan  1 00:00:10', '2025-12-31T23:59:59Z', '2026-01-01T00:00:10Z'],
    ['Nov 22 09:00:00', '2026-11-21T10:42:05Z', '2026-11-22T09:00:00Z'],
    ['Nov 24 09:00:00', '2026-11-21T10:42:05Z', '2025-11-24T09:00:00Z'],
    ['Feb 29 12:00:00', '2026-11-21T10:42:05Z', '2024-02-29T12:00:00Z'],
  ])('%s received at %s is of the year that fits', (text, received, expected) => {
    expect(timeOf(text, { received: at(received) })).toBe(`${expected} assumed`)
  })

  test('an import finds the year from the time of its file, or is told it', () => {
    const reference = at('2019-01-03T00:00:00Z')
    expect(timeOf('Dec 30 10:00:00', { reference })).toBe('2018-12-30T10:00:00Z assumed')
    expect(timeOf('Dec 30 10:00:00', { reference, year: 2015 })).toBe(
      '2015-12-30T10:00:00Z assumed',
    )
  })

  test('the zone is explicit before configured before inferred before assumed', () => {
    const zone = 'Europe/Berlin'
    expect(timeOf('2026-07-01T12:00:00+05:00', { zone })).toBe('2026-07-01T07:00:00Z explicit')
    expect(timeOf('2026-07-01 12:00:00', { zone })).toBe('2026-07-01T10:00:00Z configured')
    expect(timeOf('2026-07-01 12:00:00 PDT', { zone })).toBe('2026-07-01T10:00:00Z configured')
    expect(timeOf('2026-07-01 12:00:00 PDT')).toBe('2026-07-01T19:00:00Z inferred')
    expect(timeOf('2026-07-01 12:00:00')).toBe('2026-07-01T12:00:00Z assumed')
    expect(timeOf('Nov 21 10:42:00 UTC', { zone })).toBe('2026-11-21T10:42:00Z inferred')
    expect(timeOf('Nov 21 10:42:00 +0100')).toBe('2026-11-21T09:42:00Z inferred')
  })

  test('a wall clock of the spring gap is read with the offset before it', () => {
    const zone = 'Europe/Berlin'
    expect(timeOf('2026-03-29 01:59:59', { zone })).toBe('2026-03-29T00:59:59Z configured')
    expect(timeOf('2026-03-29 02:30:00', { zone })).toBe('2026-03-29T01:30:00Z configured')
    expect(timeOf('2026-03-29 03:00:00', { zone })).toBe('2026-03-29T01:00:00Z configured')
  })

  test('an hour shown twice is read by its abbreviation, else nearer to the receipt', () => {
    const zone = 'Europe/Berlin'
    const early = at('2026-10-25T00:30:02Z')
    const late = at('2026-10-25T01:30:02Z')
    expect(timeOf('2026-10-25 02:30:00', { zone, received: early })).toContain('T00:30:00Z')
    expect(timeOf('2026-10-25 02:30:00', { zone, received: late })).toContain('T01:30:00Z')
    expect(timeOf('2026-10-25 02:30:00 CEST', { zone, received: late })).toContain('T00:30:00Z')
    const context = { zone, received: late }
    const open = completeStamp(readStamp('2026-10-25 02:30:00'), context)
    expect(open.uncertaintyUs).toBe(1e6 + MICROS_PER_HOUR)
    const told = completeStamp(readStamp('2026-10-25 02:30:00 CET'), context)
    expect(told.uncertaintyUs).toBe(1e6)
  })

  test('the interval covers the resolution, and the zone where nothing corroborates it', () => {
    const width = (text: string, received = RECEIVED): number =>
      completeStamp(readStamp(text), { received }).uncertaintyUs
    expect(width('2026-11-21T10:42:00.123Z')).toBe(1_000)
    expect(width('2026-11-21T10:42:00.123456789Z')).toBe(1)
    expect(width('Nov 21 10:42:00')).toBe(1e6)
    expect(width('Nov 21 08:42:00')).toBe(1e6 + 14 * MICROS_PER_HOUR)
    expect(width('2026-11-21 08:42:00 CET')).toBe(1e6 + MICROS_PER_HOUR)
    expect(
      completeStamp(
        { ...readStamp('2026-11-21T10:42:00Z')!, unsynced: true, accuracyUs: 7 },
        {
          received: RECEIVED,
        },
      ).uncertaintyUs,
    ).toBe(11_000_007)
  })

  test('a time that cannot be believed gives way to the receipt and is kept', () => {
    expect(completeStamp(readStamp('1970-01-01T00:00:07Z'), { received: RECEIVED })).toEqual({
      us: RECEIVED,
      ns: 0,
      uncertaintyUs: 5e6,
      timeFrom: 'received',
      original: '1970-01-01T00:00:07Z',
    })
    expect(timeOf('2026-11-23T10:42:06Z')).toBe('2026-11-21T10:42:05Z received')
    expect(timeOf('2026-11-23T10:42:04Z')).toBe('2026-11-23T10:42:04Z explicit')
    expect(completeStamp(undefined, { received: RECEIVED }).timeFrom).toBe('received')
  })
})

describe('zone offsets', () => {
  test('names are checked', () => {
    expect(isZone('Europe/Berlin')).toBe(true)
    expect(isZone('Europe/Atlantis')).toBe(false)
  })

  test.each(['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'])(
    'in %s the reading of a wall clock shows that wall clock again',
    (zone) => {
      const shown = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'medium',
      })
      const minute = fc.integer({ min: 28_400_000, max: 29_920_000 })
      fc.assert(
        fc.property(minute, (minutes) => {
          const wallUs = minutes * 6e7
          const offset = wallOffset(zone, wallUs)
          const wall = formatTime(wallUs as Micros).slice(0, 19)
          const readings = offset.kind === 'single' ? [offset.us] : [offset.first, offset.second]
          const back = readings.map((us) => shown.format((wallUs - us) / 1000).replace(' ', 'T'))
          // In the hour that spring skips, no instant shows the wall clock.
          const isGap = wallOffset(zone, wallUs - 36e8) !== wallOffset(zone, wallUs + 36e8)
          expect(back.every((text) => text === wall) || isGap).toBe(true)
        }),
      )
    },
  )
})
