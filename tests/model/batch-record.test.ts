import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRecordId, recordId } from '../../model/batch-record.ts'

describe('record ids', () => {
  it('say day, node and sequence', () => {
    expect(recordId('2026-11-21', 'n1', 35)).toBe('20261121-n1-z')
    expect(parseRecordId('20261121-n1-z')).toEqual({ day: '2026-11-21', node: 'n1', sequence: 35 })
  })

  it('come back, whatever the node is called', () => {
    const node = fc.string({ minLength: 1, unit: fc.constantFrom('a', '-', '7', '.') })
    fc.assert(
      fc.property(node, fc.maxSafeNat(), (name, sequence) => {
        const id = recordId('2026-11-21', name, sequence)
        expect(parseRecordId(id)).toEqual({ day: '2026-11-21', node: name, sequence })
      }),
    )
  })

  it.each([
    '',
    '20261121',
    '2026-11-21-n1-z',
    '20261121-n1-Z',
    '20261121--z',
    '20261121-n1-zzzzzzzzzzz',
  ])('refuse %j', (text) => {
    expect(parseRecordId(text)).toBeUndefined()
  })
})
