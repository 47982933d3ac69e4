import { parseRecordId } from '../../../model/batch-record.ts'
import { LAYERS } from '../../../model/entity.ts'
import type { FieldValue } from '../../../model/fields.ts'
import {
  numberOf,
  valueMatcher,
  type CompileRegex,
  type ValueCondition,
} from '../../../model/match.ts'
import { TIME_ORIGINS } from '../../../model/record.ts'
import { fold } from '../../../model/tokens.ts'
import {
  allOf,
  anyOf,
  atMost,
  exactly,
  terms,
  UNDECIDED,
  type Clause,
  type Query,
} from './clause.ts'
import type { ChoiceField } from './value-index.ts'
import { dayNumber } from './document.ts'

const CHOICES: Readonly<Record<ChoiceField, readonly string[]>> = {
  kind: ['log', 'change'],
  layer: LAYERS,
  timeFrom: TIME_ORIGINS,
}

/** A severity is a byte. */
const SEVERITIES = Array.from({ length: 256 }, (_, severity) => severity)

/** The condition is put to each value that the field can have: exact for every operator. */
export function choiceClause(
  field: ChoiceField,
  condition: ValueCondition,
  regex: CompileRegex,
): Clause {
  return exactly(terms(field, CHOICES[field].filter(testOf(condition, regex))))
}

export function severityClause(condition: ValueCondition, regex: CompileRegex): Clause {
  return exactly(terms('severity', SEVERITIES.filter(testOf(condition, regex))))
}

function testOf(condition: ValueCondition, regex: CompileRegex): (value: FieldValue) => boolean {
  const test = valueMatcher(condition, regex)
  return (value) => test(value)
}

/** An id names day and sequence; the case of its node is left to the matcher. */
export function idClause(condition: ValueCondition): Clause {
  if (condition.kind !== 'equals' && condition.kind !== 'in') return UNDECIDED
  const values = condition.kind === 'in' ? condition.values : [condition.value]
  const places = values.flatMap((value) => parseRecordId(fold(value)) ?? [])
  return atMost(
    anyOf(
      places.map(({ day, sequence }) =>
        allOf([{ term: { day: dayNumber(day) } }, { term: { sequence } }]),
      ),
    ),
  )
}

/** The field is in milliseconds with a fraction, the column in whole microseconds. */
export function uncertaintyClause(condition: ValueCondition): Clause {
  switch (condition.kind) {
    case 'equals':
      return exactly(uncertaintyIn([condition.value]))
    case 'in':
      return exactly(uncertaintyIn(condition.values))
    case 'compare': {
      const limit = numberOf(condition.value)
      if (limit === undefined || Math.abs(limit) > 1e12) return UNDECIDED
      const bound = condition.operator.startsWith('<') ? 'lt' : 'gte'
      // `<=` ends where `>` begins, `<` where `>=` does.
      const isBeyond = /^(?:<=|>)$/.test(condition.operator)
        ? (us: number) => us / 1000 > limit
        : (us: number) => us / 1000 >= limit
      return exactly({ range: { uncertaintyUs: { [bound]: firstWhere(limit * 1000, isBeyond) } } })
    }
    default:
      return UNDECIDED
  }
}

function uncertaintyIn(values: readonly string[]): Query {
  const wanted = values.flatMap((value) => {
    const number = numberOf(value)
    const us = Math.round((number ?? NaN) * 1000)
    return number !== undefined && Number.isSafeInteger(us) && us / 1000 === number ? [us] : []
  })
  return terms('uncertaintyUs', wanted)
}

/** The first whole number of a rising condition, near a guess that rounding may have moved. */
function firstWhere(guess: number, holds: (us: number) => boolean): number {
  let us = Math.floor(guess) - 2
  while (!holds(us)) us++
  return us
}
