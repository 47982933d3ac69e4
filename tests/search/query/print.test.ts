import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../model/errors.ts'
import type { Filter } from '../../../model/query.ts'
import { ALL, and, or } from '../../../model/query.ts'
import { micros } from '../../../model/time.ts'
import { parseQuery, tryParseQuery } from '../../../search/query/parse.ts'
import { printFilter, printQuery } from '../../../search/query/print.ts'
import { arbitraryQuery, arbitraryRecords } from '../../support/random.ts'
import { QUERY_SAMPLES, arbitraryQueryText } from '../../support/query-text.ts'

const NOW = micros(1_795_000_000_000_000)

/** The tree the parser would have made of an equal one. */
function normal(filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
      return and(...filter.filters.map(normal))
    case 'or': {
      const any = or(...filter.filters.map(normal))
      return any.kind === 'or' && any.filters.length === 0 ? { kind: 'not', filter: ALL } : any
    }
    case 'not':
      return { kind: 'not', filter: normal(filter.filter) }
    case 'phrase':
      return filter.tokens.length === 0 ? ALL : filter
    default:
      return filter
  }
}

describe('printQuery', () => {
  it('gives text that parses to the same tree, whatever the tree', () => {
    fc.assert(
      fc.property(arbitraryRecords(6).chain(arbitraryQuery), (query) => {
        const text = printQuery(query)
        expect(parseQuery(text, NOW), text).toEqual({ ...query, filter: normal(query.filter) })
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 3000) },
    )
  })

  it('is a fixed point of whatever text parses', () => {
    fc.assert(
      fc.property(arbitraryQueryText, (text) => {
        const query = tryParseQuery(text, NOW)
        if (query instanceof AppError) return
        const printed = printQuery(query)
        expect(parseQuery(printed, NOW), printed).toEqual(query)
        expect(printQuery(parseQuery(printed, NOW))).toBe(printed)
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 10_000) },
    )
  })

  it.each(QUERY_SAMPLES)('keeps the meaning of %j', (text) => {
    const query = parseQuery(text, NOW)
    expect(parseQuery(printQuery(query), NOW)).toEqual(query)
  })

  it.each([
    ['APD   and TIMEOUT', 'apd timeout'],
    ['a b or (c)', '(a b) or c'],
    ['not (a or b)', 'not (a or b)'],
    ['"all paths down" host.name:ESX-01', '"all paths down" host:ESX-01'],
    ['severity >= warning', 'severity>=warn'],
    ['level:err', 'severity>=error severity<=error'],
    ['user:jdoe', '"user jdoe" or user:"jdoe"'],
    ['host:(a, b)', 'host:(a or b)'],
    ['`user name`:"x y"', '`user name`:"x y"'],
    ['/a\\/b/i', '/a\\/b/i'],
    ['| stats count() as n by bin(60s), host', '* | stats count() as n by bin(1m), host'],
  ])('prints %j as %j', (text, printed) => expect(printQuery(parseQuery(text, NOW))).toBe(printed))

  it('prints the trees no text makes as their equals', () => {
    expect(printFilter({ kind: 'and', filters: [] })).toBe('*')
    expect(printFilter({ kind: 'or', filters: [] })).toBe('not *')
    expect(printFilter({ kind: 'and', filters: [or(ALL)] })).toBe('*')
  })
})
