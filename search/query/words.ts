import type { TokenPattern } from '../../model/query.ts'
import { fold, isWordUnit, tokensOf } from '../../model/tokens.ts'

const isWildcardUnit = (code: number): boolean => code === 42 || code === 63
const isDigitOrWildcard = (code: number): boolean =>
  isWildcardUnit(code) || (code >= 48 && code <= 57)

/**
 * The token patterns of a bare word. Without `*` and `?` they are its tokens; with them, the wildcards
 * count as letters: `naa.600*` is `naa` `600*`. A full stop beside a wildcard joins in what looks like
 * an address or a version (`10.0.*`), and separates elsewhere (`esx01.*`).
 */
export function patternsOf(word: string): TokenPattern[] {
  if (!/[*?]/.test(word)) return plainPatterns(word)
  const patterns: TokenPattern[] = []
  for (let i = 0; i < word.length;) {
    const end = patternEnd(word, i)
    const text = fold(word.slice(i, end))
    if (text !== '') patterns.push({ text, wildcard: /[*?]/.test(text) })
    i = Math.max(end, i + 1)
  }
  return patterns
}

function patternEnd(word: string, start: number): number {
  let i = start
  while (i < word.length) {
    const code = word.charCodeAt(i)
    const joins = code === 46 && i > start && stopJoins(word, start, i)
    if (!joins && !isWordUnit(code) && !isWildcardUnit(code)) break
    i++
  }
  return i
}

function stopJoins(word: string, start: number, at: number): boolean {
  const before = word.charCodeAt(at - 1)
  const after = word.charCodeAt(at + 1)
  if (!isDigitOrWildcard(before) || !isDigitOrWildcard(after)) return false
  return (
    (!isWildcardUnit(before) && !isWildcardUnit(after)) ||
    /^[\d.*?]+$|\./.test(word.slice(start, at))
  )
}

const plainPatterns = (text: string): TokenPattern[] =>
  tokensOf(text).map((token) => ({ text: token, wildcard: false }))

/** One token taken as it stands inside a quoted phrase, wildcards included: `\{600*}`. */
const VERBATIM = /\\\{([^}]+)\}/

/** The token patterns of a quoted phrase, its quotes undone: `*` and `?` are no wildcards here. */
export function quotedPatterns(text: string): TokenPattern[] {
  return text
    .split(VERBATIM)
    .flatMap((part, i) =>
      i % 2 === 0 ? plainPatterns(part) : [{ text: part, wildcard: /[*?]/.test(part) }],
    )
}
