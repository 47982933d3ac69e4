import { expect, test } from 'vitest'
import type { ApiDeadLetter } from '../../model/api.ts'
import { faultyPart, offendingSpans, reasonsOf } from '../../ui/panels/sources/dead-letter-words.ts'

const letter = (id: string, from: string, reason: string, raw = id): ApiDeadLetter => ({
  id,
  received: '2026-11-20T10:00:00Z',
  source: from,
  protocol: 'logs',
  reason,
  raw,
})

test('dead letters stand by reason, most first, whatever their reasons quote of them', () => {
  const not = (raw: string): string => `cannot read ${JSON.stringify(raw)} as JSON: it is no object`
  const long = `<13>${'x'.repeat(200)}`
  const broken = '{"body":"a" "time":1}'
  const letters = [
    letter('1', 'a', 'too long'),
    letter('2', 'a', not('one "quoted" line'), 'one "quoted" line'),
    letter('3', 'a', not(`${long.slice(0, 80)}…`), long),
    letter('4', 'b', 'too long'),
    letter(
      '5',
      'a',
      `cannot read ${JSON.stringify(broken)} as JSON: Expected ',' at position 12`,
      broken,
    ),
    letter('6', 'a', '"time" is missing, in "{}"', '{}'),
  ]
  const told = reasonsOf(letters, 'a').map((each) => [each.reason, each.letters.length])
  expect(told).toEqual([
    ['cannot read it as JSON: it is no object', 2],
    ['"time" is missing', 1],
    ["cannot read it as JSON: Expected ','", 1],
    ['too long', 1],
  ])
})

test('the offending bytes are those at the place that the reason names', () => {
  const raw = `{"body":"${'x'.repeat(60)}" "time":1}`
  const one = letter('1', 'a', `Expected ',' in JSON at position 71, in "…"`, raw)
  expect(offendingSpans(one)).toEqual([{ from: 71, to: 72, kind: 'join' }])
  const { text, spans } = faultyPart(one)
  expect(text.slice(spans[0]!.from, spans[0]!.to)).toBe(raw[71])
  expect(text.startsWith('…xxx')).toBe(true)
  // Behind its end something is missing: the last character is where.
  expect(offendingSpans(letter('1', 'a', 'end of JSON at position 9', '{"a":'))).toEqual([
    { from: 4, to: 5, kind: 'join' },
  ])
})

test('else those that are no text, and none of a line that is only not what was due', () => {
  const raw = 'caf\ufffd and \ufffd\ufffd'
  expect(offendingSpans(letter('1', 'a', 'not UTF-8', raw))).toEqual([
    { from: 3, to: 4, kind: 'join' },
    { from: 9, to: 11, kind: 'join' },
  ])
  expect(offendingSpans(letter('1', 'a', 'it is not a JSON object', 'plain'))).toEqual([])
  expect(faultyPart(letter('1', 'a', 'x at position 3', ''))).toEqual({ text: '', spans: [] })
})
