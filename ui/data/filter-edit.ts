import type { SyntaxNode } from '@lezer/common'
import { AppError } from '../../model/errors.ts'
import { and, type Filter } from '../../model/query.ts'
import { parser } from '../../search/query/grammar/parser.ts'
import { firstPipeAt } from '../../search/query/parse.ts'
import { printFilter } from '../../search/query/print.ts'
import { readQuery } from './read-query.ts'

/**
 * Edits of a query text that keep what the user wrote where it stands. A condition is itself a query text
 * without pipes, such as `host:esx-07` or `not severity<warn`. A text that is no query comes back as it is.
 */

/** `field:value`, quoted where it must be. */
export const equalsText = (field: string, value: string): string =>
  printFilter({ kind: 'equals', field, value })

/** `entity:ID`: all that an entity says or that speaks of it, not only what names it as its own. */
export const entityText = (id: string): string => printFilter({ kind: 'entity', name: id })

/** The query with the condition in force, too. */
export function addCondition(text: string, condition: string): string {
  const [filter, pipes] = cutPipes(text)
  const whole = filterOf(filter)
  const added = filterOf(condition)
  if (whole === undefined || added === undefined || holds(whole, added)) return text
  if (whole.kind === 'all') return joinPipes(inPlace(condition), pipes)
  const written = `${inPlace(filter)} and ${inPlace(condition)}`
  const isRight = same(filterOf(written), and(whole, added))
  return joinPipes(isRight ? written : printFilter(and(whole, added)), pipes)
}

/** The query without the condition, where it stands in it as a whole; else as it is. */
export function removeCondition(text: string, condition: string): string {
  const removed = filterOf(condition)
  if (removed === undefined) return text
  const gone = new Set(conjunctsOf(removed).map(print))
  return removeConjuncts(text, (conjunct) => gone.has(print(conjunct)))
}

/** Whether the condition is in force: each of its parts stands in the query's outermost `and`. */
export function hasCondition(text: string, condition: string): boolean {
  const [whole, asked] = [filterOf(cutPipes(text)[0]), filterOf(condition)]
  return whole !== undefined && asked !== undefined && holds(whole, asked)
}

/** The query without all that narrows this field alone: what counts "as if without it" are counted for. */
export const withoutField = (text: string, field: string): string =>
  removeConjuncts(text, (conjunct) => isOnlyOn(conjunct, field))

/** The field has the condition and no other: the query shows this value only. */
export const onlyCondition = (text: string, field: string, condition: string): string =>
  addCondition(withoutField(text, field), condition)

/** The parts of the outermost `and`, as they are written. */
export function partsOf(text: string): string[] {
  const [filter] = cutPipes(text)
  return operandsOf(filter).map(({ from, to }) => filter.slice(from, to))
}

function removeConjuncts(text: string, isGone: (conjunct: Filter) => boolean): string {
  const [filter, pipes] = cutPipes(text)
  const whole = filterOf(filter)
  if (whole === undefined) return text
  const kept = conjunctsOf(whole).filter((conjunct) => !isGone(conjunct))
  if (kept.length === conjunctsOf(whole).length) return text
  const rest = operandsOf(filter).filter(({ from, to }) => {
    const part = filterOf(filter.slice(from, to))
    return part === undefined || !conjunctsOf(part).every(isGone)
  })
  const written = rest.map(({ from, to }) => filter.slice(from, to)).join(' and ')
  const isRight = same(filterOf(written), and(...kept))
  if (kept.length === 0) return joinPipes('', pipes)
  return joinPipes(isRight ? written : printFilter(and(...kept)), pipes)
}

const cutPipes = (text: string): readonly [filter: string, pipes: string] => {
  const at = firstPipeAt(text)
  return at === undefined ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at)]
}

const joinPipes = (filter: string, pipes: string): string =>
  pipes === '' ? filter : filter === '' ? `* ${pipes}` : `${filter} ${pipes}`

/** An `or` outermost stands in brackets before something joins it. */
const inPlace = (filter: string): string =>
  parser.parse(filter).topNode.firstChild?.name === 'Or' ? `(${filter})` : filter

/** What a text without pipes asks for; undefined where it is no query. */
export function filterOf(text: string): Filter | undefined {
  const query = readQuery(text)
  return query instanceof AppError || query.pipes.length > 0 ? undefined : query.filter
}

const conjunctsOf = (filter: Filter): readonly Filter[] =>
  filter.kind === 'and' ? filter.filters : filter.kind === 'all' ? [] : [filter]

function holds(whole: Filter, asked: Filter): boolean {
  const there = new Set(conjunctsOf(whole).map(print))
  return conjunctsOf(asked).every((part) => there.has(print(part)))
}

const print = (filter: Filter): string => JSON.stringify(filter)

const same = (a: Filter | undefined, b: Filter): boolean => a !== undefined && print(a) === print(b)

function isOnlyOn(filter: Filter, field: string): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.length > 0 && filter.filters.every((part) => isOnlyOn(part, field))
    case 'not':
      return isOnlyOn(filter.filter, field)
    case 'equals':
    case 'wildcard':
    case 'in':
    case 'compare':
    case 'regex':
    case 'exists':
      return filter.field === field
    case 'all':
    case 'phrase':
    case 'entity':
    case 'near':
      return false
  }
}

/** The operands of the outermost `and`; the whole, where there is none. */
function operandsOf(filter: string): SyntaxNode[] {
  const top = parser.parse(filter).topNode.firstChild
  if (top === null) return []
  if (top.name !== 'And') return [top]
  const operands: SyntaxNode[] = []
  for (let node = top.firstChild; node !== null; node = node.nextSibling) {
    if (node.name !== 'AndWord') operands.push(node)
  }
  return operands
}
