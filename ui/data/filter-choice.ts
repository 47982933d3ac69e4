import { printFilter } from '../../search/query/print.ts'
import type { Filter } from '../../model/query.ts'
import {
  addCondition,
  filterOf,
  hasCondition,
  partsOf,
  removeCondition,
  withoutField,
} from './filter-edit.ts'
import { filterPart } from './filter-part.ts'

/**
 * The values that a query is narrowed to in one field: `host:a`, with another one `host:(a or b)`. Each condition is the
 * text of one value, such as `host:a`, `entity:ID` or `severity:error`.
 */

/** The query with this value among those that its field may have; where the field was narrowed otherwise, as the only one. */
export function choose(text: string, field: string, condition: string): string {
  const allowed = removeCondition(text, `not ${condition}`)
  const [there, added] = [valuesIn(allowed, field), valuesOf(filterOf(condition), field)]
  if (there.length === 0 || added === undefined) {
    return addCondition(withoutField(allowed, field), condition)
  }
  if (added.every((value) => includes(there, value))) return allowed
  return withValues(withoutField(allowed, field), field, [...there, ...added])
}

/** The query without this value among those that its field may have; without the last it may have any. */
export function unchoose(text: string, field: string, condition: string): string {
  const gone = valuesOf(filterOf(condition), field) ?? []
  const there = valuesIn(text, field)
  const kept = there.filter((value) => !includes(gone, value))
  if (kept.length === there.length) return removeCondition(text, condition)
  return withValues(text, field, kept)
}

/** Whether the field may have this value and not any. */
export function isChosen(text: string, field: string, condition: string): boolean {
  const there = valuesIn(text, field)
  const asked = valuesOf(filterOf(condition), field)
  if (asked === undefined) return hasCondition(text, condition)
  return asked.every((value) => includes(there, value))
}

/** The query with these values for all that its field was narrowed to; with none without. */
function withValues(text: string, field: string, values: readonly Filter[]): string {
  const narrowed = partsOf(text).filter((part) => valuesOf(filterOf(part), field) !== undefined)
  const rest = narrowed.reduce(removeCondition, text)
  return values.length === 0 ? rest : addCondition(rest, joined(field, values))
}

const valuesIn = (text: string, field: string): readonly Filter[] =>
  partsOf(filterPart(text)).flatMap((part) => valuesOf(filterOf(part), field) ?? [])

/** What a part of a query lets a field be, one filter a value; undefined where it says anything else. */
function valuesOf(filter: Filter | undefined, field: string): readonly Filter[] | undefined {
  if (filter === undefined) return undefined
  if (isLevel(filter, field)) return [filter]
  switch (filter.kind) {
    case 'equals':
      return filter.field === field ? [filter] : undefined
    case 'entity':
      return field === 'entity' ? [filter] : undefined
    case 'in':
      return filter.field === field
        ? filter.values.map((value): Filter => ({ kind: 'equals', field, value }))
        : undefined
    case 'or': {
      const parts = filter.filters.map((part) => valuesOf(part, field))
      return parts.length > 0 && parts.every((part) => part !== undefined)
        ? parts.flat()
        : undefined
    }
    default:
      return undefined
  }
}

/** A class of severity: `severity:error` is a stretch of levels, `severity<warn` all that is quiet. */
function isLevel(filter: Filter, field: string): boolean {
  if (field !== 'severity') return false
  const operators = (filter.kind === 'and' ? filter.filters : [filter]).map((part) =>
    part.kind === 'compare' && part.field === field ? part.operator : '',
  )
  return ['<', '>= <='].includes(operators.join(' '))
}

function joined(field: string, values: readonly Filter[]): string {
  const equal = values.flatMap((value) => (value.kind === 'equals' ? [value.value] : []))
  if (equal.length === values.length && equal.length > 1) {
    return printFilter({ kind: 'in', field, values: equal })
  }
  return values.map(textOf).join(' or ')
}

const LEVELS = ['severity:fatal', 'severity:error', 'severity:warn']

/** A value as people write it. */
const textOf = (value: Filter): string =>
  LEVELS.find((level) => isSame(filterOf(level), value)) ?? printFilter(value)

const isSame = (a: Filter | undefined, b: Filter): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

const includes = (values: readonly Filter[], value: Filter): boolean =>
  values.some((one) => isSame(one, value))
