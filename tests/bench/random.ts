/** A seeded stream of numbers: the same seed gives the same stream on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1
  }

  /** An unsigned 32-bit number (xorshift32, Marsaglia 2003). */
  next(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x >>> 0
    return this.#state
  }

  /** A whole number in `[0, limit)`. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit)
  }
}

/**
 * A picker of indices `[0, count)` whose chance falls as `1 / (index + 1) ** exponent`: a few are
 * everywhere, most are rare. A table of 65,536 draws, so that a pick costs one look-up.
 */
export function zipf(count: number, exponent: number): (random: Random) => number {
  const table = new Uint32Array(65_536)
  const weights = Array.from({ length: count }, (_, index) => (index + 1) ** -exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let index = 0
  let reached = weights[0]! / total
  for (let i = 0; i < table.length; i++) {
    while (reached < (i + 0.5) / table.length && index < count - 1) {
      index++
      reached += weights[index]! / total
    }
    table[i] = index
  }
  return (random) => table[random.next() >>> 16]!
}
