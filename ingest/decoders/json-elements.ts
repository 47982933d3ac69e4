import { Buffer } from 'node:buffer'

const QUOTE = 34
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/**
 * The bytes of the objects in the lists at `path` of a valid JSON text, in order: `['a', 'b']` is every
 * object in a list `b` of an object in the list `a` of the whole. They are the single records inside one
 * request, which `JSON.parse` does not keep.
 */
export function elementsAt(body: Buffer, path: readonly string[]): Buffer[] {
  const names = path.map((name) => Buffer.from(name))
  const elements: Buffer[] = []
  let depth = 0
  /** How many lists of the path stand open: the one of `path[n - 1]` has the depth 2n. */
  let lists = 0
  let stringStart = 0
  let stringStop = 0
  let isMember = false
  let start = 0
  for (let at = 0; at < body.length; at++) {
    switch (body[at]) {
      case QUOTE:
        stringStart = at + 1
        stringStop = stringEnd(body, at)
        at = stringStop
        isMember = false
        break
      case COLON: {
        const name = names[lists]
        isMember =
          depth === 2 * lists + 1 &&
          name?.length === stringStop - stringStart &&
          body.compare(name, 0, name.length, stringStart, stringStop) === 0
        break
      }
      case OPEN_OBJECT:
        depth++
        isMember = false
        if (lists === path.length && depth === 2 * lists + 1) start = at
        break
      case OPEN_LIST:
        depth++
        if (isMember) lists++
        isMember = false
        break
      case CLOSE_OBJECT:
        if (lists === path.length && depth === 2 * lists + 1) {
          elements.push(body.subarray(start, at + 1))
        }
        depth--
        break
      case CLOSE_LIST:
        if (lists > 0 && depth === 2 * lists) lists--
        depth--
        break
      default:
    }
  }
  return elements
}

/** Place of the quote that closes the string opened at `start`; the end of the body when none does. */
export function stringEnd(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at++) {
    const byte = body[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at
  }
  return body.length
}
