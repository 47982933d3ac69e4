import { describe, expect, test } from 'vitest'
import type { ApiRelation, EntitySummary, HistoryEntry } from '../../model/api.ts'
import type { EntityType, RelationType } from '../../model/entity.ts'
import type { ApiEntity } from '../../model/api.ts'
import { byLayer, otherNames, typesOf } from '../../ui/panels/entity/entity-rows.ts'
import { sinceShort } from '../../ui/panels/entity/since-text.ts'
import { foldSteps, treeOf, treeText } from '../../ui/panels/entity/entity-tree.ts'
import {
  between,
  comparisonReport,
  comparisonText,
  movesOf,
  type Standing,
} from '../../ui/panels/entity/moves.ts'

const entity = (id: string): EntitySummary => ({
  id,
  type: id.slice(0, id.indexOf(':')) as EntityType,
  name: id.slice(id.indexOf(':') + 1),
  layer: null,
  team: null,
})
const relation = (
  type: RelationType,
  from: string,
  to: string,
  validFrom: string | null = null,
  validTo: string | null = null,
): ApiRelation => ({ type, from, to, validFrom, validTo, provenance: 'inventory' })

const names = (chips: ReturnType<typeof treeOf>['columns'][number]): string[] =>
  chips.map((chip) => (chip.kind === 'one' ? chip.entity.name : chip.title))

describe('the tree of an entity', () => {
  const path = {
    entities: [
      'vm:v',
      'datastore:d',
      'hypervisor:h',
      'desktop_pool:p',
      'volume:l',
      'hba:1',
      'hba:2',
      'cluster:c',
      'array:a',
      'team:t',
    ].map(entity),
    relations: [
      relation('member_of', 'vm:v', 'desktop_pool:p'),
      relation('stores_on', 'vm:v', 'datastore:d'),
      relation('runs_on', 'vm:v', 'hypervisor:h', '2026-11-20T10:31:12Z'),
      relation('owned_by', 'vm:v', 'team:t'),
      relation('member_of', 'hypervisor:h', 'cluster:c'),
      relation('path', 'hypervisor:h', 'hba:1'),
      relation('path', 'hypervisor:h', 'hba:2'),
      relation('backed_by', 'datastore:d', 'volume:l'),
      relation('backed_by', 'volume:l', 'array:a'),
      relation('connects_to', 'hba:1', 'array:a'),
    ],
  }

  test('has the steps that have no room behind one chip, and never less than the middle', () => {
    const tree = treeOf(entity('vm:v'), undefined, path)
    expect(tree.columns.map(names)).toEqual([['v'], ['h', 'd'], ['l', '2 HBAs'], ['a']])
    expect(foldSteps(tree, 4)).toBe(tree)
    const folded = foldSteps(tree, 2)
    expect(folded.columns.map(names)).toEqual([['v'], ['h', 'd'], ['4 more']])
    expect(folded.columns[2]![0]).toMatchObject({ about: 'in 2 steps on', total: 4 })
    expect(folded.memberOf).toBe(tree.memberOf)
    expect(foldSteps(tree, 0).columns.map(names)).toEqual([['v'], ['6 more']])
  })

  test('goes from effect to cause, this one in the middle', () => {
    const tree = treeOf(
      entity('vm:v'),
      {
        counts: [{ type: 'vdi_session', relation: 'serves', count: 1 }],
        entities: [entity('vdi_session:s')],
        relations: [relation('serves', 'vdi_session:s', 'vm:v')],
      },
      path,
    )
    expect(tree.middle).toBe(1)
    expect(tree.columns.map(names)).toEqual([['s'], ['v'], ['h', 'd'], ['l', '2 HBAs'], ['a']])
    expect(tree.memberOf).toMatchObject({ about: 'p, c', total: 2 })
    expect(tree.columns[2]![0]).toMatchObject({
      relation: 'runs_on',
      since: '2026-11-20T10:31:12Z',
    })
    expect(tree.columns[3]![1]).toMatchObject({ about: 'path by', total: 2 })
    expect(treeText(tree)).toBe(
      's, session; then v, VM; then h, host and d, datastore; then l, LUN and 2 HBAs; then a, array; member of p, c',
    )
  })

  test('folds many of a kind and counts those that were not listed', () => {
    const tree = treeOf(
      entity('datastore:d'),
      {
        counts: [
          { type: 'vm', relation: 'stores_on', count: 40_000 },
          { type: 'service', relation: 'stores_on', count: 1 },
          { type: 'team', relation: 'owned_by', count: 1 },
        ],
        entities: [entity('vm:1'), entity('vm:2'), entity('service:s')],
        relations: [
          relation('stores_on', 'vm:1', 'datastore:d'),
          relation('stores_on', 'vm:2', 'datastore:d'),
          relation('stores_on', 'service:s', 'datastore:d'),
        ],
      },
      undefined,
    )
    expect(tree.columns.map(names)).toEqual([['40,000 VMs', 's'], ['d']])
    expect(tree.columns[0]![0]).toMatchObject({
      total: 40_000,
      entities: [{ id: 'vm:1' }, { id: 'vm:2' }],
    })
  })

  test('shows what carries most in a crowded step and folds the rest', () => {
    const tree = treeOf(entity('hypervisor:h'), undefined, {
      entities: ['hypervisor:h', 'interface:1', 'hba:1', 'hba:2', 'image:i'].map(entity),
      relations: [
        relation('uplink', 'hypervisor:h', 'interface:1'),
        relation('uses_image', 'hypervisor:h', 'image:i'),
        relation('path', 'hypervisor:h', 'hba:1'),
        relation('path', 'hypervisor:h', 'hba:2'),
      ],
    })
    expect(tree.columns.map(names)).toEqual([['h'], ['2 HBAs', '2 more']])
    expect(tree.columns[1]![1]).toMatchObject({ about: '1 network adapter, 1 image', total: 2 })
    expect(tree.memberOf).toBeNull()
  })

  test('ends where relations go in a circle', () => {
    const tree = treeOf(entity('vm:a'), undefined, {
      entities: [entity('vm:a'), entity('service:b')],
      relations: [
        relation('served_by', 'vm:a', 'service:b'),
        relation('runs_on', 'service:b', 'vm:a'),
      ],
    })
    expect(tree.columns.map(names)).toEqual([['a'], ['b']])
    expect(tree.middle).toBe(0)
  })
})

describe('moves', () => {
  const entities = ['vm:v', 'hypervisor:7', 'hypervisor:1', 'vdi_session:s'].map(entity)
  const history: HistoryEntry[] = [
    {
      time: '2026-11-01T00:00:00Z',
      what: 'relation_began',
      relation: relation('runs_on', 'vm:v', 'hypervisor:7'),
    },
    {
      time: '2026-11-20T10:31:12Z',
      what: 'relation_ended',
      relation: relation('runs_on', 'vm:v', 'hypervisor:7'),
    },
    {
      time: '2026-11-20T10:31:12Z',
      what: 'relation_began',
      relation: relation('runs_on', 'vm:v', 'hypervisor:1'),
    },
    {
      time: '2026-11-20T10:40:00Z',
      what: 'relation_began',
      relation: relation('serves', 'vdi_session:s', 'vm:v'),
    },
    {
      time: '2026-11-20T10:50:00Z',
      what: 'alias_ended',
      alias: { kind: 'ip', value: '10.0.0.1', from: null, to: null },
    },
    {
      time: '2026-11-20T10:50:00Z',
      what: 'alias_began',
      alias: { kind: 'ip', value: '10.0.0.2', from: null, to: null },
    },
  ]

  test('an end and a beginning at one moment are one change', () => {
    expect(
      movesOf('vm:v', history, entities).map(({ mark, what, from, to }) => [mark, what, from, to]),
    ).toEqual([
      ['~', 'name, ip', '10.0.0.1', '10.0.0.2'],
      ['+', 'serves this', null, 's'],
      ['~', 'runs on', '7', '1'],
      ['+', 'runs on', null, '7'],
    ])
  })

  test('what depends on it comes and goes by itself', () => {
    const at = '2026-11-20T10:00:00Z'
    const moves = movesOf(
      'hypervisor:1',
      [
        { time: at, what: 'relation_ended', relation: relation('runs_on', 'vm:x', 'hypervisor:1') },
        { time: at, what: 'relation_began', relation: relation('runs_on', 'vm:v', 'hypervisor:1') },
      ],
      entities,
    )
    expect(moves.map(({ mark, who, from, to }) => [mark, who?.name ?? null, from, to])).toEqual([
      ['−', null, 'vm:x', null],
      ['+', 'v', null, 'v'],
    ])
  })

  const standing = (...relations: ApiRelation[]): Standing => ({
    relations,
    entities,
    missing: null,
  })

  test('between A and B: on, off, another, the same', () => {
    const a = standing(
      relation('runs_on', 'vm:v', 'hypervisor:7', null, '2026-11-20T10:31:12Z'),
      relation('member_of', 'vm:v', 'hypervisor:1'),
      // Of a cause's cause: no matter of this entity.
      relation('uplink', 'hypervisor:7', 'hypervisor:1'),
    )
    const b = standing(
      relation('runs_on', 'vm:v', 'hypervisor:1', '2026-11-20T10:31:12Z'),
      relation('member_of', 'vm:v', 'hypervisor:1'),
      relation('serves', 'vdi_session:s', 'vm:v', '2026-11-20T10:40:00Z'),
    )
    const found = between('vm:v', a, b)
    expect(found.changed).toMatchObject([
      { relation: 'runs_on', from: { name: '7' }, to: { name: '1' }, at: '2026-11-20T10:31:12Z' },
    ])
    expect(found.on).toMatchObject([{ entity: { name: 's' }, at: '2026-11-20T10:40:00Z' }])
    expect(found.off).toEqual([])
    expect(found.same).toHaveLength(1)
    expect(comparisonText(found)).toBe('1 moved on, 0 moved off, 1 changed.')
    expect(comparisonReport('v', found, { a: '10:00', b: '11:00' })).toBe(
      [
        'v, A 10:00, B 11:00',
        '1 moved on, 0 moved off, 1 changed.',
        '+ s (serves, 2026-11-20T10:40:00Z)',
        '~ runs on 7 -> 1 (2026-11-20T10:31:12Z)',
        '1 the same',
      ].join('\n'),
    )
  })

  test('two that went and two that came are no pair', () => {
    const found = between(
      'hypervisor:1',
      standing(
        relation('path', 'hypervisor:1', 'vm:v'),
        relation('path', 'hypervisor:1', 'vdi_session:s'),
      ),
      standing(relation('path', 'hypervisor:1', 'hypervisor:7')),
    )
    expect(found.changed).toEqual([])
    expect([found.on.length, found.off.length]).toEqual([1, 2])
  })

  test('what could not be seen is said once', () => {
    const cut: Standing = { relations: [], entities: [], missing: 'the first 10 of 12 dependants' }
    const found = between('vm:v', cut, cut)
    expect(found.couldNotSee).toEqual(['the first 10 of 12 dependants'])
    expect(comparisonText(found)).toBe('Nothing moved: 0 relations are the same at A and B.')
  })
})

describe('the list of entities', () => {
  const api = (id: string, layer: ApiEntity['layer'], ...names: string[]): ApiEntity => ({
    ...entity(id),
    layer,
    aliases: names.map((value) => ({ kind: 'hostname', value, from: null, to: null })),
    attributes: {},
  })
  const all = [
    api('team:t', null),
    api('array:a', 'storage'),
    api('vm:VDI-10', 'guest'),
    api('vm:VDI-9', 'guest', 'VDI-9', 'vdi-9.corp', '10.0.0.9'),
    api('datastore:d', 'storage'),
  ]

  test('stands by layer, type and name, numbers by their size', () => {
    expect(byLayer(all).map(({ name }) => name)).toEqual(['VDI-9', 'VDI-10', 'd', 'a', 't'])
    expect(typesOf(all)).toEqual([
      { type: 'vm', n: 2 },
      { type: 'datastore', n: 1 },
      { type: 'array', n: 1 },
      { type: 'team', n: 1 },
    ])
  })

  test('tells other names than the first', () => {
    expect(otherNames(all[3]!, 1)).toBe('vdi-9.corp')
    expect(otherNames(all[3]!, 4)).toBe('vdi-9.corp, 10.0.0.9')
  })
})

test.each([
  ['2026-11-20T09:58:20Z', '10:58:20'],
  ['2026-11-19T23:30:00Z', '00:30:00'],
  ['2026-10-21T09:00:00Z', '21 Oct'],
  ['2025-03-14T09:00:00Z', '14 Mar 2025'],
])('a chip says since when as short as can be: %s', (time, said) => {
  expect(sinceShort(time, Date.parse('2026-11-20T10:42:17Z'), 'Europe/Rome')).toBe(said)
})
