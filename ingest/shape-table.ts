import { BODY_REFERENCE, FIELD_SEPARATOR, type ShapeDescriptor } from '../model/batch.ts'
import { FrameReader } from '../model/frame-shape.ts'
import type { AttributeValue, TimeOrigin } from '../model/record.ts'
import { detached, detachedOrNull } from './detached.ts'

/** Shapes known at a time; past it new ones hold nothing constant and keep their frames verbatim. */
const MAX_SHAPES = 20_000
/** An attribute with more values than this varies; fewer when there are many shapes already. */
const MAX_CONSTANT_VALUES = 64
const MAX_CONSTANT_LENGTH = 128
/**
 * Shapes of one app and event; past it whatever has had several values varies there. A few attributes of
 * sixteen values each, the codes of a SCSI error, would make thousands of shapes of a single message.
 */
const MAX_EVENT_SHAPES = 256
const MAX_NAMES = 2_000
/** Steps on the ways to the shapes; past it all are forgotten: names and values may be hostile. */
const MAX_NODES = 200_000

/** One attribute of a shape: its value, or the letter of its type where it varies. */
interface ShapeAttribute {
  readonly name: string
  readonly type: TypeLetter | undefined
  readonly constant: AttributeValue | undefined
}

/** A shape in use. */
export class Shape {
  /** Where it stands in the batch numbered `batch`; for the batch builder. */
  batch = -1
  index = 0
  readonly descriptor: ShapeDescriptor
  /** Rebuilds frames; undefined when rows of this shape are kept verbatim. */
  readonly reader: FrameReader | undefined
  /** In the order in which records have them. */
  readonly #attributes: readonly ShapeAttribute[]

  constructor(descriptor: ShapeDescriptor, attributes: readonly ShapeAttribute[]) {
    const { frame } = descriptor
    this.descriptor = descriptor
    this.reader = frame === null ? undefined : new FrameReader(frame, descriptor.attributes.length)
    this.#attributes = attributes
  }

  /**
   * True when a record is of this shape, its frame apart; `values` are then the texts of its varying
   * attributes. What is constant here may vary in younger shapes: both say the record exactly.
   */
  holds(input: ShapeInput, values: string[]): boolean {
    const { descriptor } = this
    if (
      descriptor.app !== input.app ||
      descriptor.timeFrom !== input.timeFrom ||
      descriptor.uncertaintyUs !== input.uncertaintyUs ||
      descriptor.severityText !== input.severityText ||
      descriptor.eventName !== input.eventName
    ) {
      return false
    }
    values.length = 0
    const own = input.attributes
    let count = 0
    for (const name in own) {
      const attribute = this.#attributes[count++]
      if (attribute === undefined || attribute.name !== name) return false
      const value = own[name]!
      if (attribute.type === undefined) {
        if (!Object.is(value, attribute.constant)) return false
      } else {
        if (typeLetter(value) !== attribute.type) return false
        values.push(textOf(value))
      }
    }
    return count === this.#attributes.length
  }
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

/** What has been seen of one attribute. */
class AttributeValues {
  readonly values = new Set<AttributeValue>()
  varies = false
}

/** A step on the way to a shape: one field or attribute name or value after the other. */
class Node {
  /** On the step of an attribute's name. */
  attribute: AttributeValues | undefined
  /** On the step of an event's name: the shapes behind it. */
  shapeCount = 0
  // Most nodes are few steps of many: what they do not need they do not have.
  #next: Map<unknown, Node> | undefined
  #joined: Map<string | null, Shape> | undefined
  #json: Map<string | null, Shape> | undefined
  #lastKey: unknown = undefined
  #last: Node | undefined

  /** The node behind a key, if there is one; most rows go the way of the row before. */
  get(key: unknown): Node | undefined {
    if (key === this.#lastKey && this.#last !== undefined) return this.#last
    const node = this.#next?.get(key)
    if (node === undefined) return undefined
    this.#lastKey = key
    this.#last = node
    return node
  }

  add(key: unknown): Node {
    const node = new Node()
    this.#next ??= new Map()
    this.#next.set(typeof key === 'string' ? detached(key) : key, node)
    return node
  }

  shapes(style: ShapeDescriptor['values']): Map<string | null, Shape> {
    if (style === 'json') return (this.#json ??= new Map<string | null, Shape>())
    return (this.#joined ??= new Map<string | null, Shape>())
  }
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
  #inOrder: ShapeAttribute[] = []
  #input: ShapeInput | undefined
  #node = new Node()
  /** The step of the record's app and event. */
  #event = this.#node
  #root = new Node()
  #generic = new Node()
  #isGeneric = false
  #separated = false
  #shapes = 0
  #nodes = 0
  readonly #attributes = new Map<string, AttributeValues>()

  enter(input: ShapeInput): void {
    this.#enter(input, false)
  }

  /** Enters a record with nothing constant: {@link find} then always answers. */
  enterGeneric(input: ShapeInput): void {
    this.#enter(input, true)
  }

  /** `json` when one of {@link values} cannot stand beside others. */
  get style(): ShapeDescriptor['values'] {
    return this.#separated ? 'json' : 'joined'
  }

  /** The shape with this frame (null: verbatim); undefined when there is no room for another one. */
  find(frame: string | null, style: ShapeDescriptor['values']): Shape | undefined {
    const known = this.#node.shapes(style).get(frame)
    if (known !== undefined) return known
    if (!this.#isGeneric && this.#shapes++ >= MAX_SHAPES) return undefined
    this.#event.shapeCount++
    const shape = this.#shape(frame, style)
    this.#node.shapes(style).set(shape.descriptor.frame, shape)
    return shape
  }

  #enter(input: ShapeInput, generic: boolean): void {
    if (this.values.length > 0) this.values.length = this.#names.length = 0
    if (this.#inOrder.length > 0) this.#inOrder = []
    this.#types = ''
    this.#separated = false
    this.#input = input
    this.#isGeneric = generic
    if (this.#nodes > MAX_NODES) this.#forget()
    this.#node = generic ? this.#generic : this.#root
    this.#step(input.app)
    this.#step(input.timeFrom)
    this.#step(input.uncertaintyUs)
    this.#step(input.severityText)
    this.#step(input.eventName)
    this.#event = this.#node
    const { attributes } = input
    for (const name in attributes) {
      this.#step(name)
      if (generic || !this.#enterConstant(name, attributes[name]!)) {
        this.#enterVarying(name, attributes[name]!)
      }
    }
  }

  /** Starts anew; the stores recognise shapes that come again. */
  #forget(): void {
    this.#root = new Node()
    this.#generic = new Node()
    this.#nodes = 0
    this.#shapes = 0
  }

  #step(key: unknown): void {
    let node = this.#node.get(key)
    if (node === undefined) {
      node = this.#node.add(key)
      this.#nodes++
    }
    this.#node = node
  }

  #enterVarying(name: string, value: AttributeValue): void {
    const type = typeLetter(value)
    const text = textOf(value)
    this.#names.push(name)
    this.#types += type
    this.#inOrder.push({ name, type, constant: undefined })
    this.values.push(text)
    if (text.includes(FIELD_SEPARATOR) || text.startsWith(BODY_REFERENCE)) this.#separated = true
    this.#step(VARYING[type])
  }

  /** Takes the attribute for a constant, unless it varies. */
  #enterConstant(name: string, value: AttributeValue): boolean {
    const attribute = (this.#node.attribute ??= this.#attributeOf(name))
    if (attribute.varies || !isPlain(value)) return false
    if (attribute.values.size > 1 && this.#event.shapeCount >= MAX_EVENT_SHAPES) return false
    if (!attribute.values.has(value)) {
      if (attribute.values.size >= this.#constantValues()) {
        attribute.varies = true
        attribute.values.clear()
        return false
      }
      attribute.values.add(typeof value === 'string' ? detached(value) : value)
    }
    this.#inOrder.push({ name, type: undefined, constant: value })
    this.#step(value)
    return true
  }

  #attributeOf(name: string): AttributeValues {
    let attribute = this.#attributes.get(name)
    if (attribute === undefined) {
      attribute = new AttributeValues()
      if (this.#attributes.size < MAX_NAMES) this.#attributes.set(detached(name), attribute)
      else attribute.varies = true
    }
    return attribute
  }

  #constantValues(): number {
    if (this.#shapes < MAX_SHAPES / 16) return MAX_CONSTANT_VALUES
    return this.#shapes < MAX_SHAPES / 4 ? 8 : 1
  }

  #shape(frame: string | null, style: ShapeDescriptor['values']): Shape {
    const input = this.#input!
    const attributes = this.#inOrder.map(({ name, type, constant }) => ({
      name: detached(name),
      type,
      constant: typeof constant === 'string' ? detached(constant) : constant,
    }))
    const descriptor: ShapeDescriptor = {
      app: detachedOrNull(input.app),
      timeFrom: input.timeFrom,
      uncertaintyUs: input.uncertaintyUs,
      severityText: detachedOrNull(input.severityText),
      eventName: detachedOrNull(input.eventName),
      constants: Object.fromEntries(
        attributes.flatMap(({ name, type, constant }) =>
          type === undefined ? [[name, constant!]] : [],
        ),
      ),
      attributes: this.#names.map(detached),
      types: detached(this.#types),
      frame: detachedOrNull(frame),
      values: style,
    }
    return new Shape(descriptor, attributes)
  }
}

/** True when the value can be a constant: it survives JSON and is its own key. */
function isPlain(value: AttributeValue): boolean {
  if (typeof value === 'string') return value.length <= MAX_CONSTANT_LENGTH
  return typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))
}

type TypeLetter = 's' | 'n' | 'b' | 'z'

function typeLetter(value: AttributeValue): TypeLetter {
  if (value === null) return 'z'
  return typeof value === 'string' ? 's' : typeof value === 'number' ? 'n' : 'b'
}

function textOf(value: AttributeValue): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  return Object.is(value, -0) ? '-0' : String(value)
}
