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

/** The bytes: left out where they are the body, as text where they are text, else base64. */
interface RawForm {
  readonly rawText?: string
  readonly rawBase64?: string
}

function rawForm({ raw, body }: LogRecord): RawForm {
  let text: string
  try {
    text = decoder.decode(raw)
  } catch {
    return { rawBase64: Buffer.from(raw).toString('base64') }
  }
  return text === body ? {} : { rawText: text }
}

type ExactForm = Omit<LogRecord, 'id' | 'keys' | 'raw'> & RawForm

function exactForm(record: LogRecord): string {
  const rest: Partial<LogRecord> = { ...record }
  // The id stands beside it, keys are made of body and attributes.
  for (const name of ['id', 'keys', 'raw'] as const) delete rest[name]
  return JSON.stringify({ ...rest, ...rawForm(record) })
}

/** The record of an exact form; without `withRaw` its bytes are left empty. */
export function recordOfForm(id: RecordId, form: string, withRaw: boolean): LogRecord {
  const { rawText, rawBase64, ...rest } = JSON.parse(form) as ExactForm
  const raw = !withRaw
    ? NO_BYTES
    : rawBase64 === undefined
      ? encoder.encode(rawText ?? rest.body)
      : Uint8Array.from(Buffer.from(rawBase64, 'base64'))
  return { id, ...rest, keys: keysOfRecord(rest.body, rest.attributes), raw }
}
