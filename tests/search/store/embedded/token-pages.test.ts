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
function find(pages: TokenPages, hash: number, first: Uint16Array): GranuleSet | undefined {
  const id = tokenId(hash)
  const page = tokenPage(id)
  const start = page === 0 ? 0 : pages.ends[page - 1]!
  const end = pages.ends[page]!
  if (start === end) return undefined
  const padded = new Uint8Array(end - start + 8)
  padded.set(pages.bytes.subarray(start, end))
  return findToken(padded, id, first)
}

/** Blocks of so many granules each. */
function firstGranules(sizes: readonly number[]): Uint16Array {
  const first = [0]
  for (const size of sizes) first.push(first.at(-1)! + size)
  return Uint16Array.from(first)
}

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })

/** Granules of a segment, and tokens that stand in some of them. */
const segment = fc
  .array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 16 })
  .chain((sizes) => {
    const granules = sizes.reduce((sum, size) => sum + size, 0)
    const places = fc.oneof(
      fc.array(fc.nat({ max: granules - 1 }), { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat({ max: granules - 1 }), { minLength: 1, maxLength: granules }),
    )
    return fc.record({
      sizes: fc.constant(sizes),
      tokens: fc.array(fc.tuple(uint32, places), { maxLength: 60 }),
    })
  })

function pack(tokens: readonly (readonly [number, readonly number[]])[], first: Uint16Array) {
  const pairs = tokens
    .flatMap(([hash, granules]) => granules.map((granule) => [hash, granule] as const))
    .sort((a, b) => a[1] - b[1])
  return packTokens(
    {
      hashes: Uint32Array.from(pairs, ([hash]) => hash),
      granules: Uint16Array.from(pairs, ([, granule]) => granule),
      count: pairs.length,
    },
    first,
  )
}

describe('the token pages of a segment', () => {
  it('find every token in every granule where it stands', () => {
    fc.assert(
      fc.property(segment, ({ sizes, tokens }) => {
        const first = firstGranules(sizes)
        const pages = pack(tokens, first)
        for (const [hash, granules] of tokens) {
          const found = find(pages, hash, first)
          for (const granule of granules) expect(found?.has(granule)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('know the granules of a token that stands in several exactly', () => {
    const first = firstGranules(Array.from({ length: 16 }, () => 25))
    const lists = [
      [3, 4],
      [0, 399],
      Array.from({ length: 400 }, (_, granule) => granule),
      [7, 60, 61, 200],
    ]
    const pages = pack(
      lists.map((list, i) => [(i * 0x0300_0000 + 77) >>> 0, list] as const),
      first,
    )
    lists.forEach((list, i) => {
      const found = find(pages, (i * 0x0300_0000 + 77) >>> 0, first)!
      const granules = Array.from({ length: 400 }, (_, granule) => granule)
      expect(granules.filter((granule) => found.has(granule))).toEqual(list)
    })
  })

  it('say yes to few tokens that are not there, and no block suffers more than the others', () => {
    const first = firstGranules(Array.from({ length: 16 }, () => 25))
    let seed = 1
    const next = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0)
    const alone = Array.from({ length: 100_000 }, () => [next(), [next() % 400]] as const)
    const pages = pack(alone, first)
    // Not only on average: a token whose probes fall together would be found in most blocks.
    const asked = 4_000
    let blocks = 0
    let worst = 0
    for (let i = 0; i < asked; i++) {
      const found = find(pages, next(), first)!
      const hits = Array.from({ length: 16 }, (_, block) => block).filter((block) =>
        found.hasAny(first[block]!, first[block + 1]!),
      ).length
      blocks += hits
      worst = Math.max(worst, hits)
    }
    expect(blocks / (asked * 16)).toBeLessThan(0.004)
    expect(worst).toBeLessThan(4)
    expect(pages.bytes.length / alone.length).toBeLessThan(2.2)
  })

  it('are empty for a segment without tokens', () => {
    const pages = pack([], firstGranules([3]))
    expect(pages.bytes).toHaveLength(0)
    expect([...pages.ends]).toEqual(new Array<number>(PAGES).fill(0))
    expect(find(pages, 5, firstGranules([3]))).toBeUndefined()
  })
})
