import { fold } from './tokens.ts'

/**
 * Hashes of tokens: FNV-1a, and beside it a multiplicative hash, each finished with the mixer of
 * MurmurHash3 (Austin Appleby, public domain). Index and query use the functions of this file alone, so
 * that they cannot disagree.
 */
const SEED_1 = 0x811c9dc5
const SEED_2 = 0x2f0b4a87

/** Murmur's finaliser: every input bit reaches every output bit. */
function mix(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Two independent unsigned 32-bit hashes of a text: together an identity, where 32 bits are too few. */
export function hashText(text: string): readonly [number, number] {
  let h1 = SEED_1
  let h2 = SEED_2
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    h1 = Math.imul(h1 ^ code, 0x01000193)
    h2 = Math.imul(h2, 0x9e3779b1) + code
  }
  return [mix(h1), mix(h2)]
}

/** The unsigned 32-bit hash by which the index knows a folded token (see tokens.ts). */
export function hashToken(token: string): number {
  let hash = SEED_1
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193)
  return mix(hash)
}

/** As {@link hashToken} of the folded `text[start, end)`, whose units `units` are. */
export function hashTokenAt(text: string, units: Uint16Array, start: number, end: number): number {
  let hash = SEED_1
  for (let i = start; i < end; i++) {
    let code = units[i]!
    if (code > 127) return hashToken(fold(text.slice(start, end)))
    if (code >= 65 && code <= 90) code |= 32
    hash = Math.imul(hash ^ code, 0x01000193)
  }
  return mix(hash)
}

/** True for a folded token that the index keeps as a hash: it holds an ASCII digit. */
export function hasDigit(token: string): boolean {
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i)
    if (code >= 48 && code <= 57) return true
  }
  return false
}
