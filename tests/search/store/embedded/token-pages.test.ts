import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  findToken,
  packTokens,
  PAGES,
  tokenId,
  tokenPage,
  type GranuleSet,
  type TokenPages,
} from '../../../../search/store/embedded/token-pages.ts'

/** The granules of a token as a reader of the file finds them. */
function find(pages: TokenPages, hash: number, granules: number): GranuleSet | undefined {
  const id = tokenId(hash)
  const page = tokenPage(id)
  const start = page === 0 ? 0 : pages.ends[page - 1]!
  const end = pages.ends[page]!
  if (start === end) return undefined
  const padded = new Uint8Array(end - start + 8)
  padded.set(pages.bytes.subarray(start, end))
  return findToken(padded, id, granules)
}

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })

/** A segment of some granules, and tokens that stand in some of them. */
const segment = fc.integer({ min: 1, max: 1_100 }).chain((granules) => {
  const places = fc.oneof(
    fc.array(fc.nat({ max: granules - 1 }), { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat({ max: granules - 1 }), { minLength: 1, maxLength: granules }),
  )
  return fc.record({
    granules: fc.constant(granules),
    tokens: fc.array(fc.tuple(uint32, places), { maxLength: 60 }),
  })
})

function pack(tokens: readonly (readonly [number, readonly number[]])[], granules: number) {
  const pairs = tokens
    .flatMap(([hash, at]) => at.map((granule) => [hash, granule] as const))
    .sort((a, b) => a[1] - b[1])
  return packTokens(
    {
      hashes: Uint32Array.from(pairs, ([hash]) => hash),
      granules: Uint16Array.from(pairs, ([, granule]) => granule),
      count: pairs.length,
    },
    granules,
  )
}

const listOf = (found: GranuleSet | undefined, granules: number): number[] =>
  Array.from({ length: granules }, (_, granule) => granule).filter((one) => found?.has(one))

describe('the token pages of a segment', () => {
  it('find every token in every granule where it stands', () => {
    fc.assert(
      fc.property(segment, ({ granules, tokens }) => {
        const pages = pack(tokens, granules)
        for (const [hash, at] of tokens) {
          const found = find(pages, hash, granules)
          for (const granule of at) expect(found?.has(granule)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('find it nowhere else', () => {
    const lists = [
      [3, 4],
      [0, 399],
      [17],
      Array.from({ length: 400 }, (_, granule) => granule),
      [7, 60, 61, 200],
    ]
    const hashOf = (i: number): number => (i * 0x0300_0000 + 77) >>> 0
    const pages = pack(
      lists.map((list, i) => [hashOf(i), list] as const),
      400,
    )
    lists.forEach((list, i) => {
      expect(listOf(find(pages, hashOf(i), 400), 400)).toEqual(list)
    })
  })

  it('seldom find a token that is not there, in few bytes', () => {
    let seed = 1
    const next = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0)
    const alone = Array.from({ length: 130_000 }, () => [next(), [next() % 400]] as const)
    const pages = pack(alone, 400)
    const asked = 20_000
    let found = 0
    for (let i = 0; i < asked; i++) found += listOf(find(pages, next(), 400), 400).length
    expect(found / asked).toBeLessThan(0.006)
    expect(pages.bytes.length / alone.length).toBeLessThan(2.6)
  })

  it('are empty for a segment without tokens', () => {
    const pages = pack([], 3)
    expect(pages.bytes).toHaveLength(0)
    expect([...pages.ends]).toEqual(new Array<number>(PAGES).fill(0))
    expect(find(pages, 5, 3)).toBeUndefined()
  })
})
