import { unreachable } from '../../../model/errors.ts'
import { canonicalField, resolveField } from '../../../model/fields.ts'
import type { CompileRegex, ValueCondition } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { TimeRange } from '../../../model/time.ts'
import {
  allOf,
  anyOf,
  exactly,
  EVERYTHING,
  inverted,
  isExact,
  joined,
  noneOf,
  NOTHING,
  type Clause,
  type Query,
  UNDECIDED,
} from './clause.ts'
import { bodyClause, phraseClause } from './compile-body.ts'
import {
  attributeClause,
  hasAttribute,
  hasKey,
  keyClause,
  textFieldClause,
} from './compile-text.ts'
import { choiceClause, idClause, severityClause, uncertaintyClause } from './compile-choice.ts'
import { timeClause } from './compile-time.ts'
import { isChoiceField, isTextField } from './value-index.ts'

/** What a filter within a range becomes. Odd records (value-index.ts) are in `cover` and never in `sure`. */
export interface CompiledFilter extends Clause {
  /** What is in `cover` and not in `sure`: the matcher has to look at each. */
  readonly unsure: Query
  /** True where that are odd records alone. */
  readonly isDecided: boolean
}

/** Compiles a filter within a range, of all times where that is null. */
export function compileFilter(
  filter: Filter,
  range: TimeRange | null,
  regex: CompileRegex,
): CompiledFilter {
  const clause = clauseOf(filter, regex)
  const { cover, sure } = clause
  const isDecided = isExact(clause)
  const within: Query[] =
    range === null ? [] : [{ range: { time: { gte: range.from, lt: range.to } } }]
  if (isAll(filter)) {
    const all = allOf(within)
    return { cover: all, sure: all, unsure: NOTHING, isDecided }
  }
  const between = isDecided ? NOTHING : allOf([cover, noneOf(sure)])
  return {
    cover: allOf([...within, anyOf([cover, IS_ODD])]),
    sure: allOf([...within, sure, noneOf(IS_ODD)]),
    unsure: allOf([...within, anyOf([between, IS_ODD])]),
    isDecided,
  }
}

/** True where no term of a record is asked for. A clause may also come out as everything of what is not odd. */
const isAll = (filter: Filter): boolean =>
  filter.kind === 'all' || (filter.kind === 'and' && filter.filters.every(isAll))

const IS_ODD: Query = { term: { odd: true } }

/** The filter over records that are not odd. */
function clauseOf(filter: Filter, regex: CompileRegex): Clause {
  switch (filter.kind) {
    case 'all':
      return exactly(EVERYTHING)
    case 'and':
      return joined(
        filter.filters.map((part) => clauseOf(part, regex)),
        allOf,
      )
    case 'or':
      return joined(
        filter.filters.map((part) => clauseOf(part, regex)),
        anyOf,
      )
    case 'not':
      return inverted(clauseOf(filter.filter, regex))
    case 'phrase':
      return phraseClause(filter.tokens)
    case 'exists':
      return existsClause(filter.field)
    case 'equals':
    case 'wildcard':
    case 'in':
    case 'compare':
    case 'regex':
      return conditionClause({ ...filter, field: canonicalField(filter.field) }, regex)
    case 'entity':
    case 'near':
      throw new Error(`BUG: ${filter.kind}:${filter.name} reached the store unresolved`)
    default:
      return unreachable(filter)
  }
}

/** Fields that every record has. */
const EVERY_RECORD =
  /^(?:time|received|id|kind|source|format|severity|body|timeFrom|uncertaintyMs)$/

function existsClause(name: string): Clause {
  const resolved = resolveField(name)
  if (resolved.kind === 'key') return exactly(hasKey(resolved.keyKind))
  if (resolved.kind === 'attribute') return exactly(hasAttribute(resolved.name))
  const field = resolved.field.name
  if (EVERY_RECORD.test(field)) return exactly(EVERYTHING)
  return exactly({ exists: { field } })
}

function conditionClause(condition: ValueCondition, regex: CompileRegex): Clause {
  const resolved = resolveField(condition.field)
  if (resolved.kind === 'attribute') return attributeClause(resolved.name, condition)
  if (resolved.kind === 'key') return keyClause(resolved.keyKind, condition)
  const field = resolved.field.name
  if (isTextField(field)) return textFieldClause(field, condition)
  if (isChoiceField(field)) return choiceClause(field, condition, regex)
  switch (field) {
    case 'severity':
      return severityClause(condition, regex)
    case 'time':
    case 'received':
      return timeClause(field, condition)
    case 'id':
      return idClause(condition)
    case 'uncertaintyMs':
      return uncertaintyClause(condition)
    case 'body':
      return bodyClause(condition)
    case 'key':
      return keyClause(null, condition)
    default:
      return UNDECIDED
  }
}
