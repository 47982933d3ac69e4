import {
  BODY_REFERENCE,
  type LogBatch,
  type ShapeDescriptor,
  type StreamDescriptor,
  type TemplateDescriptor,
} from './batch.ts'
import { FrameReader, splitValues } from './frame-shape.ts'
import { keysOfRecord } from './keys.ts'
import type { AttributeValue, LogRecord, RecordId } from './record.ts'
import { fillSegments, splitVariables, staticSegments, templateText } from './template.ts'
import { textAt } from './text-column.ts'
import type { Micros } from './time.ts'

/** One row of a {@link LogBatch}, or of the columns a store keeps of it, with its dictionary entries. */
export interface LogRow {
  readonly day: string
  readonly node: string
  readonly sequence: number
  readonly time: number
  readonly timeNs: number
  readonly received: number
  readonly severity: number
  readonly entity: string | null
  readonly stream: StreamDescriptor
  readonly shape: ShapeDescriptor
  readonly template: TemplateDescriptor
  readonly variables: string
  readonly values: string
  /** The frame as received, when `shape.frame` is null. */
  readonly verbatim?: Uint8Array
}

/** The id of a record; `day` as `YYYY-MM-DD`. */
export function recordId(day: string, node: string, sequence: number): RecordId {
  return `${day.slice(0, 4)}${day.slice(5, 7)}${day.slice(8, 10)}-${node}-${sequence.toString(36)}`
}

/** The parts of a record id; undefined when it is not one. */
export function parseRecordId(
  id: RecordId,
): { readonly day: string; readonly node: string; readonly sequence: number } | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)-(.+)-([0-9a-z]{1,11})$/.exec(id)
  if (match === null) return undefined
  const sequence = parseInt(match[5]!, 36)
  if (!Number.isSafeInteger(sequence)) return undefined
  return { day: `${match[1]}-${match[2]}-${match[3]}`, node: match[4]!, sequence }
}

/** Row `index` of a batch. */
export function rowOf(batch: LogBatch, index: number): LogRow {
  const verbatim = batch.verbatim.get(index)
  return {
    day: batch.day,
    node: batch.node,
    sequence: batch.firstSequence + index,
    time: batch.time[index]!,
    timeNs: batch.timeNs[index]!,
    received: batch.received[index]!,
    severity: batch.severity[index]!,
    entity: batch.entity[index] === 0 ? null : batch.entities[batch.entity[index]! - 1]!,
    stream: batch.streams[batch.stream[index]!]!,
    shape: batch.shapes[batch.shape[index]!]!,
    template: batch.templates[batch.template[index]!]!,
    variables: textAt(batch.variables, index),
    values: textAt(batch.values, index),
    ...(verbatim === undefined ? {} : { verbatim }),
  }
}

interface TemplateParts {
  readonly segments: readonly string[]
  readonly text: string
}

// Descriptors are few and long-lived: what is derived from them is worked out once.
const templateParts = new WeakMap<TemplateDescriptor, TemplateParts>()
const frameReaders = new WeakMap<ShapeDescriptor, FrameReader>()

function partsOf(template: TemplateDescriptor): TemplateParts {
  let parts = templateParts.get(template)
  if (parts === undefined) {
    parts = { segments: staticSegments(template.pattern), text: templateText(template.pattern) }
    templateParts.set(template, parts)
  }
  return parts
}

function readerOf(shape: ShapeDescriptor, frame: string): FrameReader {
  let reader = frameReaders.get(shape)
  if (reader === undefined) {
    reader = new FrameReader(frame, shape.attributes.length)
    frameReaders.set(shape, reader)
  }
  return reader
}

/** The message of a row. */
export function bodyOf(template: TemplateDescriptor, variables: string): string {
  return fillSegments(partsOf(template).segments, variables)
}

/** A value of a shape's attributes from its text; `type` is its letter of `ShapeDescriptor.types`. */
export function typedValue(type: string, text: string): AttributeValue {
  switch (type) {
    case 'n':
      return Number(text)
    case 'b':
      return text === 'true'
    case 'z':
      return null
    default:
      return text
  }
}

/** What message and attributes of a row are read of. */
export type RowText = Pick<LogRow, 'shape' | 'template' | 'variables' | 'values'>

/** A value of a row as it was before {@link BODY_REFERENCE} took its place; `slots` are those of the body. */
function wholeValue(text: string, segments: readonly string[], slots: readonly string[]): string {
  if (!text.startsWith(BODY_REFERENCE)) return text
  const first = text.charCodeAt(1) - FIRST_SLOT
  const last = text.length > 2 ? text.charCodeAt(2) - FIRST_SLOT : first
  let part = slots[first]!
  for (let slot = first + 1; slot <= last; slot++) part += segments[slot]! + slots[slot]!
  return part
}

const FIRST_SLOT = '0'.charCodeAt(0)

function valuesOf({ shape, values, template, variables }: RowText): string[] {
  const texts = splitValues(values, shape.values)
  if (shape.values === 'json' || !values.includes(BODY_REFERENCE)) return texts
  const { segments } = partsOf(template)
  const slots = splitVariables(segments.length - 1, variables)
  return texts.map((text) => wholeValue(text, segments, slots))
}

/** The attributes of a row, constant and varying, with their types. */
export function attributesOf(row: RowText): Readonly<Record<string, AttributeValue>> {
  const { shape } = row
  if (shape.attributes.length === 0) return shape.constants
  return Object.fromEntries([...Object.entries(shape.constants), ...varyingAttributesOf(row)])
}

/** Those that are not constants of its shape, with their names. */
export function varyingAttributesOf(row: RowText): [name: string, value: AttributeValue][] {
  const { attributes, types } = row.shape
  if (attributes.length === 0) return []
  const texts = valuesOf(row)
  return attributes.map((name, i) => [name, typedValue(types.charAt(i), texts[i]!)])
}

const encoder = new TextEncoder()
const NO_BYTES = new Uint8Array(0)

/** The bytes as received. Throws for a row whose shape has no frame and that lacks its bytes: data loss. */
export function rawOf(row: LogRow, body = bodyOf(row.template, row.variables)): Uint8Array {
  if (row.verbatim !== undefined) return row.verbatim
  if (row.shape.frame === null) {
    throw new Error(`BUG: record ${recordId(row.day, row.node, row.sequence)} has no bytes`)
  }
  const text = readerOf(row.shape, row.shape.frame).rebuild({
    body,
    host: row.stream.host,
    time: row.time as Micros,
    timeNs: row.timeNs,
    values: valuesOf(row),
  })
  return encoder.encode(text)
}

/** The record of a row; without `withRaw` its bytes are left empty, which is cheaper for long lists. */
export function recordOf(row: LogRow, withRaw = true): LogRecord {
  const { stream, shape, template } = row
  const body = bodyOf(template, row.variables)
  const attributes = attributesOf(row)
  return {
    id: recordId(row.day, row.node, row.sequence),
    kind: stream.kind,
    time: row.time as Micros,
    timeNs: row.timeNs,
    received: row.received as Micros,
    uncertaintyUs: shape.uncertaintyUs,
    timeFrom: shape.timeFrom,
    source: stream.source,
    format: stream.format,
    layer: stream.layer,
    entity: row.entity,
    host: stream.host,
    app: shape.app,
    severity: row.severity,
    severityText: shape.severityText,
    body,
    eventName: shape.eventName,
    template: { id: template.id, text: partsOf(template).text },
    keys: keysOfRecord(body, attributes),
    attributes,
    raw: withRaw ? rawOf(row, body) : NO_BYTES,
  }
}
