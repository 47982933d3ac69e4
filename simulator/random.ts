/**
 * A stream of pseudo-random numbers (sfc32, Chris Doty-Humphrey, PractRand). The same seed gives the same
 * stream on every machine. Each part of the simulation takes a {@link fork} of its own, so that one part
 * drawing more numbers changes no other.
 */
export class Random {
  readonly #seed: number
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number) {
    this.#seed = seed >>> 0
    this.#a = mix(seed)
    this.#b = mix(this.#a ^ 0x9e37_79b9)
    this.#c = mix(this.#b ^ 0x85eb_ca6b)
    for (let i = 0; i < 12; i++) this.next()
  }

  /** A stream that depends on this one's seed and the label, not on what was drawn so far. */
  fork(label: string): Random {
    let hash = 0x811c_9dc5
    for (let i = 0; i < label.length; i++) {
      hash = Math.imul(hash ^ label.charCodeAt(i), 0x0100_0193)
    }
    return new Random(mix(this.#seed ^ hash))
  }

  /** A whole number in `[0, 2^32)`. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter++) >>> 0
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0
    this.#b = (this.#c + (this.#c << 3)) >>> 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0
    return sum
  }

  /** In `[0, 1)`. */
  unit(): number {
    return this.next() / 4_294_967_296
  }

  /** A whole number in `[0, n)`. */
  below(n: number): number {
    return Math.floor(this.unit() * n)
  }

  /** In `[from, to)`. */
  between(from: number, to: number): number {
    return from + this.unit() * (to - from)
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** Exponentially distributed. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit())
  }

  /** Poisson distributed (Knuth; for means below some tens). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean)
    let count = 0
    for (let product = this.unit(); product > limit; product *= this.unit()) count++
    return count
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** A new list in random order (Fisher–Yates). */
  shuffled<T>(list: readonly T[]): T[] {
    const copy = [...list]
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      ;[copy[i], copy[j]] = [copy[j]!, copy[i]!]
    }
    return copy
  }

  /** Lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.next().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }
}

function mix(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0_aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a_2d97)
  return (x ^ (x >>> 15)) >>> 0
}
