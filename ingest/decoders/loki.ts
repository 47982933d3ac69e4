import { Buffer } from 'node:buffer'
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
import { isJsonObject } from './json-fields.ts'
import { LIMITS } from './limits.ts'
import { parseLabels } from './loki-labels.ts'
import { parseJson } from './parse-json.ts'
import { ProtobufReader } from './protobuf.ts'

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
  readonly outer: Omit<ParsedLine, 'body'>
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

class LokiBatch {
  readonly items: Item[] = []
  readonly #peer: string
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

  #readStream(reader: ProtobufReader): void {
    let labels = '{}'
    const entries: ProtobufReader[] = []
    while (reader.next()) {
      if (reader.field === 1) labels = reader.string()
      else if (reader.field === 2) entries.push(reader.message())
      else reader.skip()
    }
    const parsed = parseLabels(labels)
    const stream = parsed && this.#streamOf(parsed)
    for (const entry of entries) {
      if (stream === undefined) this.#reject(`cannot read labels ${quote(labels)}`, entry.rest())
      else this.#readEntry(entry, stream)
    }
  }

  #readEntry(entry: ProtobufReader, stream: Stream): void {
    let time: Instant | undefined
    let line = Buffer.alloc(0)
    let text = ''
    const metadata: [string, string][] = []
    while (entry.next()) {
      if (entry.field === 1) time = readTimestamp(entry.message())
      else if (entry.field === 2) {
        const message = entry.message()
        line = message.rest() as Buffer<ArrayBuffer>
        text = message.text()
      } else if (entry.field === 3) metadata.push(readPair(entry.message()))
      else entry.skip()
    }
    this.#add(stream, time, line, text, metadata)
  }

  readJson(body: Buffer): void {
    const request = parseJson(body.toString('utf8'))
    const streams = isJsonObject(request) ? request['streams'] : undefined
    if (!Array.isArray(streams)) {
      throw new AppError('invalid_request', 'the body has no list "streams"')
    }
    for (const stream of streams) this.#readJsonStream(stream)
  }

  #readJsonStream(value: unknown): void {
    const source = isJsonObject(value) ? value : {}
    const labels = jsonLabels(source)
    const entries = source['values'] ?? source['entries']
    if (labels === undefined || !Array.isArray(entries)) {
      const text = quote(JSON.stringify(Object.keys(source)))
      this.#reject(`a stream needs "stream" and "values", found ${text}`, Buffer.alloc(0))
      return
    }
    const stream = this.#streamOf(labels)
    for (const entry of entries) this.#readJsonEntry(entry, stream)
  }

  #readJsonEntry(entry: unknown, stream: Stream): void {
    const [when, line, metadata] = Array.isArray(entry)
      ? (entry as unknown[])
      : isJsonObject(entry)
        ? [entry['ts'] ?? entry['timestamp'], entry['line'] ?? entry['entry']]
        : []
    if (typeof line !== 'string') {
      this.#reject('an entry needs a time and a line', Buffer.alloc(0))
      return
    }
    const pairs = isJsonObject(metadata)
      ? Object.entries(metadata).filter(
          (pair): pair is [string, string] => typeof pair[1] === 'string',
        )
      : []
    this.#add(stream, jsonTime(when), Buffer.from(line), line, pairs)
  }

  #streamOf(labels: ReadonlyMap<string, string>): Stream {
    const first = (...names: string[]) => names.map((name) => labels.get(name)).find(Boolean)
    const host = first('host', 'hostname', 'node_name', 'instance')
    const app = first('app', 'service_name', 'job')
    const level = first('level', 'detected_level', 'severity')
    return {
      key: JSON.stringify([...labels].sort()),
      channel: `${this.#peer}/${host ?? ''}/${first('filename') ?? app ?? ''}`,
      outer: {
        ...(host === undefined ? {} : { host }),
        ...(app === undefined ? {} : { app }),
        ...levelOf(level),
      },
      attributes: Object.fromEntries(labels),
    }
  }

  #add(
    stream: Stream,
    time: Instant | undefined,
    raw: Buffer,
    text: string,
    metadata: readonly (readonly [string, string])[],
  ): void {
    if (raw.length > LIMITS.recordBytes || metadata.length > LIMITS.attributes) {
      this.#reject(`an entry of ${raw.length} bytes is larger than we take`, raw.subarray(0, 1024))
      return
    }
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
    this.#push({ kind: 'log', raw, text, parsed, format, channel: stream.channel, retry })
  }

  /** As in Loki, stream, time and line make an entry; equal ones of one request are counted apart. */
  #retryOf(stream: Stream, time: Instant | undefined, text: string): string {
    const key = `${stream.key}\n${time?.us}.${time?.ns}\n${text}`
    const occurrence = (this.#occurrences.get(key) ?? 0) + 1
    this.#occurrences.set(key, occurrence)
    return `${occurrence}\n${key}`
  }

  #reject(reason: string, raw: Uint8Array): void {
    this.#push({ kind: 'rejected', reason, raw, ...(raw.length > 0 ? { keep: true } : {}) })
  }

  #push(item: Item): void {
    if (this.items.length >= LIMITS.itemsPerRequest) {
      const message = `the request holds more than ${LIMITS.itemsPerRequest} entries`
      throw new AppError('too_large', `${message}; send smaller batches`)
    }
    this.items.push(item)
  }
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

function jsonLabels(stream: Readonly<Record<string, unknown>>): Map<string, string> | undefined {
  const labels = stream['stream'] ?? stream['labels']
  if (typeof labels === 'string') return parseLabels(labels)
  if (!isJsonObject(labels)) return undefined
  const pairs = Object.entries(labels).filter((pair) => typeof pair[1] === 'string')
  return new Map(pairs.slice(0, LIMITS.attributes) as [string, string][])
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
