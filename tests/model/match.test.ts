import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalField, fieldReader, FIELDS } from '../../model/fields.ts'
import {
  compareText,
  matcher,
  phraseMatcher,
  phraseMatches,
  wildcardMatcher,
} from '../../model/match.ts'
import type { Filter } from '../../model/query.ts'
import type { AttributeValue, LogRecord } from '../../model/record.ts'
import { micros } from '../../model/time.ts'
import { tokensOf } from '../../model/tokens.ts'
import { compileRegex } from '../../search/query/regex.ts'
import { arbitraryFilter, arbitraryRecords } from '../support/random.ts'
import { record } from '../support/record.ts'

const matches = (filter: Filter, fields: Partial<LogRecord> = {}): boolean =>
  matcher(filter, compileRegex)(record(fields))

const withAttribute = (value: AttributeValue): Partial<LogRecord> => ({ attributes: { a: value } })
const equals = (value: string): Filter => ({ kind: 'equals', field: 'a', value })
const above = (value: string): Filter => ({ kind: 'compare', field: 'a', operator: '>', value })
const phrase = (...words: string[]): Filter => ({
  kind: 'phrase',
  tokens: words.map((text) => ({ text, wildcard: /[*?]/.test(text) })),
})

describe('phrase', () => {
  const body = {
    body: 'Device naa.600A0980 has entered the All Paths Down state on 10.0.0.1, Größe 5',
  }
  it.each([
    [['all', 'paths', 'down'], true],
    [['paths', 'all'], false],
    [['all', 'down'], false],
    [['naa', '600*'], true],
    [['n?a'], true],
    [['na?', '*', 'has'], true],
    [['10.0.0.1', 'grosse'], false],
    [['10.0.0.1', 'große'], true],
    [['10'], false],
    [['5', '*'], false],
    [[], true],
  ])('%j is %s', (words, expected) => expect(matches(phrase(...words), body)).toBe(expected))

  it('does not let the quick reject hide an accented or compatibility form', () => {
    expect(matches(phrase('file'), { body: 'the ﬁle' })).toBe(true)
    expect(matches(phrase('uber'), { body: 'ÜBER' })).toBe(true)
  })

  it('finds every run of a text’s own tokens', () => {
    const text = 'vmhba1:C0:T1:L3 went İstanbul ½ down'
    const tokens = tokensOf(text).map((token) => ({ text: token, wildcard: false }))
    for (let i = 0; i < tokens.length; i++) {
      for (let j = i + 1; j <= tokens.length; j++) {
        expect(phraseMatcher(tokens.slice(i, j))(text)).toBe(true)
      }
    }
  })
})

describe('a value', () => {
  it('equals without regard to case and accents', () => {
    expect(matches(equals('MÜLLER'), withAttribute('muller'))).toBe(true)
    expect(matches(equals(''), withAttribute(''))).toBe(true)
    expect(matches(equals(''), withAttribute(null))).toBe(false)
    expect(matches(equals('TRUE'), withAttribute(true))).toBe(true)
  })

  it('equals by value when it is a number, by text when it is a string', () => {
    expect(matches(equals('1.50'), withAttribute(1.5))).toBe(true)
    expect(matches(equals('1.50'), withAttribute('1.5'))).toBe(false)
    expect(matches(equals('1e21'), withAttribute(1e21))).toBe(true)
  })

  it('compares as a number where both sides are, else as text', () => {
    expect(matches(above('9'), withAttribute('10'))).toBe(true)
    expect(matches(above('9'), withAttribute('10ms'))).toBe(false)
    expect(matches(above('a'), withAttribute('B'))).toBe(true)
    expect(matches(above('1'), {})).toBe(false)
  })

  it('matches any of the several keys of a record', () => {
    const keys: Partial<LogRecord> = {
      keys: [
        { kind: 'mac', value: '00:50:56:aa:bb:cc' },
        { kind: 'naa', value: 'naa.600a' },
      ],
    }
    const wildcard = (field: string): Filter => ({ kind: 'wildcard', field, pattern: 'NAA.*' })
    expect(matches(wildcard('key'), keys)).toBe(true)
    expect(matches(wildcard('key.naa'), keys)).toBe(true)
    expect(matches(wildcard('key.mac'), keys)).toBe(false)
  })

  it('of time compares as an instant, to the nanosecond', () => {
    const at = { time: micros(1_700_000_000_000_001), timeNs: 500 }
    const time = (operator: '<' | '>=', value: string): Filter => ({
      kind: 'compare',
      field: 'time',
      operator,
      value,
    })
    expect(matches(time('>=', '2023-11-14T22:13:20.000001500Z'), at)).toBe(true)
    expect(matches(time('>=', '2023-11-14T22:13:20.000001501Z'), at)).toBe(false)
    expect(matches(time('<', '2023-11-14T23:13:20.000001501+01:00'), at)).toBe(true)
    expect(matches(time('<', 'tomorrow'), at)).toBe(false)
  })
})

describe('the empty sets', () => {
  it.each<[Filter, boolean]>([
    [{ kind: 'and', filters: [] }, true],
    [{ kind: 'or', filters: [] }, false],
    [{ kind: 'in', field: 'host', values: [] }, false],
    [{ kind: 'not', filter: { kind: 'exists', field: 'missing' } }, true],
    [{ kind: 'exists', field: 'host' }, true],
  ])('%j is %s', (filter, expected) => expect(matches(filter)).toBe(expected))

  it('refuses what should have been resolved', () => {
    expect(() => matcher({ kind: 'near', name: 'vm-1' }, compileRegex)).toThrow('BUG')
  })
})

describe('regex', () => {
  const regex = (source: string, ignoreCase = false): Filter => ({
    kind: 'regex',
    field: 'body',
    source,
    ignoreCase,
  })
  it('is found anywhere, in the case given', () => {
    expect(matches(regex('Paths? Do'), { body: 'All Paths Down' })).toBe(true)
    expect(matches(regex('paths'), { body: 'All Paths Down' })).toBe(false)
    expect(matches(regex('paths', true), { body: 'All Paths Down' })).toBe(true)
  })

  it('quotes what RE2 cannot read', () => {
    expect(() => matches(regex('(?=x)'))).toThrow(/cannot read the regular expression "\(\?=x\)"/)
  })

  it('takes linear time where a backtracking engine hangs', () => {
    const started = performance.now()
    expect(matches(regex('(a+)+$'), { body: `${'a'.repeat(50_000)}b` })).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('wildcardMatcher', () => {
  it.each([
    ['', '', true],
    ['*', '', true],
    ['**', 'x', true],
    ['a*', 'ba', false],
    ['a*b*c', 'axxbyyc', true],
    ['a*a', 'a', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*?b', 'ab', true],
    ['*ab?d*', 'xxabcabcd', true],
  ])('%s on %s is %s', (pattern, text, expected) =>
    expect(wildcardMatcher(pattern)(text)).toBe(expected),
  )

  it('does not blow up on many stars', () => {
    const started = performance.now()
    expect(wildcardMatcher('*a'.repeat(200) + 'b')('a'.repeat(100_000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('fields', () => {
  it('resolves names and aliases in any case, and keeps attribute names as they are', () => {
    expect(canonicalField('@timestamp')).toBe('time')
    expect(canonicalField('Host.Name')).toBe('host')
    expect(canonicalField('key.naa')).toBe('key.naa')
    expect(canonicalField('key.other')).toBe('key.other')
    expect(canonicalField('attributes.Latency')).toBe('Latency')
    expect(canonicalField('attributes.host')).toBe('attributes.host')
    expect(canonicalField('attributes.attributes.x')).toBe('attributes.attributes.x')
  })

  it('has one meaning for every name', () => {
    const names = FIELDS.flatMap((field) =>
      [field.name, ...field.aliases].map((n) => n.toLowerCase()),
    )
    expect(new Set(names).size).toBe(names.length)
    for (const field of FIELDS) expect(fieldReader(field.name)(record({}))).toBeDefined()
  })

  it('does not find attributes that every object inherits', () => {
    expect(fieldReader('constructor')(record({}))).toEqual([])
  })
})

it('compareText orders by code point', () => {
  expect(compareText('\uffee', '😀')).toBe(-1)
  expect(compareText('a', 'ab')).toBe(-1)
  expect(compareText('b', 'ab')).toBe(1)
  expect(compareText('x', 'x')).toBe(0)
})

const unit = fc.constantFrom(
  'a',
  'b',
  'A',
  'É',
  'e',
  'ß',
  'ﬁ',
  'f',
  '½',
  '😀',
  '1',
  '.',
  ' ',
  '-',
  'İ',
  'Σ',
)
const text = fc.string({ unit, maxLength: 12 })

describe('what is made fast means what the plain form means', () => {
  it('phraseMatcher', () => {
    const wanted = fc.oneof(
      text.map(tokensOf),
      fc.array(fc.constantFrom('a', 'e', 'fi', '*', 'a*', '?'), { maxLength: 3 }),
    )
    fc.assert(
      fc.property(text, wanted, (haystack, words) => {
        const tokens = words.map((word) => ({ text: word, wildcard: /[*?]/.test(word) }))
        expect(phraseMatcher(tokens)(haystack)).toBe(phraseMatches(tokensOf(haystack), tokens))
      }),
      { numRuns: 5000 },
    )
  })

  it('wildcardMatcher', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '😀'), maxLength: 8 })
    const haystack = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, haystack, (stars, value) => {
        const source = stars.replaceAll('*', '.*').replaceAll('?', '.')
        expect(wildcardMatcher(stars)(value)).toBe(new RegExp(`^${source}$`, 'su').test(value))
      }),
      { numRuns: 20_000 },
    )
  })

  it('and the random filters neither match all nor nothing', () => {
    let hits = 0
    let misses = 0
    const cases = arbitraryRecords(10).chain((records) =>
      fc.tuple(fc.constant(records), arbitraryFilter(records)),
    )
    fc.assert(
      fc.property(cases, ([records, filter]) => {
        const test = matcher(filter, compileRegex)
        for (const one of records)
          if (test(one)) hits++
          else misses++
      }),
      { numRuns: 1000, seed: 1 },
    )
    expect(hits / (hits + misses)).toBeGreaterThan(0.2)
    expect(hits / (hits + misses)).toBeLessThan(0.8)
  })
})
