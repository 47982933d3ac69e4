import { Buffer } from 'node:buffer'
import { AppError } from '../../model/errors.ts'
import type { Severity } from '../../model/severity.ts'
import type { Instant } from '../../model/time.ts'
import type { ParsedLine } from '../formats/format.ts'
import type { Envelope } from '../port.ts'
import type { Decoded, Decoder, Item } from './decoder.ts'
import { enclose } from './enclose.ts'
import { inflate } from './inflate.ts'
import { instantStamp } from './instant-stamp.ts'
import { elementsUnder } from './json-elements.ts'
import { isJsonObject, type JsonObject } from './json-fields.ts'
import { LIMITS } from './limits.ts'
import { encodingOf, otlpFailure, outcomesReply, type OtlpEncoding } from './otlp-reply.ts'
import { NO_RESOURCE, readResource, resourceFromJson, type OtlpResource } from './otlp-resource.ts'
import {
  anyValueFromJson,
  attributesFromJson,
  listOf,
  nanosFromJson,
  objectOf,
  readAnyValue,
  readAttribute,
  textOf,
  type Attributes,
  type PlainValue,
} from './otlp-values.ts'
import { parseJson } from './parse-json.ts'
import { ProtobufReader } from './protobuf.ts'

/**
 * OTLP/HTTP logs in protobuf and JSON (opentelemetry-proto 1.9, `logs.proto`, OTLP specification "JSON
 * Protobuf Encoding"). Uses of `meta`: `content-type`, `content-encoding`.
 *
 * The raw bytes of a record are its `LogRecord` message, or its JSON object, as received; the text is
 * the body, or the JSON object. Attributes of the resource, the scope's name (`otel.scope.name`) and the
 * record's are one set, the record's winning. Time 0 means the observed time. The body of a record that
 * was read from a file (`log.file.name` or `.path`) is a line, and is read by the format it is of. A
 * record that cannot be read is rejected alone; a broken message around records ends the request.
 */
export const otlpLogsDecoder: Decoder = {
  name: 'otlp-logs',
  decode,
  reply: (decoded, outcomes) =>
    outcomesReply(decoded.context as OtlpEncoding, 'rejectedLogRecords', outcomes),
  failure: otlpFailure,
}

function decode(envelope: Envelope): Decoded {
  const body = inflate(envelope.body, envelope.meta['content-encoding'])
  const encoding = encodingOf(envelope.meta)
  const batch = new OtlpLogBatch(envelope.peer)
  if (encoding === 'json') batch.readJson(body.toString('utf8'))
  else batch.readProtobuf(body)
  return { items: batch.items, context: encoding }
}

/** A record as either encoding gives it. */
interface OtlpLog {
  time: Instant | undefined
  observed: Instant | undefined
  severity: Severity
  severityText: string
  body: PlainValue
  attributes: Attributes
  traceId: string
  spanId: string
  eventName: string
}

class OtlpLogBatch {
  readonly items: Item[] = []
  readonly #peer: string

  constructor(peer: string) {
    this.#peer = peer
  }

  readProtobuf(body: Buffer): void {
    const request = new ProtobufReader(body)
    while (request.next()) {
      if (request.field === 1) this.#readResourceLogs(request.message())
      else request.skip()
    }
  }

  #readResourceLogs(reader: ProtobufReader): void {
    let resource = NO_RESOURCE
    const scopes: ProtobufReader[] = []
    while (reader.next()) {
      if (reader.field === 1) resource = readResource(reader.message())
      else if (reader.field === 2) scopes.push(reader.message())
      else reader.skip()
    }
    for (const scope of scopes) this.#readScopeLogs(scope, resource)
  }

  #readScopeLogs(reader: ProtobufReader, resource: OtlpResource): void {
    let scope = ''
    const records: ProtobufReader[] = []
    while (reader.next()) {
      if (reader.field === 1) scope = readScopeName(reader.message())
      else if (reader.field === 2) records.push(reader.message())
      else reader.skip()
    }
    for (const record of records) this.#readRecord(record, resource, scope)
  }

  #readRecord(reader: ProtobufReader, resource: OtlpResource, scope: string): void {
    const raw = reader.rest()
    try {
      const log = readLogRecord(reader)
      this.#add(log, raw, bodyText(log), true, resource, scope)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.#push({ kind: 'rejected', reason: error.message, raw, keep: true })
    }
  }

  readJson(text: string): void {
    const request = parseJson(text)
    const raws = elementsUnder(text, 'logRecords')
    let position = 0
    for (const resourceLogs of listOf(request, 'resourceLogs')) {
      const resource = resourceFromJson(objectOf(resourceLogs)['resource'])
      for (const scopeLogs of listOf(resourceLogs, 'scopeLogs')) {
        const scope = textOf(objectOf(objectOf(scopeLogs)['scope'])['name'])
        for (const record of listOf(scopeLogs, 'logRecords')) {
          const raw = raws[position++] ?? ''
          if (isJsonObject(record)) this.#addJson(record, raw, resource, scope)
          else
            this.#push({
              kind: 'rejected',
              reason: 'a log record is no object',
              raw: Buffer.from(raw),
            })
        }
      }
    }
  }

  #addJson(record: JsonObject, text: string, resource: OtlpResource, scope: string): void {
    this.#add(logFromJson(record), Buffer.from(text), text, false, resource, scope)
  }

  #add(
    log: OtlpLog,
    raw: Buffer,
    text: string,
    lossy: boolean,
    resource: OtlpResource,
    scope: string,
  ): void {
    if (raw.length > LIMITS.recordBytes) {
      const reason = `the record has ${raw.length} bytes, more than ${LIMITS.recordBytes}`
      this.#push({ kind: 'rejected', reason, raw: raw.subarray(0, 1024) })
      return
    }
    const outer = parsedOf(log, resource, scope)
    if (Object.keys(outer.attributes!).length > LIMITS.attributes) {
      const reason = `the record has more than ${LIMITS.attributes} attributes`
      this.#push({ kind: 'rejected', reason, raw, keep: true })
      return
    }
    const channel = `${this.#peer}/${resource.source ?? ''}/${scope}`
    const isLine = 'log.file.name' in log.attributes || 'log.file.path' in log.attributes
    const read = isLine ? enclose(channel, outer, 'otlp') : { parsed: outer, format: 'otlp' }
    this.#push({
      kind: 'log',
      raw,
      text,
      ...(lossy ? { lossy } : {}),
      parsed: withObservedTime(read.parsed, log.observed),
      format: read.format,
      ...(resource.source === undefined ? {} : { source: resource.source }),
      channel,
      retry: 'content',
    })
  }

  #push(item: Item): void {
    if (this.items.length >= LIMITS.itemsPerRequest) {
      const message = `the request holds more than ${LIMITS.itemsPerRequest} records`
      throw new AppError('too_large', `${message}; send smaller batches`)
    }
    this.items.push(item)
  }
}

/** opentelemetry.proto.common.v1.InstrumentationScope. */
function readScopeName(reader: ProtobufReader): string {
  let name = ''
  while (reader.next()) {
    if (reader.field === 1) name = reader.string()
    else reader.skip()
  }
  return name
}

const newLog = (): OtlpLog => ({
  time: undefined,
  observed: undefined,
  severity: 0,
  severityText: '',
  body: null,
  attributes: {},
  traceId: '',
  spanId: '',
  eventName: '',
})

/** opentelemetry.proto.logs.v1.LogRecord. */
function readLogRecord(reader: ProtobufReader): OtlpLog {
  const log = newLog()
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        log.time = reader.fixedNanos()
        break
      case 2:
        log.severity = severityOf(reader.uint32())
        break
      case 3:
        log.severityText = reader.string()
        break
      case 5:
        log.body = readAnyValue(reader.message())
        break
      case 6:
        readAttribute(reader.message(), log.attributes)
        break
      case 9:
        log.traceId = reader.bytes().toString('hex')
        break
      case 10:
        log.spanId = reader.bytes().toString('hex')
        break
      case 11:
        log.observed = reader.fixedNanos()
        break
      case 12:
        log.eventName = reader.string()
        break
      default:
        reader.skip()
    }
  }
  return log
}

function logFromJson(record: JsonObject): OtlpLog {
  return {
    time: nanosFromJson(record['timeUnixNano']),
    observed: nanosFromJson(record['observedTimeUnixNano']),
    severity: severityOf(record['severityNumber']),
    severityText: textOf(record['severityText']),
    body: anyValueFromJson(record['body']),
    attributes: attributesFromJson(listOf(record, 'attributes')),
    traceId: textOf(record['traceId']),
    spanId: textOf(record['spanId']),
    eventName: textOf(record['eventName']),
  }
}

function severityOf(value: unknown): Severity {
  const isKnown = typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 24
  return isKnown ? value : 0
}

/** The body as people read it: text as it is, structures as JSON, an event without body by its name. */
function bodyText(log: OtlpLog): string {
  if (typeof log.body === 'string') return log.body === '' ? log.eventName : log.body
  return log.body === null ? log.eventName : JSON.stringify(log.body)
}

function parsedOf(log: OtlpLog, resource: OtlpResource, scope: string): ParsedLine {
  const { host, service, entity } = resource
  const attributes: Attributes = { ...resource.attributes }
  if (scope !== '') attributes['otel.scope.name'] = scope
  Object.assign(attributes, log.attributes)
  if (log.traceId !== '') attributes['trace_id'] = log.traceId
  if (log.spanId !== '') attributes['span_id'] = log.spanId
  return {
    body: bodyText(log),
    ...(log.time === undefined ? {} : { stamp: instantStamp(log.time) }),
    ...(host === undefined ? {} : { host }),
    ...(service === undefined ? {} : { app: service }),
    ...(entity === undefined ? {} : { entity }),
    ...(log.severity === 0 ? {} : { severity: log.severity }),
    ...(log.severityText === '' ? {} : { severityText: log.severityText }),
    ...(log.eventName === '' ? {} : { eventName: log.eventName }),
    attributes,
  }
}

function withObservedTime(parsed: ParsedLine, observed: Instant | undefined): ParsedLine {
  if (parsed.stamp !== undefined || observed === undefined) return parsed
  return { ...parsed, stamp: instantStamp(observed) }
}
