import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leadingBlank, LineJoiner } from '../../ingest/join-lines.ts'
import type { JoinedLine } from '../../ingest/join-lines.ts'
import type { Micros } from '../../model/time.ts'

const now = 0 as Micros

function joinAll(joiner: LineJoiner<number>, lines: readonly string[]): JoinedLine<number>[] {
  const joined = lines.map((line, i) => joiner.offer(line, i, now))
  return [...joined, joiner.flush()].filter((j) => j !== undefined)
}

describe('LineJoiner', () => {
  test('joins continuations to the line they belong to', () => {
    const lines = ['a', ' b', '\tc', 'd', '', 'e']
    expect(joinAll(new LineJoiner(leadingBlank), lines)).toEqual([
      { text: 'a\n b\n\tc', parts: [0, 1, 2] },
      { text: 'd\n', parts: [3, 4] },
      { text: 'e', parts: [5] },
    ])
  })

  test('shows the first line too to who decides, which learns its format from it', () => {
    const seen: string[] = []
    joinAll(new LineJoiner((line) => seen.push(line) > 1), ['a', 'b', 'c'])
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  test('loses and alters nothing, within its limits, whatever the lines', () => {
    const limits = { maxLines: 5, maxLength: 40, maxWaitUs: 1 }
    const line = fc.stringMatching(/^[ a-z]{0,12}$/)
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const joined = joinAll(new LineJoiner(leadingBlank, limits), lines)
        expect(joined.map((j) => j.text).join('\n')).toBe(lines.join('\n'))
        expect(joined.flatMap((j) => j.parts)).toEqual(lines.map((_, i) => i))
        for (const { text, parts } of joined) {
          expect(parts.length).toBeLessThanOrEqual(5)
          expect(text.length).toBeLessThanOrEqual(41)
        }
      }),
    )
  })

  test('answers a record that waited too long, and not before', () => {
    const joiner = new LineJoiner<number>(leadingBlank, {
      maxLines: 9,
      maxLength: 99,
      maxWaitUs: 10,
    })
    joiner.offer('a', 1, 100 as Micros)
    expect(joiner.expire(110 as Micros)).toBeUndefined()
    expect(joiner.expire(111 as Micros)).toEqual({ text: 'a', parts: [1] })
    expect(joiner.expire(200 as Micros)).toBeUndefined()
  })
})
