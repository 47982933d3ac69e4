import type { AttributeValue, KeyKind, LogRecord } from './record.ts'
import { KEY_KINDS } from './record.ts'

/**
 * How a field compares: `severity` is a number with named bands, `time` an instant written as
 * RFC 3339, `text` is searched by words; everything is also text.
 */
export type FieldType = 'keyword' | 'number' | 'severity' | 'time' | 'text'

/** A value a record has for a field; a `time` field gives whole microseconds. */
export type FieldValue = string | number | boolean

/** One queryable field of {@link LogRecord}, named as in the API's record shape. */
export interface FieldDefinition {
  readonly name: string
  readonly type: FieldType
  /** ECS, OpenTelemetry and everyday names that mean the same; queryable, never stored. */
  readonly aliases: readonly string[]
  /** One sentence for completion and the help page. */
  readonly about: string
}

/**
 * The static alias table of formats.md 2.1. Names and aliases are compared without regard to case;
 * an attribute of the same name is reached as `attributes.<name>`.
 */
export const FIELDS: readonly FieldDefinition[] = [
  {
    name: 'time',
    type: 'time',
    aliases: ['@timestamp', 'timestamp', 'event.time'],
    about: 'When the source says it happened',
  },
  {
    name: 'received',
    type: 'time',
    aliases: ['observedTimestamp', 'observed_timestamp', 'event.ingested'],
    about: 'When it reached us',
  },
  { name: 'id', type: 'keyword', aliases: ['_id'], about: 'The record itself' },
  { name: 'kind', type: 'keyword', aliases: [], about: 'log or change' },
  { name: 'source', type: 'keyword', aliases: [], about: 'Who sent it' },
  {
    name: 'format',
    type: 'keyword',
    aliases: ['event.dataset', 'data_stream.dataset'],
    about: 'The format it was read as',
  },
  {
    name: 'layer',
    type: 'keyword',
    aliases: [],
    about: 'session, guest, hypervisor, storage, network or service',
  },
  { name: 'entity', type: 'keyword', aliases: ['entity.id'], about: 'The id of what spoke' },
  {
    name: 'host',
    type: 'keyword',
    aliases: ['host.name', 'host.hostname', 'hostname', 'log.syslog.hostname'],
    about: 'The host name it carries',
  },
  {
    name: 'app',
    type: 'keyword',
    aliases: ['service.name', 'process.name', 'log.syslog.appname', 'program'],
    about: 'The program that wrote it',
  },
  {
    name: 'severity',
    type: 'severity',
    aliases: ['severityNumber', 'severity_number', 'level'],
    about: 'OpenTelemetry number 1 to 24, or trace debug info warn error fatal',
  },
  {
    name: 'severityText',
    type: 'keyword',
    aliases: ['severity_text', 'log.level'],
    about: 'The level as the source wrote it',
  },
  { name: 'body', type: 'text', aliases: ['message', 'msg'], about: 'The message' },
  {
    name: 'eventName',
    type: 'keyword',
    aliases: ['event.name', 'event_name', 'event.code'],
    about: 'The stable name of this kind of event',
  },
  { name: 'template', type: 'keyword', aliases: ['template.id'], about: 'The message pattern' },
  {
    name: 'timeFrom',
    type: 'keyword',
    aliases: [],
    about: 'explicit, configured, inferred, assumed or received',
  },
  {
    name: 'uncertaintyMs',
    type: 'number',
    aliases: [],
    about: 'Half-width of the interval in which it happened',
  },
  {
    name: 'key',
    type: 'keyword',
    aliases: ['keys'],
    about: 'An identifier in the message, of any kind; key.naa, key.mac … of one kind',
  },
]

/** What a field name in a query stands for. */
export type ResolvedField =
  | { readonly kind: 'field'; readonly field: FieldDefinition }
  | { readonly kind: 'key'; readonly keyKind: KeyKind }
  | { readonly kind: 'attribute'; readonly name: string }

const BY_NAME = new Map(
  FIELDS.flatMap((field) =>
    [field.name, ...field.aliases].map((name) => [name.toLowerCase(), field] as const),
  ),
)

const ATTRIBUTE_PREFIX = 'attributes.'

/**
 * Finds what a name stands for: a field or alias (any case), `key.<kind>`, `attributes.<name>`, else
 * the attribute of exactly that name (case counts: attribute names come from the sources).
 */
export function resolveField(name: string): ResolvedField {
  const field = BY_NAME.get(name.toLowerCase())
  if (field !== undefined) return { kind: 'field', field }
  if (name.startsWith('key.')) {
    const keyKind = KEY_KINDS.find((kind) => kind === name.slice(4))
    if (keyKind !== undefined) return { kind: 'key', keyKind }
  }
  if (name.startsWith(ATTRIBUTE_PREFIX) && name.length > ATTRIBUTE_PREFIX.length) {
    return { kind: 'attribute', name: name.slice(ATTRIBUTE_PREFIX.length) }
  }
  return { kind: 'attribute', name }
}

/** The one name under which a query tree keeps a field, so that aliases make equal trees. */
export function canonicalField(name: string): string {
  const resolved = resolveField(name)
  if (resolved.kind === 'field') return resolved.field.name
  if (resolved.kind === 'key') return `key.${resolved.keyKind}`
  const bare = resolveField(resolved.name)
  return bare.kind === 'attribute' && bare.name === resolved.name
    ? resolved.name
    : `${ATTRIBUTE_PREFIX}${resolved.name}`
}

/** The type of a field; attributes are `keyword`, whatever their values. */
export function fieldType(name: string): FieldType {
  const resolved = resolveField(name)
  return resolved.kind === 'field' ? resolved.field.type : 'keyword'
}

type Reader = (record: LogRecord) => readonly FieldValue[]

const NOTHING: readonly FieldValue[] = []

const one = (value: AttributeValue | undefined): readonly FieldValue[] =>
  value === null || value === undefined ? NOTHING : [value]

const READERS: Readonly<Record<string, Reader>> = {
  time: (r) => [r.time],
  received: (r) => [r.received],
  id: (r) => [r.id],
  kind: (r) => [r.kind],
  source: (r) => [r.source],
  format: (r) => [r.format],
  layer: (r) => one(r.layer),
  entity: (r) => one(r.entity),
  host: (r) => one(r.host),
  app: (r) => one(r.app),
  severity: (r) => [r.severity],
  severityText: (r) => one(r.severityText),
  body: (r) => [r.body],
  eventName: (r) => one(r.eventName),
  template: (r) => one(r.template?.id),
  timeFrom: (r) => [r.timeFrom],
  uncertaintyMs: (r) => [r.uncertaintyUs / 1000],
  key: (r) => r.keys.map((key) => key.value),
}

function readAttribute(name: string): Reader {
  return (record) =>
    Object.hasOwn(record.attributes, name) ? one(record.attributes[name]) : NOTHING
}

/**
 * A function that gives a record's values of a field: none when it is missing or null, one for most,
 * several for `key` (in the order of the message). Made once per query, called per record.
 */
export function fieldReader(name: string): Reader {
  const resolved = resolveField(name)
  switch (resolved.kind) {
    case 'field':
      return READERS[resolved.field.name]!
    case 'key':
      return (record) =>
        record.keys.flatMap((key) => (key.kind === resolved.keyKind ? [key.value] : []))
    case 'attribute':
      return readAttribute(resolved.name)
  }
}

/**
 * Like {@link fieldReader}, as the cells of a table: fields of type `number`, `severity` and `time`
 * (microseconds) give numbers, everything else its text, so that the attribute `5` and `"5"` are one
 * group in every store.
 */
export function cellReader(name: string): (record: LogRecord) => readonly (string | number)[] {
  const read = fieldReader(name)
  const type = fieldType(name)
  if (type === 'number' || type === 'severity' || type === 'time') {
    return read as (record: LogRecord) => readonly number[]
  }
  return (record) => read(record).map(String)
}
