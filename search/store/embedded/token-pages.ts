import { BitReader, BitWriter } from './bits.ts'

/** A segment's tokens are cut into so many pages by the highest bits of their hash. */
export const PAGES = 128
const PAGE_BITS = 7
/** The bits below that: with the page they are all that is kept of a hash. */
const KEY_BITS = 20
const ID_BITS = PAGE_BITS + KEY_BITS
const KEY_MASK = (1 << KEY_BITS) - 1

/** Bits for a token that stands in one granule alone, and probes: about 0.15 % false answers a block. */
const BITS_PER_TOKEN = 14
const PROBES = 9

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
 * Packs the tokens of a segment; `firstGranules` are those of its blocks, and behind them how many granules
 * there are. In a page:
 *
 * - `m`, two bytes, and `m` masks of two bytes: a Bloom filter of the tokens that stand in one granule
 *   alone, one filter a block, their bits side by side so that one look asks all blocks;
 * - the other tokens by rising key, in bits: how many (24), the Rice parameter of the gaps between keys
 *   (5) and the gaps; then for each its granules: the Rice parameter (4), how many beyond the first (gamma)
 *   and the gaps between them; or {@link BITMAP} and a bit for every granule, where that is shorter.
 *
 * (Rice 1979; Elias 1975; Bloom filters side by side: Faloutsos and Christodoulakis 1984, bit-sliced
 * signatures.)
 */
export function packTokens(places: TokenPlaces, firstGranules: Uint16Array): TokenPages {
  const { ids, granules } = byId(places)
  const ends = new Uint32Array(PAGES)
  const parts: Uint8Array[] = []
  let length = 0
  let from = 0
  for (let page = 0; page < PAGES; page++) {
    let to = from
    while (to < ids.length && tokenPage(ids[to]!) === page) to++
    if (to > from) {
      const bytes = packPage(ids.subarray(from, to), granules.subarray(from, to), firstGranules)
      parts.push(bytes)
      length += bytes.length
    }
    ends[page] = length
    from = to
  }
  return { bytes: Buffer.concat(parts, length), ends }
}

/** Reads of the bytes of a token's page where the token may stand. */
export function findToken(bytes: Uint8Array, id: number, firstGranules: Uint16Array): GranuleSet {
  const found = new GranuleSet(firstGranules.at(-1)!)
  const m = bytes[0]! | (bytes[1]! << 8)
  let hits = m === 0 ? 0 : 0xffff
  for (let probe = 0; probe < PROBES && hits !== 0; probe++) {
    const at = 2 + 2 * probeOf(id, probe, m)
    hits &= bytes[at]! | (bytes[at + 1]! << 8)
  }
  for (let block = 0; block < firstGranules.length - 1; block++) {
    if ((hits & (1 << block)) === 0) continue
    const end = firstGranules[block + 1]!
    for (let granule = firstGranules[block]!; granule < end; granule++) found.add(granule)
  }
  findList(new BitReader(bytes, 2 + 2 * m), id & KEY_MASK, firstGranules.at(-1)!, found)
  return found
}

/** The page of a token. */
export const tokenPage = (id: number): number => id >>> KEY_BITS

function findList(bits: BitReader, wanted: number, granules: number, found: GranuleSet): void {
  const wantedList = findKey(bits, wanted)
  for (let list = 0; list <= wantedList; list++) {
    const isWanted = list === wantedList
    const k = bits.read(4)
    if (k === BITMAP) {
      if (!isWanted) bits.skip(granules)
      else for (let i = 0; i < granules; i++) if (bits.read(1) === 1) found.add(i)
      continue
    }
    const count = 1 + bits.gamma()
    let granule = -1
    for (let i = 0; i < count; i++) {
      granule += 1 + bits.rice(k)
      if (isWanted) found.add(granule)
    }
  }
}

/** Reads the keys of a page; which of its lists is that of the wanted one, -1 for none. */
function findKey(bits: BitReader, wanted: number): number {
  const lists = bits.read(24)
  const keyK = bits.read(5)
  let found = -1
  for (let list = 0, key = -1; list < lists; list++) {
    key += 1 + bits.rice(keyK)
    if (key === wanted) found = list
    // What follows matters to the one whose list has to be reached.
    else if (key > wanted && found < 0) return -1
  }
  return found
}

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

function packPage(ids: Uint32Array, granules: Uint16Array, firstGranules: Uint16Array): Uint8Array {
  // Where the granules of each listed token begin and end; the rest stand alone.
  const lists: number[] = []
  const alone: number[] = []
  for (let from = 0; from < ids.length;) {
    let to = from + 1
    while (to < ids.length && ids[to] === ids[from]) to++
    if (to === from + 1) alone.push(from)
    else lists.push(from, to)
    from = to
  }
  const filters = packFilters(ids, granules, alone, firstGranules)
  const bits = new BitWriter()
  const count = lists.length / 2
  const keyK = riceParameter((1 << KEY_BITS) / Math.max(1, count), KEY_BITS)
  bits.write(count, 24)
  bits.write(keyK, 5)
  let key = -1
  for (let list = 0; list < lists.length; list += 2) {
    const from = lists[list]!
    const next = ids[from]! & KEY_MASK
    bits.rice(next - key - 1, keyK)
    key = next
  }
  for (let list = 0; list < lists.length; list += 2) {
    packList(bits, granules.subarray(lists[list], lists[list + 1]), firstGranules.at(-1)!)
  }
  const packed = bits.take()
  const bytes = new Uint8Array(2 + filters.byteLength + packed.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, filters.length, true)
  filters.forEach((mask, i) => view.setUint16(2 + 2 * i, mask, true))
  bytes.set(packed, 2 + filters.byteLength)
  return bytes
}

function packFilters(
  ids: Uint32Array,
  granules: Uint16Array,
  alone: readonly number[],
  firstGranules: Uint16Array,
): Uint16Array {
  // The tokens stand by hash, so their granules jump.
  const blockOf = new Uint8Array(firstGranules.at(-1)!)
  for (let block = 0; block < firstGranules.length - 1; block++) {
    blockOf.fill(block, firstGranules[block], firstGranules[block + 1])
  }
  const blocks = firstGranules.length - 1
  const m = Math.min(0xffff, Math.ceil((BITS_PER_TOKEN * alone.length) / blocks))
  const filters = new Uint16Array(m)
  for (const at of alone) {
    const bit = 1 << blockOf[granules[at]!]!
    for (let probe = 0; probe < PROBES; probe++) filters[probeOf(ids[at]!, probe, m)]! |= bit
  }
  return filters
}

function packList(bits: BitWriter, granules: Uint16Array, total: number): void {
  const count = granules.length
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

/**
 * Each probe by a hash of its own: double hashing probes few places of filters this small whenever the
 * stride divides their length.
 */
function probeOf(id: number, probe: number, m: number): number {
  let h = Math.imul(id + probe * 0x3c6e_f372, 0x9e37_79b1)
  h = Math.imul(h ^ (h >>> 15), 0x85eb_ca6b)
  return ((h ^ (h >>> 13)) >>> 0) % m
}
