import { unreachable } from '../../../model/errors.ts'
import { resolveField } from '../../../model/fields.ts'
import type { Filter } from '../../../model/query.ts'
import { allOf, anyOf, FALSE, oppositeIf, TRUE, type Plan, type PlanContext } from './condition.ts'
import { planCondition, planExists } from './plan-field.ts'
import { planNumbered, type WantedKeys } from './plan-numbered-keys.ts'
import { planPhrase } from './plan-text.ts'
import { NUMBERED_KINDS } from './row-keys.ts'

/** Compiles a filter, or with `negated` its opposite. `entity` and `near` must have been resolved. */
export function planFilter(filter: Filter, context: PlanContext, negated = false): Plan {
  switch (filter.kind) {
    case 'all':
      return negated ? FALSE : TRUE
    case 'not':
      return planFilter(filter.filter, context, !negated)
    case 'and': {
      const parts = filter.filters.map((part) => planFilter(part, context, negated))
      return negated ? anyOf(parts) : allOf(parts)
    }
    case 'or': {
      const { keys, rest } = numberedKeysAmong(joinEquals(filter.filters))
      const parts = rest.map((part) => planFilter(part, context, negated))
      if (keys.length > 0) parts.push(oppositeIf(negated, planNumbered(keys, context)))
      return negated ? allOf(parts) : anyOf(parts)
    }
    case 'entity':
    case 'near':
      throw new Error(`BUG: ${filter.kind}:${filter.name} reached the store unresolved`)
    case 'phrase':
      return oppositeIf(negated, planPhrase(filter.tokens, context))
    case 'exists':
      return oppositeIf(negated, planExists(filter.field, context))
    case 'equals':
    case 'wildcard':
    case 'in':
    case 'compare':
    case 'regex':
      return oppositeIf(negated, planCondition(filter, context))
    default:
      return unreachable(filter)
  }
}

/** `host:a or host:b` as one condition: hundreds of hosts are one look-up. */
function joinEquals(filters: readonly Filter[]): Filter[] {
  const values = new Map<string, string[]>()
  const rest: Filter[] = []
  for (const filter of filters) {
    if (filter.kind !== 'equals' && filter.kind !== 'in') rest.push(filter)
    else {
      const known = values.get(filter.field) ?? []
      known.push(...(filter.kind === 'in' ? filter.values : [filter.value]))
      values.set(filter.field, known)
    }
  }
  const joined = [...values].map(([field, of]): Filter =>
    of.length === 1 ? { kind: 'equals', field, value: of[0]! } : { kind: 'in', field, values: of },
  )
  return [...joined, ...rest]
}

/** Identifiers of several kinds, of which one look-up finds all. */
function numberedKeysAmong(filters: readonly Filter[]): {
  readonly keys: readonly WantedKeys[]
  readonly rest: readonly Filter[]
} {
  const keys: WantedKeys[] = []
  const rest: Filter[] = []
  for (const filter of filters) {
    const values =
      filter.kind === 'in' ? filter.values : filter.kind === 'equals' ? [filter.value] : undefined
    const field = values && 'field' in filter ? resolveField(filter.field) : undefined
    if (values === undefined || field?.kind !== 'key' || !NUMBERED_KINDS.has(field.keyKind)) {
      rest.push(filter)
    } else keys.push({ kind: field.keyKind, values })
  }
  return { keys, rest }
}
