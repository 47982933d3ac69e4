import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogFormat, ParsedLine } from '../../../ingest/formats/format.ts'
import { formatByName, formatOf, FORMATS } from '../../../ingest/formats/index.ts'

/*
 * What every format of the list must hold. A new format adds no test code: it brings samples.
 * FUZZ_RUNS sets the number of random inputs per property (default 300).
 */
const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 300)

/** Lines no format may choke on: long runs that make careless regexes backtrack. */
const HOSTILE_LINES: readonly string[] = [
  ' '.repeat(65_536),
  '['.repeat(65_536),
  '"'.repeat(65_537),
  'a:'.repeat(32_768),
  'a=b '.repeat(16_384),
  '1-'.repeat(32_768),
  '%A-1-'.repeat(13_000),
  '\\"'.repeat(32_768),
  '<13>'.repeat(16_384),
  '2026-11-21T10:42:00Z '.repeat(3_200),
  'Nov 21 10:42:00 '.repeat(4_096),
  `{"a":`.repeat(10_000),
  `[${'0'.repeat(65_000)}`,
  `<13>Nov 21 10:42:00 h ${'x'.repeat(65_000)}`,
  `2026-11-21T10:42:00Z ${'a b '.repeat(16_000)}`,
  '\u0000'.repeat(65_536),
  '\ud800'.repeat(65_536),
]
const HOSTILE_MS = 250

function checkShape(line: string, parsed: ParsedLine | undefined): void {
  if (parsed === undefined) return
  expect(typeof parsed.body).toBe('string')
  if (line !== '') expect(parsed.body).not.toBe('')
  const { stamp, severity } = parsed
  if (severity !== undefined) expect(severity >= 0 && severity <= 24).toBe(true)
  for (const value of Object.values(parsed.attributes ?? {})) {
    expect(value === null || ['string', 'number', 'boolean'].includes(typeof value)).toBe(true)
  }
  if (stamp === undefined) return
  expect(stamp.text).not.toBe('')
  expect(stamp.ns >= 0 && stamp.ns < 1000 && Number.isInteger(stamp.ns)).toBe(true)
  if (stamp.kind === 'instant') expect(Number.isSafeInteger(stamp.us)).toBe(true)
}

/** Parses and sniffs a line as this format, checking what must hold for any text at all. */
function survive(format: LogFormat, line: string): void {
  const sureness = format.sniff(line)
  expect(sureness >= 0 && sureness <= 1).toBe(true)
  checkShape(line, format.parse(line))
  format.continues?.(line)
}

/** One sample, changed in a few places: characters replaced, dropped, doubled, or the tail cut. */
function mutations(format: LogFormat): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('replace', 'drop', 'double', 'cut'),
    with: fc.string({ unit: 'binary', maxLength: 3 }),
  })
  return fc
    .tuple(fc.constantFrom(...format.samples), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([sample, edits]) =>
      edits.reduce((line, { at, kind, with: text }) => {
        const i = at % (line.length + 1)
        if (kind === 'replace') return line.slice(0, i) + text + line.slice(i + 1)
        if (kind === 'drop') return line.slice(0, i) + line.slice(i + 1)
        if (kind === 'double') return line.slice(0, i) + line.slice(Math.max(0, i - 5))
        return line.slice(0, i)
      }, sample.line),
    )
}

test('names are unique, kebab-case, and found again', () => {
  expect(new Set(FORMATS.map((f) => f.name)).size).toBe(FORMATS.length)
  for (const format of FORMATS) {
    expect(format.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(formatByName(format.name)).toBe(format)
  }
})

describe.each(FORMATS.map((format) => ({ name: format.name, format })))('$name', ({ format }) => {
  test('says where it is defined and brings samples', () => {
    expect(format.title).not.toBe('')
    expect(format.reference).not.toBe('')
    expect(format.samples.length).toBeGreaterThan(0)
  })

  test.each(format.samples)('parses $line', ({ line, parsed }) => {
    const actual = format.parse(line)
    checkShape(line, actual)
    expect(actual).toMatchObject(parsed)
  })

  test.each(format.samples)('is recognised among all formats: $line', ({ line }) => {
    expect(formatOf(line)?.name).toBe(format.name)
  })

  test('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => survive(format, line)),
      { numRuns: FUZZ_RUNS },
    )
  })

  test('never throws on a damaged sample', () => {
    fc.assert(
      fc.property(mutations(format), (line) => survive(format, line)),
      { numRuns: FUZZ_RUNS },
    )
  })

  test('takes long hostile lines in bounded time', () => {
    for (const line of HOSTILE_LINES) {
      for (const sample of ['', ...format.samples.map((s) => s.line)]) {
        const text = sample + line
        const start = performance.now()
        survive(format, text)
        const took = performance.now() - start
        expect(took, `${took} ms for ${text.slice(0, 60)}…`).toBeLessThan(HOSTILE_MS)
      }
    }
  })
})
