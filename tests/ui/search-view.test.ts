import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseAddress,
  printAddress,
  printSelection,
  readSearchView,
  readSelection,
  SPLITS,
  TABS,
  type SearchView,
} from '../../ui/data/search-view.ts'

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
const list = fc.uniqueArray(text, { minLength: 1, maxLength: 4 })

const views: fc.Arbitrary<SearchView> = fc.record(
  {
    q: text,
    from: text,
    to: text,
    at: text,
    sel: text,
    open: list,
    pin: list,
    fold: list,
    tab: fc.constantFrom(...TABS),
    split: fc.constantFrom(...SPLITS),
    live: fc.constant('1' as const),
  },
  { requiredKeys: [] },
)

describe('the view in the address', () => {
  test('any view comes back from its own link', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(readSearchView(parseAddress(printAddress({ ...view })))).toEqual(view)
      }),
    )
  })

  test('is readable where it can be', () => {
    const address = printAddress({
      q: 'near:vdi-0417 severity>=warn',
      from: '2026-11-20T10:30:00Z',
    })
    expect(address).toBe('?q=near:vdi-0417+severity%3E%3Dwarn&from=2026-11-20T10:30:00Z')
  })

  test('nonsense is left out', () => {
    const nonsense = { q: 5, tab: 'nothing', split: ['x'], live: 'yes', open: [{}, ''], raw: true }
    expect(readSearchView(nonsense)).toEqual({ q: '5' })
  })
})

describe('the selection', () => {
  test.each([
    { kind: 'record', id: 'n1-20261120-17' },
    { kind: 'entity', id: 'fc_port:fc-sw-2/port 12:3' },
    { kind: 'area', from: '2026-11-20T10:30:00Z', to: '2026-11-20T10:40:00Z' },
    {
      kind: 'area',
      from: '2026-11-20T10:30:00Z',
      to: '2026-11-20T10:40:00Z',
      where: 'entity:"vm:1" and template:"a..b, c"',
    },
  ] as const)('$kind comes back', (selection) => {
    expect(readSelection(printSelection(selection))).toEqual(selection)
  })

  test.each([undefined, '', 'record:', 'area:now', 'thing:1'])('%j selects nothing', (word) => {
    expect(readSelection(word)).toBeNull()
  })
})
