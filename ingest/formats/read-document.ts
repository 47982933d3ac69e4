import type { AttributeValue } from '../../model/record.ts'
import type { ParsedLine, Stamp } from './format.ts'
import { exactNumber, forEachLeaf, isJsonObject, parseJsonList } from './json-document.ts'
import type { JsonObject } from './json-document.ts'
import { canonicalName, meaningOf } from './json-roles.ts'
import type { Role } from './json-roles.ts'
import { severityOfKeywords, severityOfMember } from './json-severity.ts'
import { readEpoch, readStamp } from './read-stamp.ts'
import { windowsEventName, windowsName } from './json-windows.ts'
import { otlpRecordOf } from './otlp-document.ts'

type Attributes = Record<string, AttributeValue>

/** A member that holds a role, with what it was read as. */
interface Holder {
  readonly name: string
  readonly rank: number
  readonly value: AttributeValue
}

/** Members whose objects hold what OpenTelemetry calls attributes: their names go without the prefix. */
const ATTRIBUTE_PREFIX = /^(?:[aA]ttributes|[rR]esource(?:\.attributes)?)\./

/**
 * Reads one log document: ECS (nested, dotted or mixed), an OpenTelemetry log record, winlogbeat, nxlog,
 * pino and bunyan, or any other whose members carry usual names. `text` is the document as received.
 *
 * Members that say time, level, message, host and program become the line's fields; everything else
 * is an attribute under its dotted name, lists as JSON text. Without a message the body is the text.
 */
export function readDocument(object: JsonObject, text: string): ParsedLine {
  return new DocumentReading(otlpRecordOf(object) ?? object, text).line()
}

/**
 * Members that hold a time in parts: log4j2's `instant`, protobuf's Timestamp as JSON, MongoDB's
 * extended JSON.
 */
const TIMES_IN_PARTS = ['instant', 'timestamp', '@timestamp', 'time', 'ts', 't', 'date'] as const

function stampInParts(object: JsonObject): Stamp | undefined {
  for (const name of TIMES_IN_PARTS) {
    const parts = object[name]
    if (!isJsonObject(parts)) continue
    const date = parts['$date']
    if (typeof date === 'string' || typeof date === 'number') {
      return stampOf('', name, date)
    }
    const seconds = Number(parts['epochSecond'] ?? parts['seconds'] ?? NaN)
    const nanos = Number(parts['nanoOfSecond'] ?? parts['nanos'] ?? 0)
    if (!Number.isSafeInteger(seconds) || !(nanos >= 0 && nanos < 1e9)) continue
    const stamp = readEpoch(`${seconds}.${String(Math.floor(nanos)).padStart(9, '0')}`, 0, 's')
    return stamp && { ...stamp, text: String(seconds) }
  }
  return undefined
}

class DocumentReading {
  readonly #text: string
  readonly #attributes: Attributes = {}
  readonly #holders: Partial<Record<Role, Holder>> = {}
  readonly #isNxlog: boolean
  readonly #isPino: boolean
  #stamp: Stamp | undefined

  constructor(object: JsonObject, text: string) {
    this.#text = text
    this.#isNxlog =
      object['EventID'] !== undefined &&
      (object['SourceName'] !== undefined || object['Channel'] !== undefined)
    this.#isPino = typeof object['level'] === 'number' && object['msg'] !== undefined
    const dropped = forEachLeaf(object, (name, value) => this.#take(name, value))
    this.#stamp ??= stampInParts(object)
    if (dropped > 0) this.#attributes['log.dropped_attributes'] = dropped
  }

  line(): ParsedLine {
    const { message, host, app, event } = this.#holders
    const body = message === undefined ? '' : String(message.value)
    const line: { -readonly [K in keyof ParsedLine]: ParsedLine[K] } = {
      body: body === '' ? this.#text : body,
      attributes: this.#attributes,
    }
    if (this.#stamp !== undefined) line.stamp = this.#stamp
    if (host !== undefined) line.host = String(host.value)
    if (app !== undefined) line.app = String(app.value)
    if (event !== undefined) line.eventName = String(event.value)
    this.#readSeverity(line)
    const windows = windowsEventName(this.#attributes)
    if (windows !== undefined) line.eventName = windows
    return line
  }

  #take(name: string, value: AttributeValue): void {
    const plain = ATTRIBUTE_PREFIX.test(name) ? name.replace(ATTRIBUTE_PREFIX, '') : name
    const meaning = plain === 'name' && this.#isPino ? PINO_NAME : meaningOf(plain)
    if (meaning === undefined) this.#keep(plain, value)
    else this.#claim(meaning.role, { name: plain, rank: meaning.rank, value })
  }

  /** Gives a role to a member, unless a better one has it or its value cannot be that. */
  #claim(role: Role, claim: Holder): void {
    const holder = this.#holders[role]
    if (holder !== undefined && holder.rank < claim.rank) return this.#keep(claim.name, claim.value)
    if (!this.#suits(role, claim)) return this.#keep(claim.name, claim.value)
    if (holder !== undefined && holder.name !== claim.name) this.#keep(holder.name, holder.value)
    this.#holders[role] = claim
  }

  #suits(role: Role, { name, value }: Holder): boolean {
    if (role === 'level') return severityOfMember(name, value) > 0
    if (role !== 'time') return typeof value === 'string' && value !== ''
    // Python's logging counts seconds; elsewhere it says when a thing was made.
    if (name === 'created' && typeof value !== 'number') return false
    const stamp = stampOf(this.#text, name, value)
    if (stamp !== undefined) this.#stamp = stamp
    return stamp !== undefined
  }

  #keep(name: string, value: AttributeValue): void {
    if ((name === 'attributes' || name === 'resource.attributes') && this.#keepList(value)) return
    const kept = this.#isNxlog ? windowsName(name) : canonicalName(name)
    // Assigning to `__proto__` would change the object instead of adding a member.
    this.#attributes[kept === '__proto__' ? 'proto' : kept] = value
  }

  /** OTLP JSON writes attributes as a list of `{key, value: {stringValue}}`. */
  #keepList(value: AttributeValue): boolean {
    if (typeof value !== 'string' || !value.startsWith('[{"key":')) return false
    const list = parseJsonList(value)
    if (list === undefined) return false
    for (const entry of list) this.#keepEntry(entry)
    return true
  }

  #keepEntry(entry: unknown): void {
    if (!isJsonObject(entry) || typeof entry['key'] !== 'string') return
    const value = entry['value']
    if (!isJsonObject(value)) return
    for (const kind in value) {
      const leaf = value[kind]
      const isWhole = kind === 'intValue' && typeof leaf === 'string'
      if (isWhole) this.#take(entry['key'], Number(leaf))
      else if (isLeaf(leaf)) this.#take(entry['key'], leaf)
      else this.#keep(entry['key'], JSON.stringify(leaf))
    }
  }

  #readSeverity(line: { -readonly [K in keyof ParsedLine]: ParsedLine[K] }): void {
    const { level } = this.#holders
    const attributes = this.#attributes
    const audit = severityOfKeywords(
      attributes['winlog.keywords'] ?? attributes['winlog.event_type'],
    )
    if (level !== undefined) {
      line.severity = severityOfMember(level.name, level.value)
      line.severityText = String(level.value)
    } else {
      const code = severityOfMember('', attributes['log.syslog.severity.code'] ?? null)
      if (code > 0) line.severity = code
    }
    if (audit > 0) line.severity = audit
  }
}

const PINO_NAME = { role: 'app', rank: 0 } as const

const isLeaf = (value: unknown): value is AttributeValue =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

function stampOf(text: string, name: string, value: AttributeValue): Stamp | undefined {
  if (typeof value === 'number') {
    const digits = exactNumber(text, name, value)
    return wholeStamp(digits, readEpoch(digits))
  }
  if (typeof value !== 'string') return undefined
  if (value.startsWith('/Date(')) return readEpoch(value, 6, 'ms')
  return wholeStamp(value, readStamp(value))
}

/** A stamp that is all there is in the value. */
function wholeStamp(value: string, stamp: Stamp | undefined): Stamp | undefined {
  return stamp !== undefined && stamp.text.length === value.length ? stamp : undefined
}
