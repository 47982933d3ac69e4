import { fold } from './tokens.ts'

/**
 * Two independent 32-bit hashes of a token, for the bloom filters of the index: FNV-1a and a
 * multiplicative hash, each finished with the mixer of MurmurHash3 (Austin Appleby, public domain).
 * Index and query use the functions of this file alone, so that they cannot disagree.
 */
export type TokenHash = readonly [number, number]

const SEED_1 = 0x811c9dc5
const SEED_2 = 0x2f0b4a87

/** Murmur's finaliser: every input bit reaches every output bit. */
function mix(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The hashes of a folded text (see tokens.ts); unsigned. */
export function hashText(text: string): TokenHash {
  let h1 = SEED_1
  let h2 = SEED_2
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    h1 = Math.imul(h1 ^ code, 0x01000193)
    h2 = Math.imul(h2, 0x9e3779b1) + code
  }
  return [mix(h1), mix(h2)]
}

/**
 * As {@link hashText} of the folded `text[start, end)`, whose units `units` are, written to `out[at]` and
 * `out[at + 1]`.
 */
export function hashTokenInto(
  text: string,
  units: Uint16Array,
  start: number,
  end: number,
  out: Uint32Array,
  at: number,
): void {
  let h1 = SEED_1
  let h2 = SEED_2
  for (let i = start; i < end; i++) {
    let code = units[i]!
    if (code > 127) {
      const [f1, f2] = hashText(fold(text.slice(start, end)))
      out[at] = f1
      out[at + 1] = f2
      return
    }
    if (code >= 65 && code <= 90) code |= 32
    h1 = Math.imul(h1 ^ code, 0x01000193)
    h2 = Math.imul(h2, 0x9e3779b1) + code
  }
  out[at] = mix(h1)
  out[at + 1] = mix(h2)
}

/** True for a folded token that the index keeps as a hash: it holds an ASCII digit. */
export function hasDigit(token: string): boolean {
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i)
    if (code >= 48 && code <= 57) return true
  }
  return false
}
