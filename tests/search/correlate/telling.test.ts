import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  tellingOf as tellingOfTemplates,
  type Naming,
  type Telling,
} from '../../../search/correlate/telling.ts'

const MINUTE = 60_000_000
const minutes = (...at: number[]): number[] => at.map((minute) => minute * MINUTE)
const hours = (count: number): number[] =>
  minutes(...Array.from({ length: 60 * count }, (_, i) => i))

/** Four hours are known unless it is said otherwise. */
const byTemplate = (namings: readonly Naming[], historyUs = 240 * MINUTE): Telling =>
  tellingOfTemplates(new Map(namings.map((naming, n) => [`template ${n}`, naming])), historyUs)
const tellingOf = (namings: readonly Naming[], historyUs?: number): number =>
  byTemplate(namings, historyUs).inGeneral

describe('what an address tells', () => {
  const lease: Naming = { named: 24, all: 1_920, hosts: 1, minutes: hours(2) }
  const gateway: Naming = { named: 1_920, all: 1_920, hosts: 1, minutes: hours(2) }

  test('nearly all of one machine among many, nearly nothing of the one that all have', () => {
    expect(tellingOf([lease])).toBeGreaterThan(0.9)
    expect(tellingOf([gateway])).toBe(1 / 8)
    // One of two or three that all use by turns is still theirs.
    expect(tellingOf([{ ...gateway, named: 960 }])).toBeLessThan(0.2)
    expect(tellingOf([{ ...gateway, named: 640 }])).toBeLessThan(0.31)
  })

  test('all, where it was spoken of once', () => {
    expect(tellingOf([])).toBe(1)
    expect(tellingOf([{ named: 30, all: 30, hosts: 1, minutes: minutes(55, 58, 67) }])).toBe(1)
  })

  test('less with each host that says the same, and each time it is said again', () => {
    const once: Naming = { named: 4, all: 4, hosts: 1, minutes: minutes(5) }
    expect(tellingOf([{ ...once, hosts: 4 }])).toBe(1 / 4)
    expect(tellingOf([{ ...once, minutes: minutes(5, 25, 45, 65) }])).toBe(1 / 4)
  })

  test('as little of a short history that is full of it', () => {
    const steady: Naming = { named: 200, all: 200, hosts: 1, minutes: hours(0.5) }
    expect(tellingOf([steady])).toBe(1 / 2)
    expect(tellingOf([steady], 30 * MINUTE)).toBeLessThanOrEqual(1 / 10)
    const burst: Naming = { named: 20, all: 20, hosts: 1, minutes: minutes(12, 13) }
    expect(tellingOf([burst], 30 * MINUTE)).toBe(1)
  })

  test('of all templates together: one that always names it does not hide what others tell', () => {
    const probe: Naming = { named: 120, all: 120, hosts: 1, minutes: hours(2) }
    expect(tellingOf([probe])).toBe(1 / 8)
    expect(tellingOf([probe, lease])).toBeGreaterThan(0.5)
    const { ofTemplates } = byTemplate([probe, lease])
    expect(ofTemplates.get('template 0')).toBe(1 / 8)
    expect(ofTemplates.get('template 1')).toBeGreaterThan(0.9)
    const said: Naming = { named: 1, all: 1, hosts: 1, minutes: minutes(30) }
    expect(tellingOf([gateway, said])).toBeLessThan(0.25)
  })

  test('between 0 and 1, the less the larger the share of lines that name it', () => {
    const naming = fc.record({
      named: fc.integer({ min: 1, max: 100 }),
      others: fc.nat({ max: 1_000 }),
      hosts: fc.nat({ max: 40 }),
      minutes: fc.array(fc.integer({ min: 0, max: 240 }).map((minute) => minute * MINUTE)),
    })
    fc.assert(
      fc.property(
        fc.array(naming, { minLength: 1, maxLength: 5 }),
        fc.nat({ max: 50 }),
        (some, more) => {
          const withOthers = (extra: number): number =>
            tellingOf(
              some.map(({ others, ...one }) => ({ ...one, all: one.named + others + extra })),
            )
          const telling = withOthers(0)
          expect(telling).toBeGreaterThan(0)
          expect(telling).toBeLessThanOrEqual(1)
          expect(withOthers(more)).toBeGreaterThanOrEqual(telling - 1e-12)
        },
      ),
    )
  })
})
