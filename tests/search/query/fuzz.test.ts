import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../model/errors.ts'
import { micros } from '../../../model/time.ts'
import { tryParseQuery } from '../../../search/query/parse.ts'
import { arbitraryQueryText } from '../../support/query-text.ts'

const NOW = micros(1_795_000_000_000_000)
const RUNS = Number(process.env.FUZZ_RUNS ?? 100_000)
/** Of the processor, so that a busy machine fails nobody. */
const SLOWEST_MS = 1000

/** What a text is read as; an error must point into the text and say something. */
function check(text: string): void {
  const started = process.cpuUsage()
  const result = tryParseQuery(text, NOW)
  const { user, system } = process.cpuUsage(started)
  expect((user + system) / 1000).toBeLessThan(SLOWEST_MS)
  if (!(result instanceof AppError)) return
  expect(result.code).toBe('invalid_query')
  expect(result.message).not.toBe('')
  expect(result.offset).toBeGreaterThanOrEqual(0)
  expect(result.offset).toBeLessThanOrEqual(text.length)
}

describe('the parser', () => {
  it(
    'reads or refuses any text, with a place in it',
    () => fc.assert(fc.property(arbitraryQueryText, check), { numRuns: RUNS }),
    600_000,
  )

  it.each([
    ['brackets', '(', ''],
    ['closing brackets', ')', ''],
    ['groups', '(a or ', 'b'],
    ['not', 'not ', 'x'],
    ['minus', '-', 'x'],
    ['quotes', '"', ''],
    ['slashes', '/', ''],
    ['backslashes', '\\', ''],
    ['backticks', '`', ''],
    ['brackets in words', 'a(', ''],
    ['ranges', 'a:[', ' to '],
    ['colons', 'a:', ''],
    ['operators', 'host>=', ''],
    ['bars', '|', ''],
    ['pipes', '| stats ', ''],
    ['commas', '| fields a,', ''],
    ['stars', '*', ''],
    ['words', 'or ', ''],
    ['lists', 'host:(a ', ''],
    ['slash words', '/a ', ''],
    ['backslashed quotes', '\\"', ''],
  ])('does not stumble over a long run of %s', (_name, piece, end) => {
    for (const length of [100, 2000, 16_000]) {
      check(piece.repeat(Math.ceil(length / piece.length)).slice(0, length) + end)
      check(`"${piece.repeat(Math.ceil(length / piece.length))}`)
    }
  })
})
