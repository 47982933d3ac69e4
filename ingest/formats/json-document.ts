import { readJson } from '../../model/json.ts'
import type { AttributeValue } from '../../model/record.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Objects inside each other deeper than this, and lists, are kept as JSON text. */
const MAX_DEPTH = 16
/** Leaves read of one document; more are counted, not kept (the raw line has them). */
export const MAX_LEAVES = 512
/** Distinct dotted names remembered, so that nested documents do not build them anew each time. */
const MAX_NAMES = 20_000

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object a text is, or undefined when it is not one JSON object. */
export function parseJsonObject(text: string): JsonObject | undefined {
  let value: unknown
  try {
    value = readJson(text)
  } catch {
    // Not JSON, then: for a format that is an answer, not a failure.
    return undefined
  }
  return isJsonObject(value) ? value : undefined
}

/** The list a text is, or undefined when it is not one JSON list. */
export function parseJsonList(text: string): readonly unknown[] | undefined {
  let value: unknown
  try {
    value = readJson(text)
  } catch {
    // A text of the sender's that only begins like one.
    return undefined
  }
  return Array.isArray(value) ? (value as unknown[]) : undefined
}

const names = new Map<string, Map<string, string>>()
let nameCount = 0

/** `prefix.key`, the same string object each time. */
function dotted(prefix: string, key: string): string {
  if (nameCount > MAX_NAMES) {
    names.clear()
    nameCount = 0
  }
  let ofPrefix = names.get(prefix)
  if (ofPrefix === undefined) {
    ofPrefix = new Map()
    names.set(prefix, ofPrefix)
  }
  let name = ofPrefix.get(key)
  if (name === undefined) {
    name = `${prefix}.${key}`
    ofPrefix.set(key, name)
    nameCount++
  }
  return name
}

type Visit = (name: string, value: AttributeValue) => void

/**
 * Calls `visit` for each leaf of a document under its dotted name (`{"host":{"name":…}}` and
 * `{"host.name":…}` alike), in the document's order; answers how many were left out.
 */
export function forEachLeaf(object: JsonObject, visit: Visit): number {
  let left = MAX_LEAVES
  const walk = (inner: JsonObject, prefix: string, depth: number): void => {
    for (const key in inner) {
      const value = inner[key]
      const name = prefix === '' ? key : dotted(prefix, key)
      if (depth < MAX_DEPTH && isJsonObject(value)) walk(value, name, depth + 1)
      else if (--left >= 0) visit(name, leafOf(value))
    }
  }
  walk(object, '', 1)
  return left < 0 ? -left : 0
}

function leafOf(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value
    default:
      return value === null || value === undefined ? null : jsonText(value)
  }
}

/** JSON of a nested value; a placeholder for what is nested too deeply to be written. */
function jsonText(value: object): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return '(nested too deeply)'
    throw error
  }
}

/**
 * The digits of a number as they stand in the document. `JSON.parse` rounds whole numbers past 2^53,
 * which nanoseconds are, so those are looked up in the text behind their key.
 */
export function exactNumber(text: string, name: string, value: number): string {
  if (Number.isSafeInteger(value) || !Number.isInteger(value)) return String(value)
  const key = JSON.stringify(name.slice(name.lastIndexOf('.') + 1))
  const at = text.indexOf(key)
  const m =
    at < 0
      ? null
      : /^\s{0,8}:\s{0,8}(\d{16,20})/.exec(text.slice(at + key.length, at + key.length + 40))
  return m === null ? String(value) : m[1]!
}
