import { describe, expect, test } from 'vitest'
import type { ApiSource } from '../../model/api.ts'
import {
  isAsked,
  kindOf,
  ledgerOf,
  ledgerText,
  parsedText,
  rowsOf,
  troubleOf,
} from '../../ui/panels/sources/source-rows.ts'
import {
  formatsText,
  lagText,
  momentText,
  sentenceOf,
  troubleDetail,
} from '../../ui/panels/sources/source-words.ts'

const NOW = Date.UTC(2026, 10, 20, 11, 0, 0)

function source(name: string, part: Partial<ApiSource> = {}): ApiSource {
  return {
    source: name,
    layer: null,
    format: 'rfc5424',
    host: name,
    rate: 1,
    lagMs: 2_000,
    watermark: '2026-11-20T10:59:50Z',
    lastReceived: '2026-11-20T10:59:52Z',
    state: 'complete',
    clock: { offsetMs: null, uncertaintyMs: null, method: 'none', epochs: [] },
    zone: { name: null, from: null },
    ...part,
    counts: {
      received: 100,
      stored: 100,
      deduplicated: 0,
      unparsed: 0,
      rejected: 0,
      deadLettered: 0,
      lost: 0,
      ...part.counts,
    },
  }
}
const counts = (part: Partial<ApiSource['counts']>): Pick<ApiSource, 'counts'> => ({
  counts: { ...source('x').counts, ...part },
})

const NONE = new Set<string>()
const keys = (sources: readonly ApiSource[], open = NONE, closed = NONE): string[] =>
  rowsOf(sources, open, closed).map(({ key }) => key)

describe('the rows of the sources', () => {
  const desktops = Array.from({ length: 5 }, (_, i) => source(`vdi-${i + 7}`))
  const all = [
    ...desktops,
    source('esx-2', { format: 'esxi-vobd' }),
    source('sw-1', { format: 'cisco-ios', ...counts({ unparsed: 31 }) }),
    source('late-10', { state: 'late' }),
    source('late-9', { state: 'late' }),
    source('dhcp', { state: 'silent' }),
  ]

  test('begin with what is worse than usual, worst first, and fold what is as usual by kind', () => {
    expect(keys(all)).toEqual([
      'worse',
      'source dhcp',
      'source late-9',
      'source late-10',
      'source sw-1',
      'usual',
      'source esx-2',
      'fold sources of rfc5424',
    ])
  })

  test('unfold, and close a group', () => {
    const open = new Set(['fold sources of rfc5424'])
    expect(keys(all, open).slice(-6)).toEqual([
      'fold sources of rfc5424',
      'source vdi-7',
      'source vdi-8',
      'source vdi-9',
      'source vdi-10',
      'source vdi-11',
    ])
    expect(keys(all, open, new Set(['worse', 'usual']))).toEqual(['worse', 'usual'])
  })

  test('keep their order while rates and times change', () => {
    const later = all.map((each) => ({
      ...each,
      rate: 99,
      lagMs: 7,
      watermark: '2026-11-20T10:59:59Z',
    }))
    expect(keys([...later].reverse())).toEqual(keys(all))
  })

  test('are none of none', () => {
    expect(keys([])).toEqual([])
    expect(keys([source('a')])).toEqual(['usual', 'source a'])
  })
})

describe('what is wrong with a source', () => {
  test.each([
    ['silent', { state: 'silent' }],
    ['late', { state: 'late' }],
    ['rejected', { state: 'rejected' }],
    ['unparsed', counts({ unparsed: 5 })],
    ['usual', counts({ unparsed: 4 })],
    ['usual', counts({ received: 0, stored: 0 })],
  ] as const)('%s', (trouble, part) => {
    expect(troubleOf(source('a', part))).toBe(trouble)
  })

  test('is said in one sentence', () => {
    const said = (part: Partial<ApiSource>): string =>
      sentenceOf(source('a', part), 'UTC', NOW)
        .map(({ text }) => text)
        .join('')
    expect(said({ state: 'silent', lastReceived: '2026-11-20T10:31:12Z' })).toBe(
      'Nothing has come since 10:31:12; it is complete to 10:59:50.',
    )
    expect(said({ state: 'late', lagMs: 282_000 })).toBe(
      'What it sends is 4 m 42 s old when it comes; it is complete to 10:59:50.',
    )
    expect(said({ state: 'rejected', ...counts({ received: 412_806, deadLettered: 96 }) })).toBe(
      '96 lines of 412,806 could not be stored.',
    )
    expect(said(counts({ unparsed: 31 }))).toMatch(/^31 % of its lines fit no format/)
    expect(said({})).toBe(
      'As usual: all of its 100 records are accounted for, complete to 10:59:50.',
    )
    expect(said({ watermark: null })).toBe('As usual: all of its 100 records are accounted for.')
  })

  test('what is not all is never said to be', () => {
    expect(parsedText(source('a', counts({ stored: 1e6, unparsed: 1 })).counts)).toBe(
      '99.9 % parsed',
    )
    expect(parsedText(source('a').counts)).toBe('100 % parsed')
  })

  test('formats are named as long as there is room for them', () => {
    expect(formatsText(['esxi-vobd', 'esxi-vmkernel'])).toBe('esxi-vobd, esxi-vmkernel')
    expect(formatsText(['cisco-nxos', 'cisco-ios', null])).toBe('cisco-nxos and 2 more')
    expect(formatsText([null])).toBe('metrics')
  })

  test('how far it is behind, and that history is not behind', () => {
    expect(lagText(source('a'), NOW)).toBe('2 s')
    expect(lagText(source('a', { lagMs: 6 * 86_400_000 }), NOW)).toBe('history, read in later')
    expect(lagText(source('a', { lagMs: null }), NOW)).toBe('')
    expect(
      lagText(source('a', { state: 'silent', lastReceived: '2026-11-20T10:32:00Z' }), NOW),
    ).toBe('silent 28 m')
    expect(momentText('2026-11-19T10:00:00Z', 'UTC', NOW)).toBe('Thu 19 Nov 10:00:00')
  })

  test('the chip tells the worst of its sources', () => {
    const late = [source('a', { lagMs: 60_000 }), source('b', { lagMs: 282_000 })]
    expect(troubleDetail('late', late, NOW)).toBe('4 m 42 s')
    const refused = [
      source('a', counts({ rejected: 1_204 })),
      source('b', counts({ deadLettered: 1 })),
    ]
    expect(troubleDetail('rejected', refused, NOW)).toBe('1,205 records')
    expect(troubleDetail('unparsed', [source('a', counts({ unparsed: 31 }))], NOW)).toBe(
      '31 % unparsed',
    )
    expect(troubleDetail('usual', [source('a', { lagMs: 6 * 86_400_000 })], NOW)).toBe(
      'nothing behind',
    )
  })
})

test('the ledger sums over sources and balances as theirs do', () => {
  const sum = ledgerOf([
    source(
      'a',
      counts({ received: 110, stored: 100, deduplicated: 8, rejected: 1, deadLettered: 1 }),
    ),
    source('b'),
  ])
  expect(sum).toEqual({ received: 210, stored: 200, duplicate: 8, rejected: 1, dead: 1, lost: 0 })
  expect(sum.received).toBe(sum.stored + sum.duplicate + sum.rejected + sum.dead)
  expect(ledgerText(sum)).toBe('210 = 200 stored + 8 duplicates + 1 rejected + 1 dead')
  expect(ledgerText(ledgerOf([source('a', counts({ lost: 3 }))]))).toMatch(/; 3 lost before that$/)
})

describe('the filter', () => {
  const one = source('ESX-07.corp', { layer: 'hypervisor', format: 'esxi-vmkernel', state: 'late' })
  test.each([
    ['', true],
    ['esx', true],
    ['esx corp', true],
    ['layer:hyper', true],
    ['layer:storage', false],
    ['format:vmkernel state:late', true],
    ['state:silent', false],
    ['state:usual', false],
    ['10:00', false],
  ])('%s', (text, isFound) => {
    expect(isAsked(one, text)).toBe(isFound)
  })

  test('knows what has no layer, and states by their words', () => {
    expect(isAsked(source('a'), 'layer:none')).toBe(true)
    expect(isAsked(source('a'), 'state:as')).toBe(true)
    expect(isAsked(source('a', counts({ unparsed: 50 })), 'state:format')).toBe(true)
  })
})

test('kinds are what people call the senders', () => {
  expect(kindOf(source('a', { format: 'esxi-hostd' }))).toBe('ESXi hosts')
  expect(kindOf(source('a', { format: null }))).toBe('metrics and inventory')
  expect(kindOf(source('a', { format: 'logfmt', layer: 'service' }))).toBe(
    'service sources of logfmt',
  )
})
