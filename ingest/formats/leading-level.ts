import { severityFromWord } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'

export interface Level {
  readonly severity: Severity
  /** The word as written: `WARN`. */
  readonly text: string
  /** The offset behind the word and what encloses it. */
  readonly end: number
}

/** The longest level word is `informational`. */
const MAX_WORD = 13

const isLetter = (code: number): boolean => {
  const lower = code | 32
  return lower >= 97 && lower <= 122
}

const CLOSERS: Readonly<Record<string, string>> = { '[': ']', '<': '>', '(': ')', '{': '}' }

/**
 * The level that a text begins with at `at`: `[warn]`, `<info>`, `ERROR:`, `error: `, `INFO `, `DEBUG|`.
 * A bare word followed by a blank counts only in capitals, so that "error reading disk" is no level.
 */
export function leadingLevel(text: string, at = 0): Level | undefined {
  const closer = CLOSERS[text.charAt(at)]
  let start = closer === undefined ? at : at + 1
  while (closer !== undefined && text.charCodeAt(start) === 32 && start - at < 8) start++
  let end = start
  while (end - start <= MAX_WORD && isLetter(text.charCodeAt(end))) end++
  if (end - start < 2 || end - start > MAX_WORD) return undefined
  const word = text.slice(start, end)
  const severity = severityFromWord(word)
  if (severity === 0) return undefined
  if (closer !== undefined) {
    while (text.charCodeAt(end) === 32) end++
    return text.charAt(end) === closer ? { severity, text: word, end: end + 1 } : undefined
  }
  const next = text.charAt(end)
  if (next === ':' || next === '|') return { severity, text: word, end: end + 1 }
  // A bracket is closed behind the level where it was opened before the time.
  if (next !== ' ' && next !== '\t' && next !== '' && next !== ',' && next !== ']') return undefined
  return word === word.toUpperCase() ? { severity, text: word, end } : undefined
}
