import { AppError, quote } from '../../model/errors.ts'
import type { Envelope } from '../port.ts'
import { FormatDetector } from '../detect.ts'
import { formatByName } from '../formats/index.ts'
import { journaldExport, journalEntryEnd, readJournalEntry } from '../formats/journald-export.ts'
import { leadingBlank, LineJoiner, type JoinedLine } from '../join-lines.ts'
import type { Decoded, Decoder, Item } from './decoder.ts'
import { inflate } from './inflate.ts'
import { LIMITS, RequestSize } from './limits.ts'
import { ndjsonFailure } from './ndjson.ts'
import { sliceText, textReading } from './text.ts'

/**
 * Whole lines of a text file, as `import` and the file tail send them. Uses of `meta`: `file` (names the
 * content of the file, whatever its path), `path`, `offset` (of the body in the file, decimal), `source`;
 * `format`, `zone`, `year` and `reference` are read by the pipeline. Lines that continue a record (stack
 * traces, dumps) are joined to it; blank lines are nothing; a line longer than {@link LIMITS.recordBytes}
 * is cut into records of that length. With the format `journald-export` the body is entries, not lines.
 * One request is joined by itself: where its lines end, so do its records.
 */
export const linesDecoder: Decoder = {
  name: 'lines',
  decode,
  reply: (_decoded, outcomes) => {
    const counts = { accepted: 0, unparsed: 0, duplicates: 0, rejected: 0 }
    for (const outcome of outcomes) {
      if (outcome.kind === 'stored') {
        counts.accepted++
        if (outcome.unparsed === true) counts.unparsed++
      } else if (outcome.kind === 'duplicate') counts.duplicates++
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
  const isExport = meta['format'] === journaldExport.name
  const items: Item[] = []
  const size = new RequestSize('lines')
  const add = (from: number, to: number, next: number): void => {
    const { text, lossy } = sliceText(body, from, to, reading)
    const raw = body.subarray(from, to)
    // Bytes that are no UTF-8 change the lengths of binary fields: such an entry is read from its bytes.
    const parsed = lossy && isExport ? readJournalEntry(raw, text) : undefined
    items.push({
      kind: 'log',
      raw,
      text,
      ...(lossy ? { lossy } : {}),
      ...(parsed === undefined ? {} : { parsed, format: journaldExport.name }),
      ...(source === undefined ? {} : { source }),
      channel: path,
      // The line end belongs to the line, so that the ranges taken of a file touch.
      span: { file, from: base + from, to: base + next, end: base + to },
    })
  }
  if (isExport) {
    forEachEntry(body, (from, to, next) => {
      size.addItem()
      add(from, to, next)
    })
    return { items }
  }
  const joiner = new LineJoiner<Line>(continuesOf(path, meta['format']))
  const take = (joined: JoinedLine<Line> | undefined): void => {
    if (joined === undefined) return
    const { parts } = joined
    // Blank lines at the end are no part of a record's text, but done with.
    const to = parts.findLast((line) => line.end > line.start)?.end
    if (to !== undefined) add(parts[0]!.start, to, parts.at(-1)!.next)
  }
  forEachLine(body, (line) => {
    size.addItem()
    take(joiner.offer(sliceText(body, line.start, line.end, reading).text, line, envelope.received))
  })
  take(joiner.flush())
  return { items }
}

/** Each entry of a journal export without its line ends; an overlong or unfinished one in pieces. */
function forEachEntry(
  body: Uint8Array,
  visit: (from: number, to: number, next: number) => void,
): void {
  for (let start = 0; start < body.length;) {
    const next = journalEntryEnd(body, start) ?? body.length
    let end = next
    while (end > start && body[end - 1] === 10) end--
    for (; end - start > LIMITS.recordBytes; start += LIMITS.recordBytes) {
      visit(start, start + LIMITS.recordBytes, start + LIMITS.recordBytes)
    }
    if (end > start) visit(start, end, next)
    start = next
  }
}

/** Where a line lies in a body; `next` is behind its line end. */
interface Line {
  readonly start: number
  readonly end: number
  readonly next: number
}

/** Each line without its line end (`\n` or `\r\n`), the overlong ones in pieces. */
function forEachLine(body: Uint8Array, visit: (line: Line) => void): void {
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf(10, start)
    const next = newline < 0 ? body.length : newline + 1
    const lineEnd = newline < 0 ? body.length : newline
    const end = body[lineEnd - 1] === 13 && lineEnd > start ? lineEnd - 1 : lineEnd
    for (; end - start > LIMITS.recordBytes; start += LIMITS.recordBytes) {
      const to = start + LIMITS.recordBytes
      visit({ start, end: to, next: to })
    }
    visit({ start, end, next })
    start = next
  }
}

/** Whether a line goes on with the record above it, by the format given or found. */
function continuesOf(path: string, name: string | undefined): (line: string) => boolean {
  const format = name === undefined ? undefined : formatByName(name)
  if (format === undefined) {
    const detector = new FormatDetector()
    return (line) => detector.continues(path, line)
  }
  return (line) =>
    leadingBlank(line) || format.continues?.(line) === true || format.parse(line) === undefined
}

function readOffset(text: string): number {
  const offset = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(offset)) return offset
  throw new AppError('invalid_request', `"offset" is ${quote(text)}: give a count of bytes`)
}
