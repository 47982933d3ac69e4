import { AppError, quote } from '../../model/errors.ts'
import type { Envelope } from '../port.ts'
import type { Decoded, Decoder, Item } from './decoder.ts'
import { inflate } from './inflate.ts'
import { LIMITS } from './limits.ts'
import { ndjsonFailure } from './ndjson.ts'
import { sliceText, textReading } from './text.ts'

/**
 * Whole lines of a text file, as `import` and the file tail send them. Uses of `meta`: `file` (names the
 * content of the file, whatever its path), `path`, `offset` (of the body in the file, decimal), `source`;
 * `format`, `zone`, `year` and `reference` are read by the pipeline. Blank lines are nothing; a line
 * longer than {@link LIMITS.recordBytes} is cut into records of that length.
 */
export const linesDecoder: Decoder = {
  name: 'lines',
  decode,
  reply: (_decoded, outcomes) => {
    const counts = { accepted: 0, duplicates: 0, rejected: 0 }
    for (const outcome of outcomes) {
      if (outcome.kind === 'stored') counts.accepted++
      else if (outcome.kind === 'duplicate') counts.duplicates++
      else counts.rejected++
    }
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return { status: 200, headers, body: JSON.stringify(counts) }
  },
  failure: ndjsonFailure,
}

function decode(envelope: Envelope): Decoded {
  const { meta } = envelope
  const body = inflate(envelope.body, meta['content-encoding'])
  const path = meta['path'] ?? envelope.peer
  const file = meta['file'] ?? path
  const source = meta['source']
  const base = readOffset(meta['offset'] ?? '0')
  const reading = textReading(body)
  const items: Item[] = []
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf(10, start)
    const next = newline < 0 ? body.length : newline + 1
    const lineEnd = newline < 0 ? body.length : newline
    const end = body[lineEnd - 1] === 13 && lineEnd > start ? lineEnd - 1 : lineEnd
    for (let from = start; from < end; from += LIMITS.recordBytes) {
      const to = Math.min(end, from + LIMITS.recordBytes)
      const { text, lossy } = sliceText(body, from, to, reading)
      items.push({
        kind: 'log',
        raw: body.subarray(from, to),
        text,
        ...(lossy ? { lossy } : {}),
        ...(source === undefined ? {} : { source }),
        channel: path,
        // The line end belongs to the line, so that the ranges taken of a file touch.
        span: { file, from: base + from, to: base + (to === end ? next : to) },
      })
    }
    start = next
  }
  return { items }
}

function readOffset(text: string): number {
  const offset = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(offset)) return offset
  throw new AppError('invalid_request', `"offset" is ${quote(text)}: give a count of bytes`)
}
