const FIRST_BYTES = 4_096

/** Writes numbers bit by bit, highest bit first. */
export class BitWriter {
  #bytes = new Uint8Array(FIRST_BYTES)
  #length = 0
  /** Bits not yet a byte. */
  #held = 0
  #heldBits = 0

  /** The lowest `bits` bits of `value`; at most 24. */
  write(value: number, bits: number): void {
    this.#held = (this.#held << bits) | value
    this.#heldBits += bits
    while (this.#heldBits >= 8) {
      this.#heldBits -= 8
      this.#byte(this.#held >>> this.#heldBits)
    }
    this.#held &= (1 << this.#heldBits) - 1
  }

  /** Rice's code: what is above the lowest `k` bits as so many zeros and a one, then those bits. */
  rice(value: number, k: number): void {
    let zeros = value >>> k
    for (; zeros >= 16; zeros -= 16) this.write(0, 16)
    this.write(1, zeros + 1)
    if (k > 0) this.write(value & ((1 << k) - 1), k)
  }

  /** Elias's gamma code of a number from 1 on. */
  gamma(value: number): void {
    const bits = 31 - Math.clz32(value)
    this.write(0, bits)
    this.write(value, bits + 1)
  }

  /** The bytes so far, the last filled up with zeros; starts anew. */
  take(): Uint8Array {
    if (this.#heldBits > 0) this.write(0, 8 - this.#heldBits)
    const bytes = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return bytes
  }

  #byte(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#length)
      longer.set(this.#bytes)
      this.#bytes = longer
    }
    this.#bytes[this.#length++] = byte
  }
}

/** Reads what a {@link BitWriter} wrote; behind the end there are zeros. */
export class BitReader {
  readonly #bytes: Uint8Array
  /** In bits. */
  #at: number

  constructor(bytes: Uint8Array, firstByte: number) {
    this.#bytes = bytes
    this.#at = firstByte * 8
  }

  /** At most 24 bits. */
  read(bits: number): number {
    if (bits === 0) return 0
    const value = this.#next32() >>> (32 - bits)
    this.#at += bits
    return value
  }

  skip(bits: number): void {
    this.#at += bits
  }

  rice(k: number): number {
    const above = this.#zeros()
    return (above << k) | this.read(k)
  }

  gamma(): number {
    const bits = this.#zeros()
    return (1 << bits) | this.read(bits)
  }

  /** Zeros up to the next one, which is read too. */
  #zeros(): number {
    let zeros = 0
    for (;;) {
      const run = Math.clz32(this.#next32())
      zeros += run
      this.#at += run
      if (run < 32) {
        this.#at++
        return zeros
      }
      if (this.#at >= this.#bytes.length * 8) return zeros
    }
  }

  #next32(): number {
    const bytes = this.#bytes
    const i = this.#at >>> 3
    const shift = this.#at & 7
    const word = (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!
    return shift === 0 ? word : (word << shift) | (bytes[i + 4]! >>> (8 - shift))
  }
}
