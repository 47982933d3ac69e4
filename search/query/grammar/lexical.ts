import { numberOf } from '../../../model/match.ts'
import { isKnownField, slipOf } from '../field-names.ts'

/**
 * What characters mean in a query text, without the grammar around them. Shared by the tokeniser, which
 * reads text through `Peek`, and by the parser and printer.
 */

/** The UTF-16 unit at an offset from the place in question, -1 behind the end. */
export type Peek = (offset: number) => number

/** A `Peek` of a plain string. */
export const peekInto =
  (text: string): Peek =>
  (offset) =>
    offset < text.length ? text.charCodeAt(offset) : -1

const code = (char: string): number => char.charCodeAt(0)
const QUOTE = code('"')
const BACKSLASH = code('\\')
const BAR = code('|')
const OPEN = code('(')
const CLOSE = code(')')
const COLON = code(':')
const COMMA = code(',')
const SLASH = code('/')

/** The same white space as `@whitespace` in the grammar. */
export function isBlank(c: number): boolean {
  if (c <= 32) return c === 32 || (c >= 9 && c <= 13)
  if (c < 0x1680) return c === 0x85 || c === 0xa0
  return (
    c === 0x1680 ||
    (c >= 0x2000 && c <= 0x200a) ||
    c === 0x2028 ||
    c === 0x2029 ||
    c === 0x202f ||
    c === 0x205f ||
    c === 0x3000
  )
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57

const isLetter = (c: number): boolean =>
  (c >= 97 && c <= 122) ||
  (c >= 65 && c <= 90) ||
  (c > 127 && /\p{L}/u.test(String.fromCharCode(c)))

/** Letters, `_` and `@` begin a name; digits, `.` and `-` go on. */
export const beginsName = (c: number): boolean => isLetter(c) || c === code('_') || c === code('@')

const continuesName = (c: number): boolean =>
  beginsName(c) || isDigit(c) || c === code('.') || c === code('-')

/** Length of the field or column name at a place, 0 when there is none. */
export function nameLength(peek: Peek): number {
  if (!beginsName(peek(0))) return 0
  let n = 1
  while (continuesName(peek(n))) n++
  while (peek(n - 1) === code('.') || peek(n - 1) === code('-')) n--
  return n
}

export function slice(peek: Peek, length: number, from = 0): string {
  let text = ''
  for (let i = from; i < from + length && peek(i) >= 0; i++) text += String.fromCharCode(peek(i))
  return text
}

export function skipBlanks(peek: Peek, from: number): number {
  let i = from
  while (isBlank(peek(i))) i++
  return i
}

/** Ends a word, a value and a regular expression: the end, a blank, `|`. */
export const endsChunk = (c: number): boolean => c < 0 || c === BAR || isBlank(c)

/**
 * Length of what stands between two `delimiter`s, both included; -1 when the second is missing. A
 * backslash counts only before the delimiter, so that `"C:\Users"` needs no care.
 */
export function delimitedLength(peek: Peek, delimiter: number, from = 0): number {
  let backslashes = 0
  for (let i = from + 1; peek(i) >= 0; i++) {
    if (peek(i) === delimiter && backslashes % 2 === 0) return i + 1 - from
    backslashes = peek(i) === BACKSLASH ? backslashes + 1 : 0
  }
  return -1
}

/**
 * Length of `/source/` or `/source/i` that begins at `from`; 0 when this is a path: the next slash must end
 * it, with a blank, a bracket or nothing behind. `alone` (no field before it) also wants a source.
 */
export function regexLength(peek: Peek, from: number, alone: boolean): number {
  if (peek(from) !== SLASH) return 0
  if (alone && (isBlank(peek(from + 1)) || peek(from + 1) === SLASH)) return 0
  let i = from + 1
  while (peek(i) >= 0 && peek(i) !== SLASH) i += peek(i) === BACKSLASH ? 2 : 1
  if (peek(i) !== SLASH) return 0
  i++
  if (peek(i) === code('i')) i++
  return endsChunk(peek(i)) || peek(i) === CLOSE || peek(i) === COMMA ? i - from : 0
}

const BOUND = '("(?:[^"\\\\]|\\\\.)*"|[^\\s"\\]}]+)'

/** `[a to b]`, `{a to b}` and mixed; groups: opening, lower, upper, closing. */
export const RANGE = new RegExp(`^([[{])\\s*${BOUND}\\s+to\\s+${BOUND}\\s*([\\]}])`, 'i')

const LONGEST_RANGE = 400

/** Length of the range at `from`, 0 when there is none. */
export function rangeLength(peek: Peek, from: number): number {
  if (peek(from) !== code('[') && peek(from) !== code('{')) return 0
  return RANGE.exec(slice(peek, LONGEST_RANGE, from))?.[0].length ?? 0
}

/** Words that join filters; in any case. */
export const isConnective = (word: string): boolean => /^(?:and|or|not)$/i.test(word)

/**
 * Length of a bare word or value: to the next blank or `|`. Brackets that open inside it belong to it;
 * a closing one that does not ends it when `closing` says that something is open outside.
 */
export function chunkLength(peek: Peek, closing: boolean, from = 0, comma = false): number {
  let depth = 0
  let i = from
  for (; !endsChunk(peek(i)); i++) {
    const c = peek(i)
    if (comma && c === COMMA && i > from) break
    if (c === OPEN) {
      if (depth === 0 && isConnective(slice(peek, i - from, from))) break
      depth++
    } else if (c === CLOSE) {
      if (depth === 0 && closing && i > from) break
      depth = Math.max(0, depth - 1)
    }
  }
  return i - from
}

const OPERATORS = ['>=', '<=', '!=', '==', '>', '<', '=', '~', ':'] as const
type WrittenOperator = (typeof OPERATORS)[number]
/** `==` is read as `=`. */
export type Operator = Exclude<WrittenOperator, '=='>

export function operatorAt(peek: Peek, from: number): WrittenOperator | undefined {
  const two = slice(peek, 2, from)
  return OPERATORS.find((operator) => two.startsWith(operator))
}

/**
 * Length of the field name when a comparison begins here, else 0. A name we know is a field before any
 * operator, also with blanks around it. Any other name is one only where a log line would hardly have
 * the same characters: `http.status:500`, `latency > 100`, `op:(a or b)`, not `vmhba1:C0:T1:L3`,
 * `C:\Users`, `http://x`, `a -> b`; and where it is a slip (`sevrity>=warn`), so that it can be told.
 */
export function fieldNameLength(peek: Peek): number {
  const quoted = peek(0) === code('`')
  const length = quoted ? delimitedLength(peek, code('`')) : nameLength(peek)
  if (length <= 0) return 0
  const name = slice(peek, length)
  if (!quoted && isConnective(name)) return 0
  const at = skipBlanks(peek, length)
  const operator = operatorAt(peek, at)
  if (operator === undefined) return 0
  const valueAt = skipBlanks(peek, at + operator.length)
  const tight = at === length && valueAt === at + operator.length
  const known = quoted || isKnownField(name)
  return beginsComparison(peek, { name, known, operator, valueAt, tight }) ? length : 0
}

interface Head {
  readonly name: string
  readonly known: boolean
  readonly operator: WrittenOperator
  readonly valueAt: number
  readonly tight: boolean
}

function beginsComparison(peek: Peek, head: Head): boolean {
  const next = peek(head.valueAt)
  const empty = next < 0 || next === BAR || next === CLOSE
  switch (head.operator) {
    case ':':
      if (empty) return head.known
      return head.known || (head.tight && isAttributeValue(peek, head))
    case '=':
    case '!=':
      return !empty && (head.known || head.tight)
    case '==':
      return !empty && head.known
    case '~':
      return head.tight && next === QUOTE
    default:
      if (empty) return false
      if (head.known || next === QUOTE || isNumberAt(peek, head.valueAt)) return true
      return head.tight && slipOf(head.name) !== undefined
  }
}

function isNumberAt(peek: Peek, from: number): boolean {
  return numberOf(slice(peek, chunkLength(peek, true, from), from)) !== undefined
}

function isAttributeValue(peek: Peek, { name, valueAt }: Head): boolean {
  const next = peek(valueAt)
  if (next === QUOTE) return delimitedLength(peek, QUOTE, valueAt) > 0
  if (next === SLASH) return regexLength(peek, valueAt, false) > 0
  if (next === BACKSLASH) return false
  if (next === OPEN || rangeLength(peek, valueAt) > 0 || name.includes('.')) return true
  const length = chunkLength(peek, true, valueAt)
  for (let i = 0; i < length; i++) if (peek(valueAt + i) === COLON) return false
  return true
}

/**
 * The text inside a delimiter pair, with its escapes undone: before the delimiter (and at the end) each
 * pair of backslashes is one and an odd one makes the delimiter a character.
 */
export function unquote(text: string): string {
  const delimiter = text[0]!
  return text
    .slice(1, -1)
    .replace(/(\\+)("|`|$)/g, (all: string, backslashes: string, after: string) =>
      after !== '' && after !== delimiter
        ? all
        : '\\'.repeat(Math.floor(backslashes.length / 2)) + after,
    )
}

/** The reverse of {@link unquote}. */
export function quoteWith(delimiter: '"' | '`', text: string): string {
  const escaped = text.replace(
    /(\\*)("|`|$)/g,
    (all: string, backslashes: string, after: string) => {
      if (after !== '' && after !== delimiter) return all
      return backslashes + backslashes + (after === '' ? '' : `\\${after}`)
    },
  )
  return `${delimiter}${escaped}${delimiter}`
}
