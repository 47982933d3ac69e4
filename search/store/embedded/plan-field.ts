import {
  BODY_REFERENCE,
  type ShapeDescriptor,
  type StreamDescriptor,
} from '../../../model/batch.ts'
import { resolveField, type FieldValue } from '../../../model/fields.ts'
import { keysOfAttribute, mayHoldKeys, WHOLE_KINDS } from '../../../model/keys.ts'
import { numberOf, valueMatcher, type ValueCondition } from '../../../model/match.ts'
import type { Key, KeyKind } from '../../../model/record.ts'
import { hasDigit } from '../../../model/token-hash.ts'
import { parseRfc3339 } from '../../../model/time.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
import {
  allOf,
  anyOf,
  atMost,
  conjunction,
  disjunction,
  exactly,
  FALSE,
  foldedColumn,
  idsWhere,
  inList,
  ofTemplates,
  ofTemplatesWithSlots,
  sieve,
  TRUE,
  UNDECIDED,
  type Plan,
  type PlanContext,
} from './condition.ts'
import { sqlText } from './engine.ts'
import { digitRuns, requiredLiteral } from './literal.ts'
import { planBody, planPhrase } from './plan-text.ts'

const STREAM_FIELDS: Readonly<Record<string, keyof StreamDescriptor>> = {
  source: 'source',
  host: 'host',
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

export function planCondition(condition: ValueCondition, context: PlanContext): Plan {
  const resolved = resolveField(condition.field)
  if (resolved.kind === 'attribute') return planAttribute(resolved.name, condition, context)
  if (resolved.kind === 'key') return planKey(condition, resolved.keyKind, context)
  const { name } = resolved.field
  if (name === 'body') return planBody(condition, context)
  if (name === 'key') return planKey(condition, undefined, context)
  if (name === 'time' || name === 'received') return planTime(name, condition)
  if (name === 'id') return UNDECIDED
  const matches = valueMatcher(condition, context.compileRegex)
  return planOwnField(name, (value) => value !== null && matches(value), context)
}

export function planExists(field: string, context: PlanContext): Plan {
  const resolved = resolveField(field)
  if (resolved.kind === 'key') return planAnyKey(context)
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
  if (name === 'key') return planAnyKey(context)
  if (name in STREAM_FIELDS || name in SHAPE_FIELDS || name === 'entity') {
    return planOwnField(name, (value) => value !== null, context)
  }
  return TRUE
}

/** A field whose value is fixed by the stream, the shape, the template, or one of 25 severities. */
function planOwnField(name: string, test: ValueTest, context: PlanContext): Plan {
  const { entities, streams, shapes, templates } = context.dictionaries
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
  if (name === 'entity') {
    const named = idsWhere(entities, test).map((id) => id + 1)
    return inList('entity', test(null) ? [0, ...named] : named, { size: entities.size + 1 })
  }
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
  if (condition.kind === 'in' && condition.values.length <= MAX_KEYS) {
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

/** Records that may hold an identifier at all. */
function planAnyKey(context: PlanContext): Plan {
  const { shapes } = context.dictionaries
  const holds = (shape: ShapeDescriptor): boolean => {
    return shape.attributes.some((name) => mayHoldKeys(name)) || constantKeys(shape).length > 0
  }
  const inAttribute = allOf([inList('shape', idsWhere(shapes, holds), shapes), UNDECIDED])
  return anyOf([ofTemplatesWithSlots(context), inAttribute])
}

/** More values than this are not looked for one by one. */
const MAX_KEYS = 64

/** Identifiers stand in the body and in attributes whose names promise some; `kind` undefined is any. */
function planKey(condition: ValueCondition, kind: KeyKind | undefined, context: PlanContext): Plan {
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
  return anyOf([
    inList('shape', always, shapes),
    allOf([inList('shape', maybe, shapes), keyLiteral(condition, kind, context), UNDECIDED]),
    allOf([inList('shape', escaped, shapes), UNDECIDED]),
  ])
}

/** A part of the body stands in `vals` as a reference. */
const ofBody = (inBody: string): string =>
  conjunction([`contains(vals, ${sqlText(BODY_REFERENCE)})`, inBody])

/**
 * Looks for any of several identifiers in one pass over a column's text before each is looked for by itself.
 * Those that may be written without a telling text, or in too many ways, are looked for at once.
 */
function anyKeyOf(
  values: readonly string[],
  context: PlanContext,
  planOf: (value: string) => Plan,
  inOnePass: (matches: (column: 'variables' | 'vals') => string) => string,
): Plan {
  const telling = new Map(values.map((value) => [value, marksOf(fold(value))]))
  const isTelling = (value: string): boolean =>
    !context.accented && telling.get(value) !== undefined
  const together = values.filter(isTelling)
  const alone = values.filter((value) => !isTelling(value)).map(planOf)
  if (together.length < 2) return anyOf([...together.map(planOf), ...alone])
  const pattern = together.flatMap((value) => telling.get(value)!.map(escapedForRe2)).join('|')
  const isThere = inOnePass((column) => `regexp_matches(lower(${column}), ${sqlText(pattern)})`)
  return anyOf([sieve(atMost(isThere), anyOf(together.map(planOf))), ...alone])
}

/** A shorter text stands in so many rows that looking for it spares nothing. */
const TELLING_LENGTH = 4

/** Texts with a digit of which one stands wherever the identifier does. */
function marksOf(value: string): readonly string[] | undefined {
  if (PAIRS.test(value)) {
    const group = value.replaceAll(':', '').match(/.{4}/g)!.find(hasDigit)
    return group === undefined ? undefined : [value, value.replaceAll(':', '-'), group]
  }
  if (value.includes(':')) return undefined
  const longest = tokensOf(value)
    .filter(hasDigit)
    .reduce((long, token) => (token.length > long.length ? token : long), '')
  return longest.length < TELLING_LENGTH ? undefined : [longest]
}

const escapedForRe2 = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '\\$&')

/** What the `vals` column must contain for a condition on an identifier in it. */
function keyLiteral(
  condition: ValueCondition,
  kind: KeyKind | undefined,
  context: PlanContext,
): Plan {
  if (condition.kind === 'in' && condition.values.length <= MAX_KEYS) {
    const { field } = condition
    return anyKeyOf(
      condition.values,
      context,
      (value) => keyLiteral({ kind: 'equals', field, value }, kind, context),
      (matches) => disjunction([matches('vals'), ofBody(matches('variables'))]),
    )
  }
  if (context.accented) return UNDECIDED
  if (condition.kind === 'equals') {
    const value = fold(condition.value)
    if (PAIRS.test(value))
      return atMost(disjunction([pairsSql('vals', value), ofBody(pairsSql('variables', value))]))
    // A chain is a whole number, which is written in one way.
    if (kind === 'chain' && /^[1-9]\d{0,14}$/.test(value)) {
      return atMost(`contains(vals, ${sqlText(value)})`)
    }
    // IPv6 addresses are written in several ways.
    return value.includes(':') ? UNDECIDED : valueLiteral(condition, context)
  }
  const literal = condition.kind === 'wildcard' ? requiredLiteral(condition) : undefined
  if (literal === undefined || literal.text.includes(':')) return UNDECIDED
  const digits = digitRuns(literal).map((run) => `contains(lower(variables), ${sqlText(run)})`)
  return atMost(
    disjunction([
      `contains(lower(vals), ${sqlText(literal.text)})`,
      ofBody(digits.length === 0 ? 'TRUE' : conjunction(digits)),
    ]),
  )
}

/** Identifiers stand in slots. Most are written in one way, so their tokens must be in the body. */
function planBodyKey(condition: ValueCondition, context: PlanContext): Plan {
  const inSlot = ofTemplatesWithSlots(context)
  if (condition.kind === 'in' && condition.values.length <= MAX_KEYS) {
    const { field } = condition
    return anyKeyOf(
      condition.values,
      context,
      (value) => planBodyKey({ kind: 'equals', field, value }, context),
      (matches) => matches('variables'),
    )
  }
  if (condition.kind !== 'equals') return inSlot
  const value = fold(condition.value)
  if (PAIRS.test(value))
    return context.accented ? inSlot : allOf([inSlot, atMost(pairsSql('variables', value))])
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
function pairsSql(column: 'variables' | 'vals', value: string): string {
  const has = (text: string): string => `contains(lower(${column}), ${sqlText(text)})`
  // Of the groups between full stops, one without a digit may stand in static text.
  const groups = value.replaceAll(':', '').match(/.{4}/g)!.filter(hasDigit)
  const dotted = conjunction(groups.map(has))
  return disjunction([has(value), has(value.replaceAll(':', '-')), dotted])
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
