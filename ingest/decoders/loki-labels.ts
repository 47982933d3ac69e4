import { LimitError, LIMITS } from './limits.ts'

const NAME = /[a-zA-Z_][a-zA-Z0-9_:.]*/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/**
 * Reads Loki's labels text `{app="x", path="C:\\a \"b\""}` (the Prometheus label syntax with Go
 * string escapes; backquoted raw strings too). Undefined when it is not one; throws when there are too
 * many.
 */
export function parseLabels(text: string): Map<string, string> | undefined {
  const labels = new Map<string, string>()
  let at = skipBlanks(text, 0)
  if (text[at] !== '{') return undefined
  at = skipBlanks(text, at + 1)
  while (text[at] !== '}') {
    NAME.lastIndex = at
    const name = NAME.exec(text)?.[0]
    if (name === undefined) return undefined
    at = skipBlanks(text, at + name.length)
    if (text[at] !== '=') return undefined
    const value = readQuoted(text, skipBlanks(text, at + 1))
    if (value === undefined) return undefined
    labels.set(name, value.text)
    checkLabels(labels.size)
    at = skipBlanks(text, value.end)
    if (text[at] === ',') at = skipBlanks(text, at + 1)
    else if (text[at] !== '}') return undefined
  }
  return skipBlanks(text, at + 1) === text.length ? labels : undefined
}

export function checkLabels(count: number): void {
  if (count <= LIMITS.attributes) return
  const message = `a stream has more than ${LIMITS.attributes} labels`
  throw new LimitError('attributes', message)
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n') at++
  return at
}

function readQuoted(text: string, start: number): { text: string; end: number } | undefined {
  const quote = text[start]
  if (quote === '`') {
    const end = text.indexOf('`', start + 1)
    return end < 0 ? undefined : { text: text.slice(start + 1, end), end: end + 1 }
  }
  if (quote !== '"') return undefined
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!
    if (char === '"') return { text: value, end: at + 1 }
    if (char !== '\\') {
      value += char
      continue
    }
    const escape = readEscape(text, at + 1)
    if (escape === undefined) return undefined
    value += escape.text
    at = escape.end - 1
  }
  return undefined
}

/** Digits after `\x`, `\u`, `\U` (Go specification, "String literals"). */
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function readEscape(text: string, at: number): { text: string; end: number } | undefined {
  const char = text[at]
  if (char === undefined) return undefined
  const digits = HEX_DIGITS[char]
  if (digits === undefined) return { text: ESCAPES[char] ?? char, end: at + 1 }
  const hex = text.slice(at + 1, at + 1 + digits)
  const code = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? parseInt(hex, 16) : Infinity
  // Go refuses halves of surrogate pairs too.
  const isHalf = code >= 0xd800 && code <= 0xdfff
  return isHalf || code > 0x10ffff
    ? undefined
    : { text: String.fromCodePoint(code), end: at + 1 + digits }
}
