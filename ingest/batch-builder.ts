import {
  BODY_REFERENCE,
  FIELD_SEPARATOR,
  type LogBatch,
  type ShapeDescriptor,
  type StreamDescriptor,
  type TemplateDescriptor,
} from '../model/batch.ts'
import { AppError, quote } from '../model/errors.ts'
import type { AttributeValue, TimeOrigin } from '../model/record.ts'
import type { Severity } from '../model/severity.ts'
import { MICROS_PER_DAY, type Micros } from '../model/time.ts'
import { TextPacker } from '../model/text-column.ts'
import { detached } from './detached.ts'
import { FrameCutter, type FrameRow } from './frame-cutter.ts'
import { type Shape, ShapeTable } from './shape-table.ts'
import type { Stream } from './stream-table.ts'
import { TemplateMiner, type Template } from './templates/miner.ts'

/** One record on its way into a batch. */
export interface RowInput {
  readonly stream: Stream
  /** `type:key` of what the record is about. */
  readonly entity: string | null
  readonly received: Micros
  readonly time: Micros
  readonly timeNs: number
  readonly uncertaintyUs: number
  readonly timeFrom: TimeOrigin
  /** The characters of `text` that say the time, when it came from there. */
  readonly stampText?: string | undefined
  readonly app: string | null
  readonly severity: Severity
  readonly severityText: string | null
  readonly eventName: string | null
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly body: string
  /** The pattern of its template where that has been found before: the record keeps it. */
  readonly pattern?: string
  /** As received, and its text. */
  readonly raw: Uint8Array
  readonly text: string
  /** True when `text` encoded as UTF-8 is not `raw`: the bytes are then kept beside the columns. */
  readonly lossy: boolean
}

const SEPARATOR = FIELD_SEPARATOR.charCodeAt(0)
/** Shorter values are not looked for in the body: a reference takes two or three characters. */
const SHORTEST_REFERENCED = 5
/** Shapes remembered of a template: a message comes from few programs in few frames. */
const KNOWN_SHAPES = 6

/** What a frame is cut by and rebuilt from. */
type Source = { -readonly [K in keyof FrameRow]: FrameRow[K] } & { values: string[] }

/** Bytes a row costs beside its text, for the estimate. */
const ROW_OVERHEAD = 96

/**
 * Turns records into the columns of a {@link LogBatch}. What it knows of templates and shapes lasts
 * from batch to batch; the dictionaries of a batch hold only what its rows use.
 */
export class BatchBuilder {
  readonly #node: string
  readonly #miner: TemplateMiner
  readonly #cutter = new FrameCutter()
  readonly #shapes = new ShapeTable()
  /** By the number of the template. */
  readonly #recent: Shape[][] = []
  #columns = new Columns(0, 0)
  /** The row being added; one object for all. */
  readonly #source: Source = {
    body: '',
    host: null,
    time: 0 as Micros,
    timeNs: 0,
    text: '',
    stampText: undefined,
    values: [],
  }
  #nextSequence: number
  #batch = 0
  #bytes = 0
  #day = -1

  /** `seedPatterns`: the templates known to the store (`Recovery.patterns`). */
  constructor(options: {
    readonly node: string
    readonly nextSequence: number
    readonly seedPatterns?: readonly string[]
  }) {
    this.#node = options.node
    this.#nextSequence = options.nextSequence
    this.#miner = new TemplateMiner(options.seedPatterns)
  }

  /** Records in the batch being built. */
  get rows(): number {
    return this.#columns.count
  }

  /** About what the batch being built takes in memory. */
  get bytes(): number {
    return this.#bytes
  }

  /** The sequence the next record will get. */
  get nextSequence(): number {
    return this.#nextSequence
  }

  /** Pairs of a template's pattern and the wider one that took its place, since the last call. */
  takeGeneralisations(): readonly (readonly [oldPattern: string, newPattern: string])[] {
    return this.#miner.takeGeneralisations()
  }

  /** Adds the row whole; whatever it throws, the rows before it stand as they stood. */
  add(row: RowInput): void {
    this.#enterDay(row.received)
    const at = this.#columns.reserve()
    try {
      this.#fill(row, at)
    } catch (error) {
      this.#columns.drop(at)
      throw error
    }
    this.#nextSequence++
    this.#bytes += row.raw.length + ROW_OVERHEAD
  }

  #fill(row: RowInput, at: number): void {
    const columns = this.#columns
    columns.time[at] = row.time
    columns.timeNs[at] = row.timeNs
    columns.received[at] = row.received
    columns.severity[at] = row.severity
    columns.entity[at] = row.entity === null ? 0 : columns.entityIndex(row.entity)
    this.#addStream(row.stream, at)
    this.#addBody(row, at)
    this.#addFrame(row, at)
  }

  /** The batch so far, or null when it is empty; the next record starts another one. */
  take(day: string): LogBatch | null {
    const { count } = this.#columns
    if (count === 0) return null
    const batch = this.#columns.toBatch(day, this.#node, this.#nextSequence - count)
    this.#columns = new Columns(count, this.#columns.hashed)
    this.#batch++
    this.#bytes = 0
    return batch
  }

  #enterDay(received: Micros): void {
    const day = Math.floor(received / MICROS_PER_DAY)
    if (day === this.#day) return
    this.#day = day
    this.#miner.startDay()
  }

  #addStream(stream: Stream, at: number): void {
    const columns = this.#columns
    if (stream.batch !== this.#batch) {
      stream.batch = this.#batch
      stream.index = columns.streams.length
      columns.streams.push(descriptorOf(stream))
    }
    columns.stream[at] = stream.index
  }

  #addBody({ body, pattern }: RowInput, at: number): void {
    const miner = this.#miner
    const columns = this.#columns
    if (pattern === undefined) miner.mine(body)
    else if (!miner.mineAs(body, pattern)) {
      throw new AppError('data_version', `${quote(body)} is no message of ${quote(pattern)}`, {
        hint: 'it was stored by a program that reads messages otherwise than this one',
      })
    }
    const { template } = miner
    if (template.batch !== this.#batch) {
      template.batch = this.#batch
      template.index = columns.templates.length
      columns.templates.push({ id: template.id, pattern: template.pattern })
    }
    columns.template[at] = template.index
    miner.writeVariables(columns.variables)
    columns.variables.next()
    for (const word of miner.newWords) columns.slotWords.push([template.index, word])
    columns.addHashes(at, miner.mask.hashes, miner.mask.hashed)
  }

  #addFrame(row: RowInput, at: number): void {
    const columns = this.#columns
    const shape = this.#known(row) ?? this.#found(row)
    if (shape.batch !== this.#batch) {
      shape.batch = this.#batch
      shape.index = columns.shapes.length
      columns.shapes.push(shape.descriptor)
    }
    columns.shape[at] = shape.index
    columns.values.next()
    // A copy: the bytes are a view into a request that is gone soon.
    if (shape.descriptor.frame === null) columns.verbatim.set(at, row.raw.slice())
  }

  /** The shape of the row when records of its template had it lately; its values are then written. */
  #known(row: RowInput): Shape | undefined {
    if (!isFaithful(row)) return undefined
    const shapes = this.#shapesOf(this.#miner.template)
    const source = this.#sourceOf(row)
    for (let i = 0; i < shapes.length; i++) {
      const shape = shapes[i]!
      if (!shape.holds(row, source.values) || shape.reader?.match(row.text, source) !== true)
        continue
      if (!this.#writeJoined(source.values)) return undefined
      if (i > 0) shapes.unshift(...shapes.splice(i, 1))
      return shape
    }
    return undefined
  }

  /** The shape of any row, with its values written: one that gives its bytes back, or that keeps them. */
  #found(row: RowInput): Shape {
    const rebuildable = this.#rebuildable(row)
    const shape = rebuildable ?? this.#verbatim(row)
    const { values } = this.#source
    if (shape.descriptor.values === 'json') this.#columns.values.add(JSON.stringify(values))
    else this.#writeJoined(values)
    if (rebuildable !== undefined && shape.descriptor.values === 'joined') {
      const shapes = this.#shapesOf(this.#miner.template)
      if (shapes.length === KNOWN_SHAPES) shapes.pop()
      shapes.unshift(shape)
    }
    return shape
  }

  /** The shapes that records of a template had lately, the last first. */
  #shapesOf({ number }: Template): Shape[] {
    return (this.#recent[number] ??= [])
  }

  /**
   * Writes the values side by side, those that the body holds by reference; false, and nothing is written,
   * when one cannot stand there.
   */
  #writeJoined(values: readonly string[]): boolean {
    const out = this.#columns.values
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      if (!isJoinable(value)) {
        out.restart()
        return false
      }
      if (i > 0) out.addCode(SEPARATOR)
      if (value.length < SHORTEST_REFERENCED || !this.#miner.writeReference(value, out)) {
        out.add(value)
      }
    }
    return true
  }

  #sourceOf(row: RowInput): Source {
    const source = this.#source
    source.body = row.body
    source.host = row.stream.host
    source.time = row.time
    source.timeNs = row.timeNs
    source.text = row.text
    source.stampText = row.stampText
    return source
  }

  /** The shape that gives the row's bytes back exactly, its values in `#source`; undefined for none. */
  #rebuildable(row: RowInput): Shape | undefined {
    const shapes = this.#shapes
    shapes.enter(row)
    if (!isFaithful(row)) return undefined
    const source = this.#sourceOf(row)
    if (!this.#cutter.cut(source, shapes.values)) return undefined
    source.values = [...shapes.values, ...this.#cutter.values]
    const shape = shapes.find(this.#cutter.frame, styleOf(source.values))
    return shape?.reader?.rebuild(source) === row.text ? shape : undefined
  }

  /** The shape of a row whose bytes are kept; its values are those of the attributes alone. */
  #verbatim(row: RowInput): Shape {
    const shapes = this.#shapes
    let shape = shapes.find(null, shapes.style)
    if (shape === undefined) {
      shapes.enterGeneric(row)
      shape = shapes.find(null, shapes.style)!
    }
    this.#source.values = [...shapes.values]
    return shape
  }
}

function descriptorOf({ source, host, format, layer, kind }: Stream): StreamDescriptor {
  return { source, host, format, layer, kind }
}

/** Whether a value can be written as it is beside others. */
const isJoinable = (value: string): boolean =>
  !value.includes(FIELD_SEPARATOR) && !value.startsWith(BODY_REFERENCE)

const styleOf = (values: readonly string[]): ShapeDescriptor['values'] =>
  values.every(isJoinable) ? 'joined' : 'json'

/** True when the text holds all of the bytes: a byte order mark, for one, is lost in decoding. */
const isFaithful = (row: RowInput): boolean =>
  !row.lossy &&
  (row.raw.length === row.text.length || row.raw.length === Buffer.byteLength(row.text))

/** The growing columns of one batch. */
class Columns {
  count = 0
  time: Float64Array<ArrayBuffer>
  timeNs: Uint16Array<ArrayBuffer>
  received: Float64Array<ArrayBuffer>
  severity: Uint8Array<ArrayBuffer>
  entity: Uint32Array<ArrayBuffer>
  stream: Uint32Array<ArrayBuffer>
  shape: Uint32Array<ArrayBuffer>
  template: Uint32Array<ArrayBuffer>
  readonly streams: StreamDescriptor[] = []
  readonly shapes: ShapeDescriptor[] = []
  readonly templates: TemplateDescriptor[] = []
  readonly variables = new TextPacker()
  readonly values = new TextPacker()
  readonly verbatim = new Map<number, Uint8Array>()
  readonly slotWords: [number, string][] = []
  readonly #entities = new Map<string, number>()
  #tokenHashes: Uint32Array<ArrayBuffer>
  #tokenEnds: Uint32Array<ArrayBuffer>
  #hashed = 0
  #capacity: number

  constructor(capacity: number, hashes: number) {
    this.#capacity = Math.max(capacity, 1024)
    this.time = new Float64Array(this.#capacity)
    this.timeNs = new Uint16Array(this.#capacity)
    this.received = new Float64Array(this.#capacity)
    this.severity = new Uint8Array(this.#capacity)
    this.entity = new Uint32Array(this.#capacity)
    this.stream = new Uint32Array(this.#capacity)
    this.shape = new Uint32Array(this.#capacity)
    this.template = new Uint32Array(this.#capacity)
    this.#tokenEnds = new Uint32Array(this.#capacity)
    this.#tokenHashes = new Uint32Array(Math.max(hashes, 8192))
  }

  /** How many token hashes the rows so far have. */
  get hashed(): number {
    return this.#hashed
  }

  /** What stands for an entity in {@link LogBatch.entity}. */
  entityIndex(id: string): number {
    let index = this.#entities.get(id)
    if (index === undefined) this.#entities.set(detached(id), (index = this.#entities.size + 1))
    return index
  }

  /** The index of a new row. */
  reserve(): number {
    if (this.count === this.#capacity) this.#grow()
    return this.count++
  }

  /** Takes back the last row, however much of it is there. */
  drop(at: number): void {
    this.count = at
    this.variables.cut(at)
    this.values.cut(at)
    this.verbatim.delete(at)
    this.#hashed = at === 0 ? 0 : this.#tokenEnds[at - 1]!
  }

  addHashes(at: number, hashes: Uint32Array, length: number): void {
    if (this.#hashed + length > this.#tokenHashes.length) {
      this.#tokenHashes = longer(
        this.#tokenHashes,
        Math.max(2 * this.#tokenHashes.length, this.#hashed + length),
      )
    }
    for (let i = 0; i < length; i++) this.#tokenHashes[this.#hashed++] = hashes[i]!
    this.#tokenEnds[at] = this.#hashed
  }

  toBatch(day: string, node: string, firstSequence: number): LogBatch {
    const { count } = this
    return {
      day,
      node,
      firstSequence,
      count,
      time: this.time.slice(0, count),
      timeNs: this.timeNs.slice(0, count),
      received: this.received.slice(0, count),
      severity: this.severity.slice(0, count),
      entity: this.entity.slice(0, count),
      stream: this.stream.slice(0, count),
      shape: this.shape.slice(0, count),
      template: this.template.slice(0, count),
      entities: [...this.#entities.keys()],
      streams: this.streams,
      shapes: this.shapes,
      templates: this.templates,
      variables: this.variables.toColumn(),
      values: this.values.toColumn(),
      verbatim: this.verbatim,
      tokenHashes: this.#tokenHashes.slice(0, this.#hashed),
      tokenEnds: this.#tokenEnds.slice(0, count),
      slotWords: this.slotWords,
    }
  }

  #grow(): void {
    this.#capacity *= 2
    this.time = longer(this.time, this.#capacity)
    this.timeNs = longer(this.timeNs, this.#capacity)
    this.received = longer(this.received, this.#capacity)
    this.severity = longer(this.severity, this.#capacity)
    this.entity = longer(this.entity, this.#capacity)
    this.stream = longer(this.stream, this.#capacity)
    this.shape = longer(this.shape, this.#capacity)
    this.template = longer(this.template, this.#capacity)
    this.#tokenEnds = longer(this.#tokenEnds, this.#capacity)
  }
}

function longer<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  array: T,
  length: number,
): T {
  const grown = new (array.constructor as new (length: number) => T)(length)
  grown.set(array)
  return grown
}
