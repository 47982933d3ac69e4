import type { ShapeDescriptor, StreamDescriptor } from '../../../model/batch.ts'
import { unreachable } from '../../../model/errors.ts'
import { resolveField, type FieldValue } from '../../../model/fields.ts'
import {
  numberOf,
  valueMatcher,
  wildcardMatcher,
  type CompileRegex,
  type ValueCondition,
} from '../../../model/match.ts'
import type { Filter, TokenPattern } from '../../../model/query.ts'
import { hasDigit, hashText, type TokenHash } from '../../../model/token-hash.ts'
import { parseRfc3339 } from '../../../model/time.ts'
import { fold, MAX_TOKEN_LENGTH, tokensOf } from '../../../model/tokens.ts'
import type { Block } from './block.ts'
import type { Dictionaries, Dictionary } from './dictionary.ts'
import { sqlText } from './engine.ts'
import { digitRuns, placeOfLiteral, requiredLiteral } from './literal.ts'
import type { Phrase, SlotCondition, TemplateText } from './template-text.ts'

/**
 * What the index makes of a filter: two conditions on the columns. Every matching row passes `sql`;
 * every row that passes `sure` matches. Where they are the same the index has decided; rows between
 * them are checked with `model/match.ts`.
 */
export interface Plan {
  readonly sql: string
  readonly sure: string
  /** False only when no row of the block can match. */
  mayMatch(block: Block): boolean
}

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
const TRUE: Plan = { sql: 'TRUE', sure: 'TRUE', mayMatch: EVERYTHING }
const FALSE: Plan = { sql: 'FALSE', sure: 'FALSE', mayMatch: () => false }
const UNDECIDED: Plan = { sql: 'TRUE', sure: 'FALSE', mayMatch: EVERYTHING }

/** A condition that SQL decides. */
const exactly = (sql: string, mayMatch: Plan['mayMatch'] = EVERYTHING): Plan => ({
  sql,
  sure: sql,
  mayMatch,
})

/** A condition that every match passes, and others too. */
const atMost = (sql: string, mayMatch: Plan['mayMatch'] = EVERYTHING): Plan => ({
  sql,
  sure: 'FALSE',
  mayMatch,
})

/** So many numbers are compared one by one. */
const SHORT_LIST = 3
/** Dictionary numbers that may be given between the planning of a query and its end. */
const SPARE_NUMBERS = 1_024
const ZERO = '0'.charCodeAt(0)
const ONE = '1'.charCodeAt(0)
/** Templates in a list that is left out where nothing depends on it. */
const LONG_LIST = 100

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
      const parts = joinEquals(filter.filters).map((part) => planFilter(part, context, negated))
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

function allOf(parts: readonly Plan[]): Plan {
  const needed = parts.filter((part) => part !== TRUE)
  if (needed.length === 0) return TRUE
  if (needed.some((part) => part === FALSE)) return FALSE
  return {
    sql: conjunction(needed.map((part) => part.sql)),
    sure: conjunction(needed.map((part) => part.sure)),
    mayMatch: (block) => needed.every((part) => part.mayMatch(block)),
  }
}

function anyOf(parts: readonly Plan[]): Plan {
  const open = parts.filter((part) => part !== FALSE)
  if (open.length === 0) return FALSE
  if (open.some((part) => part === TRUE)) return TRUE
  return {
    sql: disjunction(open.map((part) => part.sql)),
    sure: disjunction(open.map((part) => part.sure)),
    mayMatch: (block) => open.some((part) => part.mayMatch(block)),
  }
}

function conjunction(conditions: readonly string[]): string {
  if (conditions.includes('FALSE')) return 'FALSE'
  const needed = conditions.filter((condition) => condition !== 'TRUE')
  return needed.length === 0 ? 'TRUE' : needed.map((condition) => `(${condition})`).join(' AND ')
}

function disjunction(conditions: readonly string[]): string {
  if (conditions.includes('TRUE')) return 'TRUE'
  const open = conditions.filter((condition) => condition !== 'FALSE')
  return open.length === 0 ? 'FALSE' : open.map((condition) => `(${condition})`).join(' OR ')
}

/** No column is ever NULL, so what surely matches is what the opposite surely does not. */
function oppositeIf(negated: boolean, plan: Plan): Plan {
  if (!negated) return plan
  if (plan === TRUE) return FALSE
  if (plan === FALSE) return TRUE
  return { sql: opposite(plan.sure), sure: opposite(plan.sql), mayMatch: EVERYTHING }
}

const opposite = (sql: string): string =>
  sql === 'TRUE' ? 'FALSE' : sql === 'FALSE' ? 'TRUE' : `NOT (${sql})`

/**
 * The rows whose number in `column` is one of `ids`. As a string of bits: DuckDB answers a list inside a
 * condition by a join of all rows with it, one bit is a look-up.
 */
function inList(
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

function idsWhere<T>(dictionary: Dictionary<T>, test: (value: T) => boolean): number[] {
  const ids: number[] = []
  dictionary.forEach((value, id) => {
    if (test(value)) ids.push(id)
  })
  return ids
}

// Text of the body

function planPhrase(tokens: readonly TokenPattern[], context: PlanContext): Plan {
  if (tokens.length === 0) return TRUE
  const phrase: Phrase = {
    tokens,
    tests: tokens.map(({ text, wildcard }) =>
      wildcard ? wildcardMatcher(text) : (token: string) => token === text,
    ),
  }
  const always: number[] = []
  const open: number[] = []
  /** Templates by the condition on their slot. */
  const bySlot = new Map<string, number[]>()
  const canTell = !context.accented && tokens.every(isPlain)
  const isLone = tokens.length === 1
  context.dictionaries.templates.forEach((template, id) => {
    const verdict = template.judge(phrase)
    if (verdict.kind === 'always') always.push(id)
    else if (verdict.kind === 'slot' && canTell && !isLone && context.effort === 'decide') {
      const sql = slotSql(verdict.condition, tokens, template)
      bySlot.set(sql, [...(bySlot.get(sql) ?? []), id])
    } else if (verdict.kind !== 'never') open.push(id)
  })
  const hashes = tokens
    .filter((token) => !token.wildcard && hasDigit(token.text))
    .map((token) => hashText(token.text))
  const inSlots =
    isLone && canTell
      ? loneToken(tokens[0]!.text, open, context)
      : anyOf([
          ...[...bySlot].map(([sql, ids]) => allOf([ofTemplates(ids, context), exactly(sql)])),
          allOf([ofTemplates(open, context), UNDECIDED]),
        ])
  const literals = literalsInSlots(tokens, [...bySlot.values(), open].flat(), context)
  return anyOf([ofTemplates(always, context), withTokens(sieve(literals, inSlots), hashes)])
}

/** A token in the variables of any template is a match, so a long list of templates adds nothing. */
function loneToken(token: string, ids: readonly number[], context: PlanContext): Plan {
  const templates = ofTemplates(ids, context)
  const inVariables = exactly(regexSql('variables', token, 'inside'))
  if (ids.length <= LONG_LIST || templates === FALSE) return allOf([templates, inVariables])
  return exactly(inVariables.sql, (block) => templates.mayMatch(block))
}

/** DuckDB may look at the parts of an AND in any order; CASE keeps the cheap one first. */
function sieve(first: Plan, rest: Plan): Plan {
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
    mayMatch: (block) => rest.mayMatch(block),
  }
}

/** Rows of these templates; the block test knows which blocks have any. */
function ofTemplates(ids: readonly number[], context: PlanContext): Plan {
  const { templates } = context.dictionaries
  const plan = inList('template', ids, templates)
  if (plan === TRUE || plan === FALSE) return plan
  const wanted = new Set(ids)
  return exactly(plan.sql, (block) => block.hasAnyTemplate(wanted))
}

function withTokens(plan: Plan, hashes: readonly TokenHash[]): Plan {
  if (hashes.length === 0) return plan
  return {
    ...plan,
    mayMatch: (block) => hashes.every(([a, b]) => block.mayHaveToken(a, b)) && plan.mayMatch(block),
  }
}

/**
 * What the variables must contain for the phrase: no more than a sieve, so that the conditions behind
 * it are worked out for few rows.
 */
function literalsInSlots(
  tokens: readonly TokenPattern[],
  ids: readonly number[],
  context: PlanContext,
): Plan {
  if (context.accented) return TRUE
  const { templates } = context.dictionaries
  // A lone token that the static text does not spell is in a slot; of a phrase, part may be static.
  const needed = tokens
    .flatMap(literalOf)
    .filter(
      (literal) =>
        tokens.length === 1 ||
        hasDigit(literal) ||
        !ids.some((id) => templates.get(id).hasStaticPart(literal)),
    )
  return allOf(
    needed.map((literal) =>
      exactly(`contains(${foldedColumn('variables', literal)}, ${sqlText(literal)})`),
    ),
  )
}

/** A column as it compares with a folded ASCII text. */
function foldedColumn(column: string, text: string): string {
  return /[a-z]/.test(text) ? `lower(${column})` : column
}

/** What the slot must hold for the phrase to stand in a record of this template. */
function slotSql(
  { slot, token, edge }: SlotCondition,
  tokens: readonly TokenPattern[],
  template: TemplateText,
): string {
  const { text } = tokens[token]!
  const value = template.slots === 1 ? 'variables' : `split_part(variables, chr(31), ${slot + 1})`
  return regexSql(value, text, edge)
}

function regexSql(value: string, token: string, edge: Edge): string {
  return `regexp_matches(${foldedColumn(value, token)}, ${sqlText(tokenRegex(token, edge))})`
}

const isPlain = ({ text, wildcard }: TokenPattern): boolean =>
  !wildcard && /^[a-z0-9.]+$/.test(text) && text.length < MAX_TOKEN_LENGTH

/** What a token that fits must contain: itself, or the longest piece between wildcards. ASCII only. */
function literalOf({ text, wildcard }: TokenPattern): string[] {
  const longest = wildcard
    ? text.split(/[*?]/).reduce((best, piece) => (piece.length > best.length ? piece : best), '')
    : text
  return longest !== '' && /^[\x20-\x7e]+$/.test(longest) ? [longest] : []
}

/** Where the token stands in the text: see {@link SlotCondition}, or anywhere `inside`. */
type Edge = SlotCondition['edge'] | 'inside'

/**
 * RE2: the token with nothing of a token beside it. A full stop between two digits would join them to one
 * token (tokens.ts).
 */
function tokenRegex(token: string, edge: Edge): string {
  const before = /^[0-9]/.test(token) ? '(?:^|[^0-9A-Za-z.]|(?:^|[^0-9])\\.)' : '(?:^|[^0-9A-Za-z])'
  const after = /[0-9]$/.test(token) ? '(?:$|[^0-9A-Za-z.]|\\.(?:$|[^0-9]))' : '(?:$|[^0-9A-Za-z])'
  const begin = edge === 'inside' || edge === 'end' ? before : '^[^0-9A-Za-z]*'
  const end = edge === 'inside' || edge === 'start' ? after : '[^0-9A-Za-z]*$'
  return `${begin}${token.replaceAll('.', '\\.')}${end}`
}

function planBody(condition: ValueCondition, context: PlanContext): Plan {
  const test = valueMatcher(condition, context.compileRegex)
  const always: number[] = []
  const unrestricted: number[] = []
  const inVariables: number[] = []
  const literal = requiredLiteral(condition)
  context.dictionaries.templates.forEach((template, id) => {
    if (template.slots === 0) {
      if (test(template.pattern)) always.push(id)
    } else if (literal === undefined || context.accented) unrestricted.push(id)
    else if (placeOfLiteral(template.pattern, literal) === 'variables') inVariables.push(id)
    else unrestricted.push(id)
  })
  const column = literal?.ignoreCase === true ? 'lower(variables)' : 'variables'
  const inText = atMost(`contains(${column}, ${sqlText(literal?.text ?? '')})`)
  const inSlots = anyOf([
    allOf([ofTemplates(unrestricted, context), UNDECIDED]),
    allOf([ofTemplates(inVariables, context), inText]),
  ])
  const runs = literal === undefined || context.accented ? [] : digitRuns(literal)
  const needed = runs.map((run) => exactly(`contains(${column}, ${sqlText(run)})`))
  return anyOf([ofTemplates(always, context), sieve(allOf(needed), inSlots)])
}

// Fields

const STREAM_FIELDS: Readonly<Record<string, keyof StreamDescriptor>> = {
  source: 'source',
  host: 'host',
  entity: 'entity',
  format: 'format',
  layer: 'layer',
  kind: 'kind',
}

const SHAPE_FIELDS: Readonly<Record<string, (shape: ShapeDescriptor) => FieldValue | null>> = {
  app: (shape) => shape.app,
  eventName: (shape) => shape.eventName,
  severityText: (shape) => shape.severityText,
  timeFrom: (shape) => shape.timeFrom,
  uncertaintyMs: (shape) => shape.uncertaintyUs / 1000,
}

/** What a condition on one value is to the planner. */
type ValueTest = (value: FieldValue | null) => boolean

function planCondition(condition: ValueCondition, context: PlanContext): Plan {
  const resolved = resolveField(condition.field)
  if (resolved.kind === 'attribute') return planAttribute(resolved.name, condition, context)
  if (resolved.kind === 'key') return planKey(condition, context)
  const { name } = resolved.field
  if (name === 'body') return planBody(condition, context)
  if (name === 'key') return planKey(condition, context)
  if (name === 'time' || name === 'received') return planTime(name, condition)
  if (name === 'id') return UNDECIDED
  const matches = valueMatcher(condition, context.compileRegex)
  return planOwnField(name, (value) => value !== null && matches(value), context)
}

function planExists(field: string, context: PlanContext): Plan {
  const resolved = resolveField(field)
  if (resolved.kind === 'key') return ofTemplatesWithSlots(context)
  if (resolved.kind === 'attribute') {
    const has = (shape: ShapeDescriptor): boolean => {
      const varying = shape.attributes.indexOf(resolved.name)
      if (varying >= 0) return shape.types[varying] !== 'z'
      return (
        Object.hasOwn(shape.constants, resolved.name) && shape.constants[resolved.name] !== null
      )
    }
    return inList('shape', idsWhere(context.dictionaries.shapes, has), context.dictionaries.shapes)
  }
  const { name } = resolved.field
  if (name === 'key') return ofTemplatesWithSlots(context)
  if (name in STREAM_FIELDS || name in SHAPE_FIELDS) {
    return planOwnField(name, (value) => value !== null, context)
  }
  return TRUE
}

/** A field whose value is fixed by the stream, the shape, the template, or one of 25 severities. */
function planOwnField(name: string, test: ValueTest, context: PlanContext): Plan {
  const { streams, shapes, templates } = context.dictionaries
  const ofStream = STREAM_FIELDS[name]
  if (ofStream !== undefined) {
    return inList(
      'stream',
      idsWhere(streams, (stream) => test(stream[ofStream])),
      streams,
    )
  }
  const ofShape = SHAPE_FIELDS[name]
  if (ofShape !== undefined)
    return inList(
      'shape',
      idsWhere(shapes, (shape) => test(ofShape(shape))),
      shapes,
    )
  if (name === 'template')
    return ofTemplates(
      idsWhere(templates, (template) => test(template.id)),
      context,
    )
  if (name === 'severity') {
    const severities = Array.from({ length: 25 }, (_, severity) => severity).filter(test)
    return inList('severity', severities, { size: 25 })
  }
  return UNDECIDED
}

function planAttribute(name: string, condition: ValueCondition, context: PlanContext): Plan {
  const matches = valueMatcher(condition, context.compileRegex)
  const always: number[] = []
  const maybe: number[] = []
  const escaped: number[] = []
  context.dictionaries.shapes.forEach((shape, id) => {
    const constant = Object.hasOwn(shape.constants, name) ? shape.constants[name] : undefined
    if (shape.attributes.includes(name)) (shape.values === 'json' ? escaped : maybe).push(id)
    else if (constant !== undefined && constant !== null && matches(constant)) always.push(id)
  })
  const { shapes } = context.dictionaries
  return anyOf([
    inList('shape', always, shapes),
    allOf([inList('shape', maybe, shapes), valueLiteral(condition, context), UNDECIDED]),
    allOf([inList('shape', escaped, shapes), UNDECIDED]),
  ])
}

/** What the `vals` column must contain for a condition on one of its values. */
function valueLiteral(condition: ValueCondition, context: PlanContext): Plan {
  if (context.accented || condition.kind !== 'equals') return UNDECIDED
  const folded = fold(condition.value)
  // A number equals by value, so `5` also finds `5.0`: its text need not stand there.
  if (numberOf(condition.value) !== undefined || folded === '' || !/^[\x20-\x7e]+$/.test(folded)) {
    return UNDECIDED
  }
  return atMost(`contains(${foldedColumn('vals', folded)}, ${sqlText(folded)})`)
}

/** More values than this are not looked for one by one. */
const MAX_KEYS = 64

/** Identifiers stand in slots. Most are written in one way, so their tokens must be in the body. */
function planKey(condition: ValueCondition, context: PlanContext): Plan {
  const inSlot = ofTemplatesWithSlots(context)
  if (condition.kind === 'in' && condition.values.length <= MAX_KEYS) {
    const { field } = condition
    return anyOf(
      condition.values.map((value) => planKey({ kind: 'equals', field, value }, context)),
    )
  }
  if (condition.kind !== 'equals') return inSlot
  const value = fold(condition.value)
  if (PAIRS.test(value)) return context.accented ? inSlot : allOf([inSlot, atMost(pairsSql(value))])
  const tokens = tokensOf(value)
  // IPv6 addresses are written in several ways.
  if (value.includes(':') || tokens.length === 0) return inSlot
  const phrase = planPhrase(
    tokens.map((text) => ({ text, wildcard: false })),
    context,
  )
  return allOf([phrase, UNDECIDED])
}

/** A MAC address or WWN in canonical form. */
const PAIRS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5,15}$/

/** The ways of writing hex pairs that model/keys.ts reads: `a0:b1:…`, `a0-b1-…`, `a0b1.…`. */
function pairsSql(value: string): string {
  const has = (text: string): string => `contains(lower(variables), ${sqlText(text)})`
  // Of the groups between full stops, one without a digit may stand in static text.
  const groups = value.replaceAll(':', '').match(/.{4}/g)!.filter(hasDigit)
  const dotted = conjunction(groups.map(has))
  return disjunction([has(value), has(value.replaceAll(':', '-')), dotted])
}

function ofTemplatesWithSlots(context: PlanContext): Plan {
  const ids = idsWhere(
    context.dictionaries.templates,
    (template: TemplateText) => template.slots > 0,
  )
  return allOf([ofTemplates(ids, context), UNDECIDED])
}

function planTime(column: 'time' | 'received', condition: ValueCondition): Plan {
  if (condition.kind === 'in') {
    return anyOf(condition.values.map((value) => timeEquals(column, value)))
  }
  if (condition.kind === 'equals') return timeEquals(column, condition.value)
  if (condition.kind !== 'compare') return UNDECIDED
  const limit = parseRfc3339(condition.value)
  if (limit === undefined) return FALSE
  const { us, ns } = limit
  const strict = condition.operator[0] as '<' | '>'
  const nanos = column === 'time' ? 'time_ns' : '0'
  return exactly(
    `${column} ${strict} ${us} OR (${column} = ${us} AND ${nanos} ${condition.operator} ${ns})`,
  )
}

function timeEquals(column: 'time' | 'received', value: string): Plan {
  const instant = parseRfc3339(value)
  if (instant === undefined) return FALSE
  const nanos = column === 'time' ? 'time_ns' : '0'
  return exactly(`${column} = ${instant.us} AND ${nanos} = ${instant.ns}`)
}
