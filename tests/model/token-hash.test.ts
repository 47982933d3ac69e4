import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashText, hashToken, hashTokenAt } from '../../model/token-hash.ts'
import { fold, forEachToken } from '../../model/tokens.ts'

const unitsOf = (text: string): Uint16Array =>
  Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))

describe('token hashes', () => {
  it('are the same at index and at query time', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
        forEachToken(text, (start, end) => {
          const token = fold(text.slice(start, end))
          expect(hashTokenAt(text, unitsOf(text), start, end)).toBe(hashToken(token))
        })
      }),
      { numRuns: 500 },
    )
  })

  it('do not depend on case or accents', () => {
    expect(hashTokenAt('ÉCU7', unitsOf('ÉCU7'), 0, 4)).toBe(hashToken('ecu7'))
    expect(hashTokenAt('ECU7', unitsOf('ECU7'), 0, 4)).toBe(hashToken('ecu7'))
  })

  it('spread similar tokens over all bits', () => {
    const seen = [new Set<number>(), new Set<number>()]
    const ones = new Array<number>(64).fill(0)
    const count = 20_000
    for (let i = 0; i < count; i++) {
      const hashes = hashText(String(i))
      expect(hashToken(String(i))).toBe(hashes[0])
      hashes.forEach((hash, which) => {
        seen[which]!.add(hash)
        for (let bit = 0; bit < 32; bit++) if (((hash >>> bit) & 1) === 1) ones[32 * which + bit]!++
      })
    }
    for (const hashes of seen) expect(hashes.size).toBeGreaterThan(count - 10)
    for (const n of ones) expect(Math.abs(n / count - 0.5)).toBeLessThan(0.03)
  })
})
