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
import { elementsAt } from './json-elements.ts'
import { isDeeperThan, isJsonObject, type JsonObject } from './json-fields.ts'
import { LIMITS, RequestSize, weightOf } from './limits.ts'
import { encodingOf, otlpFailure, outcomesReply, type OtlpEncoding } from './otlp-reply.ts'
import {
  NO_RESOURCE,
  readResource,
  resourceFromJson,
  resourceOrWhyNot,
  type OtlpResource,
  type ResourceReading,
} from './otlp-resource.ts'
import {
  anyValueFromJson,
  AttributeReading,
  attributesFromJson,
  listOf,
  nanosFromJson,
  objectOf,
  readAnyValue,
  textOf,
  type Attributes,
  type PlainValue,
} from './otlp-values.ts'
import { parseJson } from './parse-json.ts'
import { ProtobufReader } from './protobuf.ts'
import { oversized, rejectedItem } from './rejected-item.ts'
import { sliceText } from './text.ts'

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
  if (encoding === 'json') batch.readJson(body)
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
  readonly #size = new RequestSize('records')

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

  /** Read twice, since the resource may stand behind its records: to gather these takes memory. */
  #readResourceLogs(reader: ProtobufReader): void {
    this.#size.addItem()
    let resource: ResourceReading = NO_RESOURCE
    const scopes = reader.copy()
    while (reader.next()) {
      if (reader.field === 1) resource = resourceOrWhyNot(() => readResource(reader.message()))
      else reader.skip()
    }
    while (scopes.next()) {
      if (scopes.field === 2) this.#readScopeLogs(scopes.message(), resource)
      else scopes.skip()
    }
  }

  #readScopeLogs(reader: ProtobufReader, resource: ResourceReading): void {
    this.#size.addItem()
    let scope = ''
    const records = reader.copy()
    while (reader.next()) {
      if (reader.field === 1) scope = readScopeName(reader.message())
      else reader.skip()
    }
    while (records.next()) {
      if (records.field === 2) this.#readRecord(records.message(), resource, scope)
      else records.skip()
    }
  }

  #readRecord(reader: ProtobufReader, resource: ResourceReading, scope: string): void {
    const raw = reader.rest()
    this.#alone(raw, () => {
      const log = readLogRecord(reader)
      this.#add(log, raw, bodyText(log), true, resource, scope)
    })
  }

  /** A record that cannot be read costs itself. */
  #alone(raw: Buffer, read: () => void): void {
    if (raw.length > LIMITS.recordBytes) return this.#push(oversized('the record', raw))
    try {
      read()
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'too_large') throw error
      this.#push(rejectedItem(error, raw))
    }
  }

  readJson(body: Buffer): void {
    const records: JsonRecord[] = []
    const request = parseJson(body)
    for (const resourceLogs of listOf(request, 'resourceLogs')) {
      this.#size.addItem()
      const resource = resourceOrWhyNot(() => resourceFromJson(objectOf(resourceLogs)['resource']))
      for (const scopeLogs of listOf(resourceLogs, 'scopeLogs')) {
        this.#size.addItem()
        const scope = textOf(objectOf(objectOf(scopeLogs)['scope'])['name'])
        for (const record of listOf(scopeLogs, 'logRecords')) {
          if (isJsonObject(record)) records.push({ record, resource, scope })
          else this.#push(rejectedItem('a log record is no object', bytesOf(record)))
        }
      }
    }
    this.#addJson(records, elementsAt(body, ['resourceLogs', 'scopeLogs', 'logRecords']))
  }

  #addJson(records: readonly JsonRecord[], raws: readonly Buffer[]): void {
    // A member written twice or with escapes makes them differ: then the bytes are written anew.
    const areRaws = raws.length === records.length
    records.forEach(({ record, resource, scope }, i) => {
      const raw = areRaws ? raws[i]! : bytesOf(record)
      const { text, lossy } = sliceText(raw, 0, raw.length, 'mixed')
      this.#alone(raw, () => this.#add(logFromJson(record), raw, text, lossy, resource, scope))
    })
  }

  #add(
    log: OtlpLog,
    raw: Buffer,
    text: string,
    lossy: boolean,
    resource: ResourceReading,
    scope: string,
  ): void {
    if (resource instanceof AppError) throw resource
    const outer = parsedOf(log, resource, scope)
    this.#size.addValues(weightOf(outer.attributes!))
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
    this.#size.addItem()
    this.items.push(item)
  }
}

/** A record of a JSON request, before its bytes are found. */
interface JsonRecord {
  readonly record: JsonObject
  readonly resource: ResourceReading
  readonly scope: string
}

function bytesOf(record: unknown): Buffer {
  return isDeeperThan(record, 1000) ? Buffer.alloc(0) : Buffer.from(JSON.stringify(record))
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
  const reading = new AttributeReading()
  log.attributes = reading.attributes
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
        reading.read(reader.message())
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
