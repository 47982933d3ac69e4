import { BODY_REFERENCE } from '../../../model/batch.ts'
import { numberOf, type ValueCondition } from '../../../model/match.ts'
import { hasDigit } from '../../../model/token-hash.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
import {
  anyOf,
  atMost,
  conjunction,
  disjunction,
  foldedColumn,
  UNDECIDED,
  type Plan,
  type PlanContext,
} from './condition.ts'
import { sqlText } from './engine.ts'

/** More values than this are not looked for one by one. */
const MAX_VALUES = 64

/** What the `vals` column must contain for a condition on one of its values. */
export function valueLiteral(condition: ValueCondition, context: PlanContext): Plan {
  if (condition.kind === 'in' && condition.values.length <= MAX_VALUES) {
    const { field } = condition
    return anyOf(
      condition.values.map((value) => valueLiteral({ kind: 'equals', field, value }, context)),
    )
  }
  if (context.accented || condition.kind !== 'equals') return UNDECIDED
  const folded = fold(condition.value)
  // A number equals by value, so `5` also finds `5.0`: its text need not stand there.
  if (numberOf(condition.value) !== undefined || folded === '' || !/^[\x20-\x7e]+$/.test(folded)) {
    return UNDECIDED
  }
  return atMost(
    disjunction([
      `contains(${foldedColumn('vals', folded)}, ${sqlText(folded)})`,
      conjunction([
        `contains(vals, ${sqlText(BODY_REFERENCE)})`,
        // A part of the body begins and ends with slots, and tokens with a digit stand in slots whole.
        ...tokensOf(folded)
          .filter(hasDigit)
          .map((token) => `contains(${foldedColumn('variables', token)}, ${sqlText(token)})`),
      ]),
    ]),
  )
}
