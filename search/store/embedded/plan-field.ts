import type { ShapeDescriptor, StreamDescriptor } from '../../../model/batch.ts'
import { resolveField, type FieldValue } from '../../../model/fields.ts'
import { valueMatcher, type ValueCondition } from '../../../model/match.ts'
import { parseRfc3339 } from '../../../model/time.ts'
import {
  allOf,
  anyOf,
  exactly,
  FALSE,
  idsWhere,
  inList,
  ofTemplates,
  TRUE,
  UNDECIDED,
  type Plan,
  type PlanContext,
} from './condition.ts'
import { planAnyKey, planKey } from './plan-key.ts'
import { planBody } from './plan-text.ts'
import { valueLiteral } from './value-literal.ts'

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
  if (resolved.kind === 'key') return planAnyKey(resolved.keyKind, context)
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
  if (name === 'key') return planAnyKey(undefined, context)
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
