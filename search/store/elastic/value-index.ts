import type { AttributeValue } from '../../../model/record.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'

/**
 * How values stand in the index: folded by `model/tokens.ts` before they are sent, so that a term of the
 * index is what `model/match.ts` compares. What cannot stand there makes its record **odd**: marked, and
 * checked by the matcher whatever is asked.
 */

/**
 * Between an attribute's name and its value: one for texts, truth and the like, one for numbers. Characters that no name
 * has and JSON does not escape.
 */
const TEXT_MARK = '\x7f'
const NUMBER_MARK = '\x80'

/** Longest value that is indexed, in UTF-16 units: Lucene takes 32,766 bytes of UTF-8. */
const LONGEST_VALUE = 8_000

/** Lucene's `whitespace` tokeniser cuts longer tokens. */
export const LONGEST_TOKEN = 255

/** True without half a surrogate pair, which UTF-8 cannot hold. */
export const isWellFormed = (text: string): boolean => !/\p{Cs}/u.test(text)

/** True where a text can be a term: not too long, and the same in UTF-8. */
export const isIndexable = (text: string): boolean =>
  text.length <= LONGEST_VALUE && (isAscii(text) || isWellFormed(text))

/** A token as it stands in the text field: some letters fold to parts with blanks between them. */
export const indexedToken = (token: string): string => token.replace(/\s/gu, '\x01')

/** The tokens of a body for the text field. */
export function indexedTokens(tokens: readonly string[]): string {
  const joined = tokens.join(' ')
  return isAscii(joined) ? joined : tokens.map(indexedToken).join(' ')
}

/**
 * True for a body whose tokens do not tell of its folded text: `½` is one token but folds to three
 * characters of which one separates, and a long run is cut.
 */
export function isOddBody(body: string, tokens: readonly string[]): boolean {
  if (tokens.some((token) => token.length > LONGEST_TOKEN)) return true
  if (isAscii(body)) return false
  if (!tokens.every(isWellFormed)) return true
  const ofFolded = tokensOf(fold(body))
  return ofFolded.length !== tokens.length || ofFolded.some((token, i) => token !== tokens[i])
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}

/** The term of an attribute. */
export function attributeTerm(name: string, value: AttributeValue): string {
  return name + (typeof value === 'number' ? NUMBER_MARK : TEXT_MARK) + fold(String(value))
}

/** What the terms of an attribute begin with. */
export const attributePrefixes = (name: string) => ({
  ofTexts: name + TEXT_MARK,
  ofNumbers: name + NUMBER_MARK,
})

/** A name with a mark in it would be taken for another with a value. */
export const isPlainName = (name: string): boolean => !/[\x7f\x80]/.test(name)

/** The term of a key. */
export const keyTerm = (kind: string, folded: string): string => keyPrefix(kind) + folded

/** What the terms of the keys of a kind begin with. */
export const keyPrefix = (kind: string): string => `${kind} `

/** The fields of a record whose one text is indexed folded, under its own name. */
export const TEXT_FIELDS = [
  'source',
  'format',
  'entity',
  'host',
  'app',
  'severityText',
  'eventName',
  'template',
] as const
export type TextField = (typeof TEXT_FIELDS)[number]

/** Fields of few known values: a condition on them is asked of each value. */
export const CHOICE_FIELDS = ['kind', 'layer', 'timeFrom'] as const
export type ChoiceField = (typeof CHOICE_FIELDS)[number]

export const isTextField = (name: string): name is TextField =>
  (TEXT_FIELDS as readonly string[]).includes(name)

export const isChoiceField = (name: string): name is ChoiceField =>
  (CHOICE_FIELDS as readonly string[]).includes(name)
