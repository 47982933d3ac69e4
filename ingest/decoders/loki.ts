import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { AppError, quote } from '../../model/errors.ts'
import type { AttributeValue } from '../../model/record.ts'
import { severityFromWord } from '../../model/severity.ts'
import {
  instantFromNanos,
  MAX_TIME,
  MICROS_PER_SECOND,
  micros,
  MIN_TIME,
  parseRfc3339,
  type Instant,
} from '../../model/time.ts'
import type { ParsedLine } from '../formats/format.ts'
import type { Envelope } from '../port.ts'
import type { Decoded, Decoder, Item } from './decoder.ts'
import { enclose } from './enclose.ts'
import { inflate, uncompressSnappy } from './inflate.ts'
import { instantStamp } from './instant-stamp.ts'
import { isDeeperThan, isJsonObject, type JsonObject } from './json-fields.ts'
import { LimitError, LIMITS, RequestSize, weightOf } from './limits.ts'
import { checkLabels, parseLabels } from './loki-labels.ts'
import { parseJsonBytes, stringBytes, stringText } from './parse-json.ts'
import { ProtobufReader } from './protobuf.ts'
import { oversized, rejectedItem } from './rejected-item.ts'
import { sliceText } from './text.ts'

/**
 * Loki push (Loki HTTP API "Ingest logs", `push.proto`): protobuf in a snappy block (sent without a
 * `Content-Encoding`), JSON, and the legacy `/api/prom/push` JSON, told apart by content type and
 * members. Uses of `meta`: `content-type`, `content-encoding`.
 *
 * A line is a record: labels and structured metadata become its attributes, `level` and
 * `detected_level` its severity, `host`, `hostname`, `node_name` or `instance` its host, `app`,
 * `service_name` or `job` its program; the line itself is read by the format it is of. A bad entry is
 * rejected with its neighbours kept; success is 204 without a body, however many were rejected, since
 * clients would send the whole batch again.
 */
export const lokiDecoder: Decoder = {
  name: 'loki',
  decode,
  reply: (decoded, outcomes) => {
    const reason = outcomes.find((outcome) => outcome.kind === 'rejected')?.reason
    const allRejected = outcomes.every((outcome) => outcome.kind === 'rejected')
    if (reason !== undefined && allRejected && decoded.items.length > 0) return failure(400, reason)
    return { status: 204, headers: {}, body: '' }
  },
  failure,
}

function failure(status: number, message: string) {
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return { status, headers, body: `${message}\n` }
}

function decode(envelope: Envelope): Decoded {
  const { meta } = envelope
  const batch = new LokiBatch(envelope.peer)
  if ((meta['content-type'] ?? '').includes('json')) {
    batch.readJson(inflate(envelope.body, meta['content-encoding']))
  } else {
    const encoding = meta['content-encoding']
    const isSnappy = encoding === undefined || encoding === 'snappy'
    const body = isSnappy ? envelope.body : inflate(envelope.body, encoding)
    batch.readProtobuf(uncompressSnappy(body))
  }
  return { items: batch.items }
}

/** What one stream's labels say about each of its lines. */
interface Stream {
  /** Its labels as text, sorted. */
  readonly key: string
  readonly channel: string
  /** What its labels cost each entry. */
  readonly weight: number
  readonly outer: Omit<ParsedLine, 'body'>
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

class LokiBatch {
  readonly items: Item[] = []
  readonly #peer: string
  readonly #size = new RequestSize('entries')
  /** The strings of the JSON request are bytes, see {@link parseJsonBytes}. */
  #holdsBytes = false
  readonly #occurrences = new Map<string, number>()

  constructor(peer: string) {
    this.#peer = peer
  }

  readProtobuf(body: Buffer): void {
    const request = new ProtobufReader(body)
    while (request.next()) {
      if (request.field === 1) this.#readStream(request.message())
      else request.skip()
    }
  }

  /** Read twice, since labels may stand behind entries: to gather these first would take memory. */
  #readStream(reader: ProtobufReader): void {
    this.#size.addItem()
    let labels = '{}'
    const entries = reader.copy()
    while (reader.next()) {
      if (reader.field === 1) labels = reader.string()
      else reader.skip()
    }
    const stream = this.#streamOrWhyNot(() => parseLabels(labels))
    while (entries.next()) {
      if (entries.field !== 2) entries.skip()
      else if (stream instanceof AppError) this.#reject(stream, entries.bytes())
      else this.#readEntryAlone(entries.message(), stream)
    }
  }

  #streamOrWhyNot(read: () => ReadonlyMap<string, string> | undefined): Stream | AppError {
    try {
      const labels = read()
      if (labels !== undefined) return this.#streamOf(labels)
      return new AppError('invalid_request', 'the labels of a stream cannot be read')
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return error
    }
  }

  /** An entry that cannot be read costs itself. */
  #readEntryAlone(entry: ProtobufReader, stream: Stream): void {
    const raw = entry.rest()
    if (raw.length > LIMITS.recordBytes) return this.#push(oversized('the entry', raw))
    try {
      this.#readEntry(entry, stream)
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'too_large') throw error
      this.#reject(error, raw)
    }
  }

  #readEntry(entry: ProtobufReader, stream: Stream): void {
    let time: Instant | undefined
    let line = NO_LINE
    const metadata: [string, string][] = []
    while (entry.next()) {
      if (entry.field === 1) time = readTimestamp(entry.message())
      else if (entry.field === 2) line = entry.bytes()
      else if (entry.field === 3) {
        checkAttributes(metadata.push(readPair(entry.message())))
      } else entry.skip()
    }
    const { text, lossy } = sliceText(line, 0, line.length, 'mixed')
    this.#add(stream, time, line, text, lossy, metadata)
  }

  readJson(body: Buffer): void {
    const { value: request, holdsBytes } = parseJsonBytes(body)
    this.#holdsBytes = holdsBytes
    const streams = isJsonObject(request) ? request['streams'] : undefined
    if (!Array.isArray(streams)) {
      throw new AppError('invalid_request', 'the body has no list "streams"')
    }
    for (const stream of streams) this.#readJsonStream(stream)
  }

  #readJsonStream(value: unknown): void {
    this.#size.addItem()
    const source = isJsonObject(value) ? value : {}
    const entries = source['values'] ?? source['entries']
    const stream = this.#streamOrWhyNot(() => this.#jsonLabels(source))
    if (stream instanceof AppError || !Array.isArray(entries)) {
      const text = quote(JSON.stringify(Object.keys(source).slice(0, 8)))
      const why = `a stream needs "stream" and "values", found ${text}`
      this.#reject(stream instanceof LimitError ? stream : why, bytesOf(value))
      return
    }
    for (const entry of entries) this.#readJsonEntry(entry, stream)
  }

  #readJsonEntry(entry: unknown, stream: Stream): void {
    const [when, line, metadata] = Array.isArray(entry)
      ? (entry as unknown[])
      : isJsonObject(entry)
        ? [entry['ts'] ?? entry['timestamp'], entry['line'] ?? entry['entry']]
        : []
    if (typeof line !== 'string') {
      this.#reject('an entry needs a time and a line', bytesOf(entry))
      return
    }
    const pairs = isJsonObject(metadata) ? this.#textPairs(metadata) : []
    if (pairs.length > LIMITS.attributes) return this.#reject(tooMany(pairs.length), bytesOf(entry))
    const raw = this.#holdsBytes ? stringBytes(line) : Buffer.from(line)
    const { text, lossy } = this.#holdsBytes
      ? sliceText(raw, 0, raw.length, 'mixed')
      : { text: line, lossy: false }
    this.#add(stream, jsonTime(when), raw, text, lossy, pairs)
  }

  /** Labels or metadata: what is no text says nothing. */
  #textPairs(object: JsonObject): [string, string][] {
    const pairs = Object.entries(object).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    )
    if (!this.#holdsBytes) return pairs
    return pairs.map(([name, value]) => [stringText(name), stringText(value)])
  }

  #jsonLabels(stream: JsonObject): ReadonlyMap<string, string> | undefined {
    const labels = stream['stream'] ?? stream['labels']
    if (typeof labels === 'string') {
      return parseLabels(this.#holdsBytes ? stringText(labels) : labels)
    }
    if (!isJsonObject(labels)) return undefined
    const pairs = this.#textPairs(labels)
    checkLabels(pairs.length)
    return new Map(pairs)
  }

  #streamOf(labels: ReadonlyMap<string, string>): Stream {
    const first = (...names: string[]) => names.map((name) => labels.get(name)).find(Boolean)
    const host = first('host', 'hostname', 'node_name', 'instance')
    const app = first('app', 'service_name', 'job')
    const level = first('level', 'detected_level', 'severity')
    const attributes = Object.fromEntries(labels)
    return {
      key: shortened(JSON.stringify([...labels].sort())),
      weight: weightOf(attributes),
      channel: `${this.#peer}/${host ?? ''}/${first('filename') ?? app ?? ''}`,
      outer: {
        ...(host === undefined ? {} : { host }),
        ...(app === undefined ? {} : { app }),
        ...levelOf(level),
      },
      attributes,
    }
  }

  #add(
    stream: Stream,
    time: Instant | undefined,
    raw: Buffer,
    text: string,
    lossy: boolean,
    metadata: readonly (readonly [string, string])[],
  ): void {
    if (raw.length > LIMITS.recordBytes) return this.#push(oversized('the line', raw))
    this.#size.addValues(stream.weight + metadata.length)
    const level = metadata.find(([name]) => name === 'level' || name === 'detected_level')?.[1]
    const outer: ParsedLine = {
      body: text,
      ...stream.outer,
      ...levelOf(level),
      ...(time === undefined ? {} : { stamp: instantStamp(time) }),
      attributes: { ...stream.attributes, ...Object.fromEntries(metadata) },
    }
    const { parsed, format } = enclose(stream.channel, outer, 'loki')
    const retry = this.#retryOf(stream, time, text)
    const { channel } = stream
    this.#push({ kind: 'log', raw, text, ...(lossy ? LOSSY : {}), parsed, format, channel, retry })
  }

  /** As in Loki, stream, time and line make an entry; equal ones of one request are counted apart. */
  #retryOf(stream: Stream, time: Instant | undefined, text: string): string {
    const key = `${stream.key}\n${time?.us}.${time?.ns}\n${text}`
    const occurrence = (this.#occurrences.get(key) ?? 0) + 1
    this.#occurrences.set(key, occurrence)
    return `${occurrence}\n${key}`
  }

  #reject(reason: string | AppError, raw: Uint8Array): void {
    this.#push(rejectedItem(reason, raw))
  }

  #push(item: Item): void {
    this.#size.addItem()
    this.items.push(item)
  }
}

/** Each entry of a stream carries its key. */
const LONGEST_KEY = 256

function shortened(key: string): string {
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64url')
}

const LOSSY = { lossy: true } as const
const NO_LINE = Buffer.alloc(0) as Buffer

/** A part of a JSON body that cannot be read, for the dead letters: as we have understood it. */
function bytesOf(part: unknown): Buffer {
  return isDeeperThan(part, LIMITS.depth) ? NO_LINE : Buffer.from(JSON.stringify(part))
}

function tooMany(attributes: number): LimitError {
  const message = `an entry has ${attributes} attributes, more than ${LIMITS.attributes}`
  return new LimitError('attributes', message)
}

function checkAttributes(count: number): void {
  if (count > LIMITS.attributes) throw tooMany(count)
}

function levelOf(level: string | undefined): Pick<ParsedLine, 'severity' | 'severityText'> {
  const severity = level === undefined ? 0 : severityFromWord(level)
  return level === undefined || severity === 0 ? {} : { severity, severityText: level }
}

/** google.protobuf.Timestamp. */
function readTimestamp(reader: ProtobufReader): Instant | undefined {
  let seconds = 0
  let nanos = 0
  while (reader.next()) {
    if (reader.field === 1) seconds = reader.int64()
    else if (reader.field === 2) nanos = reader.uint32()
    else reader.skip()
  }
  const us = seconds * MICROS_PER_SECOND + Math.floor(nanos / 1000)
  return inRange({ us: micros(us), ns: nanos % 1000 })
}

function readPair(reader: ProtobufReader): [string, string] {
  let name = ''
  let value = ''
  while (reader.next()) {
    if (reader.field === 1) name = reader.string()
    else if (reader.field === 2) value = reader.string()
    else reader.skip()
  }
  return [name, value]
}

/**
 * Nanoseconds as decimal text, exact; as a number, which JSON has rounded to about 256 ns already, so to
 * the microsecond; RFC 3339 in the legacy form.
 */
function jsonTime(value: unknown): Instant | undefined {
  if (typeof value === 'number') return inRange({ us: micros(value / 1000), ns: 0 })
  if (typeof value !== 'string') return undefined
  if (/^\d{1,19}$/.test(value)) return inRange(instantFromNanos(BigInt(value)))
  return inRange(parseRfc3339(value))
}

function inRange(instant: Instant | undefined): Instant | undefined {
  return instant !== undefined && instant.us >= MIN_TIME && instant.us <= MAX_TIME
    ? instant
    : undefined
}
