const FIRST_SLOTS = 512

/**
 * Places of whole numbers below 2^53, by open addressing: a `Map` boxes each number beyond 31 bits, which takes about
 * twice as long.
 */
export class NumberTable {
  #names = new Float64Array(FIRST_SLOTS).fill(-1)
  #places = new Int32Array(FIRST_SLOTS)
  #size = 0

  /** The place of a number from 0 on; `next` for one that has none so far, which it then has. */
  placeOf(name: number, next: number): number {
    if (2 * this.#size >= this.#names.length) this.#grow()
    const slot = this.#slotOf(name)
    if (this.#names[slot] === name) return this.#places[slot]!
    this.#names[slot] = name
    this.#places[slot] = next
    this.#size++
    return next
  }

  /** Where a number stands, or would. */
  #slotOf(name: number): number {
    const names = this.#names
    const mask = names.length - 1
    const high = Math.floor(name / 2 ** 32)
    let hash = Math.imul((name >>> 0) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1)
    hash ^= hash >>> 15
    let slot = hash & mask
    while (names[slot] !== -1 && names[slot] !== name) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [names, places] = [this.#names, this.#places]
    this.#names = new Float64Array(2 * names.length).fill(-1)
    this.#places = new Int32Array(2 * names.length)
    for (let old = 0; old < names.length; old++) {
      if (names[old] === -1) continue
      const slot = this.#slotOf(names[old]!)
      this.#names[slot] = names[old]!
      this.#places[slot] = places[old]!
    }
  }
}
