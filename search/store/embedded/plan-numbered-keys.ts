import { serialOfDevice } from '../../../model/device-names.ts'
import { valueMatcher, type ValueCondition } from '../../../model/match.ts'
import type { KeyKind } from '../../../model/record.ts'
import { hasDigit, hashToken } from '../../../model/token-hash.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
import {
  allOf,
  anyOf,
  atMost,
  exactly,
  FALSE,
  inList,
  UNDECIDED,
  type Plan,
  type PlanContext,
} from './condition.ts'
import { KEY_COLUMNS } from './key-columns.ts'
import { NO_KEY, OTHER_KEY, type KeyNames } from './key-names.ts'
import { hashOfValue, NUMBERED_KINDS } from './row-keys.ts'

/** Identifiers of a kind, in any spelling of their canonical form. */
export interface WantedKeys {
  /** Any when undefined. */
  readonly kind: KeyKind | undefined
  readonly values: readonly string[]
}

/** Rows that hold any identifier of a kind, or of any kind, that is numbered. */
export function planAnyNumbered(kind: KeyKind | undefined, { dictionaries }: PlanContext): Plan {
  if (kind === undefined) return exactly(`${KEY_COLUMNS[0]} <> ${NO_KEY}`)
  const { keys } = dictionaries
  return holding(
    keys.numbersWhere((key) => key.kind === kind),
    keys,
  )
}

/** More identifiers than this are not looked for by their tokens, each of which is looked up in every segment. */
const MOST_LOOKED_FOR = 8

/** Rows that hold one of these identifiers. */
export function planNumbered(
  wanted: readonly WantedKeys[],
  { dictionaries, accented }: PlanContext,
): Plan {
  const some = wanted
    .filter(
      ({ kind, values }) => values.length > 0 && (kind === undefined || NUMBERED_KINDS.has(kind)),
    )
    .map(({ kind, values }) => ({ kind, values: values.map(fold) }))
  const { keys } = dictionaries
  const numbers = new Set(some.flatMap(({ kind, values }) => keys.numbersOf(kind, values)))
  const plan = some.length === 0 ? FALSE : holding([...numbers], keys)
  const values = some.flatMap((one) => one.values)
  // Beyond ASCII a token may be longer than the identifier in it: `é10.0.0.1`.
  if (plan === FALSE || accented || values.length > MOST_LOOKED_FOR) return plan
  const ways = values.flatMap(waysToStand)
  return {
    ...plan,
    mayMatch: (rows) => ways.some((way) => way.every((hash) => rows.mayHaveToken(hash))),
  }
}

/** Rows with a numbered identifier that satisfies a condition. */
export function planNumberedCondition(
  condition: ValueCondition,
  kind: KeyKind | undefined,
  context: PlanContext,
): Plan {
  if (kind !== undefined && !NUMBERED_KINDS.has(kind)) return FALSE
  if (condition.kind === 'equals')
    return planNumbered([{ kind, values: [condition.value] }], context)
  if (condition.kind === 'in') return planNumbered([{ kind, values: condition.values }], context)
  const { keys } = context.dictionaries
  // A condition that looks at the case of letters cannot be asked of what is folded.
  const isFolded = condition.kind !== 'regex' || condition.ignoreCase
  const matches = isFolded ? valueMatcher(condition, context.compileRegex) : () => true
  const plan = holding(
    keys.numbersWhere((key) => (kind === undefined || key.kind === kind) && matches(key.value)),
    keys,
  )
  return isFolded ? plan : allOf([plan, UNDECIDED])
}

/** Rows that hold one of these numbers, and where there are any, those whose identifiers have to be looked at. */
function holding(numbers: readonly number[], keys: KeyNames): Plan {
  const known = anyOf(KEY_COLUMNS.map((column) => inList(column, numbers, keys)))
  if (!keys.hasOthers) return known
  const other = KEY_COLUMNS.map((column) => `${column} = ${OTHER_KEY}`).join(' OR ')
  return anyOf([known, atMost(other)])
}

/** A MAC address or WWN in canonical form. */
const PAIRS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5,15}$/

/** Hashes of tokens that stand together where an identifier does, for each way it is written; see model/keys.ts. */
function waysToStand(value: string): number[][] {
  const inBody = PAIRS.test(value) ? waysOfPairs(value.split(':')) : waysOfOne(value)
  return [...inBody.map((tokens) => tokens.filter(hasDigit).map(hashToken)), [hashOfValue(value)]]
}

/** `a0:b1:…` and `a0-b1-…`, `a0b1.…`, `0xa0b1…`. */
function waysOfPairs(pairs: readonly string[]): string[][] {
  const digits = pairs.join('')
  return [[...pairs], tokensOf(digits.match(/.{4}/g)!.join('.')), [`0x${digits}`]]
}

function waysOfOne(value: string): string[][] {
  // An IPv6 address is written with or without the zeros of its groups.
  if (value.includes(':')) return [[]]
  const [, name, digits] = /^(naa|eui)\.(.+)$/.exec(value) ?? []
  if (name === undefined) return [tokensOf(value)]
  const serial = serialOfDevice(value)
  return [
    [digits!],
    [`3${digits!}`],
    [`0x${digits!}`],
    digits!.match(/../g)!,
    ...(serial === undefined ? [] : [tokensOf(serial)]),
  ]
}
