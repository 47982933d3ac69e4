import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ShapeDescriptor } from '../../../../model/batch.ts'
import { packRow, unpackRow } from '../../../../search/store/elastic/packed-row.ts'

const shape = (frame: string | null): ShapeDescriptor => ({
  ...{ app: null, timeFrom: 'explicit', uncertaintyUs: 0, severityText: null, eventName: null },
  ...{ constants: {}, attributes: [], types: '', frame, values: 'joined' },
})

const text = fc.string({ unit: 'grapheme', maxLength: 300 })

test('a packed row comes back, with its frame where the shape has none', () => {
  fc.assert(
    fc.property(text, text, fc.uint8Array({ maxLength: 400 }), (variables, values, verbatim) => {
      const rebuilt = { variables, values }
      expect(unpackRow(packRow(rebuilt), shape('\0b'))).toEqual(rebuilt)
      const kept = { variables, values, verbatim }
      expect(unpackRow(packRow(kept), shape(null))).toEqual(kept)
    }),
  )
})

test('a long row too', () => {
  const row = { variables: 'ä'.repeat(70_000), values: 'x'.repeat(200_000) }
  expect(unpackRow(packRow(row), shape('\0b'))).toEqual(row)
})
