/**
 * Text of a log line, made harmless: what a screen would hide or obey (controls, bidirectional overrides, characters
 * without width, halves of surrogate pairs) is told apart from what it can simply show.
 */

/** A stretch of a text to mark; UTF-16 offsets, `to` excluded. */
export interface TextSpan {
  readonly from: number
  readonly to: number
  /** `join`: what two records share. `hit`: what the query looked for. `link`: can be followed. */
  readonly kind: 'join' | 'hit' | 'link'
  /** What a `link` leads to, for whoever handles it. */
  readonly value?: string
}

export interface Piece {
  readonly kind: 'text' | 'code'
  /** The characters as they are in the input. */
  readonly text: string
  /** What is written for them: the text itself, or the name of a code: `ESC`, `U+202E`, `NUL × 40`. */
  readonly shown: string
  readonly span: TextSpan | null
}

const C0 =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  )

/**
 * Controls, formats (bidi, zero width, tags), lone surrogates, line separators, and letters that draw nothing. Arabic and
 * Kaithi signs are formats too, but can be seen.
 */
const UNSEEN =
  /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu

/** Boxes of one text; from there on codes are written as single symbols, so that a page can hold them. */
const MOST_BOXES = 5_000

/**
 * Cuts a text into what is shown as it is and what is named. The pieces' `text` end to end is the input. Line feeds are
 * text where `keepLines`, tabs always. Spans that overlap an earlier one are left out.
 */
export function inertPieces(
  text: string,
  spans: readonly TextSpan[] = [],
  keepLines = false,
): readonly Piece[] {
  const pieces: Piece[] = []
  let boxes = 0
  const addStretch = (from: number, to: number, span: TextSpan | null): void => {
    let done = from
    const addText = (end: number): void => {
      if (end > done) pieces.push(plain(text.slice(done, end), span))
      done = end
    }
    UNSEEN.lastIndex = from
    for (let match; (match = UNSEEN.exec(text)) !== null && match.index < to;) {
      const [code] = match
      if (code === '\t' || (keepLines && code === '\n')) continue
      addText(match.index)
      if (boxes >= MOST_BOXES) {
        const rest = text.slice(done, to)
        pieces.push({ kind: 'text', text: rest, shown: withSymbols(rest, keepLines), span })
        return
      }
      let end = match.index + code.length
      while (end < to && text.startsWith(code, end)) end += code.length
      end = Math.min(end, to)
      const times = (end - match.index) / code.length
      const name = codeName(code)
      const shown = times === 1 ? name : `${name} × ${times.toLocaleString('en-US')}`
      pieces.push({ kind: 'code', text: text.slice(match.index, end), shown, span })
      boxes++
      done = UNSEEN.lastIndex = end
    }
    addText(to)
  }
  let at = 0
  for (const span of inOrder(spans, text.length)) {
    if (span.from < at) continue
    addStretch(at, span.from, null)
    addStretch(span.from, span.to, span)
    at = span.to
  }
  addStretch(at, text.length, null)
  return pieces
}

const plain = (text: string, span: TextSpan | null): Piece => ({
  kind: 'text',
  text,
  shown: text,
  span,
})

/** By place, the longer first where two begin together; none is empty or reaches outside. */
function inOrder(spans: readonly TextSpan[], length: number): readonly TextSpan[] {
  return spans
    .map((span) => ({ ...span, from: Math.max(0, span.from), to: Math.min(length, span.to) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from || b.to - a.to)
}

/** `ESC` for a control of ASCII, else `U+202E`. */
function codeName(character: string): string {
  const code = character.codePointAt(0)!
  if (code === 0x7f) return 'DEL'
  return C0[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Every code as one character: the picture of a control of ASCII (U+2400 on), else the replacement character. */
function withSymbols(text: string, keepLines: boolean): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0)!
    if (character === '\t' || (keepLines && character === '\n')) return character
    if (code === 0x7f) return '\u2421'
    return code < 32 ? String.fromCharCode(0x2400 + code) : '\ufffd'
  })
}

/** The first `most` UTF-16 units of a text at most, never half of a pair. */
export function headOf(text: string, most: number): string {
  if (text.length <= most) return text
  const last = text.charCodeAt(most - 1)
  const isHigh = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, isHigh ? most - 1 : most)
}

/** `412 bytes`, `1.0 MB`: powers of 1024. */
export function sizeText(bytes: number): string {
  if (bytes === 1) return '1 byte'
  if (bytes < 1024) return `${bytes} bytes`
  const units = ['KB', 'MB', 'GB', 'TB'] as const
  const step = Math.min(units.length, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** step).toFixed(1)} ${units[step - 1]!}`
}
