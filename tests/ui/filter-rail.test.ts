import { describe, expect, test } from 'vitest'
import type { ApiSource, Coverage, Facet } from '../../model/api.ts'
import { parseQuery } from '../../search/query/parse.ts'
import { rowsOf } from '../../ui/panels/filter-rail/facet-rows.ts'
import { windowWith } from '../../ui/panels/header/range-steps.ts'
import { zonesLike } from '../../ui/panels/header/zones.ts'
import { coverageText } from '../../ui/panels/status-line/coverage-text.ts'

const facet = (field: string, values: readonly (readonly [string | number, number])[]): Facet => ({
  ...{ field, values: values.map(([value, count]) => ({ value, count })), other: 0, missing: 0 },
})

describe('rows of a field', () => {
  test('severities are one row a class, worst first, levels added up', () => {
    const rows = rowsOf(
      facet('severity', [
        [9, 50],
        [10, 3],
        [0, 2],
        [17, 5],
        [18, 1],
      ]),
      () => undefined,
    )
    expect(rows.map(({ label, count, condition }) => [label, count, condition])).toEqual([
      ['error', 6, 'severity:error'],
      ['info', 55, 'severity<warn'],
    ])
  })

  test('an entity stands by its name, and is asked for by its id', () => {
    const id = 'volume:naa.600a0980383046413633304244344337'
    const [row] = rowsOf(facet('entity', [[id, 4]]), () => ({ name: 'LUN 7', layer: 'storage' }))
    expect([row!.label, row!.layer]).toEqual(['LUN 7', 'storage'])
    expect(parseQuery(row!.condition).filter).toEqual({
      kind: 'equals',
      field: 'entity',
      value: id,
    })
  })

  test('any value makes a condition that is a query', () => {
    const values = ['a b', '"', 'x|y', '', '(', '<script>'].map((value) => [value, 1] as const)
    for (const [i, row] of rowsOf(facet('user name', values), () => undefined).entries()) {
      const value = values[i]![0]
      expect(parseQuery(row.condition).filter).toEqual({
        kind: 'equals',
        field: 'user name',
        value,
      })
    }
  })
})

describe('coverage in words', () => {
  const coverage: Coverage = {
    ...{
      complete: false,
      sources: { complete: 10, late: 1, silent: 1, rejected: 0 },
      notes: ['cut'],
    },
    late: [
      { source: 'fc-sw-2', watermark: '2026-11-20T09:55:10Z' },
      { source: 'esx-03', watermark: null },
    ],
  }
  const silent = (source: string) => ({ source, state: 'silent' }) as ApiSource

  test('names the first that is behind, with its time and its day', () => {
    expect(coverageText(coverage, [], 'Europe/Rome')).toEqual({
      ...{ more: 1, complete: '10 of 12 sources complete', notes: ['cut'] },
      worst: { source: 'fc-sw-2', state: 'late', since: ', complete to Fri 20 Nov 10:55:10' },
    })
    expect(coverageText(coverage, [silent('fc-sw-2')], 'UTC').worst).toMatchObject({
      state: 'silent',
      since: ' since Fri 20 Nov 09:55:10',
    })
  })

  test('says that all is there, and that nothing is', () => {
    const none = { complete: 0, late: 0, silent: 0, rejected: 0 }
    const told = (sources: Coverage['sources']) =>
      coverageText({ complete: true, sources, late: [], notes: [] }, [], 'UTC')
    expect(told({ ...none, complete: 3 })).toMatchObject({
      worst: null,
      more: 0,
      complete: '3 of 3 sources complete',
    })
    expect(told(none).complete).toBe('no sources yet')
  })
})

test('a window that is moved to a time shows it near its end and is as long as before', () => {
  const at = Date.UTC(2026, 10, 20, 10, 59, 50)
  const moved = windowWith({ from: 0, to: 1_800_000 }, at)
  expect(moved).toEqual({
    from: Date.UTC(2026, 10, 20, 10, 33),
    to: Date.UTC(2026, 10, 20, 11, 3),
  })
})

test('zones are found by their place first', () => {
  expect(zonesLike('york')[0]).toBe('America/New_York')
  expect(zonesLike('utc')[0]).toBe('UTC')
  expect(zonesLike('new y')[0]).toBe('America/New_York')
  expect(zonesLike('atlantis')).toEqual([])
})
