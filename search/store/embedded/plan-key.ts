import { BODY_REFERENCE, type ShapeDescriptor } from '../../../model/batch.ts'
import { mayHoldKeys, WHOLE_KINDS } from '../../../model/keys.ts'
import { valueMatcher, type ValueCondition } from '../../../model/match.ts'
import type { Key, KeyKind } from '../../../model/record.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
import { isAccented } from './accented.ts'
import {
  allOf,
  anyOf,
  atMost,
  conjunction,
  disjunction,
  FALSE,
  idsWhere,
  inList,
  ofTemplates,
  ofTemplatesWithSlots,
  UNDECIDED,
  type Plan,
  type PlanContext,
} from './condition.ts'
import { sqlText } from './engine.ts'
import { digitRuns, requiredLiteral } from '../literal.ts'
import { planAnyNumbered, planNumberedCondition } from './plan-numbered-keys.ts'
import { planPhrase } from './plan-text.ts'
import { constantKeys, hashOfAttributeKey, NUMBERED_KINDS } from './row-keys.ts'
import { valueLiteral } from './value-literal.ts'

/** Records that may hold an identifier at all. */
export function planAnyKey(kind: KeyKind | undefined, context: PlanContext): Plan {
  if (kind !== undefined && NUMBERED_KINDS.has(kind)) {
    return planAnyNumbered(kind, context)
  }
  const { shapes } = context.dictionaries
  const holds = (shape: ShapeDescriptor): boolean => {
    return shape.attributes.some((name) => mayHoldKeys(name)) || constantKeys(shape).length > 0
  }
  const inAttribute = allOf([inList('shape', idsWhere(shapes, holds), shapes), UNDECIDED])
  const unnumbered = anyOf([ofTemplatesWithSlots(context), inAttribute])
  return kind === undefined ? anyOf([planAnyNumbered(kind, context), unnumbered]) : unnumbered
}

/** Identifiers stand in the body and in attributes whose names promise some; `kind` undefined is any. */
export function planKey(
  condition: ValueCondition,
  kind: KeyKind | undefined,
  context: PlanContext,
): Plan {
  const numbered = planNumberedCondition(condition, kind, context)
  if (kind !== undefined && NUMBERED_KINDS.has(kind)) return numbered
  const inAttribute = planAttributeKey(condition, kind, context)
  if (kind !== undefined && WHOLE_KINDS.has(kind)) return inAttribute
  return anyOf([numbered, planBodyKey(condition, context), inAttribute])
}

/** Those of kinds that are not numbered. */
function planAttributeKey(
  condition: ValueCondition,
  kind: KeyKind | undefined,
  context: PlanContext,
): Plan {
  const matches = valueMatcher(condition, context.compileRegex)
  const always: number[] = []
  const maybe: number[] = []
  const escaped: number[] = []
  context.dictionaries.shapes.forEach((shape, id) => {
    const isMatch = (key: Key): boolean =>
      (kind === undefined || key.kind === kind) && matches(key.value)
    if (constantKeys(shape).some(isMatch)) always.push(id)
    else if (shape.attributes.some((name) => mayHoldKeys(name, kind))) {
      ;(shape.values === 'json' ? escaped : maybe).push(id)
    }
  })
  const { shapes } = context.dictionaries
  const varying = anyOf([
    allOf([inList('shape', maybe, shapes), keyLiteral(condition, kind, context), UNDECIDED]),
    allOf([inList('shape', escaped, shapes), UNDECIDED]),
  ])
  return anyOf([inList('shape', always, shapes), whereTokenIs(condition, kind, varying)])
}

/** Identifiers in attributes have a token in the index; see `row-keys.ts`. */
function whereTokenIs(condition: ValueCondition, kind: KeyKind | undefined, plan: Plan): Plan {
  const kinds: readonly KeyKind[] = kind === undefined ? ['op_id', 'task'] : [kind]
  const hashes = beginningsOf(condition, kind)?.flatMap((value) =>
    kinds.map((one) => hashOfAttributeKey(one, value)),
  )
  if (plan === FALSE || hashes === undefined) return plan
  const known = hashes.filter((hash) => hash !== undefined)
  if (known.length < hashes.length) return plan
  return {
    ...plan,
    mayMatch: (rows) => plan.mayMatch(rows) && known.some((hash) => rows.mayHaveToken(hash)),
    asksTokens: true,
  }
}

/** What every match begins with, up to the end of a token, one of several; undefined where it is not known. */
function beginningsOf(
  condition: ValueCondition,
  kind: KeyKind | undefined,
): readonly string[] | undefined {
  switch (condition.kind) {
    case 'equals':
      return [condition.value]
    case 'in':
      return condition.values.length > MOST_VALUES ? undefined : condition.values
    case 'wildcard': {
      const before = kind === 'op_id' ? /^([^*?]*)-[*?]/.exec(condition.pattern)?.[1] : undefined
      return before === undefined ? undefined : [before]
    }
    case 'regex':
    case 'compare':
      return undefined
  }
}

/** A part of the body stands in `vals` as a reference. */
const ofBody = (inBody: string): string =>
  conjunction([`contains(vals, ${sqlText(BODY_REFERENCE)})`, inBody])

/** What the `vals` column must contain for a condition on an identifier in it that is written in one way. */
function keyLiteral(
  condition: ValueCondition,
  kind: KeyKind | undefined,
  context: PlanContext,
): Plan {
  if (context.accented) return UNDECIDED
  if (kind === 'chain' && condition.kind === 'equals' && isWholeNumber(condition.value)) {
    return atMost(`contains(vals, ${sqlText(condition.value)})`)
  }
  const literal = condition.kind === 'wildcard' ? requiredLiteral(condition) : undefined
  if (literal === undefined) return valueLiteral(condition, context)
  const digits = digitRuns(literal).map((run) => `contains(lower(variables), ${sqlText(run)})`)
  return atMost(
    disjunction([
      `contains(lower(vals), ${sqlText(literal.text)})`,
      ofBody(digits.length === 0 ? 'TRUE' : conjunction(digits)),
    ]),
  )
}

/** A chain is one, and written in one way. */
const isWholeNumber = (text: string): boolean => /^[1-9]\d{0,14}$/.test(text)

/** How those begin that stand in bodies and are not numbered: tasks and paths. */
const UNNUMBERED_IN_BODY = /^(?:(?:ha)?task-|vmhba)/

/** More values than this are not looked for one by one. */
const MOST_VALUES = 64

/** Those of kinds that are not numbered stand in slots, written in one way: so do their tokens. */
function planBodyKey(condition: ValueCondition, context: PlanContext): Plan {
  const inSlot = ofTemplatesWithSlots(context)
  if (condition.kind === 'in' && condition.values.length <= MOST_VALUES) {
    const { field } = condition
    return anyOf(
      condition.values.map((value) => planBodyKey({ kind: 'equals', field, value }, context)),
    )
  }
  if (condition.kind !== 'equals') return inSlot
  const value = fold(condition.value)
  if (!UNNUMBERED_IN_BODY.test(value)) return FALSE
  // Beyond ASCII a token may be longer than the identifier in it: `étask-12`.
  if (context.accented) return inSlot
  const { templates } = context.dictionaries
  const accented = idsWhere(templates, ({ pattern }) => isAccented(pattern))
  const tokens = tokensOf(value).map((text) => ({ text, wildcard: false }))
  return allOf([anyOf([planPhrase(tokens, context), ofTemplates(accented, context)]), UNDECIDED])
}
