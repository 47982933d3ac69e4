import { FIELD_SEPARATOR } from './batch.ts'
import { hashText } from './token-hash.ts'
import { tokensOf } from './tokens.ts'

/**
 * A template's pattern is the static text of a message in which each slot is written as NUL and one
 * letter. Slots begin and end where tokens do, and no token of the static text holds a digit: this is
 * what lets the index decide a word on the pattern alone.
 */
export const SLOT_MARK = '\0'

/** What a slot holds, by letter; the name is what {@link templateText} shows. */
export const SLOT_NAMES = {
  t: 'time',
  i: 'ip',
  m: 'mac',
  u: 'uuid',
  a: 'naa',
  w: 'wwn',
  r: 'moref',
  h: 'hex',
  f: 'path',
  n: 'num',
  d: 'id',
  /** A word the miner found to vary: always one token, as are `n` and `h`. */
  s: 'word',
  /** What varies between two blanks: any number of tokens, as in the other kinds. */
  p: 'words',
  /** A body without structure, as a whole. */
  x: 'text',
} as const
export type SlotLetter = keyof typeof SLOT_NAMES

/** The pattern of bodies kept whole: one slot and nothing else. */
export const TEXT_PATTERN = `${SLOT_MARK}x`

/** Raised when the masking changes so that the same message gets another pattern. */
const PATTERN_VERSION = 1

const hex32 = (n: number): string => n.toString(16).padStart(8, '0')

/** 16 hex digits, a function of the pattern (and the version of the masking) alone. */
export function templateId(pattern: string): string {
  const [high, low] = hashText(`${PATTERN_VERSION}${pattern}`)
  return hex32(high) + hex32(low)
}

/** For people: `link <id> down after <num>`. A `<` of the message stays as it is. */
export function templateText(pattern: string): string {
  let text = ''
  let from = 0
  for (let at = pattern.indexOf(SLOT_MARK); at >= 0; at = pattern.indexOf(SLOT_MARK, from)) {
    const letter = pattern.charAt(at + 1) as SlotLetter
    text += `${pattern.slice(from, at)}<${SLOT_NAMES[letter]}>`
    from = at + 2
  }
  return text + pattern.slice(from)
}

/** The static text around the slots, in order: always one more than there are slots. */
export function staticSegments(pattern: string): string[] {
  const segments: string[] = []
  let from = 0
  for (let at = pattern.indexOf(SLOT_MARK); at >= 0; at = pattern.indexOf(SLOT_MARK, from)) {
    segments.push(pattern.slice(from, at))
    from = at + 2
  }
  segments.push(pattern.slice(from))
  return segments
}

/** The kinds of the slots, in order, as one string of letters. */
export function slotLetters(pattern: string): string {
  let letters = ''
  for (let at = pattern.indexOf(SLOT_MARK); at >= 0; at = pattern.indexOf(SLOT_MARK, at + 2)) {
    letters += pattern.charAt(at + 1)
  }
  return letters
}

/** The folded tokens of the static text, in order, one list per segment. */
export function staticTokens(pattern: string): string[][] {
  return staticSegments(pattern).map(tokensOf)
}

/** The values of the slots, in order. A pattern of one slot holds the whole string, separators and all. */
export function splitVariables(slots: number, variables: string): string[] {
  if (slots === 0) return []
  return slots === 1 ? [variables] : variables.split(FIELD_SEPARATOR)
}

/** The message again, byte for byte, given {@link staticSegments} of its pattern. */
export function fillSegments(segments: readonly string[], variables: string): string {
  const values = splitVariables(segments.length - 1, variables)
  let text = segments[0]!
  for (let i = 1; i < segments.length; i++) text += values[i - 1]! + segments[i]!
  return text
}

/** The message again, byte for byte; `variables` are the slot values joined by {@link FIELD_SEPARATOR}. */
export function fillTemplate(pattern: string, variables: string): string {
  return fillSegments(staticSegments(pattern), variables)
}
