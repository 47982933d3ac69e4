import type { CompileRegex } from '../../../model/match.ts'
import type { Dictionaries, Dictionary } from './dictionary.ts'

/** What a plan asks of some rows. */
export interface Rows {
  hasAnyTemplate(wanted: ReadonlySet<number>): boolean
  /** Whether a token with a digit may stand in their variables; see model/token-hash.ts. */
  mayHaveToken(hash: number): boolean
}

/**
 * What the index makes of a filter: two conditions on the columns. Every matching row passes `sql`;
 * every row that passes `sure` matches. Where they are the same the index has decided; rows between
 * them are checked with `model/match.ts`.
 */
export interface Plan {
  readonly sql: string
  readonly sure: string
  /** False only when none of the rows can match. */
  mayMatch(rows: Rows): boolean
  /** What numbers alone say of every match, where `sql` reads texts: cheap to ask first. TRUE when absent. */
  readonly numbers?: string
  /** True when rows without certain tokens cannot match: few have to be looked at. */
  readonly asksTokens?: boolean
  /**
   * Plans that are together this one, where looking for each by itself reads less: numbers of all rows, but texts
   * only where a token stands. Two may have rows in common that have to be checked, not those that are sure.
   */
  readonly parts?: readonly Plan[]
  /** Of a disjunction, what it is made of: they may have rows in common. */
  readonly branches?: readonly Plan[]
}

/** The plans to look for one by one. */
export const partsOf = (plan: Plan): readonly Plan[] => plan.parts ?? [plan]

/** Whether a condition has to unpack what varies from row to row. */
export const readsText = (sql: string): boolean => /\b(?:variables|vals)\b/.test(sql)

/** Columns of `logs` that tallies do not have, and the time, which they have not to the second. */
const NOT_TALLIED =
  /\b(?:pos|seq|second|ms|us|time|time_ns|received|received_ms|received_us|entity|shape|template|key_\d|variables|vals)\b/

/** Whether a condition asks only for what tallies have too, see tally-table.ts. No index prunes those columns. */
export const asksTallied = (sql: string): boolean => !NOT_TALLIED.test(sql)

/** A condition on numbers that every match passes. */
export const numbersOf = ({ sql, numbers = 'TRUE' }: Plan): string =>
  readsText(sql) ? numbers : sql

/** True when no row has to be looked at. */
export function isExact(plan: Plan): boolean {
  return plan.sql === plan.sure
}

export interface PlanContext {
  readonly dictionaries: Dictionaries
  readonly compileRegex: CompileRegex
  /**
   * True for blocks in which some variable or value holds characters that SQL does not fold as tokens.ts
   * does, or very long tokens: no condition on those columns' text is used there.
   */
  readonly accented: boolean
  /**
   * `decide` as much as SQL can, for counts of many rows; `sieve` with short conditions, for a page of
   * records, where checking some rows costs less than planning a long query.
   */
  readonly effort: 'decide' | 'sieve'
}

const EVERYTHING = (): boolean => true

export const TRUE: Plan = { sql: 'TRUE', sure: 'TRUE', mayMatch: EVERYTHING }

export const FALSE: Plan = { sql: 'FALSE', sure: 'FALSE', mayMatch: () => false }

export const UNDECIDED: Plan = { sql: 'TRUE', sure: 'FALSE', mayMatch: EVERYTHING }

/** A condition that SQL decides. */
export const exactly = (sql: string, mayMatch: Plan['mayMatch'] = EVERYTHING): Plan => ({
  sql,
  sure: sql,
  mayMatch,
})

/** A condition that every match passes, and others too. */
export const atMost = (sql: string, mayMatch: Plan['mayMatch'] = EVERYTHING): Plan => ({
  sql,
  sure: 'FALSE',
  mayMatch,
})

export function allOf(parts: readonly Plan[]): Plan {
  const needed = parts.filter((part) => part !== TRUE)
  if (needed.length === 0) return TRUE
  if (needed.some((part) => part === FALSE)) return FALSE
  const plan: Plan = {
    sql: conjunction(needed.map((part) => part.sql)),
    sure: conjunction(needed.map((part) => part.sure)),
    mayMatch: (rows) => needed.every((part) => part.mayMatch(rows)),
    numbers: conjunction(needed.map(numbersOf)),
    asksTokens: needed.some((part) => part.asksTokens === true),
  }
  const combined = needed.reduce<readonly Plan[][]>(
    (rows, part) => rows.flatMap((row) => partsOf(part).map((one) => [...row, one])),
    [[]],
  )
  return combined.length === 1 || combined.length > MOST_PARTS
    ? plan
    : { ...plan, parts: combined.map(allOf) }
}

/** More parts than this cost more than they spare. */
const MOST_PARTS = 6

export function anyOf(parts: readonly Plan[]): Plan {
  const open = parts.filter((part) => part !== FALSE)
  if (open.length === 0) return FALSE
  if (open.some((part) => part === TRUE)) return TRUE
  if (open.length === 1) return open[0]!
  const branches = open.flatMap((part) => part.branches ?? [part])
  const apart = partsOfBranches(branches)
  return { ...union(open), branches, ...(apart === undefined ? {} : { parts: apart }) }
}

function union(open: readonly Plan[]): Plan {
  return {
    sql: disjunction(open.map((part) => part.sql)),
    sure: disjunction(open.map((part) => part.sure)),
    mayMatch: (rows) => open.some((part) => part.mayMatch(rows)),
    numbers: disjunction(open.map(numbersOf)),
    asksTokens: open.every((part) => part.asksTokens === true),
  }
}

/**
 * What numbers decide, what needs every text, and what a token finds; the last two without the rows that numbers
 * decide. Undefined where no token finds any, or where all is found by tokens.
 */
function partsOfBranches(open: readonly Plan[]): Plan[] | undefined {
  const found = open.filter(({ asksTokens }) => asksTokens === true)
  const rest = open.filter((plan) => !found.includes(plan))
  if (found.length === 0 || rest.length === 0) return undefined
  const numbers = rest.filter((plan) => isExact(plan) && !readsText(plan.sql))
  const texts = rest.filter((plan) => !numbers.includes(plan))
  // What is sure of one must not be of another; what is checked may be found twice.
  if ([...texts, ...found].some(({ sure }) => sure !== 'FALSE')) {
    if (texts.length > 0) return undefined
    return [union(numbers), outside(numbers, found)]
  }
  return [
    ...(numbers.length === 0 ? [] : [union(numbers)]),
    ...(texts.length === 0 ? [] : [outside(numbers, texts)]),
    outside(numbers, found),
  ]
}

/** What passes one of the plans, but none on numbers. */
function outside(numbers: readonly Plan[], plans: readonly Plan[]): Plan {
  const all = union(plans)
  if (numbers.length === 0) return all
  const others = opposite(union(numbers).sql)
  return {
    ...all,
    sql: conjunction([all.sql, others]),
    sure: conjunction([all.sure, others]),
    numbers: conjunction([numbersOf(all), others]),
  }
}

export function conjunction(conditions: readonly string[]): string {
  if (conditions.includes('FALSE')) return 'FALSE'
  const needed = conditions.filter((condition) => condition !== 'TRUE')
  return needed.length === 0 ? 'TRUE' : needed.map((condition) => `(${condition})`).join(' AND ')
}

export function disjunction(conditions: readonly string[]): string {
  if (conditions.includes('TRUE')) return 'TRUE'
  const open = conditions.filter((condition) => condition !== 'FALSE')
  return open.length === 0 ? 'FALSE' : open.map((condition) => `(${condition})`).join(' OR ')
}

/** No column is ever NULL, so what surely matches is what the opposite surely does not. */
export function oppositeIf(negated: boolean, plan: Plan): Plan {
  if (!negated) return plan
  if (plan === TRUE) return FALSE
  if (plan === FALSE) return TRUE
  return { sql: opposite(plan.sure), sure: opposite(plan.sql), mayMatch: EVERYTHING }
}

const opposite = (sql: string): string =>
  sql === 'TRUE' ? 'FALSE' : sql === 'FALSE' ? 'TRUE' : `NOT (${sql})`

/** DuckDB may look at the parts of an AND in any order; CASE keeps the cheap one first. */
export function sieve(first: Plan, rest: Plan): Plan {
  if (first === TRUE || rest === FALSE) return rest
  const behind = (sql: string): string =>
    sql === 'TRUE'
      ? first.sql
      : sql === 'FALSE'
        ? 'FALSE'
        : `CASE WHEN ${first.sql} THEN ${sql} ELSE FALSE END`
  return {
    sql: behind(rest.sql),
    sure: behind(rest.sure),
    mayMatch: (rows) => rest.mayMatch(rows),
    numbers: conjunction([numbersOf(first), numbersOf(rest)]),
  }
}

/** So many numbers are compared one by one. */
const SHORT_LIST = 3

/** Dictionary numbers that may be given between the planning of a query and its end. */
const SPARE_NUMBERS = 1_024

const ZERO = '0'.charCodeAt(0)

const ONE = '1'.charCodeAt(0)

/**
 * The rows whose number in `column` is one of `ids`. As a string of bits: DuckDB answers a list inside a
 * condition by a join of all rows with it, one bit is a look-up.
 */
export function inList(
  column: string,
  ids: readonly number[],
  dictionary: { readonly size: number },
): Plan {
  if (ids.length === 0) return FALSE
  if (ids.length === dictionary.size) return TRUE
  if (ids.length <= SHORT_LIST) return exactly(ids.map((id) => `${column} = ${id}`).join(' OR '))
  // Numbers given while the query runs belong to rows that it must not see.
  const bits = new Uint8Array(dictionary.size + SPARE_NUMBERS).fill(ZERO)
  for (const id of ids) bits[id] = ONE
  return exactly(`get_bit('${bitText(bits)}'::BIT, ${column}::INTEGER) = 1`)
}

const bitDecoder = new TextDecoder('latin1')

const bitText = (bits: Uint8Array): string => bitDecoder.decode(bits)

export function idsWhere<T>(dictionary: Dictionary<T>, test: (value: T) => boolean): number[] {
  const ids: number[] = []
  dictionary.forEach((value, id) => {
    if (test(value)) ids.push(id)
  })
  return ids
}

/** Rows of these templates; the index knows which blocks have any. */
export function ofTemplates(ids: readonly number[], context: PlanContext): Plan {
  const { templates } = context.dictionaries
  const plan = inList('template', ids, templates)
  if (plan === TRUE || plan === FALSE) return plan
  const wanted = new Set(ids)
  return exactly(plan.sql, (rows) => rows.hasAnyTemplate(wanted))
}

export function ofTemplatesWithSlots(context: PlanContext): Plan {
  const ids = idsWhere(context.dictionaries.templates, (template) => template.slots > 0)
  return allOf([ofTemplates(ids, context), UNDECIDED])
}

/** A column as it compares with a folded ASCII text. */
export function foldedColumn(column: string, text: string): string {
  return /[a-z]/.test(text) ? `lower(${column})` : column
}
