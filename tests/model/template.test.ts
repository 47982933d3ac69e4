import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fillTemplate,
  slotLetters,
  staticSegments,
  staticTokens,
  templateId,
  templateText,
} from '../../model/template.ts'

describe('a template', () => {
  it('shows its slots by kind and leaves other angle brackets alone', () => {
    expect(templateText('<b> link \0d down after \0n, peer \0i')).toBe(
      '<b> link <id> down after <num>, peer <ip>',
    )
  })

  it('has an id that depends on the pattern alone', () => {
    expect(templateId('link \0d down')).toMatch(/^[0-9a-f]{16}$/)
    expect(templateId('link \0d down')).toBe(templateId('link \0d down'))
    expect(templateId('link \0d down')).not.toBe(templateId('link \0n down'))
    // The ids of stored data: this one may never change without a new pattern version.
    expect(templateId('link \0d down')).toBe('61e26d73af8c70ab')
  })

  it('takes its one variable whole, separators and all', () => {
    expect(fillTemplate('\0x', 'a\x1fb\0c')).toBe('a\x1fb\0c')
    expect(fillTemplate('', '')).toBe('')
  })

  it('is filled with what stands between its segments', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '<', 'é', ':') })
    fc.assert(
      fc.property(text, fc.array(fc.tuple(text, text), { maxLength: 6 }), (first, slots) => {
        const pattern = first + slots.map(([, after]) => `\0n${after}`).join('')
        const expected = first + slots.map(([value, after]) => value + after).join('')
        const variables = slots.map(([value]) => value).join('\x1f')
        expect(fillTemplate(pattern, variables)).toBe(expected)
        expect(staticSegments(pattern)).toEqual([first, ...slots.map(([, after]) => after)])
        expect(slotLetters(pattern)).toBe('n'.repeat(slots.length))
      }),
    )
  })

  it('lists the words of its static text, without the letters of slots', () => {
    expect(staticTokens('Link \0d is Down (\0n)')).toEqual([['link'], ['is', 'down'], []])
  })
})
