import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from '../../search/query/parse.ts'
import { printFilter } from '../../search/query/print.ts'
import {
  addCondition,
  equalsText,
  hasCondition,
  onlyCondition,
  partsOf,
  removeCondition,
  withoutField,
} from '../../ui/data/filter-edit.ts'
import { filterPart } from '../../ui/data/filter-part.ts'
import { arbitraryFilter, arbitraryRecords } from '../support/random.ts'
import { QUERY_SAMPLES } from '../support/query-text.ts'

const field = fc.constantFrom('host', 'app', 'layer', 'eventName', 'op', 'user name', 'near', 'a.b')
const value = fc.oneof(
  fc.constantFrom('esx-07', 'storage', '10', '', 'a b', '"q"', 'x|y', 'or', '(', 'C:\\', '*', 'é`'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const condition = fc
  .tuple(field, value, fc.boolean())
  .filter(([name, text]) => name !== 'layer' || text === 'storage')
  .map(([name, text, isNot]) => `${isNot ? 'not ' : ''}${equalsText(name, text)}`)

const texts = fc.oneof(
  arbitraryRecords(6)
    .chain((records) => arbitraryFilter(records))
    .map(printFilter),
  fc.constantFrom(...QUERY_SAMPLES),
)

const tree = (text: string) => parseQuery(text, 1_800_000_000_000_000 as never)

describe('conditions added to a query and taken from it', () => {
  test('what is added holds, and without it the query is the tree it was', () => {
    fc.assert(
      fc.property(texts, condition, (text, added) => {
        fc.pre(!hasCondition(text, added))
        const more = addCondition(text, added)
        expect(hasCondition(more, added)).toBe(true)
        expect(tree(removeCondition(more, added))).toEqual(tree(text))
      }),
    )
  })

  test('adding what is there changes nothing', () => {
    fc.assert(
      fc.property(texts, condition, (text, added) => {
        const more = addCondition(text, added)
        expect(addCondition(more, added)).toBe(more)
      }),
    )
  })

  test.each([
    ['', 'host:esx-07', 'host:esx-07'],
    ['near:vdi-0417', 'host:esx-07', 'near:vdi-0417 and host:esx-07'],
    ['a  AND "b c"', 'not layer:storage', 'a  AND "b c" and not layer:storage'],
    ['a or b', 'host:x', '(a or b) and host:x'],
    ['a', 'x or y', 'a and (x or y)'],
    ['* | top 5 host', 'app:vobd', 'app:vobd | top 5 host'],
    ['a | stats count() by host', 'app:vobd', 'a and app:vobd | stats count() by host'],
    ['severity:', 'app:vobd', 'severity:'],
  ])('%j with %j is %j', (text, added, result) => {
    expect(addCondition(text, added)).toBe(result)
  })

  test.each([
    ['near:vdi-0417 and host:esx-07', 'host:esx-07', 'near:vdi-0417'],
    ['host:esx-07 near:vdi-0417 a', 'host:esx-07', 'near:vdi-0417 and a'],
    ['host:esx-07', 'host:esx-07', ''],
    ['host:esx-07 | top 5 host', 'host:esx-07', '* | top 5 host'],
    ['(a or b) and host:x', 'host:x', '(a or b)'],
    ['severity:error and a', 'severity:error', 'a'],
    ['(host:x and a) and b', 'host:x', 'a b'],
    ['a or host:x', 'host:x', 'a or host:x'],
  ])('%j without %j is %j', (text, removed, result) => {
    expect(removeCondition(text, removed)).toBe(result)
  })
})

describe('one field of a query', () => {
  test.each([
    ['near:x severity>=warn', 'severity', 'near:x'],
    ['host:(a or b) and not host:c and d', 'host', 'd'],
    ['host:a or host:b', 'host', ''],
    ['host:a or app:b', 'host', 'host:a or app:b'],
    ['hostname:a and d', 'host', 'd'],
  ])('%j without %s is %j', (text, name, result) => {
    expect(withoutField(text, name)).toBe(result)
  })

  test('"only" puts one value in the place of all that was said of the field', () => {
    const text = 'near:x and severity>=warn and not severity:error'
    expect(onlyCondition(text, 'severity', 'severity:error')).toBe('near:x and severity:error')
  })
})

describe('parts of a query', () => {
  test('are those of the outermost and, as they are written', () => {
    expect(partsOf('near:vdi-0417 and  (a or b) -c "d e" | top 5 host')).toEqual([
      'near:vdi-0417',
      '(a or b)',
      '-c',
      '"d e"',
    ])
    expect([partsOf(''), partsOf('a or b')]).toEqual([[], ['a or b']])
  })

  test('pipes are cut off, bars in quotes are not', () => {
    expect([filterPart('a "x|y" | top 5 host'), filterPart('a')]).toEqual(['a "x|y"', 'a'])
  })
})
