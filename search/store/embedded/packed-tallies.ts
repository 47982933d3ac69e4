/**
 * Counts of one stretch of rows by stream, severity and slot of time, a byte for most of them. They stand by stream and
 * severity, within those by slot: how far the pair's number is from the one before, how many slots follow, and for each
 * slot four bits of how many slots lie between, and four of how many rows there are beyond one. Where four bits are not
 * enough, the rest follows; numbers of any size have seven bits a byte, the lowest first.
 */

/** Severities that a pair's number has room for. */
const SEVERITIES = 32
/** What four bits hold at most, and say that the rest follows. */
const FULL = 15

/** A number for each stream and severity; rows by it are by stream first. */
export const pairSql = `stream::BIGINT * ${SEVERITIES} + severity`

/** Counts by pair and slot, in this order; slots are whole numbers, of either sign. */
export interface SlotCounts {
  readonly pairs: Float64Array
  readonly slots: Float64Array
  readonly counts: Float64Array
}

/** The same by slots of `each` of these slots. */
export function widen({ pairs, slots, counts }: SlotCounts, each: number): SlotCounts {
  const wide: { pairs: number[]; slots: number[]; counts: number[] } = {
    pairs: [],
    slots: [],
    counts: [],
  }
  for (const [index, pair] of pairs.entries()) {
    const slot = Math.floor(slots[index]! / each)
    const last = wide.pairs.length - 1
    if (pair === wide.pairs[last] && slot === wide.slots[last]) {
      wide.counts[last]! += counts[index]!
      continue
    }
    wide.pairs.push(pair)
    wide.slots.push(slot)
    wide.counts.push(counts[index]!)
  }
  return {
    pairs: Float64Array.from(wide.pairs),
    slots: Float64Array.from(wide.slots),
    counts: Float64Array.from(wide.counts),
  }
}

/** `firstSlot`: the lowest of all slots. */
export function packTallies(
  { pairs, slots, counts }: SlotCounts,
  firstSlot: number,
): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  const write = (number: number): void => {
    let rest = number
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
  }
  let pair = 0
  for (let first = 0; first < pairs.length;) {
    let end = first + 1
    while (pairs[end] === pairs[first]) end++
    write(pairs[first]! - pair)
    pair = pairs[first]!
    write(end - first)
    let next = firstSlot
    for (; first < end; first++) {
      const gap = slots[first]! - next
      const more = counts[first]! - 1
      next = slots[first]! + 1
      bytes.push(Math.min(gap, FULL) * (FULL + 1) + Math.min(more, FULL))
      if (gap >= FULL) write(gap - FULL)
      if (more >= FULL) write(more - FULL)
    }
  }
  return Uint8Array.from(bytes)
}

/** Where what is counted of a stream, a severity and a slot stands: at the sum of the three places. */
export interface TallyPlaces {
  /** By stream. */
  readonly streams: Int32Array
  /** By severity. */
  readonly severities: Int32Array
  /** Slots in `[firstSlot, endSlot)` are counted. */
  readonly firstSlot: number
  readonly endSlot: number
  /** By slot, from `firstSlot` on; all at 0 where nothing is told apart by time. */
  readonly slots: Int32Array | undefined
  /** By pair; pairs of 0 are passed over. */
  readonly isCounted: Uint8Array
}

/** By pair what {@link TallyPlaces} asks for; no pair when `pairs` is empty. */
export function countedPairs(streams: number, pairs: Iterable<number> | 'all'): Uint8Array {
  const isCounted = new Uint8Array(streams * SEVERITIES)
  if (pairs === 'all') return isCounted.fill(1)
  for (const pair of pairs) isCounted[pair] = 1
  return isCounted
}

/**
 * Adds what was packed with this `firstSlot` to `counts`. All in one loop without a call: a view over a day goes through it
 * ten million times.
 */
export function addTallies(
  bytes: Uint8Array,
  firstSlot: number,
  { streams, severities, slots, firstSlot: firstPlace, endSlot, isCounted }: TallyPlaces,
  counts: Uint32Array,
): void {
  const start = firstSlot - firstPlace
  const end = endSlot - firstPlace
  let at = 0
  let pair = 0
  while (at < bytes.length) {
    let byte = 0
    let scale = 1
    do {
      byte = bytes[at++]!
      pair += (byte & 127) * scale
      scale *= 128
    } while (byte > 127)
    let left = 0
    scale = 1
    do {
      byte = bytes[at++]!
      left += (byte & 127) * scale
      scale *= 128
    } while (byte > 127)
    const place = streams[Math.floor(pair / SEVERITIES)]! + severities[pair % SEVERITIES]!
    const weight = isCounted[pair]!
    let slot = start
    for (; left > 0; left--) {
      byte = bytes[at++]!
      let gap = byte >>> 4
      let rows = (byte & FULL) + 1
      if (gap === FULL) {
        scale = 1
        do {
          byte = bytes[at++]!
          gap += (byte & 127) * scale
          scale *= 128
        } while (byte > 127)
      }
      if (rows === FULL + 1) {
        scale = 1
        do {
          byte = bytes[at++]!
          rows += (byte & 127) * scale
          scale *= 128
        } while (byte > 127)
      }
      slot += gap
      if (slot >= 0 && slot < end) {
        counts[slots === undefined ? place : place + slots[slot]!]! += rows * weight
      }
      slot++
    }
  }
}
