import { hashToken, hashTokenAt, hasDigit } from '../../model/token-hash.ts'
import type { SlotLetter } from '../../model/template.ts'
import { MAX_TOKEN_LENGTH, fold, isWordUnit } from '../../model/tokens.ts'

/** Bodies longer than this, or with more slots, have no structure worth a template. */
export const MAX_MASKED_LENGTH = 4096
export const MAX_SLOTS = 128

const SEPARATOR = 0
const LETTER = 1
const HEX_LETTER = 2
const DIGIT = 3

/** Class of each ASCII unit; hex letters apart, because runs of them are identifiers. */
const CLASS = new Uint8Array(128)
for (let c = 0; c < 128; c++) {
  const lower = c | 32
  if (c >= 48 && c <= 57) CLASS[c] = DIGIT
  else if (c >= 65 && lower >= 97 && lower <= 102) CLASS[c] = HEX_LETTER
  else if (c >= 65 && lower >= 97 && lower <= 122) CLASS[c] = LETTER
}

const NUL = 0
const UNIT_SEPARATOR = 31
const SPACE = 32
const DASH = 45
const FULL_STOP = 46
const SLASH = 47
const COLON = 58

const HASH_SEED = 0x811c9dc5
const HASH_PRIME = 0x01000193
/** Keeps the letter of a slot apart from the same letter in the text. */
const SLOT_BIT = 0x10000
const PATH_SLOT = SLOT_BIT | 'f'.charCodeAt(0)

// Sticky: each is tried at one place only, after a cheap test has made it likely.
const CLOCK = /\d\d:\d\d:\d\d(?:[.,]\d+)?/y
const DATE_TIME =
  /\d{4}([-/])\d\d\1\d\d(?:[T -]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/y
const MONTH_DAY =
  /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?: \d|\d\d)(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d+)?(?: \d{4})?/y
const COLON_PAIRS = /[0-9a-f]{2}(?::[0-9a-f]{2}){5,15}/iy
const DASH_PAIRS = /[0-9a-f]{2}(?:-[0-9a-f]{2}){5,7}/iy
const IPV6 = /[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4}){1,7}(?:::)?/iy
const HEX_GROUPS = /[0-9a-f]{2,}(?:-[0-9a-f]{2,})+/iy
const SCSI_NAME = /(?:naa|eui)\.[0-9a-f]{16,32}|t10\.[\w+-]+/iy
const MOREF =
  /(?:vm|host|datastore|network|dvportgroup|dvs|datacenter|resgroup|session|task|domain|group)-[a-z]?\d+/y
const MOREF_INITIALS = 'vhdnrstg'

/** A path ends where one of these stands: blanks, quotes, brackets, list marks, control characters. */
const ENDS_PATH = new Uint8Array(128)
for (let c = 0; c <= SPACE; c++) ENDS_PATH[c] = 1
for (const c of '"\'`()[]{}<>|,;:=') ENDS_PATH[c.charCodeAt(0)] = 1
const BEFORE_PATH = new Uint8Array(128)
for (const c of ' \t"\'`([{<=,:') BEFORE_PATH[c.charCodeAt(0)] = 1

/**
 * Finds the slots of a message in one scan: every token with a digit and every run of at least eight
 * hex digits, with typed shapes (times, addresses, names of devices and objects, paths) taken as one.
 * The results of the last scan stand in its fields, which are reused: a scan allocates nothing.
 */
export class Mask {
  text = ''
  /** The UTF-16 units of {@link text}: reading them one by one is several times faster here than there. */
  units = new Uint16Array(MAX_MASKED_LENGTH)
  #buffer = Buffer.from(this.units.buffer)
  /** Slots in order: `text[starts[i], ends[i])` of kind `letters[i]` (a character code). */
  slots = 0
  readonly starts = new Int32Array(MAX_SLOTS)
  readonly ends = new Int32Array(MAX_SLOTS)
  readonly letters = new Uint8Array(MAX_SLOTS)
  /** Of the static text and the letters: equal for messages that differ in slot values only. */
  hash = 0
  /** Hashes of the distinct tokens with a digit: `hashes[0, hashed)`. */
  hashed = 0
  hashes = new Uint32Array(256)
  /** The other tokens inside slots: `text[words[2i], words[2i + 1])`, repeats kept. */
  wordCount = 0
  words = new Int32Array(256)

  #digit = false
  #hex = false
  #letters = 0
  #points = 0

  /** False when the text cannot have a pattern: it holds NUL or the separator, or is out of bounds. */
  scan(text: string): boolean {
    const length = text.length
    if (length > MAX_MASKED_LENGTH) return false
    this.#begin(text)
    const { units } = this
    let hash = HASH_SEED
    let i = 0
    while (i < length) {
      const code = units[i]!
      if (code < 128 ? CLASS[code] === SEPARATOR : !isWordUnit(code)) {
        if (code === NUL || code === UNIT_SEPARATOR) return false
        const end = code === SLASH ? this.#pathEnd(i) : 0
        if (end > 0) {
          this.#addSlot(i, end, 'f')
          this.#collect(i, end)
          hash = Math.imul(hash ^ PATH_SLOT, HASH_PRIME)
          i = end
        } else {
          hash = Math.imul(hash ^ code, HASH_PRIME)
          i++
        }
        continue
      }
      const start = i
      // Most words are plain letters: they are read and hashed in one go.
      const limit = Math.min(length, start + MAX_TOKEN_LENGTH)
      let ahead = hash
      let hex = true
      let unit = code
      while (unit < 128) {
        const kind = CLASS[unit]
        if (kind !== LETTER && kind !== HEX_LETTER) break
        if (kind === LETTER) hex = false
        ahead = Math.imul(ahead ^ unit, HASH_PRIME)
        if (++i === limit) break
        unit = units[i]!
      }
      const plain = i === limit || (unit < 128 && CLASS[unit] !== DIGIT) || !isWordUnit(unit)
      const end = plain ? i : this.#tokenEnd(start)
      if (plain) {
        this.#digit = false
        this.#hex = hex
        this.#letters = end - start
        this.#points = 0
      }
      const slotEnd = this.#typedSlot(start, end)
      if (slotEnd > 0) {
        hash = Math.imul(hash ^ (SLOT_BIT | this.letters[this.slots - 1]!), HASH_PRIME)
        i = slotEnd
      } else if (plain) hash = ahead
      else for (i = start; i < end; i++) hash = Math.imul(hash ^ units[i]!, HASH_PRIME)
    }
    this.hash = hash
    return this.slots <= MAX_SLOTS
  }

  /** Takes the whole text as one slot: {@link hashes} and {@link words} then cover all its tokens. */
  scanAsOne(text: string): void {
    this.#begin(text)
    this.#collect(0, text.length)
  }

  /** The text with every slot as NUL and its letter. */
  masked(): string {
    let masked = ''
    let from = 0
    for (let i = 0; i < this.slots; i++) {
      masked += `${this.text.slice(from, this.starts[i])}\0${String.fromCharCode(this.letters[i]!)}`
      from = this.ends[i]!
    }
    return masked + this.text.slice(from)
  }

  /** The folded word `i` of {@link words}. */
  word(i: number): string {
    return fold(this.text.slice(this.words[2 * i], this.words[2 * i + 1]))
  }

  /** Adds the hash of a folded token that is not a digit token. */
  addHash(token: string): void {
    this.#keepHash(hashToken(token))
  }

  #begin(text: string): void {
    this.text = text
    if (text.length > this.units.length) {
      this.units = new Uint16Array(text.length)
      this.#buffer = Buffer.from(this.units.buffer)
    }
    this.#buffer.write(text, 0, 'utf16le')
    this.slots = 0
    this.hashed = 0
    this.wordCount = 0
    this.hash = HASH_SEED
  }

  /** Where the token at `start` ends (model/tokens.ts), and what it is made of. */
  #tokenEnd(start: number): number {
    const { units } = this
    const limit = Math.min(this.text.length, start + MAX_TOKEN_LENGTH)
    let digits = 0
    let letters = 0
    let hexLetters = 0
    let points = 0
    let folded = false
    let i = start
    for (; i < limit; i++) {
      const code = units[i]!
      if (code < 128) {
        const kind = CLASS[code]
        if (kind === DIGIT) digits++
        else if (kind === HEX_LETTER) hexLetters++
        else if (kind === LETTER) letters++
        else if (code === FULL_STOP && i > start && this.#joins(i)) points++
        else break
      } else if (isWordUnit(code)) {
        folded = true
        letters++
      } else break
    }
    this.#digit = digits > 0 || (folded && hasDigit(fold(this.text.slice(start, i))))
    this.#hex = letters === 0 && points === 0
    this.#letters = letters + hexLetters
    this.#points = points
    return i
  }

  /** The unit at a place, 0 behind the end: what the buffer holds there is of another text. */
  #unit(at: number): number {
    return at < this.text.length ? this.units[at]! : 0
  }

  #joins(at: number): boolean {
    const before = this.units[at - 1]!
    const after = this.#unit(at + 1)
    return before >= 48 && before <= 57 && after >= 48 && after <= 57
  }

  /** Records the slot that begins with the token `[start, end)`; its end, or 0 for static text. */
  #typedSlot(start: number, end: number): number {
    const next = this.#unit(end)
    const digit = this.#digit
    const hex = this.#hex
    const letters = this.#letters
    const points = this.#points
    const length = end - start
    if (next === COLON || next === DASH || next === FULL_STOP || next === SPACE || next === SLASH) {
      const shapeEnd = this.#shapeEnd(start, end, next)
      if (shapeEnd > 0) {
        this.#collect(start, shapeEnd)
        return shapeEnd
      }
    }
    if (digit) {
      this.#addSlot(start, end, letterOf(this.units, start, length, hex, letters, points))
      this.#keepHash(hashTokenAt(this.text, this.units, start, end))
      return end
    }
    if (hex && length >= 8) {
      this.#addSlot(start, end, 'h')
      this.#addWord(start, end)
      return end
    }
    return 0
  }

  /** The end of a typed shape of several tokens whose first is `[start, end)`, recorded; else 0. */
  #shapeEnd(start: number, end: number, next: number): number {
    const length = end - start
    const onlyDigits = this.#digit && this.#letters === 0 && this.#points === 0
    switch (next) {
      case COLON:
        if (!this.#hex || length > 4 || !this.#startsGroup(end + 1)) return 0
        return (
          (length === 2 && this.#tryPairs(COLON_PAIRS, start)) ||
          (onlyDigits && length === 2 && this.#try(CLOCK, start, 't')) ||
          this.#tryIpv6(start)
        )
      case DASH:
        return (
          (onlyDigits && length === 4 && this.#try(DATE_TIME, start, 't')) ||
          (this.#hex && length === 2 && this.#tryPairs(DASH_PAIRS, start)) ||
          (this.#hex && length >= 4 && this.#tryHexGroups(start)) ||
          (MOREF_INITIALS.includes(this.text.charAt(start)) ? this.#try(MOREF, start, 'r') : 0)
        )
      case FULL_STOP:
        return length === 3 ? this.#try(SCSI_NAME, start, 'a') : 0
      case SLASH:
        return onlyDigits && length === 4 ? this.#try(DATE_TIME, start, 't') : 0
      default:
        return length === 3 && !this.#digit && this.units[start]! < 91
          ? this.#try(MONTH_DAY, start, 't')
          : 0
    }
  }

  /** True where a further group of an address can stand: a hex digit, or a second colon. */
  #startsGroup(at: number): boolean {
    const code = this.#unit(at)
    return code === COLON || (code < 128 && CLASS[code]! >= HEX_LETTER)
  }

  #try(shape: RegExp, start: number, letter: SlotLetter): number {
    shape.lastIndex = start
    if (!shape.test(this.text)) return 0
    const end = shape.lastIndex
    if (!this.#isTokenEnd(end)) return 0
    this.#addSlot(start, end, letter)
    return end
  }

  #tryPairs(shape: RegExp, start: number): number {
    const end = this.#try(shape, start, 'd')
    if (end === 0) return 0
    const pairs = (end - start + 1) / 3
    const letter = pairs === 6 ? 'm' : pairs === 8 || pairs === 16 ? 'w' : 'd'
    this.letters[this.slots - 1] = letter.charCodeAt(0)
    return end
  }

  #tryIpv6(start: number): number {
    const { units } = this
    IPV6.lastIndex = start
    if (!IPV6.test(this.text)) return 0
    let colons = 0
    let double = false
    for (let i = start; i < IPV6.lastIndex; i++) {
      if (units[i] !== COLON) continue
      colons++
      if (this.#unit(i + 1) === COLON) double = true
    }
    return double || colons === 7 ? this.#try(IPV6, start, 'i') : 0
  }

  /** UUIDs and other identifiers of dashed hex groups, at least 17 characters long. */
  #tryHexGroups(start: number): number {
    HEX_GROUPS.lastIndex = start
    if (!HEX_GROUPS.test(this.text)) return 0
    const end = HEX_GROUPS.lastIndex
    if (end - start < 17 || !this.#isTokenEnd(end)) return 0
    this.#addSlot(start, end, this.#isUuid(start, end) ? 'u' : 'd')
    return end
  }

  /** Of dashed hex groups: 8-4-4-4-12 (RFC 9562 section 4). */
  #isUuid(start: number, end: number): boolean {
    if (end - start !== 36) return false
    return [8, 13, 18, 23].every((at) => this.units[start + at] === DASH)
  }

  /** True where a token may end: what follows does not continue it. */
  #isTokenEnd(end: number): boolean {
    if (end >= this.text.length) return true
    const next = this.units[end]!
    return !isWordUnit(next) && !(next === FULL_STOP && this.#joins(end))
  }

  /** The end of an absolute path with a digit in it that begins at this slash; 0 when there is none. */
  #pathEnd(start: number): number {
    const { units } = this
    const { length } = this.text
    if (start > 0) {
      const before = units[start - 1]!
      if (before > 127 || BEFORE_PATH[before] === 0) return 0
    }
    let digit = false
    let end = start + 1
    for (; end < length; end++) {
      const code = units[end]!
      if (code < 128 && ENDS_PATH[code] === 1) break
      if (code >= 48 && code <= 57) digit = true
    }
    while (end > start && !isWordUnit(units[end - 1]!)) end--
    return digit && isWordUnit(this.#unit(start + 1)) && this.#isTokenEnd(end) ? end : 0
  }

  /** Slots past the bound are counted but not kept: the scan then ends. */
  #addSlot(start: number, end: number, letter: SlotLetter): void {
    const at = this.slots++
    if (at >= MAX_SLOTS) return
    this.starts[at] = start
    this.ends[at] = end
    this.letters[at] = letter.charCodeAt(0)
  }

  /** Sorts the tokens of `[start, end)` into hashes and words. */
  #collect(start: number, end: number): void {
    let i = start
    while (i < end) {
      if (!isWordUnit(this.units[i]!)) {
        i++
        continue
      }
      const tokenEnd = this.#tokenEnd(i)
      if (this.#digit) this.#keepHash(hashTokenAt(this.text, this.units, i, tokenEnd))
      else this.#addWord(i, tokenEnd)
      i = tokenEnd
    }
  }

  /** Keeps a hash unless it is there already. */
  #keepHash(hash: number): void {
    const { hashes, hashed } = this
    // Bodies with very many tokens keep their repeats: looking for them would be quadratic.
    if (hashed < MAX_SLOTS) {
      for (let i = 0; i < hashed; i++) if (hashes[i] === hash) return
    }
    if (hashed === hashes.length) {
      this.hashes = new Uint32Array(2 * hashed)
      this.hashes.set(hashes)
    }
    this.hashes[this.hashed++] = hash
  }

  #addWord(start: number, end: number): void {
    const at = 2 * this.wordCount++
    if (at + 2 > this.words.length) {
      const longer = new Int32Array(this.words.length * 2)
      longer.set(this.words)
      this.words = longer
    }
    this.words[at] = start
    this.words[at + 1] = end
  }
}

/** The kind of a single token with a digit. Digits with a short unit (`34ms`, `10GB`) are numbers. */
function letterOf(
  units: Uint16Array,
  start: number,
  length: number,
  hex: boolean,
  letters: number,
  points: number,
): SlotLetter {
  if (letters === 0) return points === 3 ? 'i' : 'n'
  if (units[start] === 48 && (units[start + 1]! | 32) === 120) return 'h'
  if (hex && length >= 8) return 'h'
  return letters <= 4 && startsWithItsDigits(units, start, length - letters) ? 'n' : 'd'
}

function startsWithItsDigits(units: Uint16Array, start: number, digits: number): boolean {
  for (let i = start; i < start + digits; i++) {
    const code = units[i]!
    if (code !== FULL_STOP && (code < 48 || code > 57)) return false
  }
  return true
}
