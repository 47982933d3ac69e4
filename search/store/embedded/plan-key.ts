import { BODY_REFERENCE, type ShapeDescriptor } from '../../../model/batch.ts'
import { keysOfAttribute, mayHoldKeys, WHOLE_KINDS } from '../../../model/keys.ts'
import { valueMatcher, type ValueCondition } from '../../../model/match.ts'
import type { Key, KeyKind } from '../../../model/record.ts'
import { hasDigit, hashToken } from '../../../model/token-hash.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
import {
  allOf,
  anyOf,
  atMost,
  conjunction,
  disjunction,
  FALSE,
  idsWhere,
  inList,
  ofTemplatesWithSlots,
  UNDECIDED,
  type Plan,
  type PlanContext,
} from './condition.ts'
import { sqlText } from './engine.ts'
import { digitRuns, requiredLiteral } from './literal.ts'
import { planPhrase } from './plan-text.ts'
import { valueLiteral } from './value-literal.ts'

/** Records that may hold an identifier at all. */
export function planAnyKey(context: PlanContext): Plan {
  const { shapes } = context.dictionaries
  const holds = (shape: ShapeDescriptor): boolean => {
    return shape.attributes.some((name) => mayHoldKeys(name)) || constantKeys(shape).length > 0
  }
  const inAttribute = allOf([inList('shape', idsWhere(shapes, holds), shapes), UNDECIDED])
  return anyOf([ofTemplatesWithSlots(context), inAttribute])
}

/** Identifiers stand in the body and in attributes whose names promise some; `kind` undefined is any. */
export function planKey(
  condition: ValueCondition,
  kind: KeyKind | undefined,
  context: PlanContext,
): Plan {
  const inAttribute = planAttributeKey(condition, kind, context)
  if (kind !== undefined && WHOLE_KINDS.has(kind)) return inAttribute
  return anyOf([planBodyKey(condition, context), inAttribute])
}

// Shapes are few and long-lived: what is derived from them is worked out once.
const keysInConstants = new WeakMap<ShapeDescriptor, readonly Key[]>()

/** Identifiers in what is constant. */
function constantKeys(shape: ShapeDescriptor): readonly Key[] {
  let keys = keysInConstants.get(shape)
  if (keys === undefined) {
    const constants = Object.entries(shape.constants)
    keys = constants.flatMap(([name, value]) => keysOfAttribute(name, value))
    keysInConstants.set(shape, keys)
  }
  return keys
}

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
  const ofMaybe = inList('shape', maybe, shapes)
  return anyOf([
    inList('shape', always, shapes),
    ...keyLiterals(condition, kind, context).map((literal) => allOf([ofMaybe, literal, UNDECIDED])),
    allOf([inList('shape', escaped, shapes), UNDECIDED]),
  ])
}

/** A part of the body stands in `vals` as a reference. */
const ofBody = (inBody: string): string =>
  conjunction([`contains(vals, ${sqlText(BODY_REFERENCE)})`, inBody])

/**
 * What the `vals` column must contain for a condition on an identifier in it, one of several: the identifier, or
 * a reference to a part of the body, where its tokens are known to the index.
 */
function keyLiterals(
  condition: ValueCondition,
  kind: KeyKind | undefined,
  context: PlanContext,
): Plan[] {
  if (context.accented) return [UNDECIDED]
  if (condition.kind === 'in' && condition.values.length <= MAX_KEYS) {
    const { told, others } = spellingsOf(condition.values)
    const { field } = condition
    return [
      hasMark(told, (has) => has('vals')),
      ...whereTokensAre(told, (some) => hasMark(some, (has) => ofBody(has('variables')))),
      ...others.flatMap((value) => keyLiterals({ kind: 'equals', field, value }, kind, context)),
    ]
  }
  if (condition.kind === 'equals') {
    const value = fold(condition.value)
    // A chain is a whole number, which is written in one way.
    if (kind === 'chain' && /^[1-9]\d{0,14}$/.test(value)) {
      return [atMost(`contains(vals, ${sqlText(value)})`)]
    }
    if (!value.includes(':')) return [valueLiteral(condition, context)]
    const spelling = spellingOf(value)
    if (spelling === undefined) return [UNDECIDED]
    return [hasMark([spelling], (has) => disjunction([has('vals'), ofBody(has('variables'))]))]
  }
  const literal = condition.kind === 'wildcard' ? requiredLiteral(condition) : undefined
  if (literal === undefined || literal.text.includes(':')) return [UNDECIDED]
  const digits = digitRuns(literal).map((run) => `contains(lower(variables), ${sqlText(run)})`)
  return [
    atMost(
      disjunction([
        `contains(lower(vals), ${sqlText(literal.text)})`,
        ofBody(digits.length === 0 ? 'TRUE' : conjunction(digits)),
      ]),
    ),
  ]
}

/** Identifiers stand in slots. Most are written in one way, so their tokens must be in the body. */
function planBodyKey(condition: ValueCondition, context: PlanContext): Plan {
  const inSlot = ofTemplatesWithSlots(context)
  if (condition.kind === 'in' && condition.values.length <= MAX_KEYS) {
    return anyBodyKey(condition.field, condition.values, context)
  }
  if (condition.kind !== 'equals') return inSlot
  const value = fold(condition.value)
  if (value.includes(':') || (!context.accented && spellingOf(value) !== undefined)) {
    return anyBodyKey(condition.field, [value], context)
  }
  const tokens = tokensOf(value)
  if (tokens.length === 0) return inSlot
  const phrase = planPhrase(
    tokens.map((text) => ({ text, wildcard: false })),
    context,
  )
  return allOf([phrase, UNDECIDED])
}

/**
 * Any of several identifiers in the body: one look at a text for all of them, and only where the tokens of one
 * stand. What a row that passes holds is told by checking it.
 */
function anyBodyKey(field: string, values: readonly string[], context: PlanContext): Plan {
  const inSlot = ofTemplatesWithSlots(context)
  const { told, others } = context.accented ? { told: [], others: values } : spellingsOf(values)
  return anyOf([
    ...whereTokensAre(told, (some) => allOf([inSlot, hasMark(some, (has) => has('variables'))])),
    ...others.map((value) =>
      value.includes(':') ? inSlot : planBodyKey({ kind: 'equals', field, value }, context),
    ),
  ])
}

/** The plan of those whose tokens are known to the index, only where those are, and that of the others. */
function whereTokensAre(
  told: readonly Spelling[],
  planOf: (spellings: readonly Spelling[]) => Plan,
): Plan[] {
  // Each token is looked for in every segment.
  const isFew = told.length <= MOST_LOOKED_FOR
  const found = isFew ? told.filter(({ tokens }) => tokens.length > 0) : []
  const others = told.filter((one) => !found.includes(one))
  const hashes = found.flatMap(({ tokens }) => tokens.map((way) => way.map(hashToken)))
  const plan = planOf(found)
  return [
    {
      ...plan,
      mayMatch: (rows) =>
        plan.mayMatch(rows) && hashes.some((way) => way.every((hash) => rows.mayHaveToken(hash))),
      asksTokens: true,
    },
    planOf(others),
  ]
}

/** More values than this are not looked for: a look at every row is left. */
const MAX_KEYS = 2_000

const MOST_LOOKED_FOR = 64

/** How an identifier is told in a text. */
interface Spelling {
  /** RE2 that fits what varies of every text in which the identifier stands, folded. */
  readonly mark: string
  /** For each way of writing it, tokens with a digit that stand there then; none where they are not known. */
  readonly tokens: readonly (readonly string[])[]
}

/** `others` have no telling text, or are written in too many ways. */
function spellingsOf(values: readonly string[]): {
  readonly told: readonly Spelling[]
  readonly others: readonly string[]
} {
  const told: Spelling[] = []
  const others: string[] = []
  for (const value of values) {
    const spelling = spellingOf(fold(value))
    if (spelling === undefined) others.push(value)
    else told.push(spelling)
  }
  return { told, others }
}

/** A shorter text stands in so many rows that looking for it spares nothing. */
const TELLING_LENGTH = 4

/**
 * Of a longer token its end, which differs from device to device: an expression of hundreds of whole identifiers
 * outgrows what RE2 keeps in memory, and then costs a hundred times as much a row.
 */
const MARK_LENGTH = 8

/** A MAC address or WWN in canonical form. */
const PAIRS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5,15}$/

function spellingOf(value: string): Spelling | undefined {
  if (PAIRS.test(value)) return spellingOfPairs(value.split(':'))
  if (value.includes(':')) {
    // An IPv6 address: each of its groups stands in every way of writing it.
    const group = longest(value.split(':').filter(hasDigit))
    return group.length < TELLING_LENGTH - 1 ? undefined : { mark: group, tokens: [] }
  }
  const tokens = tokensOf(value).filter(hasDigit)
  const token = longest(tokens)
  if (token.length < TELLING_LENGTH) return undefined
  // A full stop in it is one of an address, of which the end alone tells little.
  const mark = token.includes('.') ? token : token.slice(-MARK_LENGTH)
  return { mark: escapedForRe2(mark), tokens: [tokens] }
}

/** The ways of writing hex pairs that model/keys.ts reads: `a0:b1:…`, `a0-b1-…`, `a0b1.…`. */
function spellingOfPairs(pairs: readonly string[]): Spelling | undefined {
  const groups = pairs.join('').match(/.{4}/g)!
  // Between full stops, a group without a digit may stand in static text; the last groups differ the most.
  const group = groups.filter(hasDigit).at(-1)
  if (group === undefined) return undefined
  const tokens = [pairs.filter(hasDigit), tokensOf(groups.join('.')).filter(hasDigit)]
  return { mark: `${pairs.slice(-LAST_PAIRS).join('[:-]')}|${group}`, tokens }
}

/** The last pairs of a MAC are the adapter's, those before them the vendor's. */
const LAST_PAIRS = 4

const longest = (texts: readonly string[]): string =>
  texts.reduce((long, text) => (text.length > long.length ? text : long), '')

/** Rows in whose column a mark of one stands; `place` says which columns those are. */
function hasMark(
  spellings: readonly Spelling[],
  place: (has: (column: 'variables' | 'vals') => string) => string,
): Plan {
  if (spellings.length === 0) return FALSE
  const pattern = sqlText(spellings.map(({ mark }) => mark).join('|'))
  return atMost(place((column) => `regexp_matches(lower(${column}), ${pattern})`))
}

const escapedForRe2 = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '\\$&')
