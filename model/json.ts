/** How JSON writes the first or second half of a surrogate pair. */
const ESCAPED_HALF = /\\u[dD][89a-fA-F]/
const LONE_HALF = /\p{Surrogate}/gu
const REPLACEMENT = '\ufffd'

/**
 * `JSON.parse`, but for halves of surrogate pairs that stand alone: neither UTF-8 nor a store can carry
 * them, so they become U+FFFD. Throws SyntaxError for what is not one JSON text.
 */
export function readJson(text: string): unknown {
  return ESCAPED_HALF.test(text) ? JSON.parse(text, wellFormed) : JSON.parse(text)
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(LONE_HALF, REPLACEMENT) : value
}
