import type { TokenPattern } from '../../model/query.ts'
import { fold, forEachToken } from '../../model/tokens.ts'
import type { TextSpan } from './inert-pieces.ts'

/** Spans of one text at most: a line of a million commas has no use for more. */
const MOST_SPANS = 200
/** Characters looked at: what is marked is near the beginning, and rows are drawn by the dozen. */
const FARTHEST = 20_000

/**
 * Where identifiers stand in a text, in any case; pairs of hex digits (MAC, WWN) also with other separators or none.
 * `kind` is given to every span, the value that was found stands in `value`.
 */
export function valueSpans(
  text: string,
  values: readonly string[],
  kind: TextSpan['kind'],
): readonly TextSpan[] {
  const near = text.slice(0, FARTHEST)
  return values
    .filter((value) => value.length > 1)
    .flatMap((value) =>
      [...near.matchAll(patternOf(value))].slice(0, MOST_SPANS).map((match) => ({
        from: match.index,
        to: match.index + match[0].length,
        kind,
        value,
      })),
    )
    .slice(0, MOST_SPANS)
}

const PAIRS = /^[0-9a-f]{2}(?::[0-9a-f]{2})+$/i

function patternOf(value: string): RegExp {
  const escaped = value.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
  const source = PAIRS.test(value) ? value.split(':').join('[:.-]?') : escaped
  // Not inside a longer word: `esx-1` is not in `esx-12`.
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, 'giu')
}

/** Where phrases of a query stand in a body: their tokens next to each other, as `model/match.ts` reads them. */
export function hitSpans(
  text: string,
  phrases: readonly (readonly TokenPattern[])[],
): readonly TextSpan[] {
  if (phrases.length === 0) return []
  const tokens: { text: string; from: number; to: number }[] = []
  const near = text.slice(0, FARTHEST)
  forEachToken(near, (from, to) => tokens.push({ text: fold(near.slice(from, to)), from, to }))
  const spans: TextSpan[] = []
  for (const phrase of phrases) {
    const tests = phrase.map(testOf)
    for (let i = 0; i + tests.length <= tokens.length && spans.length < MOST_SPANS; i++) {
      if (!tests.every((isHit, k) => isHit(tokens[i + k]!.text))) continue
      spans.push({ from: tokens[i]!.from, to: tokens[i + tests.length - 1]!.to, kind: 'hit' })
    }
  }
  return spans
}

function testOf({ text, wildcard }: TokenPattern): (token: string) => boolean {
  if (!wildcard) return (token) => token === text
  const source = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
  const pattern = new RegExp(`^${source}$`, 'su')
  return (token) => pattern.test(token)
}
