import xxhash from 'xxhash-wasm'

/** Keys remembered at the least; between this and twice as many are held. */
const DEFAULT_WINDOW = 4_000_000

const MAX_SCOPES = 100_000

/** Hashes that a table of the least size holds. */
const FIRST_CAPACITY = 1 << 12

/** Opens the hash functions; once per thread, before the first {@link RetryKeys}. */
export const openHasher = xxhash
type Hasher = Awaited<ReturnType<typeof xxhash>>

/**
 * Recognises what a sender sends a second time. A key is the 64-bit xxHash of a scope (who sends) and
 * either the id that the sender gave or the record's bytes with the number of the same bytes before
 * it in the same request: equal lines of one request are separate records, the same request sent
 * again is a retry.
 *
 * Bounded: two generations of keys, the older forgotten when the newer is full.
 */
export class RetryKeys {
  readonly #hasher: Hasher
  readonly #window: number
  #young = new KeyTable(FIRST_CAPACITY)
  #old = new KeyTable(FIRST_CAPACITY)
  /** Per request: how often each content was seen. */
  readonly #occurrences = new Map<bigint, number>()
  readonly #scopes = new Map<string, bigint>()
  readonly #scratch = new BigUint64Array(1)
  readonly #halves = new Uint32Array(this.#scratch.buffer)
  #fresh = new KeyList()

  constructor(hasher: Hasher, window = DEFAULT_WINDOW) {
    this.#hasher = hasher
    this.#window = window
  }

  /** Keys held now. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Forgets the occurrences counted for the request before. */
  beginRequest(): void {
    if (this.#occurrences.size > 0) this.#occurrences.clear()
  }

  /** True when the sender's own id was seen before in this scope; else it is from now on. */
  sawId(scope: string, id: string): boolean {
    return this.#saw(this.#hasher.h64(id, this.#seed(scope)))
  }

  /** True when these bytes, as often as this request has held them so far, were seen before. */
  sawContent(scope: string, bytes: Uint8Array): boolean {
    const seed = this.#seed(scope)
    const hash = this.#hasher.h64Raw(bytes, seed)
    const occurrence = this.#occurrences.get(hash) ?? 0
    this.#occurrences.set(hash, occurrence + 1)
    if (occurrence === 0) return this.#saw(hash)
    return this.#saw(this.#hasher.h64Raw(bytes, seed ^ BigInt(occurrence)))
  }

  /** The keys first seen since the last call, as (high, low) pairs in order. */
  takeFresh(): Uint32Array {
    return this.#fresh.take()
  }

  /** Remembers keys of an earlier run: (high, low) pairs, oldest first. */
  restore(pairs: Uint32Array): void {
    for (let i = 0; i + 1 < pairs.length; i += 2) this.#remember(pairs[i]!, pairs[i + 1]!)
  }

  #saw(hash: bigint): boolean {
    this.#scratch[0] = hash
    const low = this.#halves[0]!
    const high = this.#halves[1]!
    if (!this.#remember(high, low)) return true
    this.#fresh.push(high, low)
    return false
  }

  /** False when it is known already. */
  #remember(high: number, low: number): boolean {
    if (this.#old.has(high, low) || !this.#young.add(high, low)) return false
    if (this.#young.size >= this.#window) {
      const forgotten = this.#old
      this.#old = this.#young
      this.#young = forgotten
      this.#young.clear()
    }
    return true
  }

  #seed(scope: string): bigint {
    let seed = this.#scopes.get(scope)
    if (seed === undefined) {
      // As many scopes as senders and series; a flood of invented ones must not fill the memory.
      if (this.#scopes.size >= MAX_SCOPES) this.#scopes.clear()
      this.#scopes.set(scope, (seed = this.#hasher.h64(scope)))
    }
    return seed
  }
}

/** A set of 64-bit keys: open addressing with linear probing, at most two thirds full. */
class KeyTable {
  /** High and low half side by side; 0, 0 is empty. */
  #slots: Uint32Array
  #mask: number
  size = 0

  constructor(capacity: number) {
    this.#slots = new Uint32Array(capacity * 2)
    this.#mask = capacity - 1
  }

  has(high: number, low: number): boolean {
    return this.#slots[this.#find(high, low || 1) + 1] !== 0
  }

  /** False when it was there. */
  add(high: number, low: number): boolean {
    // The low half is never 0, so that it tells used slots from empty ones.
    const key = low || 1
    const at = this.#find(high, key)
    if (this.#slots[at + 1] !== 0) return false
    this.#slots[at] = high
    this.#slots[at + 1] = key
    this.size++
    if (this.size * 3 > (this.#mask + 1) * 2) this.#grow()
    return true
  }

  clear(): void {
    this.#slots.fill(0)
    this.size = 0
  }

  #find(high: number, low: number): number {
    const slots = this.#slots
    let at = (high & this.#mask) * 2
    while (slots[at + 1] !== 0 && (slots[at + 1] !== low || slots[at] !== high)) {
      at = (at + 2) & (slots.length - 1)
    }
    return at
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Uint32Array(before.length * 2)
    this.#mask = this.#slots.length / 2 - 1
    for (let i = 0; i < before.length; i += 2) {
      const low = before[i + 1]!
      if (low === 0) continue
      const at = this.#find(before[i]!, low)
      this.#slots[at] = before[i]!
      this.#slots[at + 1] = low
    }
  }
}

/** A list of pairs that grows. */
class KeyList {
  #pairs = new Uint32Array(1024)
  #length = 0

  push(high: number, low: number): void {
    if (this.#length === this.#pairs.length) {
      const grown = new Uint32Array(this.#pairs.length * 2)
      grown.set(this.#pairs)
      this.#pairs = grown
    }
    this.#pairs[this.#length++] = high
    this.#pairs[this.#length++] = low
  }

  take(): Uint32Array {
    const pairs = this.#pairs.slice(0, this.#length)
    this.#length = 0
    return pairs
  }
}
