import type { ValueCondition } from '../../../model/match.ts'
import { parseRfc3339, type Instant } from '../../../model/time.ts'
import {
  allOf,
  anyOf,
  exactly,
  NOTHING,
  RANGE_WORDS,
  UNDECIDED,
  type Clause,
  type Query,
} from './clause.ts'

/** A condition on event time, which has nanoseconds beside it, or on receipt, which has none. */
export function timeClause(field: 'time' | 'received', condition: ValueCondition): Clause {
  switch (condition.kind) {
    case 'equals':
      return exactly(anyInstant(field, [condition.value]))
    case 'in':
      return exactly(anyInstant(field, condition.values))
    case 'compare': {
      const limit = parseRfc3339(condition.value)
      return exactly(limit === undefined ? NOTHING : beside(field, condition.operator, limit))
    }
    case 'wildcard':
    case 'regex':
      return UNDECIDED
  }
}

function anyInstant(field: 'time' | 'received', values: readonly string[]): Query {
  const instants = values.flatMap((value) => parseRfc3339(value) ?? [])
  return anyOf(
    instants.map((instant) =>
      allOf([{ term: { [field]: instant.us } }, nanos(field, 'term', instant.ns)]),
    ),
  )
}

function beside(
  field: 'time' | 'received',
  operator: '<' | '<=' | '>' | '>=',
  limit: Instant,
): Query {
  const strictly = operator.startsWith('<') ? 'lt' : 'gt'
  const within = RANGE_WORDS[operator]
  return anyOf([
    { range: { [field]: { [strictly]: limit.us } } },
    allOf([{ term: { [field]: limit.us } }, nanos(field, within, limit.ns)]),
  ])
}

/** The nanoseconds of an instant against those of the record, which are 0 for a receipt. */
function nanos(
  field: 'time' | 'received',
  relation: 'term' | 'lt' | 'lte' | 'gt' | 'gte',
  ns: number,
): Query {
  if (field === 'time') {
    return relation === 'term' ? { term: { ns } } : { range: { ns: { [relation]: ns } } }
  }
  const holds = { term: ns === 0, lt: 0 < ns, lte: 0 <= ns, gt: 0 > ns, gte: 0 >= ns }[relation]
  return holds ? allOf([]) : NOTHING
}
