import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keysOf } from '../../../../model/keys.ts'
import { edgesOf } from '../../../../search/store/embedded/row-keys.ts'

const word = fc.constantFrom(
  'path',
  'version',
  'firmware build:',
  'vm-',
  '(naa.',
  'haTask-',
  'fe',
  'ab:',
  '-',
  '\t',
  ' ',
  ' has entered the ',
  ' certificate',
  ' serial number: "',
  'serial=',
  '?XyZ#',
  'é',
)
/** As templates have it: without a digit. */
const staticText = fc.array(word, { maxLength: 8 }).map((words) => words.join(''))
const value = fc.constantFrom(
  '10.0.0.1',
  '8.0.3.1',
  '600a098038313953',
  'ab:cd:01:23:45:67',
  '17',
  '23:45:67',
  'vim.Task.cancel-3',
  '730d187406c14775007b3ab1',
  '80D4b',
  '17pq9',
  '',
)

test('identifiers are found without the inner words of static text as in the whole', () => {
  fc.assert(
    fc.property(
      staticText,
      fc.array(fc.tuple(value, staticText), { maxLength: 5 }),
      (head, rest) => {
        const whole = head + rest.map(([slot, text]) => slot + text).join('')
        const edges = edgesOf(head) + rest.map(([slot, text]) => slot + edgesOf(text)).join('')
        expect(keysOf(edges)).toEqual(keysOf(whole))
      },
    ),
    { numRuns: 2_000 },
  )
})

test('of a long text only its ends are left', () => {
  const text = ' has been lost for a long while, and nobody knows why it is so, on path '
  expect(edgesOf(text).length).toBeLessThan(text.length / 2)
  expect(edgesOf('short on ')).toBe('short on ')
})
