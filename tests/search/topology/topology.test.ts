import { describe, expect, test } from 'vitest'
import type { Alias, Entity, Relation, RelationType } from '../../../model/entity.ts'
import { defaultLayer } from '../../../model/entity.ts'
import { MAX_TIME, MIN_TIME, type Micros, type TimeRange } from '../../../model/time.ts'
import { parseQuery } from '../../../search/query/parse.ts'
import { Topology } from '../../../search/topology/topology.ts'
import { entitiesNamed, resolveEntities } from '../../../search/topology/resolve-query.ts'

const at = (time: number): TimeRange => ({ from: time as Micros, to: (time + 1) as Micros })

function entity(id: string, name: string, aliases: Alias[] = []): Entity {
  const type = id.slice(0, id.indexOf(':')) as Entity['type']
  const layer = defaultLayer(type)
  return { id, type, name, layer, team: null, aliases, attributes: {} }
}

function alias(kind: string, value: string, from = MIN_TIME, to = MAX_TIME, scope?: string): Alias {
  return { kind, value, from, to, ...(scope === undefined ? {} : { scope }) }
}

function relation(
  type: RelationType,
  from: string,
  to: string,
  span = [MIN_TIME, MAX_TIME],
): Relation {
  return { type, from, to, validFrom: span[0]!, validTo: span[1]!, provenance: 'inventory' }
}

const moved = 1_000 as Micros
const topology = new Topology(
  [
    entity('vm:5029', 'VDI-0417', [
      alias('hostname', 'desk-17'),
      alias('ip', '10.0.0.7'),
      alias('mac', '00:50:56:00:00:01', MIN_TIME, moved),
    ]),
    entity('hypervisor:h1', 'esx-01'),
    entity('hypervisor:h2', 'esx-02'),
    entity('volume:naa.600a', 'lun 7', [alias('lun', '7', MIN_TIME, MAX_TIME, 'array:a')]),
  ],
  [
    relation('runs_on', 'vm:5029', 'hypervisor:h1', [MIN_TIME, moved]),
    relation('runs_on', 'vm:5029', 'hypervisor:h2', [moved, MAX_TIME]),
    relation('stores_on', 'vm:5029', 'datastore:d'),
    relation('backed_by', 'datastore:d', 'volume:naa.600a'),
    relation('owned_by', 'vm:5029', 'team:desktops'),
    relation('backed_by', 'volume:naa.600a', 'datastore:d'),
  ],
)

describe('a name is resolved', () => {
  test.each([
    ['vm:5029', ['vm:5029']],
    ['vdi-0417', ['vm:5029']],
    ['DESK-17', ['vm:5029']],
    ['datastore:d', ['datastore:d']],
    ['nobody', []],
  ])('%s', (name, ids) => {
    expect(topology.resolve(name, at(5))).toEqual(ids)
  })

  test('never by address or by an alias outside its scope', () => {
    expect(topology.resolve('10.0.0.7', at(5))).toEqual([])
    expect(topology.resolve('7', at(5))).toEqual([])
  })

  test('by an alias only while it is valid', () => {
    expect(topology.resolve('00:50:56:00:00:01', at(999))).toEqual(['vm:5029'])
    expect(topology.resolve('00:50:56:00:00:01', at(1_000))).toEqual([])
  })
})

test('whatever order a store gives them in, the answers have one', () => {
  const [entities, relations] = [[...topology.entities], []] as [Entity[], Relation[]]
  for (const { id } of entities) relations.push(...topology.dependenciesOf(id))
  relations.push(...topology.dependenciesOf('datastore:d'))
  const other = new Topology(entities.reverse(), relations.reverse())
  expect(relations).toHaveLength(6)
  expect([...other.entities]).toEqual([...topology.entities])
  expect(other.path('vm:5029', at(5))).toEqual(topology.path('vm:5029', at(5)))
  for (const id of topology.ids) {
    expect(other.dependenciesOf(id)).toEqual(topology.dependenciesOf(id))
    expect(other.dependentsOf(id)).toEqual(topology.dependentsOf(id))
  }
})

test('the path is as of its time and ends in spite of a circle', () => {
  expect(topology.path('vm:5029', at(999)).entities).toContain('hypervisor:h1')
  const after = topology.path('vm:5029', at(1_000))
  expect(after.entities).not.toContain('hypervisor:h1')
  expect(after.entities).toEqual(
    expect.arrayContaining(['hypervisor:h2', 'datastore:d', 'volume:naa.600a', 'team:desktops']),
  )
  expect(after.relations).toHaveLength(5)
})

test('a neighbourhood holds what it depends on and what depends on it directly, no teams', () => {
  expect(topology.near('vm:5029', at(5)).sort()).toEqual([
    'datastore:d',
    'hypervisor:h1',
    'vm:5029',
    'volume:naa.600a',
  ])
  expect(topology.near('hypervisor:h2', at(2_000))).toEqual(['hypervisor:h2', 'vm:5029'])
})

test('the team comes from the relation', () => {
  expect(topology.teamOf('vm:5029', at(5))).toBe('desktops')
  expect(topology.teamOf('hypervisor:h1', at(5))).toBe(null)
})

test('entity: stands for its id, hosts, identifiers within their validity, and its spoken names', () => {
  const range = { from: 0 as Micros, to: 2_000 as Micros }
  const { filter, notes } = resolveEntities({ kind: 'entity', name: 'vdi-0417' }, topology, range)
  expect(notes).toEqual([])
  expect(filter).toEqual({
    kind: 'or',
    filters: [
      {
        kind: 'or',
        filters: [
          { kind: 'in', field: 'entity', values: ['vm:5029'] },
          { kind: 'in', field: 'host', values: ['VDI-0417', 'desk-17'] },
          { kind: 'in', field: 'key.ip', values: ['10.0.0.7'] },
          {
            kind: 'and',
            filters: [
              { kind: 'in', field: 'key.mac', values: ['00:50:56:00:00:01'] },
              { kind: 'compare', field: 'time', operator: '<', value: '1970-01-01T00:00:00.001Z' },
            ],
          },
        ],
      },
      { kind: 'phrase', tokens: [token('vdi'), token('0417')] },
    ],
  })
})

test('a team stands for what it owns in the range', () => {
  const team = { kind: 'equals', field: 'team', value: 'Desktops' } as const
  const { filter, notes } = resolveEntities(team, topology, at(2_000))
  expect(notes).toEqual([])
  expect(JSON.stringify(filter)).toContain('"vm:5029"')
  const both = { kind: 'in', field: 'team', values: ['nobody', 'desktops'] } as const
  const listed = resolveEntities(both, topology, at(2_000))
  expect(JSON.stringify(listed.filter)).toContain('"vm:5029"')
  expect(listed.notes).toEqual(['no inventory says what the team "nobody" owns'])
  const like = { kind: 'wildcard', field: 'team', pattern: 'DESK*' } as const
  const matched = resolveEntities(like, topology, at(2_000))
  expect(JSON.stringify(matched.filter)).toContain('"vm:5029"')
  expect(resolveEntities({ ...like, pattern: 'x*' }, topology, at(2_000)).notes).toHaveLength(1)
  const unknown = resolveEntities({ ...team, value: 'nobody' }, topology, at(2_000))
  expect(unknown.notes[0]).toContain('"nobody"')
})

test('an unknown entity is matched by its name, and the answer says so', () => {
  const not = { kind: 'not', filter: { kind: 'entity', name: 'ghost' } } as const
  const { filter, notes } = resolveEntities(not, topology, at(5))
  expect(notes[0]).toContain('"ghost"')
  expect(JSON.stringify(filter)).toContain('"values":["ghost"]')
})

test.each<[string, readonly string[] | undefined]>([
  ['entity:vdi-0417', ['vm:5029']],
  ['entity:ghost', ['ghost']],
  ['entity.id:vm:x', ['vm:x']],
  ['team:desktops', ['vm:5029']],
  ['near:vdi-0417 layer:hypervisor', ['hypervisor:h2']],
  ['entity:ghost or team:(desktops)', ['ghost', 'vm:5029']],
  ['near:vdi-0417 apd', undefined],
  ['not entity:vdi-0417', undefined],
  ['', undefined],
])('%s names the entities %j', (query, ids) => {
  const { filter } = parseQuery(query)
  expect(entitiesNamed(filter, topology, at(2_000))).toEqual(ids)
})

test('a moref is looked for by its own kind of name alone: it is another object in another vCenter', () => {
  const entities = [entity('cluster:domain-c8', 'CL-1'), entity('volume:naa.600a0980383139', 'lun')]
  const { filter } = resolveEntities(
    parseQuery('near:CL-1 or near:lun').filter,
    new Topology(entities, []),
    at(5),
  )
  const searched = JSON.stringify(filter)
  expect(searched).toContain('{"kind":"in","field":"key.naa","values":["naa.600a0980383139"]}')
  expect(searched).not.toContain('"values":["domain-c8"]')
})

function token(text: string) {
  return { text, wildcard: false }
}
