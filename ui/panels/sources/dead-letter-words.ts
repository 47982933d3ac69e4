import type { ApiDeadLetter } from '../../../model/api.ts'
import type { TextSpan } from '../../lib/inert-pieces.ts'

/** Refused lines of a source that were refused for the same reason. */
export interface Reason {
  readonly reason: string
  readonly letters: readonly ApiDeadLetter[]
}

/** By why, most first. What a reason quotes of its line is no part of it. */
export function reasonsOf(letters: readonly ApiDeadLetter[], source: string): readonly Reason[] {
  const reasons = new Map<string, ApiDeadLetter[]>()
  for (const letter of letters) {
    if (letter.source !== source) continue
    const reason = commonReason(letter)
    reasons.set(reason, [...(reasons.get(reason) ?? []), letter])
  }
  return [...reasons]
    .map(([reason, of]) => ({ reason, letters: of }))
    .sort((a, b) => b.letters.length - a.letters.length || (a.reason < b.reason ? -1 : 1))
}

const QUOTED = /"(?:[^"\\]|\\.)*"/g

/** A reason without what it quotes of its own line, and without the place in it: the same for every line. */
function commonReason({ reason, raw }: ApiDeadLetter): string {
  return reason
    .replace(QUOTED, (quoted) => (isBeginningOf(raw, quoted) ? 'it' : quoted))
    .replace(/, in it$/, '')
    .replace(/ (?:in JSON )?at position \d+(?: \(line \d+ column \d+\))?/, '')
}

/** Whether a quotation, perhaps cut short, is of the beginning of a line and says something of it. */
function isBeginningOf(raw: string, quoted: string): boolean {
  try {
    const text = (JSON.parse(quoted) as string).replace(/…$/, '')
    return text !== '' && raw.startsWith(text)
  } catch {
    return false
  }
}

const PLACE = /at (?:position|byte|offset) (\d+)/
/** What stands for bytes that are no UTF-8. */
const NO_TEXT = /\ufffd+/g

/** What of a line was refused, as far as the reason or the bytes tell: nothing for a line that is only not what was due. */
export function offendingSpans({ reason, raw }: ApiDeadLetter): readonly TextSpan[] {
  const place = PLACE.exec(reason)
  const at = place === null ? undefined : Math.min(Number(place[1]), raw.length - 1)
  if (at !== undefined && at >= 0) return [{ from: at, to: at + 1, kind: 'join' }]
  return [...raw.matchAll(NO_TEXT)].map(({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
    kind: 'join',
  }))
}

/** Characters before the first offending one that are shown with it. */
const BEFORE = 24

/** The part of a line that shows its first fault, with the places in it. */
export function faultyPart(letter: ApiDeadLetter): {
  readonly text: string
  readonly spans: readonly TextSpan[]
} {
  const spans = offendingSpans(letter)
  const start = Math.max(0, (spans[0]?.from ?? 0) - BEFORE)
  if (start === 0) return { text: letter.raw, spans }
  return {
    text: `…${letter.raw.slice(start)}`,
    spans: spans.map((span) => ({ ...span, from: span.from - start + 1, to: span.to - start + 1 })),
  }
}
