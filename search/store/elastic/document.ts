import type { ShapeDescriptor, StreamDescriptor, TemplateDescriptor } from '../../../model/batch.ts'
import { attributesOf, bodyOf, type LogRow } from '../../../model/batch-record.ts'
import { keysOfRecord } from '../../../model/keys.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
import { storedDescriptor } from './descriptors.ts'
import { packRow } from './packed-row.ts'
import {
  attributeTerm,
  indexedTokens,
  isIndexable,
  isOddBody,
  isPlainName,
  keyTerm,
} from './value-index.ts'

/** `2026-11-20` as the number 20261120, the form in which it is sorted. */
export const dayNumber = (day: string): number => Number(day.replaceAll('-', ''))

/** A part of a document that many have: its fields as JSON without the braces. */
interface Part {
  readonly fields: string
  /** A text of it cannot be a term, see value-index.ts. */
  readonly isOdd: boolean
}

/**
 * The document of a row, as JSON. Columns and {@link packRow} give the record back; everything else is there to be looked
 * for. It is put together as text, of which what many rows share is made once.
 */
export function documentOf(row: LogRow): string {
  const { day, node, sequence, time, timeNs, received, severity, entity } = row
  const stream = partOf(row.stream, partOfStream)
  const shape = partOf(row.shape, partOfShape)
  const body = bodyOf(row.template, row.variables)
  const attributes = attributesOf(row)
  const tokens = tokensOf(body)
  let isOdd = stream.isOdd || shape.isOdd || isOddBody(body, tokens)
  const attribute: string[] = []
  for (const name in attributes) {
    const value = attributes[name]!
    if (value === null) continue
    const term = attributeTerm(name, value)
    if (isPlainName(name) && isIndexable(term)) attribute.push(term)
    else isOdd = true
  }
  const key: string[] = []
  for (const { kind, value } of keysOfRecord(body, attributes)) {
    const term = keyTerm(kind, fold(value))
    if (isIndexable(term)) key.push(term)
    else isOdd = true
  }
  let more = ''
  if (entity !== null) {
    const part = termsOf({ entity })
    more += `,"speaker":${JSON.stringify(entity)}${part.fields}`
    isOdd ||= part.isOdd
  }
  if (attribute.length > 0) more += `,"attribute":${JSON.stringify(attribute)}`
  if (key.length > 0) more += `,"key":${JSON.stringify(key)}`
  if (isOdd) more += ',"odd":true'
  return (
    `{${stream.fields},${shape.fields},${partOf(row.template, partOfTemplate).fields},` +
    `"day":${dayNumber(day)},"node":${JSON.stringify(node)},"sequence":${sequence},` +
    `"time":${time},"ns":${timeNs},"received":${received},"severity":${severity},` +
    `"row":"${packRow(row)}","tokens":${JSON.stringify(indexedTokens(tokens))}${more}}`
  )
}

const parts = new WeakMap<object, Part>()

function partOf<Descriptor extends object>(
  descriptor: Descriptor,
  make: (descriptor: Descriptor) => Part,
): Part {
  let part = parts.get(descriptor)
  if (part === undefined) {
    part = make(descriptor)
    parts.set(descriptor, part)
  }
  return part
}

function partOfStream(stream: StreamDescriptor): Part {
  const { source, format, host, kind, layer } = stream
  const { fields, isOdd } = termsOf({ source, format, host })
  const choices = { stream: storedDescriptor('stream', stream).id, kind, ...(layer && { layer }) }
  return { fields: inner(choices) + fields, isOdd }
}

function partOfShape(shape: ShapeDescriptor): Part {
  const { app, severityText, eventName, timeFrom, uncertaintyUs } = shape
  const { fields, isOdd } = termsOf({ app, severityText, eventName })
  const choices = { shape: storedDescriptor('shape', shape).id, timeFrom, uncertaintyUs }
  return { fields: inner(choices) + fields, isOdd }
}

function partOfTemplate(template: TemplateDescriptor): Part {
  const pattern = storedDescriptor('template', template).id
  return { fields: inner({ pattern, template: template.id }), isOdd: false }
}

const inner = (fields: object): string => JSON.stringify(fields).slice(1, -1)

/** Folded texts as further fields; those that cannot be a term make the record odd. */
function termsOf(texts: Readonly<Record<string, string | null>>): Part {
  let fields = ''
  let isOdd = false
  for (const [name, text] of Object.entries(texts)) {
    if (text === null) continue
    const folded = fold(text)
    if (isIndexable(text) && isIndexable(folded)) fields += `,"${name}":${JSON.stringify(folded)}`
    else isOdd = true
  }
  return { fields, isOdd }
}
