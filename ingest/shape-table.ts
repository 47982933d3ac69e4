import type { ShapeDescriptor, StreamDescriptor } from '../model/batch.ts'
import { FrameReader } from '../model/frame-shape.ts'
import type { AttributeValue, TimeOrigin } from '../model/record.ts'

/** Shapes known at a time; past it new ones hold nothing constant and keep their frames verbatim. */
const MAX_SHAPES = 20_000
/** An attribute with more values than this varies; fewer when there are many shapes already. */
const MAX_CONSTANT_VALUES = 64
const MAX_CONSTANT_LENGTH = 256
const MAX_NAMES = 10_000
const MAX_STREAMS = 200_000

/** An entry of a batch's dictionary: where it stands in the batch numbered `batch`. */
export interface DictionaryEntry<T> {
  readonly descriptor: T
  batch: number
  index: number
}

export interface Shape extends DictionaryEntry<ShapeDescriptor> {
  /** Rebuilds frames; undefined when rows of this shape are kept verbatim. */
  readonly reader: FrameReader | undefined
}

/** What of a record decides its shape. */
export interface ShapeInput {
  readonly app: string | null
  readonly timeFrom: TimeOrigin
  readonly uncertaintyUs: number
  readonly severityText: string | null
  readonly eventName: string | null
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

/** Stands for the value of a varying attribute, by type letter, on the way to a shape. */
const VARYING = { s: Symbol('s'), n: Symbol('n'), b: Symbol('b'), z: Symbol('z') }

class Node {
  readonly next = new Map<unknown, Node>()
  readonly joined = new Map<string | null, Shape>()
  readonly json = new Map<string | null, Shape>()
}

/**
 * Finds the shape of a record: `enter` sorts its attributes into constant and varying, `find` adds
 * the frame. An attribute is constant until too many of its values have been seen.
 */
export class ShapeTable {
  /** Of the record entered last: the values of its varying attributes, as text. */
  readonly values: string[] = []

  #names: string[] = []
  #types = ''
  #constants: [string, AttributeValue][] = []
  #input: ShapeInput | undefined
  #node = new Node()
  #root = new Node()
  #generic = new Node()
  #isGeneric = false
  #shapes = 0
  #genericShapes = 0
  /** Values seen of each attribute; `varies` once there were too many. */
  readonly #seen = new Map<string, Set<AttributeValue> | 'varies'>()

  enter(input: ShapeInput): void {
    this.#enter(input, false)
  }

  /** Enters a record with nothing constant: {@link find} then always answers. */
  enterGeneric(input: ShapeInput): void {
    this.#enter(input, true)
  }

  /** The shape with this frame (null: verbatim); undefined when there is no room for another one. */
  find(frame: string | null, style: ShapeDescriptor['values']): Shape | undefined {
    const known = this.#node[style].get(frame)
    if (known !== undefined) return known
    if (this.#isGeneric) this.#countGeneric()
    else if (this.#shapes++ >= MAX_SHAPES) return undefined
    const shape = this.#shape(frame, style)
    this.#node[style].set(shape.descriptor.frame, shape)
    return shape
  }

  #enter(input: ShapeInput, generic: boolean): void {
    this.values.length = 0
    this.#names.length = 0
    this.#constants.length = 0
    this.#types = ''
    this.#input = input
    this.#isGeneric = generic
    this.#node = generic ? this.#generic : this.#root
    this.#step(input.app)
    this.#step(input.timeFrom)
    this.#step(input.uncertaintyUs)
    this.#step(input.severityText)
    this.#step(input.eventName)
    const { attributes } = input
    for (const name of Object.keys(attributes)) {
      const value = attributes[name]!
      this.#step(name)
      if (!generic && this.#isConstant(name, value)) {
        this.#constants.push([name, value])
        this.#step(value)
      } else this.#addVarying(name, value)
    }
  }

  #step(key: unknown): void {
    let node = this.#node.next.get(key)
    if (node === undefined) {
      node = new Node()
      this.#node.next.set(typeof key === 'string' ? detached(key) : key, node)
    }
    this.#node = node
  }

  #addVarying(name: string, value: AttributeValue): void {
    const type = typeLetter(value)
    this.#names.push(name)
    this.#types += type
    this.values.push(textOf(value))
    this.#step(VARYING[type])
  }

  #isConstant(name: string, value: AttributeValue): boolean {
    const seen = this.#seen.get(name)
    if (seen === 'varies' || !isPlain(value)) return false
    if (seen === undefined) {
      if (this.#seen.size >= MAX_NAMES) return false
      this.#seen.set(detached(name), new Set([typeof value === 'string' ? detached(value) : value]))
      return true
    }
    if (seen.has(value)) return true
    if (seen.size >= this.#constantValues()) {
      this.#seen.set(name, 'varies')
      return false
    }
    seen.add(typeof value === 'string' ? detached(value) : value)
    return true
  }

  #constantValues(): number {
    if (this.#shapes < MAX_SHAPES / 16) return MAX_CONSTANT_VALUES
    return this.#shapes < MAX_SHAPES / 4 ? 8 : 1
  }

  #countGeneric(): void {
    if (this.#genericShapes++ < MAX_SHAPES) return
    this.#generic.next.clear()
    this.#genericShapes = 0
  }

  #shape(frame: string | null, style: ShapeDescriptor['values']): Shape {
    const input = this.#input!
    const descriptor: ShapeDescriptor = {
      app: detachedOrNull(input.app),
      timeFrom: input.timeFrom,
      uncertaintyUs: input.uncertaintyUs,
      severityText: detachedOrNull(input.severityText),
      eventName: detachedOrNull(input.eventName),
      constants: Object.fromEntries(
        this.#constants.map(([name, value]) => [
          detached(name),
          typeof value === 'string' ? detached(value) : value,
        ]),
      ),
      attributes: this.#names.map(detached),
      types: detached(this.#types),
      frame: detachedOrNull(frame),
      values: style,
    }
    const reader = frame === null ? undefined : new FrameReader(frame, this.#names.length)
    return { descriptor, reader, batch: -1, index: 0 }
  }
}

export type StreamEntry = DictionaryEntry<StreamDescriptor>
type EntityStreams = Map<string | null, StreamEntry[]>

/** Finds the dictionary entry of a stream. */
export class StreamTable {
  /** By source, host and entity; the few that differ in the rest stand side by side. */
  #streams = new Map<string, Map<string | null, EntityStreams>>()
  #count = 0

  find(stream: StreamDescriptor): StreamEntry {
    const entries = this.#entriesOf(stream)
    for (const entry of entries) {
      const known = entry.descriptor
      if (
        known.format === stream.format &&
        known.layer === stream.layer &&
        known.kind === stream.kind
      )
        return entry
    }
    if (this.#count++ >= MAX_STREAMS) {
      this.#streams = new Map()
      this.#count = 0
    }
    const descriptor: StreamDescriptor = {
      source: detached(stream.source),
      host: detachedOrNull(stream.host),
      entity: detachedOrNull(stream.entity),
      format: detached(stream.format),
      layer: stream.layer,
      kind: stream.kind,
    }
    const entry = { descriptor, batch: -1, index: 0 }
    entries.push(entry)
    return entry
  }

  #entriesOf(stream: StreamDescriptor): StreamEntry[] {
    const { source, host, entity } = stream
    const hosts = this.#streams.get(source) ?? new Map<string | null, EntityStreams>()
    if (hosts.size === 0) this.#streams.set(detached(source), hosts)
    const entities = hosts.get(host) ?? new Map<string | null, StreamEntry[]>()
    if (entities.size === 0) hosts.set(detachedOrNull(host), entities)
    const entries = entities.get(entity) ?? []
    if (entries.length === 0) entities.set(detachedOrNull(entity), entries)
    return entries
  }
}

/**
 * The same text in memory of its own: what is cut out of a request would keep the whole request
 * alive for as long as a dictionary holds it.
 */
function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1)
}

const detachedOrNull = (text: string | null): string | null =>
  text === null ? null : detached(text)

/** True when the value can be a constant: it survives JSON and is its own key. */
function isPlain(value: AttributeValue): boolean {
  if (typeof value === 'string') return value.length <= MAX_CONSTANT_LENGTH
  return typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))
}

function typeLetter(value: AttributeValue): 's' | 'n' | 'b' | 'z' {
  if (value === null) return 'z'
  return typeof value === 'string' ? 's' : typeof value === 'number' ? 'n' : 'b'
}

function textOf(value: AttributeValue): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  return Object.is(value, -0) ? '-0' : String(value)
}
