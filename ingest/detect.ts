import type { Layer } from '../model/entity.ts'
import type { AttributeValue } from '../model/record.ts'
import type { LogFormat, ParsedLine, Stamp } from './formats/format.ts'
import { formatByName, FORMATS } from './formats/index.ts'
import { leadingBlank } from './join-lines.ts'

/** What a line says, and which format told so. */
export interface Detection {
  /** Name of the innermost format that understood the line. */
  readonly format: string
  readonly layer: Layer | undefined
  readonly parsed: ParsedLine
}

/**
 * The remembered format this sure of a line reads it without the others being asked. Only where no two
 * formats are that sure of one line does the order of lines not matter; a test holds them to it.
 */
const SURE = 0.95
/** The sureness from which a format for whole records is given one. */
const SURE_OF_WHOLE = 0.9
/** A syslog line relayed inside a syslog line is opened; deeper nests are left as text. */
const MAX_DEPTH = 3
/** Programs remembered per channel; their messages are of a handful of formats. */
const MAX_INNER = 512
/** Channels remembered: two generations of this size. */
const MAX_CHANNELS = 20_000

interface Memory {
  /** What read the channel's last line that anything could read. */
  format: LogFormat | undefined
  /** For an envelope: what its programs speak. */
  inner: Map<string, Memory> | undefined
}

const newMemory = (): Memory => ({ format: undefined, inner: undefined })

interface Match {
  readonly format: LogFormat
  readonly parsed: ParsedLine
}

/**
 * Finds the format of each line, remembering per channel (a peer and its program, a file) what it spoke
 * last. The remembered format reads a line that it is sure of; any other line is shown to all. So memory
 * saves work and decides nothing: a line gets the same format in whatever order lines arrive.
 *
 * Memory is bounded: channels unused the longest are forgotten.
 */
export class FormatDetector {
  #young = new Map<string, Memory>()
  #old = new Map<string, Memory>()
  readonly #maxChannels: number

  constructor(maxChannels = MAX_CHANNELS) {
    this.#maxChannels = maxChannels
  }

  /**
   * What a line says; undefined when no format understands it, and the caller stores it unparsed.
   * `pinned` is a format's name by configuration: the only one asked, and its inner messages are still
   * detected. A record of several lines is read by its first, the others belonging to the body.
   */
  detect(channel: string, text: string, pinned?: string): Detection | undefined {
    const memory = this.#memoryOf(channel)
    const line = withoutMark(text)
    const format = pinned === undefined ? undefined : formatByName(pinned)
    const newline = line.indexOf('\n')
    if (newline > 0 && !(format ?? surestOfWhole(line))?.multiline) {
      const found = detectIn(memory, line.slice(0, newline), format, 1)
      return found && { ...found, parsed: withTail(found.parsed, line.slice(newline)) }
    }
    return detectIn(memory, line, format, 1)
  }

  /**
   * True when a line continues the record before it in a file: it is indented or empty, its channel's
   * format says so, or the channel speaks a format and nothing understands the line. Learns from the
   * lines it is asked about, so a joiner may have a detector of its own.
   */
  continues(channel: string, text: string): boolean {
    if (leadingBlank(text)) return true
    const line = withoutMark(text)
    const memory = this.#memoryOf(channel)
    const known = memory.format
    if (known?.continues?.(line) === true) return true
    return recall(memory, line) === undefined && known !== undefined
  }

  #memoryOf(channel: string): Memory {
    let memory = this.#young.get(channel)
    if (memory !== undefined) return memory
    memory = this.#old.get(channel) ?? newMemory()
    if (this.#young.size >= this.#maxChannels) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(channel, memory)
    return memory
  }
}

function detectIn(
  memory: Memory,
  line: string,
  pinned: LogFormat | undefined,
  depth: number,
): Detection | undefined {
  const match = pinned === undefined ? recall(memory, line) : parseAs(pinned, line)
  if (match === undefined) return undefined
  const { format, parsed } = match
  const inner = format.envelope === true ? openEnvelope(memory, line, parsed, depth) : undefined
  if (inner === undefined) {
    return { format: format.name, layer: parsed.layer ?? format.layer, parsed }
  }
  return {
    format: inner.format,
    layer: inner.layer ?? format.layer,
    parsed: merge(parsed, inner.parsed),
  }
}

function parseAs(format: LogFormat, line: string): Match | undefined {
  const parsed = format.parse(line)
  return parsed && { format, parsed }
}

/** Reads a line with the remembered format when that is sure of it, else with the surest of all. */
function recall(memory: Memory, line: string): Match | undefined {
  const { format } = memory
  if (format !== undefined && format.sniff(line) >= SURE) {
    const match = parseAs(format, line)
    if (match !== undefined) return match
  }
  const match = search(line) ?? searchBehindName(line)
  if (match !== undefined) memory.format = match.format
  return match
}

/** The name of a file that grep (`nova.log:`) or a merge of files (`nova.log.1 `) put before its lines. */
const FILE_NAME =
  /^([\w./-]{1,120}\.log(?:\.\d{1,3})?(?:\.gz)?):|^([\w./-]{1,120}\.log[\w.:-]{0,60}) (?=\S)/

/** What nothing understands may be a line with its file's name before it. */
function searchBehindName(line: string): Match | undefined {
  const name = FILE_NAME.exec(line.slice(0, 200))
  const match = name === null ? undefined : search(line.slice(name[0].length))
  if (name === null || match === undefined) return undefined
  const attributes = { ...match.parsed.attributes, 'log.file.path': name[1] ?? name[2]! }
  return { format: match.format, parsed: { ...match.parsed, attributes } }
}

/** A file of Windows begins with a byte order mark, which is no part of its first line. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** The surest format that can read the line; the earlier in the list of equally sure ones. */
function search(line: string): Match | undefined {
  let best: Match | undefined
  let sureness = 0
  for (const format of FORMATS) {
    const sniffed = format.sniff(line)
    if (sniffed <= sureness) continue
    const match = parseAs(format, line)
    if (match === undefined) continue
    best = match
    sureness = sniffed
    if (sniffed === 1) break
  }
  return best
}

/** The format that takes a record of several lines as a whole, if one does. */
function surestOfWhole(text: string): LogFormat | undefined {
  return FORMATS.find((format) => format.multiline === true && format.sniff(text) >= SURE_OF_WHOLE)
}

/** Looks into the message of an envelope; undefined when it is plain text. */
function openEnvelope(
  memory: Memory,
  line: string,
  { body, app = '' }: ParsedLine,
  depth: number,
): Detection | undefined {
  if (depth >= MAX_DEPTH || body.length >= line.length) return undefined
  memory.inner ??= new Map()
  let inner = memory.inner.get(app)
  if (inner === undefined) {
    if (memory.inner.size >= MAX_INNER) memory.inner.clear()
    inner = newMemory()
    memory.inner.set(app, inner)
  }
  // vCenter and others put a blank more before the message.
  const message = leadingBlank(body) ? body.trimStart() : body
  const found = detectIn(inner, message, undefined, depth + 1)
  return found !== undefined && saysMore(found.parsed) ? found : undefined
}

/** A format that found nothing in a message but text has no claim to it. */
function saysMore({ stamp, severity, eventName, attributes }: ParsedLine): boolean {
  if (stamp !== undefined || severity !== undefined || eventName !== undefined) return true
  for (const _ in attributes) return true
  return false
}

/**
 * The inner line completed by its envelope. The device's own time is kept before the relay's, which
 * goes to `log.relay_time`; but a time without zone does not replace one with. Made of the envelope's
 * object, which nobody else has: every line of syslog passes here.
 */
function merge(outer: ParsedLine, inner: ParsedLine): ParsedLine {
  const merged: Draft = outer
  const attributes = (outer.attributes ?? {}) as Record<string, AttributeValue>
  for (const name in inner.attributes) attributes[name] = inner.attributes[name]!
  const stamp = innerStampWins(outer.stamp, inner.stamp) ? inner.stamp : outer.stamp
  if (outer.stamp !== undefined && inner.stamp !== undefined) {
    if (stamp === inner.stamp) attributes['log.relay_time'] = outer.stamp.text
    else attributes['event.original_time'] = inner.stamp.text
  }
  merged.body = inner.body
  merged.attributes = attributes
  if (stamp !== undefined) merged.stamp = stamp
  if (inner.host !== undefined) merged.host = inner.host
  if (inner.app !== undefined) merged.app = inner.app
  if (inner.eventName !== undefined) merged.eventName = inner.eventName
  if (inner.layer !== undefined) merged.layer = inner.layer
  if (inner.entity !== undefined) merged.entity = inner.entity
  // The envelope's level word does not stand beside the inner line's severity.
  if (!isBetterLevel(outer, inner)) {
    merged.severity = inner.severity!
    if (inner.severityText !== undefined) merged.severityText = inner.severityText
    else delete merged.severityText
  }
  return merged
}

type Draft = { -readonly [K in keyof ParsedLine]: ParsedLine[K] }

function isBetterLevel(outer: ParsedLine, inner: ParsedLine): boolean {
  if (inner.severity === undefined) return true
  return inner.severityAssumed === true && outer.severity !== undefined
}

function innerStampWins(outer: Stamp | undefined, inner: Stamp | undefined): boolean {
  if (inner === undefined) return false
  if (outer?.kind !== 'instant') return true
  return inner.kind === 'instant' || inner.zoneName !== undefined
}

function withTail(parsed: ParsedLine, tail: string): ParsedLine {
  return { ...parsed, body: parsed.body + tail }
}
