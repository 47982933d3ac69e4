import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addTallies,
  countedPairs,
  packTallies,
  widen,
  type SlotCounts,
} from '../../../../search/store/embedded/packed-tallies.ts'

const STREAMS = 300
const SEVERITIES = 25

interface Tally {
  readonly stream: number
  readonly severity: number
  readonly slot: number
  readonly count: number
}

/** Slots near each other, and far ones of clocks that are wrong; one of each stream, severity and slot. */
const tallies: fc.Arbitrary<Tally[]> = fc.uniqueArray(
  fc.record({
    stream: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: STREAMS - 1 })),
    severity: fc.nat({ max: SEVERITIES - 1 }),
    slot: fc.oneof(
      fc.integer({ min: -20, max: 60 }),
      fc.integer({ min: -20_000, max: 20_000 }),
      fc.integer({ min: -(2 ** 36), max: 2 ** 36 }),
    ),
    count: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2 ** 20 })),
  }),
  {
    minLength: 1,
    maxLength: 60,
    selector: ({ stream, severity, slot }) => `${stream},${severity},${slot}`,
  },
)

const pairOf = ({ stream, severity }: Tally): number => stream * 32 + severity

function slotCounts(list: readonly Tally[]): SlotCounts {
  const sorted = list.toSorted((a, b) => pairOf(a) - pairOf(b) || a.slot - b.slot)
  return {
    pairs: Float64Array.from(sorted, pairOf),
    slots: Float64Array.from(sorted, ({ slot }) => slot),
    counts: Float64Array.from(sorted, ({ count }) => count),
  }
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0)

const firstOf = ({ slots }: SlotCounts): number => Math.min(...slots)

/** Counts by stream modulo 3, severity below 13 or not, and pairs of slots from `from` on. */
const places = (from: number, slots: number, isCounted = countedPairs(STREAMS, 'all')) => ({
  streams: Int32Array.from({ length: STREAMS }, (_, stream) => (stream % 3) * 2 * slots),
  severities: Int32Array.from({ length: SEVERITIES }, (_, severity) => (severity < 13 ? 0 : slots)),
  slots: Int32Array.from({ length: slots }, (_, slot) => Math.floor(slot / 2)),
  firstSlot: from,
  endSlot: from + slots,
  isCounted,
})

function counted(list: readonly Tally[], from: number, slots: number): number[] {
  const into = places(from, slots)
  const counts = Array.from({ length: 6 * slots }, () => 0)
  for (const { stream, severity, slot, count } of list) {
    const column = into.slots[slot - from]
    if (column === undefined) continue
    counts[into.streams[stream]! + into.severities[severity]! + column]! += count
  }
  return counts
}

describe('packed tallies', () => {
  it('count as what was packed does, of a range and of those that pass', () => {
    fc.assert(
      fc.property(
        tallies,
        fc.integer({ min: -30, max: 30 }),
        fc.nat({ max: 90 }),
        (list, from, slots) => {
          const all = slotCounts(list)
          const packed = packTallies(all, firstOf(all))
          const counts = new Uint32Array(6 * slots)
          addTallies(packed, firstOf(all), places(from, slots), counts)
          expect([...counts]).toEqual(counted(list, from, slots))
          const passes = (tally: Tally): boolean => pairOf(tally) % 2 === 0
          const some = countedPairs(STREAMS, list.filter(passes).map(pairOf))
          const sums = new Uint32Array(6 * slots + 1)
          addTallies(packed, firstOf(all), { ...places(from, slots), slots: undefined }, sums)
          const inRange = list.filter(({ slot }) => slot >= from && slot < from + slots)
          expect(sum(sums)).toBe(sum(inRange.map(({ count }) => count)))
          counts.fill(0)
          addTallies(packed, firstOf(all), places(from, slots, some), counts)
          expect([...counts]).toEqual(counted(list.filter(passes), from, slots))
        },
      ),
    )
  })

  it('are the same by wider slots as those rows would be', () => {
    fc.assert(
      fc.property(tallies, fc.integer({ min: 1, max: 40 }), (list, each) => {
        const sums = new Map<string, Tally>()
        for (const tally of list) {
          const slot = Math.floor(tally.slot / each)
          const name = `${pairOf(tally)},${slot}`
          sums.set(name, { ...tally, slot, count: tally.count + (sums.get(name)?.count ?? 0) })
        }
        expect(widen(slotCounts(list), each)).toEqual(slotCounts([...sums.values()]))
      }),
    )
  })

  it('take a byte each where sources speak as usual', () => {
    const list = Array.from({ length: 10_000 }, (_, i) => ({
      ...{ stream: i % 100, severity: 9, slot: Math.floor(i / 100), count: 1 + (i % 15) },
    }))
    const { length } = packTallies(slotCounts(list), 0)
    expect(length).toBe(10_000 + 2 * 100)
  })
})
