import type { ShapeDescriptor, StreamDescriptor, TemplateDescriptor } from '../../../model/batch.ts'
import { bodyOf, varyingAttributesOf, type LogRow } from '../../../model/batch-record.ts'
import { keysOf, keysOfAttribute } from '../../../model/keys.ts'
import type { AttributeValue, Key } from '../../../model/record.ts'
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

/** A part of a document that many have. */
interface Part {
  /** Its fields as JSON without the braces. */
  readonly fields: string
  /** Terms of attributes and keys that are constant. */
  readonly terms: Terms
  /** A text of it cannot be a term, see value-index.ts. */
  readonly isOdd: boolean
}

/** Terms of the two fields that a record has any number of. */
interface Terms {
  readonly attribute: readonly string[]
  readonly key: readonly string[]
}

const NO_TERMS: Terms = { attribute: [], key: [] }

/**
 * The document of a row, as JSON. Columns and {@link packRow} give the record back; everything else is there to be looked
 * for. It is put together as text, of which what many rows share is made once.
 */
export function documentOf(row: LogRow): string {
  const { day, node, sequence, time, timeNs, received, severity, entity } = row
  const stream = partOf(row.stream, partOfStream)
  const shape = partOf(row.shape, partOfShape)
  const template = partOf(row.template, partOfTemplate)
  const body = bodyOf(row.template, row.variables)
  const tokens = tokensOf(body)
  const own = new TermList(shape.terms)
  for (const [name, value] of varyingAttributesOf(row)) own.addAttribute(name, value)
  own.addKeys(keysOf(body))
  let isOdd = stream.isOdd || shape.isOdd || own.isOdd || isOddBody(body, tokens)
  let more = own.fields
  if (entity !== null) {
    const part = partOfTexts({ entity })
    more += `,"speaker":${JSON.stringify(entity)}${part.fields}`
    isOdd ||= part.isOdd
  }
  if (isOdd) more += ',"odd":true'
  return (
    `{${stream.fields},${shape.fields},${template.fields},` +
    `"day":${dayNumber(day)},"node":${JSON.stringify(node)},"sequence":${sequence},` +
    `"time":${time},"ns":${timeNs},"received":${received},"severity":${severity},` +
    `"row":"${packRow(row)}","tokens":${JSON.stringify(indexedTokens(tokens))}${more}}`
  )
}

/** The terms of a record's attributes and keys. */
class TermList implements Terms {
  readonly attribute: string[]
  readonly key: string[]
  /** One of them cannot be a term. */
  isOdd = false

  constructor({ attribute, key }: Terms) {
    this.attribute = [...attribute]
    this.key = [...key]
  }

  addAttribute(name: string, value: AttributeValue): void {
    if (value === null) return
    const term = attributeTerm(name, value)
    if (isPlainName(name) && isIndexable(term)) this.attribute.push(term)
    else this.isOdd = true
    this.addKeys(keysOfAttribute(name, value))
  }

  addKeys(keys: readonly Key[]): void {
    for (const { kind, value } of keys) {
      const term = keyTerm(kind, fold(value))
      if (isIndexable(term)) this.key.push(term)
      else this.isOdd = true
    }
  }

  /** As JSON with a comma before each. */
  get fields(): string {
    return (
      (this.attribute.length === 0 ? '' : `,"attribute":${JSON.stringify(this.attribute)}`) +
      (this.key.length === 0 ? '' : `,"key":${JSON.stringify(this.key)}`)
    )
  }
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
  const { fields, isOdd } = partOfTexts({ source, format, host })
  const choices = { stream: storedDescriptor('stream', stream).id, kind, ...(layer && { layer }) }
  return { fields: inner(choices) + fields, terms: NO_TERMS, isOdd }
}

function partOfShape(shape: ShapeDescriptor): Part {
  const { app, severityText, eventName, timeFrom, uncertaintyUs, constants } = shape
  const { fields, isOdd } = partOfTexts({ app, severityText, eventName })
  const choices = { shape: storedDescriptor('shape', shape).id, timeFrom, uncertaintyUs }
  const terms = new TermList(NO_TERMS)
  for (const name in constants) terms.addAttribute(name, constants[name]!)
  return { fields: inner(choices) + fields, terms, isOdd: isOdd || terms.isOdd }
}

function partOfTemplate(template: TemplateDescriptor): Part {
  const pattern = storedDescriptor('template', template).id
  return { fields: inner({ pattern, template: template.id }), terms: NO_TERMS, isOdd: false }
}

const inner = (fields: object): string => JSON.stringify(fields).slice(1, -1)

/** Folded texts as fields, with a comma before each; those that cannot be a term make the record odd. */
function partOfTexts(
  texts: Readonly<Record<string, string | null>>,
): Pick<Part, 'fields' | 'isOdd'> {
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
