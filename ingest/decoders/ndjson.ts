import type { Buffer } from 'node:buffer'
import { AppError, quote } from '../../model/errors.ts'
import type { Envelope, ProtocolName, Reply } from '../port.ts'
import type { Decoded, Decoder, Item, Outcome } from './decoder.ts'
import { inflate } from './inflate.ts'
import { JsonFields } from './json-fields.ts'
import { LIMITS, RequestSize } from './limits.ts'
import { LineProblem, parseLine } from './parse-line.ts'
import { oversized, rejectedItem } from './rejected-item.ts'
import { sliceText, textReading, withoutBom, type TextReading } from './text.ts'

/** One line of a body, as its reader needs it. */
export interface NdjsonLine {
  readonly raw: Uint8Array
  readonly text: string
  readonly lossy: boolean
  readonly envelope: Envelope
}

/** What a line means; undefined when `fields.problem` says why it means nothing. */
export type LineReader = (fields: JsonFields, line: NdjsonLine) => Item | undefined

interface NdjsonContext {
  /** Line number (from 1) of each item. */
  readonly lines: readonly number[]
}

/**
 * A decoder of our own import formats (product.md 5): one JSON object a line. Answers
 *
 *     {"accepted": 2, "duplicates": 1, "rejected": 1,
 *      "results": [{"line": 2, "status": "duplicate"}, {"line": 4, "status": "rejected", "error": "…"}]}
 *
 * `results` lists, in order, the lines that were not simply accepted. HTTP 200 when at least one line
 * was taken (or known already), else 400 with `error` of the first line beside the counts.
 */
export function ndjsonDecoder(name: ProtocolName, read: LineReader): Decoder {
  return {
    name,
    decode: (envelope) => decodeLines(envelope, read),
    reply: (decoded, outcomes) => ndjsonReply(decoded.context as NdjsonContext, outcomes),
    failure: ndjsonFailure,
  }
}

function decodeLines(envelope: Envelope, read: LineReader): Decoded {
  const body = withoutBom(inflate(envelope.body, envelope.meta['content-encoding']))
  const reading = textReading(body)
  const size = new RequestSize('lines')
  const items: Item[] = []
  const lines: number[] = []
  let number = 0
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf(10, start)
    const end = newline < 0 ? body.length : newline
    number++
    if (!isBlank(body, start, end)) {
      size.addItem()
      items.push(readLine(body, start, end, reading, envelope, read))
      lines.push(number)
    }
    start = end + 1
  }
  if (items.length === 0) {
    throw new AppError('invalid_request', 'the body holds no line; send one JSON object a line')
  }
  return { items, context: { lines } satisfies NdjsonContext }
}

/** True for an empty line; RFC 8259 §2 white space counts as nothing. */
function isBlank(body: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = body[i]
    if (byte !== 32 && byte !== 13 && byte !== 9) return false
  }
  return true
}

function readLine(
  body: Buffer,
  start: number,
  lineEnd: number,
  reading: TextReading,
  envelope: Envelope,
  read: LineReader,
): Item {
  const end = body[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd
  const raw = body.subarray(start, end)
  if (raw.length > LIMITS.recordBytes) return oversized('the line', raw)
  const { text, lossy } = sliceText(body, start, end, reading)
  const object = parseObject(text)
  if (typeof object === 'string') return rejectedItem(object, raw)
  const fields = new JsonFields(object)
  const item = read(fields, { raw, text, lossy, envelope })
  if (item !== undefined && fields.problem === undefined) return item
  const reason = `${fields.problem ?? 'the line means nothing'}, in ${quote(text)}`
  const { limit } = fields
  return { ...rejectedItem(reason, raw), ...(limit === undefined ? {} : { limit }) }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | string {
  const parsed = parseLine(text)
  if (parsed instanceof LineProblem) return `cannot read ${quote(text)} as JSON: ${parsed.message}`
  return parsed
}

interface LineResult {
  readonly line: number
  readonly status: 'duplicate' | 'rejected'
  readonly error?: string
}

function ndjsonReply(context: NdjsonContext, outcomes: readonly Outcome[]): Reply {
  const results: LineResult[] = []
  let rejected = 0
  outcomes.forEach((outcome, i) => {
    const line = context.lines[i]!
    if (outcome.kind === 'duplicate') results.push({ line, status: 'duplicate' })
    if (outcome.kind !== 'rejected') return
    rejected++
    results.push({ line, status: 'rejected', error: outcome.reason })
  })
  const accepted = outcomes.length - results.length
  const counts = { accepted, duplicates: results.length - rejected, rejected }
  if (rejected < outcomes.length) return jsonReply(200, { ...counts, results })
  const first = results[0]!
  const error = { code: 'invalid_request', message: `line ${first.line}: ${first.error}` }
  return jsonReply(400, { error, ...counts, results })
}

function jsonReply(status: number, body: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}

const CODES: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  413: 'too_large',
  415: 'unsupported_media_type',
  429: 'overloaded',
  503: 'storage_unavailable',
}

/** An error of the whole request in the shape of our API (product.md 5). */
export function ndjsonFailure(status: number, message: string): Reply {
  return jsonReply(status, { error: { code: CODES[status] ?? 'internal', message } })
}
