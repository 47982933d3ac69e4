import { describe, expect, test } from 'vitest'
import { withoutDomain } from '../../ui/lib/host-names.ts'
import { atLeast, count, quantity, times, unitOf } from '../../ui/lib/quantity.ts'
import { clockTime, isZone, rangeText, spanText, zoneLabel } from '../../ui/lib/zoned-time.ts'

describe('quantities as people say them', () => {
  test.each([
    [110.4, 'ms', '110 ms'],
    [2.6, 'ms', '2.6 ms'],
    [12_000, 'ms', '12 s'],
    [0.63, '1', '63 %'],
    [18_300, '1/s', '18.3 k/s'],
    [420, '1/s', '420 /s'],
    [64, '', '64'],
    [1.5e9, 'By/s', '1.5 GB/s'],
    [0, 'ms', '0 ms'],
    [-3, 'ms', '-3 ms'],
  ])('%d %s is %s', (value, unit, said) => {
    expect(quantity(value, unit)).toBe(said)
  })

  test('a depth in 1 is a number of things, a share in 1 per cent', () => {
    expect(quantity(64, unitOf({ unit: '1', kind: 'state' }))).toBe('64')
    expect(quantity(0.64, unitOf({ unit: '1', kind: 'demand' }))).toBe('64 %')
  })

  test('counts and ratios', () => {
    expect([count(48_212), count(2_318_940), times(22.4), times(7.63)]).toEqual([
      '48,212',
      '2.32 M',
      '× 22',
      '× 7.6',
    ])
  })
})

describe('names of hosts', () => {
  const domain = 'corp.example.net'

  test('leave out the domain that is the same of all', () => {
    expect(withoutDomain([`esx-04.${domain}`, 'array-a-01', '10.0.0.7'])).toEqual([
      'esx-04',
      'array-a-01',
      '10.0.0.7',
    ])
  })

  test('keep it where it tells them apart', () => {
    for (const names of [
      [`esx-04.${domain}`, 'esx-05.lab.example.net'],
      [`esx-04.${domain}`, 'esx-04'],
      ['10.0.0.7', 'fe80::1.2', '.', ''],
    ]) {
      expect(withoutDomain(names)).toEqual(names)
    }
  })
})

describe('times in a zone', () => {
  const at = Date.UTC(2026, 10, 20, 9, 42, 17, 400)

  test('are told with their offset', () => {
    expect(clockTime(at, 'Europe/Rome')).toBe('10:42:17')
    expect(clockTime(at, 'Europe/Rome', 1)).toBe('10:42:17.4')
    expect(zoneLabel('Europe/Rome', at)).toBe('Europe/Rome +01:00')
    expect(zoneLabel('America/St_Johns', at)).toBe('America/St_Johns −03:30')
    expect(rangeText(at, at + 86_400_000, 'UTC')).toBe('Fri 20 Nov 09:42 – Sat 21 Nov 09:42')
  })

  test.each([
    [867_000, '14 m 27 s'],
    [86_400_000, '1 d'],
    [350, '350 ms'],
    [40_000, '40 s'],
    [5_400_000, '1 h 30 m'],
    [0.2, '200 µs'],
  ])('a span of %d ms is %s', (ms, said) => {
    expect(spanText(ms)).toBe(said)
  })

  test('an unknown zone is known to be one', () => {
    expect([isZone('Europe/Rome'), isZone('Europe/Atlantis')]).toEqual([true, false])
  })
})

test('a count of what was not all seen says so', () => {
  expect([atLeast(45_905, true), atLeast(1, true), atLeast(1, false)]).toEqual([
    '45,905+',
    '1+',
    '1',
  ])
})
