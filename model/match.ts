import type { FieldType, FieldValue } from './fields.ts'
import { canonicalField, fieldReader, fieldType } from './fields.ts'
import type { Filter, TokenPattern } from './query.ts'
import { unreachable } from './errors.ts'
import type { LogRecord } from './record.ts'
import type { Instant, Micros } from './time.ts'
import { formatTime, parseRfc3339 } from './time.ts'
import { fold, tokensOf } from './tokens.ts'

/**
 * The reference meaning of every filter kind of `query.ts`. Stores are fuzzed against it and check with
 * it what their index cannot decide.
 *
 * Common to all: a field may have several values, and one that fits is enough. A value's text is the
 * string itself, `true`/`false`, a number as JSON writes it, a time as {@link formatTime} writes it.
 */

/** Compiles RE2 syntax to an unanchored test; throws an `AppError` that quotes what it cannot read. */
export type CompileRegex = (source: string, ignoreCase: boolean) => (text: string) => boolean

/** The filter kinds that ask about one field's value. */
export type ValueCondition = Extract<
  Filter,
  { readonly kind: 'equals' | 'wildcard' | 'in' | 'compare' | 'regex' }
>

type Test<T> = (value: T) => boolean

const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/

/** The number a text is in decimal notation, else undefined; `compare` is numeric when both sides are. */
export function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined
}

/** Order of texts by Unicode code point, which is also the byte order of UTF-8: -1, 0 or 1. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const astralX = x >= 0xd800 && x <= 0xdfff
    const astralY = y >= 0xd800 && y <= 0xdfff
    if (astralX !== astralY) return astralX ? 1 : -1
    return x < y ? -1 : 1
  }
  return Math.sign(a.length - b.length)
}

/**
 * A test of whole texts against `*` (any run, also none) and `?` (one code point). Compares as given:
 * fold both sides first. Takes the leftmost place for each piece between stars and never goes back.
 */
export function wildcardMatcher(pattern: string): Test<string> {
  const pieces = pattern.split('*')
  if (pieces.length === 1) return (text) => matchPieceAt(text, 0, pattern) === text.length
  const first = pieces[0]!
  const last = pieces[pieces.length - 1]!
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '')
  return (text) => {
    let at = matchPieceAt(text, 0, first)
    for (const piece of middle) {
      if (at < 0) return false
      at = findPiece(text, at, piece)
    }
    return at >= 0 && endsWithPiece(text, at, last)
  }
}

/** Where `piece` ends when it stands at `start`, or -1. */
function matchPieceAt(text: string, start: number, piece: string): number {
  let at = start
  for (let i = 0; i < piece.length; i++) {
    if (at >= text.length) return -1
    if (piece.charCodeAt(i) === 63) at += text.codePointAt(at)! > 0xffff ? 2 : 1
    else if (piece.charCodeAt(i) === text.charCodeAt(at)) at++
    else return -1
  }
  return at
}

function findPiece(text: string, from: number, piece: string): number {
  if (!piece.includes('?')) {
    const found = text.indexOf(piece, from)
    return found < 0 ? -1 : found + piece.length
  }
  for (let start = from; start < text.length; start++) {
    const end = matchPieceAt(text, start, piece)
    if (end >= 0) return end
  }
  return -1
}

function endsWithPiece(text: string, from: number, piece: string): boolean {
  if (!piece.includes('?')) return text.length - piece.length >= from && text.endsWith(piece)
  for (let start = from; start <= text.length; start++) {
    if (matchPieceAt(text, start, piece) === text.length) return true
  }
  return false
}

const tokenTest = (pattern: TokenPattern): Test<string> =>
  pattern.wildcard ? wildcardMatcher(pattern.text) : (token) => token === pattern.text

/** True when the patterns stand next to each other, in order, in a text's tokens; no patterns: always. */
export function phraseMatches(
  tokens: readonly string[],
  patterns: readonly TokenPattern[],
): boolean {
  return phraseStands(tokens, patterns.map(tokenTest))
}

function phraseStands(tokens: readonly string[], tests: readonly Test<string>[]): boolean {
  for (let start = 0; start + tests.length <= tokens.length; start++) {
    if (tests.every((test, i) => test(tokens[start + i]!))) return true
  }
  return tests.length === 0
}

/** `phrase` as a test of a text. Rejects on the longest plain token before it tokenises. */
export function phraseMatcher(patterns: readonly TokenPattern[]): Test<string> {
  const tests = patterns.map(tokenTest)
  const longest = patterns
    .filter((pattern) => !pattern.wildcard)
    .reduce((best, pattern) => (pattern.text.length > best.length ? pattern.text : best), '')
  return (text) => {
    const lower = text.toLowerCase()
    if (!lower.includes(longest) && fold(text) === lower) return false
    return phraseStands(tokensOf(text), tests)
  }
}

/** The text of a value as conditions see it; `type` tells a time from a number. */
export function textOf(value: FieldValue, type: FieldType): string {
  return type === 'time' ? formatTime(value as Micros) : String(value)
}

/**
 * One condition as a test of one value. A `time` field compares as an instant when the query's value
 * is RFC 3339 (and is missed by any other value); `ns` gives what microseconds leave out.
 */
export function valueMatcher(
  condition: ValueCondition,
  compileRegex: CompileRegex,
): (value: FieldValue, ns?: number) => boolean {
  const type = fieldType(condition.field)
  const text = (value: FieldValue, ns = 0): string =>
    type === 'time' ? formatTime(value as Micros, ns) : textOf(value, type)
  switch (condition.kind) {
    case 'equals':
      return type === 'time' ? timeIn([condition.value]) : equalTo(condition.value)
    case 'in': {
      if (type === 'time') return timeIn(condition.values)
      return equalToAny(condition.values)
    }
    case 'wildcard': {
      const test = wildcardMatcher(fold(condition.pattern))
      return (value, ns) => test(fold(text(value, ns)))
    }
    case 'compare':
      return type === 'time' ? timeCompare(condition) : compareWith(condition)
    case 'regex': {
      const test = compileRegex(condition.source, condition.ignoreCase)
      return (value, ns) => test(text(value, ns))
    }
    default:
      return unreachable(condition)
  }
}

const equalTo = (wanted: string): Test<FieldValue> => equalToAny([wanted])

/** One look-up however many values: lists of hundreds of hosts are usual. */
function equalToAny(wanted: readonly string[]): Test<FieldValue> {
  const texts = new Set(wanted.map(fold))
  const numbers = new Set(wanted.flatMap((text) => numberOf(text) ?? []))
  return (value) =>
    typeof value === 'number'
      ? numbers.has(value) || texts.has(String(value))
      : texts.has(fold(String(value)))
}

const compareInstants = (a: Instant, b: Instant): number => a.us - b.us || a.ns - b.ns

function timeIn(values: readonly string[]): (value: FieldValue, ns?: number) => boolean {
  const instants = values.flatMap((value) => parseRfc3339(value) ?? [])
  return (value, ns = 0) =>
    instants.some((instant) => compareInstants({ us: value as Micros, ns }, instant) === 0)
}

type Comparison = Extract<Filter, { readonly kind: 'compare' }>

const holds = (operator: Comparison['operator'], order: number): boolean =>
  operator === '<'
    ? order < 0
    : operator === '<='
      ? order <= 0
      : operator === '>'
        ? order > 0
        : order >= 0

function timeCompare(condition: Comparison): (value: FieldValue, ns?: number) => boolean {
  const limit = parseRfc3339(condition.value)
  if (limit === undefined) return () => false
  return (value, ns = 0) =>
    holds(condition.operator, compareInstants({ us: value as Micros, ns }, limit))
}

function compareWith(condition: Comparison): Test<FieldValue> {
  const folded = fold(condition.value)
  const limit = numberOf(condition.value)
  return (value) => {
    const number = typeof value === 'number' ? value : numberOf(String(value))
    const order =
      limit !== undefined && number !== undefined
        ? number - limit
        : compareText(fold(String(value)), folded)
    return holds(condition.operator, order)
  }
}

/**
 * The filter as a test of records. Compiled once; `compileRegex` is `search/query/regex.ts` in the
 * product. Throws `BUG` for `entity` and `near`, which are resolved before a filter reaches a store.
 */
export function matcher(filter: Filter, compileRegex: CompileRegex): Test<LogRecord> {
  switch (filter.kind) {
    case 'all':
      return () => true
    case 'and': {
      const tests = filter.filters.map((part) => matcher(part, compileRegex))
      return (record) => tests.every((test) => test(record))
    }
    case 'or': {
      const tests = filter.filters.map((part) => matcher(part, compileRegex))
      return (record) => tests.some((test) => test(record))
    }
    case 'not': {
      const test = matcher(filter.filter, compileRegex)
      return (record) => !test(record)
    }
    case 'phrase': {
      const test = phraseMatcher(filter.tokens)
      return (record) => test(record.body)
    }
    case 'exists': {
      const read = fieldReader(filter.field)
      return (record) => read(record).length > 0
    }
    case 'equals':
    case 'wildcard':
    case 'in':
    case 'compare':
    case 'regex':
      return conditionMatcher(filter, compileRegex)
    case 'entity':
    case 'near':
      throw new Error(`BUG: ${filter.kind}:${filter.name} reached the matcher unresolved`)
    default:
      return unreachable(filter)
  }
}

function conditionMatcher(condition: ValueCondition, compileRegex: CompileRegex): Test<LogRecord> {
  const read = fieldReader(condition.field)
  const test = valueMatcher(condition, compileRegex)
  const isEventTime = canonicalField(condition.field) === 'time'
  return (record) => read(record).some((value) => test(value, isEventTime ? record.timeNs : 0))
}
