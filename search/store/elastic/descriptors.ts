import { createHash } from 'node:crypto'
import type {
  LogBatch,
  ShapeDescriptor,
  StreamDescriptor,
  TemplateDescriptor,
} from '../../../model/batch.ts'
import type { StateIndex } from './state-index.ts'

/** What a record names by id and does not say again. */
export interface DescriptorTypes {
  readonly stream: StreamDescriptor
  readonly shape: ShapeDescriptor
  readonly template: TemplateDescriptor
}
export type DescriptorKind = keyof DescriptorTypes
type Descriptor = DescriptorTypes[DescriptorKind]

/** A descriptor as it stands in the index without a day. */
export interface StoredDescriptor {
  readonly kind: DescriptorKind
  /** A function of `value`: whoever writes it writes the same, and a reader needs no other key. */
  readonly id: string
  readonly value: string
}

/** Characters of an id: 132 bits of a hash, so that nobody can make two messages that take each other's place. */
const ID_LENGTH = 22

// A commit has the same few descriptors for thousands of rows.
const stored = new WeakMap<Descriptor, StoredDescriptor>()

export function storedDescriptor<Kind extends DescriptorKind>(
  kind: Kind,
  descriptor: DescriptorTypes[Kind],
): StoredDescriptor {
  let known = stored.get(descriptor)
  if (known === undefined) {
    const value = JSON.stringify(inOrder(kind, descriptor))
    const id = createHash('sha256').update(value).digest('base64url').slice(0, ID_LENGTH)
    known = { kind, id, value }
    stored.set(descriptor, known)
  }
  return known
}

/** Its own fields alone, always in one order. */
function inOrder(kind: DescriptorKind, descriptor: Descriptor): Descriptor {
  if (kind === 'stream') {
    const { source, host, format, layer, kind: of } = descriptor as StreamDescriptor
    return { source, host, format, layer, kind: of }
  }
  if (kind === 'template') {
    const { id, pattern } = descriptor as TemplateDescriptor
    return { id, pattern }
  }
  const shape = descriptor as ShapeDescriptor
  const { app, timeFrom, uncertaintyUs, severityText, eventName } = shape
  const { constants, attributes, types, frame, values } = shape
  return {
    ...{ app, timeFrom, uncertaintyUs, severityText, eventName },
    ...{ constants, attributes, types, frame, values },
  }
}

/** All that the rows of a batch name. */
export function* descriptorsOf(batch: LogBatch): Generator<StoredDescriptor> {
  for (const stream of batch.streams) yield storedDescriptor('stream', stream)
  for (const shape of batch.shapes) yield storedDescriptor('shape', shape)
  for (const template of batch.templates) yield storedDescriptor('template', template)
}

/** Descriptors kept at hand: those of a plant of 100,000 systems, some 100 MB. */
const MOST_KNOWN = 400_000

/**
 * The descriptors by id, each read once. One that is not known yet is there: it is written before the first record that
 * names it, and read by its id, which sees what no search sees yet.
 */
export class Descriptors {
  readonly #state: StateIndex
  readonly #known = new Map<string, Descriptor>()

  constructor(state: StateIndex) {
    this.#state = state
  }

  /** The descriptors of some ids; those that do not exist are left out. */
  async read<Kind extends DescriptorKind>(
    kind: Kind,
    ids: Iterable<string>,
  ): Promise<ReadonlyMap<string, DescriptorTypes[Kind]>> {
    const found = new Map<string, DescriptorTypes[Kind]>()
    const unknown: string[] = []
    for (const id of new Set(ids)) {
      const known = this.#known.get(id) as DescriptorTypes[Kind] | undefined
      if (known === undefined) unknown.push(id)
      else found.set(id, known)
    }
    if (unknown.length === 0) return found
    const values = await this.#state.many(kind, unknown)
    if (this.#known.size + values.size > MOST_KNOWN) this.#known.clear()
    for (const [id, value] of values) {
      const descriptor = JSON.parse(value) as DescriptorTypes[Kind]
      found.set(id, descriptor)
      this.#known.set(id, descriptor)
    }
    return found
  }
}
