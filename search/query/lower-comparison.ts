import type { SyntaxNode } from '@lezer/common'
import { AppError, quote } from '../../model/errors.ts'
import { canonicalField, fieldType } from '../../model/fields.ts'
import type { Filter } from '../../model/query.ts'
import { ALL, and, or } from '../../model/query.ts'
import { severityFromWord, SEVERITY_BANDS } from '../../model/severity.ts'
import {
  formatTime,
  micros,
  MICROS_PER_DAY,
  MICROS_PER_MINUTE,
  parseRfc3339,
  parseTimeWord,
} from '../../model/time.ts'
import { CLOSED_VALUES, isKnownField, isPossible, slipOf } from './field-names.ts'
import { RANGE, unquote } from './grammar/lexical.ts'
import type { Operator } from './grammar/lexical.ts'
import { invalid } from './invalid.ts'
import { nameOf, unquoted, textOf } from './source.ts'
import type { Source } from './source.ts'
import { compileRegex } from './regex.ts'
import { nearestWord } from './suggest.ts'
import { patternsOf, quotedPatterns } from './words.ts'

/** What stands left of the operator. */
interface Field {
  /** Canonical; `entity` and `near` for the names the inventory resolves. */
  readonly name: string
  readonly resolved: 'entity' | 'near' | undefined
  /** A plain name we do not know, which may as well be text of a log line. */
  readonly doubtful: boolean
}

interface Value {
  readonly text: string
  readonly quoted: boolean
  readonly from: number
}

type Ordering = Extract<Filter, { kind: 'compare' }>['operator']

/** The filter of `field operator value`. */
export function lowerComparison(node: SyntaxNode, source: Source): Filter {
  const [nameNode, operatorNode, valueNode] = [
    node.firstChild!,
    node.firstChild!.nextSibling!,
    node.lastChild!,
  ]
  const written = textOf(operatorNode, source)
  const operator = (written === '==' ? '=' : written) as Operator
  const field = fieldOf(nameNode, operator, source)
  switch (valueNode.name) {
    case 'Regex':
      requireContains(operator, valueNode, 'a regular expression')
      return regexFilter(valueNode, field.name, source)
    case 'Range':
      requireContains(operator, valueNode, 'a range')
      return rangeFilter(valueNode, field, source)
    case 'List':
      return lowerList(valueNode, field, operator, source)
    default:
      return valueFilter(field, operator, valueOf(valueNode, source), source)
  }
}

function requireContains(operator: Operator, node: SyntaxNode, what: string): void {
  if (operator === ':') return
  throw invalid(`${what} does not go with \`${operator}\``, node.from, 'write `:` before it')
}

function fieldOf(node: SyntaxNode, operator: Operator, source: Source): Field {
  const text = textOf(node, source)
  const name = nameOf(node, source)
  const lower = text.toLowerCase()
  const resolved = lower === 'entity' || lower === 'near' ? lower : undefined
  const plain = !text.startsWith('`') && !isKnownField(name)
  // `hots=3` stands in many a log line.
  if (plain && operator !== '=') refuseSlip(name, node)
  return { name: canonicalField(name), resolved, doubtful: plain && !name.includes('.') }
}

/** A slip would silently find nothing, so it is an error. */
function refuseSlip(name: string, node: SyntaxNode): void {
  const meant = slipOf(name)
  if (meant === undefined) return
  throw invalid(
    `\`${name}\` is not a field: did you mean \`${meant}\`?`,
    node.from,
    `write \`${meant}\`, or \`attributes.${name}\` for an attribute of that name`,
  )
}

const valueOf = (node: SyntaxNode, source: Source): Value =>
  node.name === 'Quoted'
    ? { text: unquoted(node, source), quoted: true, from: node.from }
    : { text: textOf(node, source), quoted: false, from: node.from }

function valueFilter(field: Field, operator: Operator, value: Value, source: Source): Filter {
  switch (operator) {
    case ':':
      return contains(field, value, source)
    case '=':
      return exactly(field, value, source)
    case '!=':
      return { kind: 'not', filter: exactly(field, value, source) }
    case '~':
      return wildcardFilter(field.name, value)
    default:
      return ordered(field, operator, value, source)
  }
}

function contains(field: Field, value: Value, source: Source): Filter {
  const { name } = field
  const bareWildcard = !value.quoted && /[*?]/.test(value.text)
  if (!value.quoted && value.text === '*') return { kind: 'exists', field: name }
  if (field.resolved !== undefined) return { kind: field.resolved, name: value.text }
  const type = fieldType(name)
  if (type === 'text') return bodyFilter(value)
  if (bareWildcard) return wildcardFilter(name, value)
  if (type === 'severity') return levelFilter(name, value)
  if (type === 'time')
    return value.quoted ? atInstant(name, value, source) : during(name, value, source)
  if (!value.quoted) requirePossible(name, value)
  const equals: Filter = { kind: 'equals', field: name, value: value.text }
  return field.doubtful && !value.quoted ? orText(field, value, equals) : equals
}

/** Longest wildcard pattern: matching costs at most so many steps per character of the value. */
const LONGEST_PATTERN = 512

function wildcardFilter(field: string, { text, from }: Value): Filter {
  if (text.length <= LONGEST_PATTERN) return { kind: 'wildcard', field, pattern: text }
  throw invalid(
    `the pattern is ${text.length} characters long, more than ${LONGEST_PATTERN}`,
    from,
    'shorten it, or use a regular expression',
  )
}

/** `status:500` may be an attribute or the text of a line: both are looked for. */
function orText(field: Field, value: Value, equals: Filter): Filter {
  const tokens = patternsOf(`${field.name} ${value.text}`)
  return tokens.length === 0 ? equals : or({ kind: 'phrase', tokens }, equals)
}

function bodyFilter(value: Value): Filter {
  const tokens = value.quoted ? quotedPatterns(value.text) : patternsOf(value.text)
  return tokens.length === 0 ? ALL : { kind: 'phrase', tokens }
}

function exactly(field: Field, value: Value, source: Source): Filter {
  if (field.resolved !== undefined) return { kind: field.resolved, name: value.text }
  const type = fieldType(field.name)
  if (!value.quoted && type === 'severity') return levelFilter(field.name, value)
  if (!value.quoted && type === 'time') return contains(field, value, source)
  if (!value.quoted) requirePossible(field.name, value)
  const equals: Filter = { kind: 'equals', field: field.name, value: value.text }
  return field.doubtful ? orText(field, value, equals) : equals
}

/** A value of a field that can have only a few: any other would silently find nothing. */
function requirePossible(field: string, { text, from }: Value): void {
  if (isPossible(field, text)) return
  const values = CLOSED_VALUES[field]!
  const meant = nearestWord(text, values)
  const ask = meant === undefined ? '' : `: did you mean \`${meant}\`?`
  const hint = `there are ${values.join(', ')}; several are written ${field}:(${values[0]} or ${values[1]})`
  throw invalid(`there is no ${field} ${quote(text)}${ask}`, from, hint)
}

const atInstant = (field: string, value: Value, source: Source): Filter => ({
  kind: 'equals',
  field,
  value: instantText(value, source),
})

/** A day or a minute as long as it is written, anything more exact as the instant it names. */
function during(field: string, value: Value, source: Source): Filter {
  const length = /^\d{4}-\d\d-\d\d$/.test(value.text)
    ? MICROS_PER_DAY
    : /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(value.text)
      ? MICROS_PER_MINUTE
      : 0
  const start = instantText(value, source)
  if (length === 0) return { kind: 'equals', field, value: start }
  const end = formatTime(micros(parseRfc3339(start)!.us + length))
  return and(
    { kind: 'compare', field, operator: '>=', value: start },
    { kind: 'compare', field, operator: '<', value: end },
  )
}

interface Level {
  readonly from: number
  readonly to: number
}

/** A band (`warn`: 13 to 16), a level between (`critical`: 18), or a number; undefined for other text. */
function levelOf(text: string): Level | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return { from: Number(text), to: Number(text) }
  if (text.toLowerCase() === 'unknown') return { from: 0, to: 0 }
  const number = severityFromWord(text)
  if (number === 0) return undefined
  return SEVERITY_BANDS.find((band) => band.from === number) ?? { from: number, to: number }
}

function requireLevel(value: Value): Level {
  const level = levelOf(value.text)
  if (level !== undefined) return level
  throw invalid(
    `${quote(value.text)} is no severity`,
    value.from,
    rangeHint(value) ??
      `write ${SEVERITY_BANDS.map((band) => band.name).join(', ')} or a number from 1 to 24`,
  )
}

function levelFilter(field: string, value: Value): Filter {
  const { from, to } = requireLevel(value)
  if (from === to) return { kind: 'equals', field, value: String(from) }
  return and(
    { kind: 'compare', field, operator: '>=', value: String(from) },
    { kind: 'compare', field, operator: '<=', value: String(to) },
  )
}

function ordered(field: Field, operator: Ordering, value: Value, source: Source): Filter {
  return {
    kind: 'compare',
    field: field.name,
    operator,
    value: limitText(field, operator, value, source),
  }
}

/** The limit as the tree holds it: levels as numbers, times as RFC 3339. */
function limitText(field: Field, operator: Ordering, value: Value, source: Source): string {
  const type = fieldType(field.name)
  if (type === 'time') return instantText(value, source)
  if (type !== 'severity' || value.quoted) return value.text
  const { from, to } = requireLevel(value)
  return String(operator === '>=' || operator === '<' ? from : to)
}

function instantText(value: Value, { now }: Source): string {
  const instant = parseRfc3339(value.text)
  if (instant !== undefined) return formatTime(instant.us, instant.ns)
  const relative = /^(?:now|[+-])/.test(value.text)
  const us =
    relative && now === undefined ? undefined : parseTimeWord(value.text, now ?? (0 as never))
  if (us !== undefined && Number.isSafeInteger(us)) return formatTime(us)
  throw invalid(
    `cannot read the time ${quote(value.text)}`,
    value.from,
    rangeHint(value) ?? 'write it as 2026-11-20T10:41:00Z, 2026-11-20 or now-15m',
  )
}

/** For what looks like a range and is none. */
const rangeHint = ({ text }: Value): string | undefined =>
  /^[[{]/.test(text) ? 'a range is written [from to until], with a * where it is open' : undefined

function rangeFilter(node: SyntaxNode, field: Field, source: Source): Filter {
  const match = RANGE.exec(textOf(node, source))!
  const bound = (text: string, operator: Ordering): Filter => {
    if (text === '*') return ALL
    const quoted = text.startsWith('"')
    const value = { text: quoted ? unquote(text) : text, quoted, from: node.from }
    return ordered(field, operator, value, source)
  }
  const range = and(
    bound(match[2]!, match[1] === '[' ? '>=' : '>'),
    bound(match[3]!, match[4] === ']' ? '<=' : '<'),
  )
  return range.kind === 'all' ? { kind: 'exists', field: field.name } : range
}

function lowerList(node: SyntaxNode, field: Field, operator: Operator, source: Source): Filter {
  if (operator !== ':' && operator !== '=' && operator !== '!=') {
    throw invalid(`a list does not go with \`${operator}\``, node.from, 'write `:` before it')
  }
  const listed: Field = { ...field, doubtful: false }
  const filters: Filter[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Value' && child.name !== 'Quoted') continue
    const value = valueOf(child, source)
    filters.push(
      operator === ':' ? contains(listed, value, source) : exactly(listed, value, source),
    )
  }
  const any = anyOf(field.name, filters)
  return operator === '!=' ? { kind: 'not', filter: any } : any
}

function anyOf(field: string, filters: readonly Filter[]): Filter {
  const values = filters.flatMap((filter) => (filter.kind === 'equals' ? [filter.value] : []))
  return values.length === filters.length ? { kind: 'in', field, values } : or(...filters)
}

/** `/source/i` on a field; the source is compiled here, so that its errors point into the query. */
export function regexFilter(node: SyntaxNode, field: string, source: Source): Filter {
  const text = textOf(node, source)
  const end = text.lastIndexOf('/')
  const regex = text
    .slice(1, end)
    .replace(/\\([^])/g, (pair: string, next: string) => (next === '/' ? '/' : pair))
  const ignoreCase = end + 1 < text.length
  try {
    compileRegex(regex, ignoreCase)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw invalid(error.message, node.from, error.hint)
  }
  return { kind: 'regex', field, source: regex, ignoreCase }
}
