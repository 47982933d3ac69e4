import { describe, expect, test } from 'vitest'
import type { ApiEntity } from '../../model/api.ts'
import {
  entityActions,
  firstItems,
  itemsOf,
  matches,
  pageItems,
  type Item,
} from '../../ui/shell/palette-items.ts'
import { queryName } from '../../ui/lib/entity-words.ts'

const vm = (name: string): ApiEntity => ({
  id: `vm:${name}`,
  type: 'vm',
  name,
  layer: 'guest',
  team: 'desktop',
  aliases: [],
  attributes: {},
})
const known = (...names: string[]) => new Map(names.map((name) => [`vm:${name}`, vm(name)]))
const page = pageItems([{ q: 'near:VDI-0417' }], undefined)
const hits = (...ids: string[]) => ids.map((id) => ({ id, score: 1 }))
const groups = (items: readonly Item[]): string[] => items.map(({ group }) => group)

describe('the palette shows', () => {
  test('at most twelve, each group its few and the first groups what is left', () => {
    const entities = Array.from({ length: 30 }, (_, i) => `VDI-${i}`)
    const items = itemsOf(
      {
        text: 'vdi',
        entities: hits(...entities.map((name) => `entity:vm:${name}`)),
        page: hits(...page.map(({ id }) => id)),
      },
      { entities: known(...entities), more: [], page },
    )
    expect(items).toHaveLength(12)
    expect(groups(items)).toEqual([
      ...Array<string>(4).fill('Entities'),
      'Fields',
      'Views',
      'Views',
      ...Array<string>(4).fill('Actions'),
      'Help',
    ])
    const alone = itemsOf(
      { text: 'vdi', entities: hits(...entities.map((name) => `entity:vm:${name}`)), page: [] },
      { entities: known(...entities), more: [], page },
    )
    expect(groups(alone).filter((group) => group === 'Entities')).toHaveLength(8)
  })

  test('what the server found behind what the index found, and nothing twice', () => {
    const items = itemsOf(
      { text: 'vdi', entities: hits('entity:vm:VDI-1'), page: [] },
      { entities: known('VDI-1'), more: [vm('VDI-1'), vm('VDI-2')], page },
    )
    expect(items.flatMap(({ entity }) => entity?.name ?? [])).toEqual(['VDI-1', 'VDI-2'])
  })

  test('actions alone behind >', () => {
    const items = itemsOf(
      { text: '>vdi', entities: hits('entity:vm:VDI-1'), page: hits('page:theme', 'field:host') },
      { entities: known('VDI-1'), more: [], page },
    )
    expect(new Set(groups(items))).toEqual(new Set(['Actions']))
    expect(items).toHaveLength(5)
  })

  test('views, screens and help before anything is typed', () => {
    const items = firstItems(page)
    expect(items.map(({ title }) => title)).toContain('near:VDI-0417')
    expect(items.map(({ title }) => title)).toContain('Start the tour')
    expect(groups(items)).not.toContain('Fields')
    expect(items.length).toBeLessThanOrEqual(12)
  })
})

test('a name goes into a query as the language reads it', () => {
  expect(queryName('VDI-0417')).toBe('VDI-0417')
  expect(queryName('vmhba2 of esx-07')).toBe('"vmhba2 of esx-07"')
  expect(queryName('21:00:00:0e')).toBe('"21:00:00:0e"')
  expect(queryName('and')).toBe('"and"')
  const [near] = entityActions(vm('VDI 1'))
  expect(near!.goal).toEqual({ kind: 'search', change: { q: 'near:"VDI 1"' } })
})

describe('what matches is marked', () => {
  test.each([
    ['naa.6005…a41e', '41e', [[10, 13]]],
    [
      'LUN latency',
      'lat lun',
      [
        [0, 3],
        [4, 7],
      ],
    ],
    ['esx-07', 'esx-07 esx', [[0, 6]]],
    ['esx-07', 'guest', []],
  ])('%s for %s', (title, text, spans) => {
    expect(matches(title, text)).toEqual(spans)
  })
})

test.each([
  [{ available: true, state: 'absent', shown: false }, ['sample:load']],
  [{ available: false, state: 'absent', shown: false }, []],
  [{ available: true, state: 'loading', shown: true }, []],
  [{ available: true, state: 'loaded', shown: true }, ['sample:hide', 'sample:remove']],
  [{ available: false, state: 'loaded', shown: false }, ['sample:show', 'sample:remove']],
] as const)('of the sample it offers what can be done: %j', (sample, ids) => {
  const offered = pageItems([], sample).filter(({ goal }) => goal.kind === 'sample')
  expect(offered.map(({ id }) => id)).toEqual(ids)
})
