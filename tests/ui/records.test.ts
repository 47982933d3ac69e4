import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ApiRecord, Pattern } from '../../model/api.ts'
import { METRICS_UNREAD, type MetricLane } from '../../model/timeline.ts'
import { movedRow } from '../../ui/lib/active-row.ts'
import { csvText } from '../../ui/lib/csv.ts'
import { coverageText, mayLack, mayLackRecords, valueAt } from '../../ui/lib/lane-rows.ts'
import { changeText, comparisonsOf, newFirst } from '../../ui/lib/pattern-windows.ts'
import { isLoaded, joinPages, placeOf, rowAt, rowOf } from '../../ui/lib/record-list.ts'
import { orderText, recordTime, severityWord, speakerOf } from '../../ui/lib/record-words.ts'
import { sortedBy } from '../../ui/lib/sorting.ts'
import { cellText, choices, columnsOf } from '../../ui/panels/records/columns.ts'
import { hasPipes, phrasesOf } from '../../ui/panels/query/query-hits.ts'

const record = (fields: Partial<ApiRecord> = {}): ApiRecord => ({
  id: 'r1',
  kind: 'log',
  time: '2026-11-20T09:39:02.114Z',
  received: '2026-11-20T09:39:02.871Z',
  uncertaintyMs: 9,
  timeFrom: 'explicit',
  correctionMs: 0,
  source: '10.0.0.7',
  format: 'vmkernel',
  layer: 'hypervisor',
  entity: null,
  host: 'esx-07.corp.example',
  app: 'vmkernel',
  severity: 13,
  severityText: 'WARNING',
  body: 'Device naa.6005 performance has deteriorated',
  eventName: null,
  template: null,
  keys: [],
  entities: [],
  attributes: {},
  ...fields,
})

const at = (second: number): ApiRecord =>
  record({ id: `r${second}`, time: new Date(Date.UTC(2026, 10, 20, 9, 0, second)).toISOString() })

describe('a list read in pages around a time', () => {
  test('is in one order, whichever side a page came from', () => {
    const list = joinPages([[at(4), at(3)], [at(2)]], [[at(5)], [at(6), at(7)]])
    expect(list.map(({ id }) => id)).toEqual(['r2', 'r3', 'r4', 'r5', 'r6', 'r7'])
  })

  test('the cursor stands after what came before it and before what came at it', () => {
    const list = [at(1), at(2), at(2), at(5)]
    const places = [0, 1, 2, 3, 5, 6].map((s) => placeOf(list, Date.parse(at(s).time)))
    expect(places).toEqual([0, 0, 1, 3, 3, 4])
  })

  test('rows and records are found from each other, with the cursor and without', () => {
    const list = [at(1), at(2), at(3)]
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
        fc.integer({ min: 0, max: 2 }),
        (cursor, index) => {
          const row = rowAt(list, cursor, rowOf(cursor, index))
          expect(row).toMatchObject({ kind: 'record', index, record: list[index] })
        },
      ),
    )
    expect(rowAt(list, 1, 1)).toEqual({ kind: 'cursor' })
  })

  test('what lies behind an end with more to come is not loaded', () => {
    const list = [at(2), at(4)]
    const ends = (hasBefore: boolean, hasAfter: boolean) =>
      [1, 3, 5].map((s) => isLoaded(list, Date.parse(at(s).time), { hasBefore, hasAfter }))
    expect(ends(true, true)).toEqual([false, true, false])
    expect(ends(false, true)).toEqual([true, true, false])
    expect(ends(false, false)).toEqual([true, true, true])
  })
})

describe('words of a record', () => {
  const names = new Map([['hypervisor:x', 'esx-07']])
  test.each([
    [{}, 'esx-07'],
    [{ host: '10.0.0.7' }, '10.0.0.7'],
    [{ host: null }, '10.0.0.7'],
    [{ entity: 'hypervisor:x', host: null }, 'esx-07'],
    [{ entity: 'volume:y' }, 'esx-07'],
    [{ entity: 'vm:unknown', host: null }, 'unknown'],
  ])('%j speaks as %s', (fields, speaker) => {
    expect(speakerOf(record(fields), names)).toBe(speaker)
  })

  test('severity', () => {
    const words = [
      record(),
      record({ severity: 9, severityText: 'notice' }),
      record({ severity: 0, severityText: null }),
    ].map(severityWord)
    expect(words).toEqual(['Warning', 'Notice', 'No severity'])
  })

  test('times have the digits they came with, corrected unless raw ones are wanted', () => {
    const options = { isRaw: false, withDay: false }
    expect(recordTime(record(), 'Europe/Rome', options)).toBe('10:39:02.114')
    expect(recordTime(record({ time: '2026-11-20T09:39:20Z' }), 'UTC', options)).toBe('09:39:20')
    const late = record({ correctionMs: -14_000 })
    expect(recordTime(late, 'UTC', options)).toBe('09:38:48.114')
    expect(recordTime(late, 'UTC', { isRaw: true, withDay: true })).toBe('Fri 20 Nov 09:39:02.114')
  })

  test('order is said only where the clocks decide it', () => {
    expect(orderText('before', 40_000)).toBe('40 s before')
    expect(orderText('after', 7)).toBe('7 ms after')
    expect(orderText('undecided', 40_000)).toBe('cannot tell')
  })
})

describe('columns', () => {
  test('those chosen come in their order; attributes that most records have are offered', () => {
    expect(columnsOf(['app', 'attributes.x', 'entity', 'nonsense']).map(({ id }) => id)).toEqual([
      'entity',
      'app',
      'attributes.x',
    ])
    const records = [
      record({ attributes: { lun: 'a', cpu: 1 } }),
      record({ attributes: { cpu: 2 } }),
    ]
    const offered = choices(records, ['attributes.gone']).map(({ label }) => label)
    expect(offered.slice(-3)).toEqual(['cpu', 'lun', 'gone'])
    expect(cellText(records[0]!, 'attributes.cpu', new Map())).toBe('1')
    expect(cellText(records[1]!, 'attributes.lun', new Map())).toBe('')
  })
})

describe('saved tables', () => {
  test('quotes what must be quoted and disarms what a spreadsheet would run', () => {
    const text = csvText(
      ['message', 'n'],
      [
        ['=HYPERLINK("http://x")', -3],
        ['+1', null],
        ['-5 text', true],
        ['@SUM(1)', 1],
        ['\tx', 1],
        ['a,b\n"c"', 1],
        ['plain', 1],
      ],
    )
    expect(text).toBe(
      [
        'message,n',
        `"'=HYPERLINK(""http://x"")",-3`,
        `'+1,`,
        `'-5 text,true`,
        `'@SUM(1),1`,
        `'\tx,1`,
        '"a,b\n""c""",1',
        'plain,1',
        '',
      ].join('\r\n'),
    )
  })
})

describe('sorted tables', () => {
  test('null stands last whichever way, numbers in words count', () => {
    const rows = ['esx-10', null, 'esx-9']
    expect(sortedBy(rows, (row) => row, false)).toEqual(['esx-9', 'esx-10', null])
    expect(sortedBy(rows, (row) => row, true)).toEqual(['esx-10', 'esx-9', null])
    expect(sortedBy([3, 20, 1], (row) => row, true)).toEqual([20, 3, 1])
  })

  test('keys move the active row and stop at the ends', () => {
    expect(movedRow('ArrowDown', -1, 5, 3)).toBe(0)
    expect(movedRow('ArrowDown', 4, 5, 3)).toBe(4)
    expect(movedRow('PageUp', 4, 5, 3)).toBe(1)
    expect(movedRow('End', 0, 5, 3)).toBe(4)
    expect(movedRow('x', 0, 5, 3)).toBeNull()
  })
})

describe('patterns against before', () => {
  const pattern = (template: string, count: number, before: number, severity = 9): Pattern => ({
    template,
    text: template,
    count,
    before,
    severity,
    first: '2026-11-20T09:00:00Z',
    last: '2026-11-20T09:00:00Z',
  })

  test('new ones stand first, the gravest of them above all', () => {
    const rows = newFirst([
      pattern('same', 50, 50),
      pattern('new info', 900, 0),
      pattern('grown', 400, 40),
      pattern('new error', 1, 0, 17),
      pattern('gone', 0, 80, 17),
    ])
    expect(rows.map(({ template }) => template)).toEqual([
      'new error',
      'new info',
      'grown',
      'gone',
      'same',
    ])
  })

  test.each([
    [400, 40, '× 10'],
    [50, 40, '+ 10'],
    [40, 1_244, '− 1,204'],
    [0, 3, 'gone'],
    [5, 5.2, ''],
  ])('%d after %d: %s', (count, before, text) => {
    expect(changeText(pattern('x', count, before))).toBe(text)
  })

  test('what is before is as long as what is now and ends where it begins', () => {
    const all = comparisonsOf({ from: 1_000, to: 2_000 }, 1_700, 1_200)
    expect(all.map(({ id, now, before }) => [id, now, before])).toEqual([
      ['window', { from: 1_000, to: 2_000 }, { from: 0, to: 1_000 }],
      ['since-a', { from: 1_700, to: 2_000 }, { from: 1_400, to: 1_700 }],
      ['marks', { from: 1_200, to: 1_700 }, { from: 700, to: 1_200 }],
    ])
    expect(comparisonsOf({ from: 0, to: 1 }, undefined, undefined)).toHaveLength(1)
  })
})

describe('lanes in figures', () => {
  const metric = { column: [0, 10, 20], value: [1, 2, 3], everyColumns: 4 } as unknown as MetricLane

  test('the value at the cursor is the last one, unless it is too old', () => {
    expect([-1, 0, 10.5, 19, 25, 40].map((column) => valueAt(metric, column))).toEqual([
      null,
      1,
      2,
      2,
      3,
      null,
    ])
  })

  test('coverage is said once for each kind', () => {
    const gap = { fromMs: 0, toMs: 1, state: 'no samples' as const, since: null }
    const late = { ...gap, state: 'late' as const, since: '2026-11-20T09:55:10Z' }
    expect(coverageText([], 'UTC')).toBe('complete')
    expect(coverageText([gap, gap, late], 'UTC')).toBe('no samples; late, complete to 09:55:10')
  })

  test('records may be missing unless only the metrics were not read', () => {
    const allIn = { complete: 12, late: 0, silent: 0, rejected: 0 }
    const view = (sources: typeof allIn, notes: string[], metricsUnread: string | null) => ({
      coverage: { complete: false, sources, late: [], notes },
      metricsUnread,
    })
    const unread = [METRICS_UNREAD]
    const exact = view(allIn, unread, 'a shard did not answer')
    expect([mayLackRecords(exact), mayLack(exact, 0)]).toEqual([false, false])
    for (const low of [
      view(allIn, [...unread, 'stopped after 5 s'], 'a shard did not answer'),
      view({ ...allIn, silent: 1 }, unread, 'a shard did not answer'),
      view({ ...allIn, rejected: 1 }, unread, 'a shard did not answer'),
      view(allIn, ['stopped after 5 s'], null),
    ]) {
      expect([mayLackRecords(low), mayLack(low, 0)]).toEqual([true, true])
    }
  })
})

describe('what a query looks for in the message', () => {
  test('is marked, what it excludes is not', () => {
    const words = phrasesOf('reset and not "link up" (host:x or naa*) | limit 5').map((phrase) =>
      phrase.map(({ text }) => text).join(' '),
    )
    expect(words).toEqual(['reset', 'naa*'])
    expect(phrasesOf('severity:')).toEqual([])
    expect([hasPipes('a | top 5 host'), hasPipes('a "x|y"')]).toEqual([true, false])
  })
})
