import type { ShapeDescriptor, StreamDescriptor } from '../../../model/batch.ts'
import { KeyNames } from './key-names.ts'
import type { TemplateText } from './template-text.ts'

/** Values numbered from 0 in the order they were first seen; a number is never reused. */
export class Dictionary<T> {
  readonly #ids = new Map<string, number>()
  readonly #values: (T | undefined)[] = []
  readonly #keyOf: (value: T) => string

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf
  }

  get size(): number {
    return this.#values.length
  }

  /** The value's number, given now if it is new. */
  intern(value: T): number {
    const key = this.#keyOf(value)
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = this.#values.length
    this.#ids.set(key, id)
    this.#values.push(value)
    return id
  }

  /** Puts a value back under the number a file knows it by. */
  restore(id: number, value: T): void {
    this.#ids.set(this.#keyOf(value), id)
    while (this.#values.length <= id) this.#values.push(undefined)
    this.#values[id] = value
  }

  find(value: T): number | undefined {
    return this.#ids.get(this.#keyOf(value))
  }

  /** As {@link Dictionary.find} of a value that has this key. */
  findKey(key: string): number | undefined {
    return this.#ids.get(key)
  }

  get(id: number): T {
    const value = this.#values[id]
    if (value === undefined) throw new Error(`BUG: no dictionary entry ${id}`)
    return value
  }

  /** The numbers of what is there. */
  ids(): number[] {
    const ids: number[] = []
    this.forEach((_, id) => ids.push(id))
    return ids
  }

  /** Visits what is there; numbers of files that are gone leave gaps. */
  forEach(visit: (value: T, id: number) => void): void {
    this.#values.forEach((value, id) => {
      if (value !== undefined) visit(value, id)
    })
  }
}

/** The dictionaries of a store: numbered across all its partitions, held in memory. */
export class Dictionaries {
  /** Ids of entities that records name. */
  readonly entities = new Dictionary<string>((id) => id)
  readonly streams = new Dictionary<StreamDescriptor>(streamKey)
  readonly shapes = new Dictionary<ShapeDescriptor>((shape) => JSON.stringify(shape))
  readonly templates = new Dictionary<TemplateText>((template) => template.pattern)
  readonly keys: KeyNames

  /** So many identifiers of a kind are numbered, see {@link KeyNames}. */
  constructor(keysOfKind: number) {
    this.keys = new KeyNames(keysOfKind)
  }
}

function streamKey(s: StreamDescriptor): string {
  return [s.source, s.host ?? '\0', s.format, s.layer ?? '\0', s.kind].join('\x1f')
}
