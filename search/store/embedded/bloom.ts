/** Bits per token and probes: 0.3 % false positives. */
const BITS_PER_TOKEN = 12
const PROBES = 8

/** A set of 64-bit hashes given as two 32-bit halves; grows as it fills. */
export class HashSet {
  #slots = new Uint32Array(2 * 1024)
  #used = 0

  get size(): number {
    return this.#used
  }

  add(a: number, b: number): void {
    // 0,0 marks a free slot; one hash in 2^64 is folded onto its neighbour.
    if (a === 0 && b === 0) b = 1
    const mask = this.#slots.length / 2 - 1
    let slot = a & mask
    for (;;) {
      const low = this.#slots[slot * 2]!
      const high = this.#slots[slot * 2 + 1]!
      if (low === a && high === b) return
      if (low === 0 && high === 0) break
      slot = (slot + 1) & mask
    }
    this.#slots[slot * 2] = a
    this.#slots[slot * 2 + 1] = b
    this.#used++
    if (this.#used * 3 > mask * 2) this.#grow()
  }

  has(a: number, b: number): boolean {
    if (a === 0 && b === 0) b = 1
    const mask = this.#slots.length / 2 - 1
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const low = this.#slots[slot * 2]!
      const high = this.#slots[slot * 2 + 1]!
      if (low === a && high === b) return true
      if (low === 0 && high === 0) return false
    }
  }

  copyFrom(other: HashSet): void {
    this.#slots = other.#slots.slice()
    this.#used = other.#used
  }

  forEach(visit: (a: number, b: number) => void): void {
    for (let i = 0; i < this.#slots.length; i += 2) {
      if (this.#slots[i] !== 0 || this.#slots[i + 1] !== 0)
        visit(this.#slots[i]!, this.#slots[i + 1]!)
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    this.#used = 0
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] !== 0 || old[i + 1] !== 0) this.add(old[i]!, old[i + 1]!)
    }
  }
}

/** A sealed set: may say yes to what is not in it, never no to what is. */
export class Bloom {
  readonly #words: Uint32Array

  private constructor(words: Uint32Array) {
    this.#words = words
  }

  static of(hashes: HashSet): Bloom {
    const words = new Uint32Array(Math.max(1, Math.ceil((hashes.size * BITS_PER_TOKEN) / 32)))
    const bits = words.length * 32
    hashes.forEach((a, b) => {
      for (let i = 0; i < PROBES; i++) {
        const bit = probe(a, b, i, bits)
        words[bit >>> 5]! |= 1 << (bit & 31)
      }
    })
    return new Bloom(words)
  }

  /** Takes over {@link bytes}, which have a buffer of their own. */
  static from(bytes: Uint8Array): Bloom {
    return new Bloom(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4))
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#words.buffer, this.#words.byteOffset, this.#words.byteLength)
  }

  mayHave(a: number, b: number): boolean {
    const bits = this.#words.length * 32
    for (let i = 0; i < PROBES; i++) {
      const bit = probe(a, b, i, bits)
      if ((this.#words[bit >>> 5]! & (1 << (bit & 31))) === 0) return false
    }
    return true
  }
}

/** Double hashing (Kirsch and Mitzenmacher 2006); the odd stride reaches every bit. */
function probe(a: number, b: number, i: number, bits: number): number {
  return ((a + Math.imul(i, b | 1)) >>> 0) % bits
}
