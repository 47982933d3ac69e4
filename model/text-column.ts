/** The texts of one column end to end in UTF-8: text `i` is `bytes[ends[i - 1] ?? 0, ends[i])`. */
export interface TextColumn {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Text `index` of a column. */
export function textAt({ bytes, ends }: TextColumn, index: number): string {
  return decoder.decode(bytes.subarray(index === 0 ? 0 : ends[index - 1], ends[index]))
}

const NON_ASCII = /[^\0-\x7f]/

/** All texts of a column. */
export function textsOf(column: TextColumn): string[] {
  const { bytes, ends } = column
  const all = decoder.decode(bytes)
  // Where every character is one byte, places in the bytes are places in the text.
  if (all.length !== bytes.length || NON_ASCII.test(all)) {
    return Array.from(ends, (_, index) => textAt(column, index))
  }
  return Array.from(ends, (end, index) => all.slice(index === 0 ? 0 : ends[index - 1], end))
}

const FIRST_BYTES = 65_536
/** UTF-8 takes at most so many bytes for a unit of a string. */
const BYTES_PER_UNIT = 3

/** Up to so many units the encoder's call costs more than a loop. */
const SHORT = 40

const encoder = new TextEncoder()

/**
 * Writes the texts of a column end to end: a commit of a hundred thousand rows is then a few arrays of
 * bytes, not as many strings to keep, to copy to another thread and to collect. Texts are well-formed:
 * UTF-8 has no bytes for half a surrogate pair (model/json.ts sees to it).
 */
export class TextPacker {
  #bytes = new Uint8Array(FIRST_BYTES)
  #length = 0
  #ends = new Uint32Array(1024)
  #count = 0

  /** Texts written whole. */
  get count(): number {
    return this.#count
  }

  /** Adds to the text being written. */
  add(text: string): void {
    const needed = this.#length + BYTES_PER_UNIT * text.length
    if (needed > this.#bytes.length) this.#grow(needed)
    const bytes = this.#bytes
    let at = this.#length
    if (text.length <= SHORT) {
      let i = 0
      for (; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (code > 127) break
        bytes[at++] = code
      }
      if (i === text.length) {
        this.#length = at
        return
      }
    }
    this.#length += encoder.encodeInto(text, bytes.subarray(this.#length)).written
  }

  /** As {@link TextPacker.add} of `text[from, to)`, whose units `units` are: much faster for short pieces. */
  addUnits(text: string, units: Uint16Array, from: number, to: number): void {
    const needed = this.#length + BYTES_PER_UNIT * (to - from)
    if (needed > this.#bytes.length) this.#grow(needed)
    const bytes = this.#bytes
    let at = this.#length
    for (let i = from; i < to; i++) {
      const code = units[i]!
      if (code > 127) {
        this.add(text.slice(from, to))
        return
      }
      bytes[at++] = code
    }
    this.#length = at
  }

  /** Adds one ASCII character. */
  addCode(code: number): void {
    if (this.#length === this.#bytes.length) this.#grow(this.#length + 1)
    this.#bytes[this.#length++] = code
  }

  /** The text being written is whole; the next one begins. */
  next(): void {
    if (this.#count === this.#ends.length) this.#ends = longer(this.#ends, 2 * this.#count)
    this.#ends[this.#count++] = this.#length
  }

  /** Takes back what was written of the text being written. */
  restart(): void {
    this.cut(this.#count)
  }

  /** Forgets all texts from number `count` on. */
  cut(count: number): void {
    this.#count = Math.min(count, this.#count)
    this.#length = this.#count === 0 ? 0 : this.#ends[this.#count - 1]!
  }

  /** The texts so far. */
  toColumn(): TextColumn {
    return {
      bytes: this.#bytes.slice(0, this.#length),
      ends: this.#ends.slice(0, this.#count),
    }
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    bytes.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = bytes
  }
}

function longer(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(length)
  grown.set(array)
  return grown
}
