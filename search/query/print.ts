import { unreachable } from '../../model/errors.ts'
import { canonicalField, fieldType } from '../../model/fields.ts'
import { numberOf } from '../../model/match.ts'
import type { Aggregate, Filter, GroupKey, Pipe, Query, TokenPattern } from '../../model/query.ts'
import { AGGREGATE_FUNCTIONS } from '../../model/query.ts'
import { SEVERITY_BANDS } from '../../model/severity.ts'
import { formatDuration } from '../../model/time.ts'
import {
  chunkLength,
  isConnective,
  nameLength,
  peekInto,
  quoteWith,
  regexLength,
} from './grammar/lexical.ts'
import { isKnownField, isPossible, slipOf } from './field-names.ts'
import { callText } from './lower-pipe.ts'
import { patternsOf, quotedPatterns } from './words.ts'

/**
 * The query as text that parses to the same tree. A tree the parser could not have made (an `and` of one
 * or in an `and`, an `or` of nothing) is printed as its equal that it could have made.
 */
export function printQuery({ filter, pipes }: Query): string {
  const text = printFilter(filter)
  if (pipes.length === 0) return text
  return [text, ...pipes.map(printPipe)].join(' | ')
}

/** The filter alone, as text. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'all':
      return '*'
    case 'and':
      return filter.filters.length === 0 ? '*' : filter.filters.map(printOperand).join(' ')
    case 'or':
      if (filter.filters.length === 0) return 'not *'
      return filter.filters.map(printOperand).join(' or ')
    case 'not':
      return `not ${printOperand(filter.filter)}`
    case 'phrase':
      return printPhrase(filter.tokens)
    case 'regex':
      return printRegex(filter)
    case 'entity':
    case 'near':
      return `${filter.kind}:${nameText(filter.name)}`
    case 'exists':
      return `${fieldText(filter.field)}:*`
    case 'equals':
    case 'wildcard':
    case 'in':
    case 'compare':
      return printComparison(filter)
    default:
      return unreachable(filter)
  }
}

function printOperand(filter: Filter): string {
  const text = printFilter(filter)
  const joins = filter.kind === 'and' || filter.kind === 'or'
  return joins && filter.filters.length > 1 ? `(${text})` : text
}

function printPhrase(tokens: readonly TokenPattern[]): string {
  if (tokens.length === 0) return '*'
  const bare = tokens.map((token) => token.text).join('-')
  if (tokens.length === 1 || tokens.some((token) => token.wildcard)) {
    if (isSafeWord(bare) && samePatterns(patternsOf(bare), tokens)) return bare
  }
  return `"${tokens.map(quotedToken).join(' ')}"`
}

function quotedToken(token: TokenPattern): string {
  return !token.wildcard && samePatterns(quotedPatterns(token.text), [token])
    ? token.text
    : `\\{${token.text}}`
}

function samePatterns(a: readonly TokenPattern[], b: readonly TokenPattern[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => one.text === b[i]!.text && one.wildcard === b[i]!.wildcard)
  )
}

/** Letters, digits and wildcards only, so that no place reads it as anything but a word. */
const isSafeWord = (text: string): boolean =>
  /^[\p{L}\p{N}.*?-]+$/u.test(text) && !/^[-.]/.test(text) && text !== '*' && !isConnective(text)

function printRegex({ field, source, ignoreCase }: Extract<Filter, { kind: 'regex' }>): string {
  const escaped = source.replace(/\\[^]|\//g, (part) => (part === '/' ? '\\/' : part))
  const text = `/${escaped}/${ignoreCase ? 'i' : ''}`
  const alone = field === 'body' && regexLength(peekInto(text), 0, true) === text.length
  return alone ? text : `${fieldText(field)}:${text}`
}

/** A field as it is written before an operator. */
function fieldText(field: string): string {
  if (field === 'entity') return 'entity.id'
  if (field === 'near') return 'attributes.near'
  if (nameLength(peekInto(field)) !== field.length || isConnective(field)) {
    return quoteWith('`', field)
  }
  return slipOf(field) !== undefined ? `attributes.${field}` : field
}

function printComparison(
  filter: Extract<Filter, { kind: 'equals' | 'wildcard' | 'in' | 'compare' }>,
): string {
  const field = fieldText(filter.field)
  const type = fieldType(filter.field)
  switch (filter.kind) {
    case 'equals':
      return printEquals(filter.field, filter.value)
    case 'wildcard':
      return isBarePattern(field, filter.pattern)
        ? `${field}:${filter.pattern}`
        : `${field}~${quoteWith('"', filter.pattern)}`
    case 'in':
      return `${field}${type === 'keyword' ? ':' : '='}(${filter.values.map(valueText(filter.field)).join(' or ')})`
    case 'compare':
      return `${field}${filter.operator}${limitText(filter)}`
  }
}

function printEquals(field: string, value: string): string {
  const type = fieldType(field)
  const text = fieldText(field)
  if (type === 'keyword' || type === 'number') {
    return `${text}:${isDoubtful(text) ? quoteWith('"', value) : valueText(field)(value)}`
  }
  if (type === 'severity' && isPlainNumber(value)) return `${text}:${value}`
  return `${text}=${quoteWith('"', value)}`
}

/** A plain name we do not know: what follows it bare may be read as text of a log line. */
const isDoubtful = (text: string): boolean =>
  !isKnownField(text) && !text.startsWith('`') && !text.includes('.')

const isBarePattern = (field: string, pattern: string): boolean =>
  fieldType(field) !== 'text' &&
  /[*?]/.test(pattern) &&
  pattern !== '*' &&
  isBareValue(pattern) &&
  !(isDoubtful(field) && pattern.includes(':'))

/** Digits as the parser writes a level back. */
const isPlainNumber = (value: string): boolean => /^\d+$/.test(value) && String(+value) === value

const valueText =
  (field: string) =>
  (value: string): string => {
    const type = fieldType(field)
    const mayBeBare = (type === 'keyword' || type === 'number') && isPossible(field, value)
    return mayBeBare ? nameText(value) : quoteWith('"', value)
  }

/** A value bare where that is safe, else in quotes. */
const nameText = (value: string): string =>
  !/[*?,]/.test(value) && isBareValue(value) ? value : quoteWith('"', value)

const isBareValue = (value: string): boolean =>
  /^[^\s"'`()[\]{}/\\|,:=<>~!]/.test(value) &&
  !/["()|]/.test(value) &&
  chunkLength(peekInto(value), true) === value.length &&
  !isConnective(value)

function limitText({ field, operator, value }: Extract<Filter, { kind: 'compare' }>): string {
  const type = fieldType(field)
  if (type === 'time') return isBareValue(value) ? value : quoteWith('"', value)
  if (type === 'severity') return levelText(operator, value) ?? quoteWith('"', value)
  const bare =
    numberOf(value) !== undefined || (isKnownField(fieldText(field)) && isBareValue(value))
  return bare ? value : quoteWith('"', value)
}

function levelText(operator: string, value: string): string | undefined {
  if (!isPlainNumber(value)) return undefined
  const edge = operator === '>=' || operator === '<' ? 'from' : 'to'
  return SEVERITY_BANDS.find((band) => band[edge] === +value)?.name ?? value
}

function printPipe(pipe: Pipe): string {
  switch (pipe.kind) {
    case 'stats': {
      const by = pipe.by.length === 0 ? '' : ` by ${pipe.by.map(printKey).join(', ')}`
      return `stats ${pipe.aggregates.map(printAggregate).join(', ')}${by}`
    }
    case 'top':
      return `top ${pipe.limit} ${columnText(pipe.field)}`
    case 'rate': {
      const width = pipe.widthUs === undefined ? '' : ` ${formatDuration(pipe.widthUs)}`
      return `rate${width}${pipe.by === undefined ? '' : ` by ${columnText(pipe.by)}`}`
    }
    case 'sort':
      return `sort ${pipe.by.map(printSortKey).join(', ')}`
    case 'limit':
      return `limit ${pipe.count}`
    case 'fields':
    case 'dedup':
      return `${pipe.kind} ${pipe.fields.map(columnText).join(', ')}`
    case 'patterns':
      return 'patterns'
    default:
      return unreachable(pipe)
  }
}

const printSortKey = ({ column, descending }: { column: string; descending: boolean }): string =>
  `${sortColumnText(column)}${descending ? ' desc' : ''}`

function printAggregate({ function: name, field, as }: Aggregate): string {
  const call = `${name}(${field === undefined ? '' : columnText(field)})`
  return as === callText(name, field) ? call : `${call} as ${columnText(as)}`
}

const printKey = (key: GroupKey): string =>
  key.kind === 'bin' ? `bin(${formatDuration(key.widthUs)})` : columnText(key.field)

function columnText(name: string): string {
  const plain = nameLength(peekInto(name)) === name.length && !/^(?:by|as|asc|desc)$/i.test(name)
  return plain ? name : quoteWith('`', name)
}

/** `p95(latency)` may stand as it is; any other column that is no name goes between backticks. */
function sortColumnText(column: string): string {
  const call = /^(\w+)\(([\w.@-]*)\)$/.exec(column)
  if (call === null) return columnText(column)
  const [, name, field] = call as unknown as [string, string, string]
  const known = (AGGREGATE_FUNCTIONS as readonly string[]).includes(name)
  const plain = field === '' || (columnText(field) === field && canonicalField(field) === field)
  return known && plain ? column : quoteWith('`', column)
}
