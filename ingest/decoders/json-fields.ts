import { quote } from '../../model/errors.ts'
import type { AttributeValue } from '../../model/record.ts'
import { MAX_TIME, MIN_TIME, parseRfc3339, type Instant } from '../../model/time.ts'
import { LIMITS, type LimitName } from './limits.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const EPOCH: Instant = { us: MIN_TIME, ns: 0 }

/**
 * Reads the members of one JSON object of ours. The first thing wrong with it is kept in `problem`, and
 * what was asked for is answered with a stand-in: the caller reads everything, then looks once.
 */
export class JsonFields {
  problem: string | undefined
  /** The limit behind `problem`, where it is one. */
  limit: LimitName | undefined
  readonly #object: JsonObject
  readonly #prefix: string

  /** `prefix` names the object inside its line (`entity.`) in messages. */
  constructor(object: JsonObject, prefix = '') {
    this.#object = object
    this.#prefix = prefix
  }

  has(name: string): boolean {
    return this.#object[name] !== undefined && this.#object[name] !== null
  }

  raw(name: string): unknown {
    return this.#object[name] ?? undefined
  }

  text(name: string): string {
    const value = this.#object[name]
    if (typeof value === 'string' && value !== '') return value
    return this.#fail(name, 'a text that is not empty', '')
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined
  }

  number(name: string): number {
    const value = this.#object[name]
    if (typeof value === 'number' && Number.isFinite(value)) return value
    return this.#fail(name, 'a number', 0)
  }

  /** RFC 3339 with zone, to the nanosecond, in the years 1970 to 2200. */
  time(name: string): Instant {
    const value = this.#object[name]
    const instant = typeof value === 'string' ? parseRfc3339(value) : undefined
    if (instant !== undefined && instant.us >= MIN_TIME && instant.us <= MAX_TIME) return instant
    return this.#fail(name, 'a time such as "2026-11-21T10:00:00.5Z"', EPOCH)
  }

  optionalTime(name: string): Instant | undefined {
    return this.has(name) ? this.time(name) : undefined
  }

  /** One of a closed list of words. */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#object[name]
    const word = words.find((candidate) => candidate === value)
    return word ?? this.#fail(name, `one of ${words.join(', ')}`, words[0]!)
  }

  optionalOneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    return this.has(name) ? this.oneOf(name, words) : undefined
  }

  list(name: string): readonly unknown[] {
    const value = this.#object[name] ?? []
    return Array.isArray(value) ? value : this.#fail(name, 'a list', [])
  }

  /** Attributes under dotted names: nested objects are flattened, lists kept as JSON text. */
  attributes(name: string): Record<string, AttributeValue> {
    const value = this.#object[name] ?? {}
    if (!isJsonObject(value)) return this.#fail(name, 'an object', {})
    const flat: Record<string, AttributeValue> = {}
    if (isDeeperThan(value, LIMITS.depth)) {
      return this.#limited('depth', name, 'objects inside each other')
    }
    return flatten(value, '', flat) <= LIMITS.attributes
      ? flat
      : this.#limited('attributes', name, 'attributes')
  }

  fail(problem: string): void {
    this.problem ??= problem
  }

  #limited(limit: LimitName, name: string, what: string): Record<string, AttributeValue> {
    if (this.problem === undefined) this.limit = limit
    return this.#fail(name, `at most ${LIMITS[limit]} ${what}`, {})
  }

  #fail<T>(name: string, needed: string, standIn: T): T {
    const value = this.#object[name]
    const found = value === undefined ? 'is missing' : `is ${shown(value)}`
    this.fail(`"${this.#prefix}${name}" ${found}: give ${needed}`)
    return standIn
  }
}

/** A wrong value for a message; only its kind when it is too deep to print. */
function shown(value: unknown): string {
  return isDeeperThan(value, LIMITS.depth)
    ? 'nested too deeply'
    : typeof value === 'string'
      ? quote(value)
      : quote(JSON.stringify(value))
}

/** True when objects and lists stand inside each other more than `depth` times. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  for (const key in value) {
    if (isDeeperThan((value as JsonObject)[key], depth - 1)) return true
  }
  return false
}

/** Copies the leaves of a JSON object under dotted names and answers how many; lists as JSON text. */
function flatten(object: JsonObject, prefix: string, into: Record<string, AttributeValue>): number {
  let count = 0
  for (const [key, value] of Object.entries(object)) {
    if (isJsonObject(value)) count += flatten(value, `${prefix}${key}.`, into)
    else {
      into[prefix + key] = leafOf(value)
      count++
    }
    if (count > LIMITS.attributes) break
  }
  return count
}

function leafOf(value: unknown): AttributeValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  return value === null || value === undefined ? null : JSON.stringify(value)
}
