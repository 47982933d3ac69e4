import { Buffer, isUtf8 } from 'node:buffer'
import { AppError, messageOf, quote } from '../../model/errors.ts'
import { readJson } from '../../model/json.ts'
import { stringEnd } from './json-elements.ts'
import { LimitError, LIMITS } from './limits.ts'
import { sliceText, withoutBom } from './text.ts'

/** A body no larger than this cannot hold so many values that they would be too much. */
const SMALL_BYTES = 2 * LIMITS.valuesPerRequest

/**
 * A body that is one JSON text. A string in it that is no UTF-8 is read as windows-1252, its neighbours
 * are not. Throws `invalid_request`, or `too_large` when it would make more values than we take: an empty
 * object costs us twenty times its two bytes.
 */
export function parseJson(body: Buffer): unknown {
  const { value, holdsBytes } = parseJsonBytes(body)
  return holdsBytes ? readStrings(value) : value
}

/**
 * The same with the strings of a body that is no UTF-8 as they came: where `holdsBytes`, each of their
 * characters is a byte, see {@link stringBytes}.
 */
export function parseJsonBytes(whole: Buffer): { value: unknown; holdsBytes: boolean } {
  const body = withoutBom(whole)
  if (body.length > SMALL_BYTES) checkValues(body)
  const holdsBytes = !isUtf8(body)
  const text = body.toString(holdsBytes ? 'latin1' : 'utf8')
  try {
    return { value: readJson(text), holdsBytes }
  } catch (cause) {
    const message = `cannot read ${quote(text)} as JSON: ${messageOf(cause)}`
    throw new AppError('invalid_request', message, { cause })
  }
}

/** The bytes behind a string of characters that are bytes; one with others was written with escapes. */
export function stringBytes(text: string): Buffer {
  return Buffer.from(text, /^[\u0000-\u00ff]*$/.test(text) ? 'latin1' : 'utf8')
}

/** Such a string as text. */
export function stringText(text: string): string {
  const bytes = stringBytes(text)
  return sliceText(bytes, 0, bytes.length, 'mixed').text
}

/** Too deep a part is left as it is: whoever reads it refuses it. */
function readStrings(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return stringText(value)
  if (typeof value !== 'object' || value === null || depth > 4 * LIMITS.depth) return value
  if (Array.isArray(value)) return value.map((item) => readStrings(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [stringText(key), readStrings(item, depth + 1)]),
  )
}

const QUOTE = 34
const COMMA = 44
const OPEN_LIST = 91
const OPEN_OBJECT = 123

function checkValues(body: Buffer): void {
  let values = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) at = stringEnd(body, at)
    else if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) values++
  }
  if (values <= LIMITS.valuesPerRequest) return
  const message = `the JSON body holds ${values} values, more than ${LIMITS.valuesPerRequest}`
  throw new LimitError('valuesPerRequest', `${message}; send smaller batches`)
}
