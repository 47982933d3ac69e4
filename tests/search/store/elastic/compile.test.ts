import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogRow } from '../../../../model/batch-record.ts'
import { keysOfRecord } from '../../../../model/keys.ts'
import { matcher } from '../../../../model/match.ts'
import type { Filter, TokenPattern } from '../../../../model/query.ts'
import { KEY_KINDS, type LogRecord } from '../../../../model/record.ts'
import { TEXT_PATTERN, templateId, templateText } from '../../../../model/template.ts'
import { micros } from '../../../../model/time.ts'
import { compileRegex } from '../../../../search/query/regex.ts'
import { EVERYTHING, isExact, NOTHING } from '../../../../search/store/elastic/clause.ts'
import { compileFilter } from '../../../../search/store/elastic/compile.ts'
import { documentOf } from '../../../../search/store/elastic/document.ts'
import { arbitraryFilter, arbitraryRecords } from '../../../support/random.ts'
import { record } from '../../../support/record.ts'
import { evaluate, type Fields } from './evaluate.ts'

const ODD = { term: { odd: true } }
const or = (...should: object[]) => ({ bool: { should, minimum_should_match: 1 } })
const all = (...filter: object[]) => ({ bool: { filter } })
const not = (query: object) => ({ bool: { must_not: [query] } })

const compile = (filter: Filter) => compileFilter(filter, null, compileRegex)

/** Elasticsearch decides: the query, and what is odd on one side only. */
const decided = (query: object) => ({ cover: or(query, ODD), sure: all(query, not(ODD)) })
/** Elasticsearch narrows it down. */
const narrowed = (query: object) => ({ cover: or(query, ODD), sure: NOTHING })
const UNKNOWN = { cover: EVERYTHING, sure: NOTHING }

const phrase = (...words: (string | TokenPattern)[]): Filter => ({
  kind: 'phrase',
  tokens: words.map((word) => (typeof word === 'string' ? { text: word, wildcard: false } : word)),
})
const wild = (text: string): TokenPattern => ({ text, wildcard: true })
const equals = (field: string, value: string): Filter => ({ kind: 'equals', field, value })
const oneOf = (field: string, ...values: string[]): Filter => ({ kind: 'in', field, values })
const like = (field: string, pattern: string): Filter => ({ kind: 'wildcard', field, pattern })
const compare = (field: string, operator: '<' | '<=' | '>' | '>=', value: string): Filter => ({
  kind: 'compare',
  field,
  operator,
  value,
})
const regex = (field: string, source: string): Filter => ({
  kind: 'regex',
  field,
  source,
  ignoreCase: false,
})
const exists = (field: string): Filter => ({ kind: 'exists', field })
const hasAttribute = (name: string) =>
  or({ prefix: { attribute: `${name}\x7f` } }, { prefix: { attribute: `${name}\x80` } })

describe('a filter becomes', () => {
  const cases: readonly [name: string, filter: Filter, expected: object][] = [
    ['a word', phrase('10.0.0.1'), decided({ term: { tokens: '10.0.0.1' } })],
    [
      'a phrase',
      phrase('all', 'paths', 'down'),
      decided({ match_phrase: { tokens: { query: 'all paths down' } } }),
    ],
    [
      'a word with a wildcard',
      phrase(wild('vmhba*')),
      decided({ wildcard: { tokens: { value: 'vmhba*' } } }),
    ],
    [
      'a phrase with a wildcard in it',
      phrase('naa', wild('600a*')),
      narrowed(all({ term: { tokens: 'naa' } }, { wildcard: { tokens: { value: '600a*' } } })),
    ],
    [
      'a wildcard that asks too much',
      phrase(wild('*a?b?c*d?e*f*')),
      narrowed({ exists: { field: 'tokens' } }),
    ],
    ['a field', equals('host', 'ESX-01'), decided({ term: { host: 'esx-01' } })],
    ['a field by an alias', equals('host.name', 'a'), decided({ term: { host: 'a' } })],
    [
      'several values',
      oneOf('app', 'Größe', 'sshd'),
      decided({ terms: { app: ['große', 'sshd'] } }),
    ],
    ['no values', oneOf('app'), { cover: ODD, sure: NOTHING }],
    [
      'a pattern on a field',
      like('host', 'C:\\*'),
      decided({ wildcard: { host: { value: 'c:\\\\*' } } }),
    ],
    ['an order of texts', compare('host', '>=', 'M'), decided({ range: { host: { gte: 'm' } } })],
    ['an order of numbers', compare('host', '<', '7'), narrowed({ exists: { field: 'host' } })],
    ['an expression', regex('host', '^a'), narrowed({ exists: { field: 'host' } })],
    [
      'an expression with plain characters',
      regex('host', '^ESX-\\*[0-9]'),
      narrowed({ wildcard: { host: { value: '*esx-?*' } } }),
    ],
    ['a field that is there', exists('app'), decided({ exists: { field: 'app' } })],
    ['a field that always is', exists('source'), { cover: EVERYTHING, sure: not(ODD) }],
    [
      'an attribute',
      equals('op', 'Read'),
      decided({ terms: { attribute: ['op\x7fread', 'op\x80read'] } }),
    ],
    [
      'an attribute as number and text',
      equals('latency', '5.0'),
      decided({ terms: { attribute: ['latency\x7f5.0', 'latency\x805.0', 'latency\x805'] } }),
    ],
    [
      'a pattern on an attribute with a star in its name',
      like('a*b', 'x*'),
      decided(
        or(
          { wildcard: { attribute: { value: 'a\\*b\x7fx*' } } },
          { wildcard: { attribute: { value: 'a\\*b\x80x*' } } },
        ),
      ),
    ],
    [
      'an order of an attribute',
      compare('op', '<', 'read'),
      decided(
        or(
          { range: { attribute: { gte: 'op\x7f', lt: 'op\x7fread' } } },
          { range: { attribute: { gte: 'op\x80', lt: 'op\x80read' } } },
        ),
      ),
    ],
    ['numbers of an attribute', compare('latency', '>', '5'), narrowed(hasAttribute('latency'))],
    ['an attribute that is there', exists('op'), decided(hasAttribute('op'))],
    [
      'an expression on an attribute',
      regex('op', '^read_[0-9]+'),
      narrowed(
        or(
          { wildcard: { attribute: { value: 'op\x7f*read_*' } } },
          { wildcard: { attribute: { value: 'op\x80*read_*' } } },
        ),
      ),
    ],
    [
      'an identifier',
      equals('key', 'NAA.1'),
      decided({ terms: { key: KEY_KINDS.map((kind) => `${kind} naa.1`) } }),
    ],
    [
      'an identifier of a kind',
      equals('key.naa', 'NAA.1'),
      decided({ term: { key: 'naa naa.1' } }),
    ],
    ['a kind of identifier', exists('key.naa'), decided({ prefix: { key: 'naa ' } })],
    ['a severity', compare('severity', '>=', '254'), decided({ terms: { severity: [254, 255] } })],
    [
      'an expression on a layer',
      regex('layer', '^s.*e$'),
      decided({ terms: { layer: ['storage', 'service'] } }),
    ],
    [
      'a time with nanoseconds',
      compare('time', '<=', '1970-01-01T00:00:00.000001002Z'),
      decided(
        or(
          { range: { time: { lt: 1 } } },
          all({ term: { time: 1 } }, { range: { ns: { lte: 2 } } }),
        ),
      ),
    ],
    [
      'a receipt between microseconds',
      equals('received', '1970-01-01T00:00:00.000001002Z'),
      { cover: ODD, sure: NOTHING },
    ],
    [
      'an uncertainty in milliseconds',
      compare('uncertaintyMs', '<=', '0.5'),
      decided({ range: { uncertaintyUs: { lt: 501 } } }),
    ],
    [
      'an id',
      equals('id', '20261118-n1-a'),
      narrowed(all({ term: { day: 20261118 } }, { term: { sequence: 10 } })),
    ],
    [
      'a part of the message',
      like('body', '*ed state, vmhba2: lo*'),
      narrowed(
        all(
          { term: { tokens: 'state' } },
          { term: { tokens: 'vmhba2' } },
          { wildcard: { tokens: { value: 'lo*' } } },
        ),
      ),
    ],
    [
      'an inner part of the message',
      like('body', '*ed st*'),
      narrowed(
        all({ wildcard: { tokens: { value: 'st*' } } }, { wildcard: { tokens: { value: '*ed' } } }),
      ),
    ],
    [
      'the whole message',
      equals('body', 'Link down.'),
      narrowed({ match_phrase: { tokens: { query: 'link down' } } }),
    ],
    ['an expression on the message', regex('body', 'a.c'), UNKNOWN],
    [
      'an expression on the message with plain characters',
      regex('body', 'Vdi-0086[0-9]'),
      narrowed({ wildcard: { tokens: { value: '0086*' } } }),
    ],
    ['everything', { kind: 'all' }, { cover: EVERYTHING, sure: EVERYTHING }],
    ['an "and" of nothing', { kind: 'and', filters: [] }, { cover: EVERYTHING, sure: EVERYTHING }],
    ['an "or" of nothing', { kind: 'or', filters: [] }, { cover: ODD, sure: NOTHING }],
    [
      'what is not decided, inverted',
      { kind: 'not', filter: regex('host', '^a') },
      { cover: EVERYTHING, sure: all(not({ exists: { field: 'host' } }), not(ODD)) },
    ],
  ]

  test.each(cases)('%s', (_name, filter, expected) => {
    expect(compile(filter)).toMatchObject(expected)
  })

  test('a range of times around it', () => {
    const range = { from: micros(5), to: micros(9) }
    const within = { range: { time: { gte: 5, lt: 9 } } }
    expect(compileFilter({ kind: 'all' }, range, compileRegex)).toEqual({
      cover: within,
      sure: within,
      unsure: NOTHING,
      isDecided: true,
    })
    // Where words decide, the matcher is asked of the odd records alone.
    expect(compileFilter(phrase('down'), range, compileRegex)).toMatchObject({
      unsure: all(within, ODD),
      isDecided: true,
    })
  })

  test('an "and" that is decided where its parts are', () => {
    const parts = [phrase('down'), equals('host', 'a')]
    const joined = all({ term: { tokens: 'down' } }, { term: { host: 'a' } })
    expect(compile({ kind: 'and', filters: parts })).toMatchObject({
      cover: or(joined, ODD),
      sure: all(joined, not(ODD)),
    })
  })
})

test('no filter is refused: what it names is data', () => {
  expect(isExact(compile({ kind: 'all' }))).toBe(true)
  expect(() => compile({ kind: 'near', name: 'x' })).toThrow('BUG')
})

/** A record as a row that keeps its body whole and has nothing constant. */
function rowOf(record: LogRecord, day: string, sequence: number): LogRow {
  const { time, timeNs, received, severity, entity, source, host, format, layer, kind } = record
  const { app, timeFrom, uncertaintyUs, severityText, eventName, attributes, body } = record
  return {
    ...{ day, node: 'N1', sequence, time, timeNs, received, severity, entity },
    stream: { source, host, format, layer, kind },
    shape: {
      ...{ app, timeFrom, uncertaintyUs, severityText, eventName, constants: attributes },
      ...{ attributes: [], types: '', frame: null, values: 'joined' },
    },
    template: { id: templateId(TEXT_PATTERN), pattern: TEXT_PATTERN },
    ...{ variables: body, values: '', verbatim: record.raw },
  }
}

/** Texts that fold to something of another shape, and lengths beyond what a term may have. */
const STRANGE = ['½ cup', 'a™b', 'ﷺ', '\ud800 half', 'x'.repeat(300), `y ${'z'.repeat(9_000)}`, 'ͺ']

const strange = fc
  .record({
    body: fc.constantFrom(...STRANGE),
    host: fc.constantFrom(...STRANGE, null),
    op: fc.constantFrom<string | number | null>(...STRANGE, 5, null),
  })
  .map(({ body, host, op }) =>
    record({ body, host, attributes: { op, '\x7f': 'marked', client_ip: '10.0.0.1' } }),
  )

describe('on every record, the queries hold what they promise', () => {
  const check = (records: readonly LogRecord[], seed: number): void => {
    const named = records.map((one, i) => ({
      ...one,
      id: `20261118-N1-${(i + 1).toString(36)}`,
      keys: keysOfRecord(one.body, one.attributes),
      template: { id: templateId(TEXT_PATTERN), text: templateText(TEXT_PATTERN) },
    }))
    const documents = named.map(
      (one, i) => JSON.parse(documentOf(rowOf(one, '2026-11-18', i + 1))) as Fields,
    )
    for (const filter of fc.sample(arbitraryFilter(named, 2), { seed, numRuns: 40 })) {
      const { cover, sure, unsure, isDecided } = compile(filter)
      const matches = matcher(filter, compileRegex)
      for (const [i, one] of named.entries()) {
        const document = documents[i]!
        const is = { cover: evaluate(cover, document), sure: evaluate(sure, document) }
        const isMatch = matches(one)
        const says = `${JSON.stringify(filter)} on ${JSON.stringify(document).slice(0, 600)}`
        if (isMatch) expect(is.cover, `cover misses ${says}`).toBe(true)
        if (is.sure) expect(isMatch, `sure is wrong: ${says}`).toBe(true)
        const isUnsure = evaluate(unsure, document)
        expect(isUnsure, `unsure is wrong: ${says}`).toBe(is.cover && !is.sure)
        if (isDecided && isUnsure) expect(document['odd'], `decides: ${says}`).toBe(true)
      }
    }
  }

  test('usual ones', () => {
    fc.assert(
      fc.property(arbitraryRecords(20), fc.nat(), (records, seed) => {
        if (records.length > 0) check(records, seed)
      }),
    )
  })

  test('strange ones', () => {
    fc.assert(fc.property(fc.array(strange, { minLength: 1, maxLength: 8 }), fc.nat(), check))
  })
})
