import { describe, expect, test } from 'vitest'
import type { ApiEntity } from '../../model/api.ts'
import { withNewest } from '../../ui/data/kept.ts'
import { mayBeName, namedExactly, nearText } from '../../ui/panels/header/name-query.ts'
import { findTrouble } from '../../ui/panels/header/query-trouble.ts'

const entity = (name: string, over: Partial<ApiEntity> = {}): ApiEntity => ({
  ...{ id: `vm:${name}`, type: 'vm', name, layer: 'guest', team: null },
  ...{ aliases: [], attributes: {} },
  ...over,
})

describe('what is wrong with a query', () => {
  const trouble = (text: string) => findTrouble(text)!
  const marked = (text: string) => text.slice(trouble(text).span.from, trouble(text).span.to)

  test('a slip is marked exactly, with both ways out', () => {
    const text = 'near:vdi-0417 and severty>=warn'
    expect(marked(text)).toBe('severty')
    expect(trouble(text)).toMatchObject({
      sentence: '`severty` is not a field. Did you mean `severity`?',
      hint: '',
      fixes: [
        { label: 'Use severity', text: 'near:vdi-0417 and severity>=warn' },
        { label: 'Search the word severty', text: 'near:vdi-0417 and severty' },
      ],
    })
  })

  test.each([
    ['a and', 'and', 'Search the word and', 'a "and"'],
    ['or b', 'or', 'Search the word or', '"or" b'],
    ['x (a or b', '(', 'Close the bracket', 'x (a or b)'],
    ['x "a b', '"a b', 'Close the quote', 'x "a b"'],
    ['layer:guets x', 'guets', 'Use guest', 'layer:guest x'],
  ])('%j marks %j and offers to %s', (text, part, label, fixed) => {
    expect(marked(text)).toBe(part)
    expect(trouble(text).fixes[0]).toEqual({ label, text: fixed })
  })

  test('what has no way out says what to do', () => {
    const { fixes, hint, sentence } = trouble('severity>=loud')
    expect([fixes, sentence]).toEqual([[], '"loud" is no severity.'])
    expect(hint).not.toBe('')
  })

  test('a query has none', () => {
    expect(findTrouble('near:vdi-0417 time>=now-15m')).toBeUndefined()
  })
})

describe('a name that is typed', () => {
  test.each(['VDI-0417', 'u11251 on VDI-0417', 'naa.600a0980383046413633304244344337'])(
    '%s may be one',
    (text) => {
      expect(mayBeName(text)).toBe(true)
    },
  )

  test.each(['"VDI-0417"', 'VDI-*', 'near:VDI-0417', 'a or b', 'not a', '', 'a | top 5 host'])(
    '%j is none',
    (text) => {
      expect(mayBeName(text)).toBe(false)
    },
  )

  test('is known in any case, and only as a whole', () => {
    const known = [entity('VDI-0417'), entity('VDI-04170')]
    expect(namedExactly(' vdi-0417', known)).toEqual([known[0]])
    expect(namedExactly('vdi-041', known)).toEqual([])
  })

  test('may be a host name, but not an address that log lines are full of', () => {
    const one = entity('VDI-0417', {
      aliases: [
        { kind: 'hostname', value: 'VDI-0417.corp.example.net', from: null, to: null },
        { kind: 'ip', value: '10.30.0.126', from: null, to: null },
      ],
    })
    expect(namedExactly('vdi-0417.corp.example.net', [one])).toEqual([one])
    expect(namedExactly('10.30.0.126', [one])).toEqual([])
  })

  test('is quoted where it must be', () => {
    expect([nearText('VDI-0417'), nearText('port 12')]).toEqual(['near:VDI-0417', 'near:"port 12"'])
  })
})

test('a history holds each once, newest first', () => {
  const isSame = (a: string, b: string): boolean => a === b
  expect(withNewest(['b', 'a', 'c'], 'a', isSame, 3)).toEqual(['a', 'b', 'c'])
  expect(withNewest(['b', 'a'], 'c', isSame, 2)).toEqual(['c', 'b'])
})
