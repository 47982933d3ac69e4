import type { AttributeValue } from '../../model/record.ts'
import { instantFromNanos, MAX_TIME, micros, type Instant } from '../../model/time.ts'
import { isJsonObject, type JsonObject } from './json-fields.ts'
import { LimitError, LIMITS } from './limits.ts'
import type { ProtobufReader } from './protobuf.ts'

/** An `AnyValue` as plain data: bytes as base64, int64 past 2^53 as decimal text. */
export type PlainValue =
  string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue }

export type Attributes = Record<string, AttributeValue>

/** Stands where a value is nested deeper than {@link LIMITS.depth}; the record's bytes have it all. */
const TOO_DEEP = '(nested too deeply)'

/** opentelemetry.proto.common.v1.AnyValue. */
export function readAnyValue(reader: ProtobufReader, depth = 1): PlainValue {
  let value: PlainValue = null
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        value = reader.string()
        break
      case 2:
        value = reader.uint32() !== 0
        break
      case 3:
        value = reader.exactInt64()
        break
      case 4:
        value = reader.double()
        break
      case 5:
        value = depth > LIMITS.depth ? passOver(reader) : readList(reader.message(), depth)
        break
      case 6:
        value = depth > LIMITS.depth ? passOver(reader) : readMap(reader.message(), depth)
        break
      case 7:
        value = reader.bytes().toString('base64')
        break
      default:
        reader.skip()
    }
  }
  return value
}

function passOver(reader: ProtobufReader): string {
  reader.skip()
  return TOO_DEEP
}

function readList(reader: ProtobufReader, depth: number): PlainValue[] {
  const values: PlainValue[] = []
  while (reader.next()) {
    if (reader.field === 1) values.push(readAnyValue(reader.message(), depth + 1))
    else reader.skip()
  }
  return values
}

function readMap(reader: ProtobufReader, depth: number): { [key: string]: PlainValue } {
  const map: { [key: string]: PlainValue } = {}
  while (reader.next()) {
    if (reader.field === 1) {
      const [key, value] = readPair(reader.message(), depth + 1)
      define(map, key, value)
    } else reader.skip()
  }
  return map
}

/** Assigning to `__proto__` would change the object instead of adding a member. */
function define<Value>(map: Record<string, Value>, key: string, value: Value): void {
  map[key === '__proto__' ? 'proto' : key] = value
}

function readPair(reader: ProtobufReader, depth: number): [string, PlainValue] {
  let key = ''
  let value: PlainValue = null
  while (reader.next()) {
    if (reader.field === 1) key = reader.string()
    else if (reader.field === 2) value = readAnyValue(reader.message(), depth)
    else reader.skip()
  }
  return [key, value]
}

/** Gathers the attributes of one resource, record or point, as many as we take. */
export class AttributeReading {
  readonly attributes: Attributes = {}
  #count = 0

  /** opentelemetry.proto.common.v1.KeyValue. Throws when it is one too many. */
  read(reader: ProtobufReader): void {
    const [key, value] = readPair(reader, 1)
    this.#add(key, value)
  }

  /** The same in JSON. */
  readJson(pair: unknown): void {
    if (isJsonObject(pair)) this.#add(textOf(pair['key']), anyValueFromJson(pair['value']))
  }

  /** Maps are flattened under dotted names, lists kept as JSON text. */
  #add(name: string, value: PlainValue): void {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) this.#add(`${name}.${key}`, inner)
      return
    }
    checkAttributes(++this.#count)
    const leaf = Array.isArray(value) ? JSON.stringify(value) : value
    define(this.attributes, name, leaf)
  }
}

/** Throws when there are more than a record, resource or point may have. */
export function checkAttributes(count: number): void {
  if (count <= LIMITS.attributes) return
  throw new LimitError('attributes', `there are more than ${LIMITS.attributes} attributes`)
}

/** `AnyValue` in the JSON encoding: int64 as number or decimal text. */
export function anyValueFromJson(value: unknown, depth = 1): PlainValue {
  if (!isJsonObject(value)) return null
  if (depth > LIMITS.depth) return TOO_DEEP
  const [kind] = Object.keys(value)
  const inner = kind === undefined ? undefined : value[kind]
  switch (kind) {
    case 'stringValue':
    case 'bytesValue':
      return typeof inner === 'string' ? inner : null
    case 'boolValue':
      return inner === true
    case 'intValue':
      return exactInteger(inner)
    case 'doubleValue':
      return numberFromJson(inner) ?? null
    case 'arrayValue':
      return listOf(inner, 'values').map((item) => anyValueFromJson(item, depth + 1))
    case 'kvlistValue':
      return mapFromJson(listOf(inner, 'values'), depth)
    default:
      return null
  }
}

function mapFromJson(pairs: readonly unknown[], depth: number): { [key: string]: PlainValue } {
  const map: { [key: string]: PlainValue } = {}
  for (const pair of pairs) {
    if (isJsonObject(pair))
      define(map, textOf(pair['key']), anyValueFromJson(pair['value'], depth + 1))
  }
  return map
}

export function attributesFromJson(pairs: readonly unknown[]): Attributes {
  const reading = new AttributeReading()
  for (const pair of pairs) reading.readJson(pair)
  return reading.attributes
}

/** The list under a member of a JSON object; none when it is not there or is no list. */
export function listOf(value: unknown, member: string): readonly unknown[] {
  const list = isJsonObject(value) ? value[member] : undefined
  return Array.isArray(list) ? list : []
}

export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A number, or the text that stands for one (`"12"`, `"NaN"`, `"Infinity"`). */
export function numberFromJson(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value !== '' ? Number(value) : undefined
}

function exactInteger(value: unknown): number | string | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return null
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/**
 * Nanoseconds since the epoch: decimal text is exact; a number has been rounded to about 256 ns by
 * JSON already, so it is read to the microsecond. Undefined for 0 and past the year 2200.
 */
export function nanosFromJson(value: unknown): Instant | undefined {
  const instant =
    typeof value === 'string' && /^\d{1,20}$/.test(value)
      ? instantFromNanos(BigInt(value))
      : typeof value === 'number' && value > 0
        ? { us: micros(value / 1000), ns: 0 }
        : undefined
  if (instant === undefined || instant.us > MAX_TIME) return undefined
  return instant.us === 0 && instant.ns === 0 ? undefined : instant
}
