import { BitReader, BitWriter } from './bits.ts'

/** A segment's tokens are cut into so many pages by the highest bits of their hash. */
export const PAGES = 256
const PAGE_BITS = 8
/**
 * The bits below that: with the page they are all that is kept of a hash. Of 300 segments of 130,000
 * tokens each, one says by chance that it has a token which none has.
 */
const KEY_BITS = 17
const ID_BITS = PAGE_BITS + KEY_BITS
const KEY_MASK = (1 << KEY_BITS) - 1

/** Tokens of a segment by the granule they stand in, granules rising. */
export interface TokenPlaces {
  /** See model/token-hash.ts. */
  readonly hashes: Uint32Array
  /** Numbered through the segment. */
  readonly granules: Uint16Array
  readonly count: number
}

/** Where tokens stand in a segment. */
export interface TokenPages {
  readonly bytes: Uint8Array
  /** Where each page ends in the bytes. */
  readonly ends: Uint32Array
}

/** Granules where a token may stand: where it is not in is certain, where it is almost. */
export class GranuleSet {
  readonly #words: Uint32Array

  constructor(granules: number) {
    this.#words = new Uint32Array((granules + 31) >>> 5)
  }

  add(granule: number): void {
    this.#words[granule >>> 5]! |= 1 << (granule & 31)
  }

  has(granule: number): boolean {
    return ((this.#words[granule >>> 5]! >>> (granule & 31)) & 1) === 1
  }

  /** Whether any of `[from, to)` is in it. */
  hasAny(from: number, to: number): boolean {
    for (let granule = from; granule < to; granule++) if (this.has(granule)) return true
    return false
  }
}

/** What is kept of a hash. */
export const tokenId = (hash: number): number => hash >>> (32 - ID_BITS)

/**
 * Packs the tokens of a segment of so many granules. A page is a run of bits: how many tokens (24), the
 * Rice parameter of the gaps between their keys (5), and the gaps, keys rising. Then for each token where
 * it stands:
 *
 * - `1` and the number of the only granule, or
 * - `0`, the Rice parameter of the gaps (4), how many granules beyond the first (gamma) and the gaps
 *   between them, or
 * - `0`, {@link BITMAP} and a bit for every granule, where that is shorter.
 *
 * (Rice 1979; Elias 1975.)
 */
export function packTokens(places: TokenPlaces, granuleCount: number): TokenPages {
  const { ids, granules } = byId(places)
  const ends = new Uint32Array(PAGES)
  const parts: Uint8Array[] = []
  let length = 0
  let from = 0
  for (let page = 0; page < PAGES; page++) {
    let to = from
    while (to < ids.length && tokenPage(ids[to]!) === page) to++
    if (to > from) {
      const bytes = packPage(ids.subarray(from, to), granules.subarray(from, to), granuleCount)
      parts.push(bytes)
      length += bytes.length
    }
    ends[page] = length
    from = to
  }
  return { bytes: Buffer.concat(parts, length), ends }
}

/** Reads of the bytes of a token's page where the token may stand. */
export function findToken(bytes: Uint8Array, id: number, granuleCount: number): GranuleSet {
  const found = new GranuleSet(granuleCount)
  const bits = new BitReader(bytes, 0)
  const wanted = findKey(bits, id & KEY_MASK)
  for (let list = 0; list <= wanted; list++) readList(bits, granuleCount, list === wanted, found)
  return found
}

/** The page of a token. */
export const tokenPage = (id: number): number => id >>> KEY_BITS

/** Reads the keys of a page; which of its lists is that of the wanted one, -1 for none. */
function findKey(bits: BitReader, wanted: number): number {
  const lists = bits.read(24)
  const k = bits.read(5)
  let found = -1
  for (let list = 0, key = -1; list < lists; list++) {
    key += 1 + bits.rice(k)
    if (key === wanted) found = list
    // What follows matters to the one whose list has to be reached.
    else if (key > wanted && found < 0) return -1
  }
  return found
}

/** Reads one token's granules, or passes over them. */
function readList(
  bits: BitReader,
  granuleCount: number,
  isWanted: boolean,
  found: GranuleSet,
): void {
  if (bits.read(1) === 1) {
    const granule = bits.read(widthOf(granuleCount))
    if (isWanted) found.add(granule)
    return
  }
  const k = bits.read(4)
  if (k === BITMAP) {
    if (!isWanted) bits.skip(granuleCount)
    else for (let i = 0; i < granuleCount; i++) if (bits.read(1) === 1) found.add(i)
    return
  }
  const count = 1 + bits.gamma()
  for (let i = 0, granule = -1; i < count; i++) {
    granule += 1 + bits.rice(k)
    if (isWanted) found.add(granule)
  }
}

/** Bits for the number of one of so many granules. */
const widthOf = (granuleCount: number): number => 32 - Math.clz32(Math.max(0, granuleCount - 1))

/** Instead of a Rice parameter: a bit for every granule follows. */
const BITMAP = 15

/** Sorted by what is kept of the hash; each token once a granule. */
function byId({ hashes, granules, count }: TokenPlaces): {
  ids: Uint32Array
  granules: Uint16Array
} {
  let ids = new Uint32Array(count)
  for (let i = 0; i < count; i++) ids[i] = tokenId(hashes[i]!)
  let places = granules.slice(0, count)
  let otherIds = new Uint32Array(count)
  let otherPlaces = new Uint16Array(count)
  // By digits, lowest first, which keeps the granules of equal ids in order.
  for (let shift = 0; shift < ID_BITS; shift += DIGIT_BITS) {
    const starts = new Uint32Array(1 << DIGIT_BITS)
    const digit = (1 << DIGIT_BITS) - 1
    for (let i = 0; i < count; i++) starts[(ids[i]! >>> shift) & digit]!++
    let start = 0
    for (let i = 0; i < starts.length; i++) {
      const many = starts[i]!
      starts[i] = start
      start += many
    }
    for (let i = 0; i < count; i++) {
      const to = starts[(ids[i]! >>> shift) & digit]!++
      otherIds[to] = ids[i]!
      otherPlaces[to] = places[i]!
    }
    ;[ids, otherIds] = [otherIds, ids]
    ;[places, otherPlaces] = [otherPlaces, places]
  }
  let kept = 0
  for (let i = 0; i < count; i++) {
    if (kept > 0 && ids[kept - 1] === ids[i] && places[kept - 1] === places[i]) continue
    ids[kept] = ids[i]!
    places[kept++] = places[i]!
  }
  return { ids: ids.subarray(0, kept), granules: places.subarray(0, kept) }
}

const DIGIT_BITS = 9

function packPage(ids: Uint32Array, granules: Uint16Array, granuleCount: number): Uint8Array {
  // Where the granules of each token begin.
  const starts: number[] = []
  for (let i = 0; i < ids.length; i++) if (i === 0 || ids[i] !== ids[i - 1]) starts.push(i)
  const bits = new BitWriter()
  const k = riceParameter((1 << KEY_BITS) / starts.length, KEY_BITS)
  bits.write(starts.length, 24)
  bits.write(k, 5)
  let key = -1
  for (const start of starts) {
    const next = ids[start]! & KEY_MASK
    bits.rice(next - key - 1, k)
    key = next
  }
  starts.forEach((start, list) =>
    packList(bits, granules.subarray(start, starts[list + 1]), granuleCount),
  )
  return bits.take()
}

function packList(bits: BitWriter, granules: Uint16Array, total: number): void {
  const count = granules.length
  bits.write(count === 1 ? 1 : 0, 1)
  if (count === 1) {
    bits.write(granules[0]!, widthOf(total))
    return
  }
  const k = riceParameter(total / count, BITMAP - 1)
  let length = 2 * Math.log2(count)
  for (let i = 0, last = -1; i < count; i++) {
    length += ((granules[i]! - last - 1) >>> k) + 1 + k
    last = granules[i]!
  }
  if (length > total) {
    bits.write(BITMAP, 4)
    for (let granule = 0, i = 0; granule < total; granule++) {
      const isIn = granules[i] === granule
      bits.write(isIn ? 1 : 0, 1)
      if (isIn) i++
    }
    return
  }
  bits.write(k, 4)
  bits.gamma(count - 1)
  for (let i = 0, last = -1; i < count; i++) {
    bits.rice(granules[i]! - last - 1, k)
    last = granules[i]!
  }
}

/** The parameter for gaps of this mean: ln 2 of it, as a power of two. */
const riceParameter = (mean: number, most: number): number =>
  Math.max(0, Math.min(most, Math.floor(Math.log2(mean * Math.LN2))))
