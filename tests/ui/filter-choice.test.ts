import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from '../../search/query/parse.ts'
import { choose, isChosen, unchoose } from '../../ui/data/filter-choice.ts'
import { addCondition, entityText, equalsText } from '../../ui/data/filter-edit.ts'

describe('values that a field is narrowed to', () => {
  test.each([
    ['near:x', 'host', 'host:a', 'near:x and host:a'],
    ['near:x and host:a', 'host', 'host:b', 'near:x and host:(a or b)'],
    ['host:(a or b) near:x', 'host', 'host:c', 'near:x and host:(a or b or c)'],
    ['host:a | top 5 app', 'host', 'host:b', 'host:(a or b) | top 5 app'],
    ['host:a and not host:b', 'host', 'host:b', 'host:(a or b)'],
    ['not host:a and x', 'host', 'host:b', 'x and host:b'],
    ['host:a', 'host', 'host:a', 'host:a'],
    ['host:a* and x', 'host', 'host:b', 'x and host:b'],
    ['app:a', 'host', 'host:b', 'app:a and host:b'],
    ['entity:a and x', 'entity', 'entity:b', 'x and (entity:a or entity:b)'],
    ['entity:a or entity:b', 'entity', 'entity:c', '(entity:a or entity:b or entity:c)'],
    ['not entity:b and entity:a', 'entity', 'entity:b', '(entity:a or entity:b)'],
    ['severity>=warn', 'severity', 'severity:error', 'severity:error'],
    [
      'x and severity:error',
      'severity',
      'severity<warn',
      'x and (severity:error or severity<warn)',
    ],
    ['a or b', 'host', 'host:a', '(a or b) and host:a'],
  ])('%j with %s %s is %j', (text, field, condition, result) => {
    const chosen = choose(text, field, condition)
    expect(chosen).toBe(result)
    expect(isChosen(chosen, field, condition)).toBe(true)
  })

  test.each([
    ['near:x and host:(a or b)', 'host', 'host:a', 'near:x and host:b'],
    ['near:x and host:b', 'host', 'host:b', 'near:x'],
    ['near:x and (entity:a or entity:b)', 'entity', 'entity:b', 'near:x and entity:a'],
    ['severity:error or severity<warn', 'severity', 'severity:error', 'severity<warn'],
    ['near:x and severity:error', 'severity', 'severity:error', 'near:x'],
    ['near:x', 'host', 'host:b', 'near:x'],
  ])('%j without %s %s is %j', (text, field, condition, result) => {
    const rest = unchoose(text, field, condition)
    expect(rest).toBe(result)
    expect(isChosen(rest, field, condition)).toBe(false)
  })

  test('several in turn are all there, whatever they are called, and gone again one by one', () => {
    const value = fc.oneof(fc.constantFrom('a', 'or', '(', 'a b', '"', 'x|y'), fc.string())
    const values = fc.uniqueArray(value, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.constantFrom('host', 'entity', 'user name'), values, (field, names) => {
        const conditions = names.map((name) =>
          field === 'entity' ? entityText(name) : equalsText(field, name),
        )
        const base = addCondition('', 'near:x')
        const all = conditions.reduce((text, one) => choose(text, field, one), base)
        expect(conditions.every((one) => isChosen(all, field, one))).toBe(true)
        expect(parseQuery(all).filter.kind).toBe('and')
        expect(conditions.reduce((text, one) => unchoose(text, field, one), all)).toBe(base)
      }),
    )
  })
})
