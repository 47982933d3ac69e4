import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, sizeText, textTable } from '../../../search/cli/terminal.ts'

test('nothing of a hostile line reaches the terminal as a control', () => {
  expect(printable('\u001b[2Jgone\r\n\u0007\u202edrow')).toBe(
    '\\u001b[2Jgone\\r\\n\\u0007\\u202edrow',
  )
  expect(printable('\u061ca\u00ad\u2060\u{e0041}\ud800')).toBe(
    '\\u061ca\\u00ad\\u2060\\u{e0041}\\ud800',
  )
  const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
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

test('a table is aligned by columns of the terminal, and one long cell widens no other row', () => {
  const rows = [
    ['日本', 1],
    ['e\u0301', 2],
    ['x'.repeat(3000), 3],
  ]
  const lines = textTable(['name', 'n'], rows).split('\n')
  expect(lines.slice(0, 3).map((line) => line.trimEnd())).toEqual([
    `name${' '.repeat(76)}  n`,
    `日本${' '.repeat(76)}  1`,
    `e\u0301${' '.repeat(79)}  2`,
  ])
  expect(lines[3]).toBe(`${'x'.repeat(2000)}…  3`)
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
