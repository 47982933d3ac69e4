import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, sizeText, textTable } from '../../../search/cli/terminal.ts'

test('nothing of a hostile line reaches the terminal as a control', () => {
  expect(printable('\u001b[2Jgone\r\n\u0007\u202edrow')).toBe(
    '\\u001b[2Jgone\\r\\n\\u0007\\u202edrow',
  )
  const controls = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !controls.test(printable(text))))
})

test('a table is aligned, numbers to the right', () => {
  expect(
    textTable(
      ['host', 'count'],
      [
        ['esx-01', 12],
        [null, 3],
      ],
    ),
  ).toBe('host    count\nesx-01     12\n-           3\n')
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_500, '1.5 kB'],
  [250_000_000, '250 MB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})
