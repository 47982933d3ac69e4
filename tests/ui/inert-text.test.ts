import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headOf, inertPieces, sizeText, type TextSpan } from '../../ui/lib/inert-pieces.ts'
import { hitSpans, valueSpans } from '../../ui/lib/text-spans.ts'

const shownOf = (text: string): string =>
  inertPieces(text)
    .map(({ kind, shown }) => (kind === 'code' ? `[${shown}]` : shown))
    .join('')

describe('text that is only shown', () => {
  test.each([
    ['a plain line, with ümlauts and 日本', 'a plain line, with ümlauts and 日本'],
    ['\u001b[31mred\u001b[0m', '[ESC][31mred[ESC][0m'],
    ['nul\0\0\0end', 'nul[NUL × 3]end'],
    ['a\tb', 'a\tb'],
    ['two\r\nlines', 'two[CR][LF]lines'],
    ['evil\u202egpj.exe', 'evil[U+202E]gpj.exe'],
    ['zero\u200bwidth\ufeff', 'zero[U+200B]width[U+FEFF]'],
    ['half \ud83d of a pair, whole 😀', 'half [U+D83D] of a pair, whole 😀'],
    ['\u007f\u0085\u{e0041}', '[DEL][U+0085][U+E0041]'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('%j', (text, shown) => {
    expect(shownOf(text)).toBe(shown)
  })

  test('lines are kept where they are wanted', () => {
    expect(inertPieces('a\nb', [], true)).toEqual([
      { kind: 'text', text: 'a\nb', shown: 'a\nb', span: null },
    ])
  })

  test('a line of codes alone becomes symbols before it becomes a million boxes', () => {
    const pieces = inertPieces('\u001b\0'.repeat(500_000))
    expect(pieces.length).toBeLessThan(6_000)
    expect(pieces.at(-1)!.shown.slice(0, 4)).toBe('␛␀␛␀')
  })
})

const anySpan = fc.record({
  from: fc.integer({ min: -2, max: 40 }),
  to: fc.integer({ min: -2, max: 40 }),
  kind: fc.constantFrom('join' as const, 'hit' as const),
})
const anyText = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\0', '\u001b', '\u202e', '\n', 'naa', '😀'),
  ),
  { maxLength: 30 },
)

test('nothing is lost, nothing unseen is left, and marks stand where they were asked for', () => {
  fc.assert(
    fc.property(anyText, fc.array(anySpan), fc.boolean(), (parts, spans, keepLines) => {
      const text = parts.join('')
      const pieces = inertPieces(text, spans, keepLines)
      expect(pieces.map((piece) => piece.text).join('')).toBe(text)
      const shown = pieces.map((piece) => piece.shown).join('')
      expect(shown).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/)
      expect(shown).not.toMatch(/\p{Cs}/u)
      expect(shown.includes('\n')).toBe(keepLines && text.includes('\n'))
      let at = 0
      for (const { text: part, span } of pieces) {
        if (span !== null) {
          expect(at).toBeGreaterThanOrEqual(span.from)
          expect(at + part.length).toBeLessThanOrEqual(span.to)
        }
        at += part.length
      }
    }),
  )
})

test('a long text is cut between characters', () => {
  expect(headOf('ab😀', 3)).toBe('ab')
  expect(headOf('ab😀', 4)).toBe('ab😀')
  expect([sizeText(412), sizeText(1_048_576), sizeText(1_600)]).toEqual([
    '412 bytes',
    '1.0 MB',
    '1.6 KB',
  ])
})

describe('what is marked in a text', () => {
  const found = (text: string, spans: readonly TextSpan[]): readonly string[] =>
    spans.map(({ from, to }) => text.slice(from, to))

  test('identifiers in any case, hex pairs with any separator', () => {
    const text = 'Device NAA.600508b1, port 50:00:10:20 or 50001020, not naa.600508b12'
    expect(found(text, valueSpans(text, ['naa.600508b1', '50:00:10:20'], 'join'))).toEqual([
      'NAA.600508b1',
      '50:00:10:20',
      '50001020',
    ])
  })

  test('a value is text, never a pattern', () => {
    expect(valueSpans('aaaa', ['a+', '(', 'a.a'], 'join')).toEqual([])
  })

  test('phrases of the query, folded and with wildcards', () => {
    const text = 'Ésx-01 says: esx 01; esx-02'
    const esx = { text: 'esx', wildcard: false }
    expect(found(text, hitSpans(text, [[esx, { text: '01', wildcard: false }]]))).toEqual([
      'Ésx-01',
      'esx 01',
    ])
    expect(found(text, hitSpans(text, [[{ text: '0?', wildcard: true }]]))).toEqual([
      '01',
      '01',
      '02',
    ])
  })
})
