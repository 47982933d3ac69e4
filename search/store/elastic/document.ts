import { parseRecordId } from '../../../model/batch-record.ts'
import { keysOfRecord } from '../../../model/keys.ts'
import type { LogRecord, RecordId } from '../../../model/record.ts'
import { fold, tokensOf } from '../../../model/tokens.ts'
import {
  attributeTerms,
  CHOICE_FIELDS,
  indexedTokens,
  isIndexable,
  isOddBody,
  isPlainName,
  TEXT_FIELDS,
  textOfField,
  typedKey,
} from './value-index.ts'

/**
 * A record as a document. `record` is its exact form, the only thing in `_source`; everything else is
 * index and columns. The exact form is JSON inside a string: what Elasticsearch does to JSON on the way (numbers,
 * lone surrogates, order) does not reach it.
 */
export interface LogDocument {
  readonly record: string
  readonly day: number
  readonly node: string
  readonly sequence: number
  readonly time: number
  readonly ns: number
  readonly received: number
  readonly severity: number
  readonly uncertaintyUs: number
  readonly tokens: string
  readonly attribute: readonly string[]
  readonly key: readonly string[]
  readonly typedKey: readonly string[]
  readonly odd?: true
  readonly folded: Readonly<Record<string, string>>
  readonly [column: string]: unknown
}

/** `2026-11-20` as the number 20261120, the form in which it is sorted. */
export const dayNumber = (day: string): number => Number(day.replaceAll('-', ''))

export function documentOf(record: LogRecord): LogDocument {
  const place = parseRecordId(record.id)!
  const tokens = tokensOf(record.body)
  let odd = isOddBody(record.body, tokens)
  const folded: Record<string, string> = {}
  const columns: Record<string, string> = {}
  for (const name of TEXT_FIELDS) {
    const text = textOfField(record, name)
    if (text === null) continue
    if (isIndexable(text) && isIndexable(fold(text))) {
      columns[name] = text
      folded[name] = fold(text)
    } else odd = true
  }
  for (const name of CHOICE_FIELDS) if (record[name] !== null) columns[name] = record[name]
  const attribute: string[] = []
  for (const [name, value] of Object.entries(record.attributes)) {
    if (value === null) continue
    const terms = attributeTerms(name, value)
    if (isPlainName(name) && terms.every(isIndexable)) attribute.push(...terms)
    else odd = true
  }
  const keys = record.keys.filter(({ value }) => isIndexable(fold(value)))
  if (keys.length < record.keys.length) odd = true
  return {
    record: exactForm(record),
    day: dayNumber(place.day),
    node: place.node,
    sequence: place.sequence,
    time: record.time,
    ns: record.timeNs,
    received: record.received,
    severity: record.severity,
    uncertaintyUs: record.uncertaintyUs,
    ...columns,
    folded,
    tokens: indexedTokens(tokens),
    attribute,
    key: keys.map(({ value }) => fold(value)),
    typedKey: keys.map(({ kind, value }) => typedKey(kind, fold(value))),
    ...(odd ? { odd } : {}),
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const NO_BYTES = new Uint8Array(0)

/** Everything of a record but its id, which stands beside it, and its keys, which are made of body and attributes. */
interface ExactForm extends Omit<LogRecord, 'id' | 'keys' | 'raw' | 'body'> {
  /** Left out where it is a piece of `rawText`. */
  readonly body?: string
  /** That piece, from a place to behind its last. */
  readonly bodyIn?: readonly [number, number]
  /** The bytes where they are text; neither this nor the next where they are the body's. */
  readonly rawText?: string
  readonly rawBase64?: string
}

function exactForm(record: LogRecord): string {
  const { kind, time, timeNs, received, uncertaintyUs, timeFrom, source, format, layer } = record
  const { entity, host, app, severity, severityText, eventName, template, attributes } = record
  const form: ExactForm = {
    ...{ kind, time, timeNs, received, uncertaintyUs, timeFrom, source, format, layer },
    ...{ entity, host, app, severity, severityText, eventName, template, attributes },
    ...textsOf(record),
  }
  return JSON.stringify(form)
}

function textsOf({
  raw,
  body,
}: LogRecord): Pick<ExactForm, 'body' | 'bodyIn' | 'rawText' | 'rawBase64'> {
  let rawText: string
  try {
    rawText = decoder.decode(raw)
  } catch {
    return { body, rawBase64: Buffer.from(raw).toString('base64') }
  }
  if (rawText === body) return { body }
  const at = rawText.indexOf(body)
  return at < 0 ? { body, rawText } : { bodyIn: [at, at + body.length], rawText }
}

/** The record of an exact form; without `withRaw` its bytes are left empty. */
export function recordOfForm(id: RecordId, form: string, withRaw: boolean): LogRecord {
  const { rawText, rawBase64, bodyIn, body: own, ...rest } = JSON.parse(form) as ExactForm
  const body = own ?? rawText!.slice(...bodyIn!)
  const raw = !withRaw
    ? NO_BYTES
    : rawBase64 === undefined
      ? encoder.encode(rawText ?? body)
      : Uint8Array.from(Buffer.from(rawBase64, 'base64'))
  return { id, ...rest, body, keys: keysOfRecord(body, rest.attributes), raw }
}
