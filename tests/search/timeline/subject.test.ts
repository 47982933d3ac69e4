import { describe, expect, test } from 'vitest'
import type { TimeRange } from '../../../model/time.ts'
import { parseQuery } from '../../../search/query/parse.ts'
import { pathOf, shortName, subjectOf, usersOf } from '../../../search/timeline/subject.ts'
import { Topology } from '../../../search/topology/topology.ts'
import {
  at,
  ENTITIES,
  MINUTE,
  MOVED,
  NAA,
  relation,
  RELATIONS,
  START,
  topology,
} from './inventory.ts'

const range: TimeRange = { from: START, to: (START + 10 * MINUTE) as TimeRange['to'] }

describe('a view is about', () => {
  test.each([
    ['near:VDI-1', 'vm:d'],
    ['near:VDI-1 and severity>=warn', 'vm:d'],
    ['entity:vdi-1.example timeout', 'vm:d'],
    ['near:VDI-1 entity:esx-1', 'vm:d'],
    ['VDI-1', 'vm:d'],
    ['"VDI-1"', 'vm:d'],
    ['m.rossi', 'user:u'],
    ['', undefined],
    ['near:nobody', undefined],
    ['near:VDI-1 near:build-2', undefined],
    ['near:VDI-1 or timeout', undefined],
    ['not near:VDI-1', undefined],
    ['VDI-1 timeout', undefined],
    ['layer:storage', undefined],
  ])('%s: %s', (text, id) => {
    expect(subjectOf(text, parseQuery(text).filter, topology, range)).toBe(id)
  })
})

describe('the path', () => {
  const names = (id: string, time: number) =>
    pathOf(id, topology, at(time)).map(({ name, relation }) => [name, relation])

  test('goes from the session down to the array, by steps that matter to a person', () => {
    expect(names('vm:d', MOVED)).toEqual([
      ['m.rossi', null],
      ['VDI-1', 'serves'],
      ['esx-1', 'runs_on'],
      ['fc-sw-1', 'path'],
      ['DS-1', 'stores_on'],
      [NAA, 'backed_by'],
      ['aggr1', 'backed_by'],
      ['array-a', 'backed_by'],
    ])
  })

  test('has what holds a step from another step, not from an adapter that is nearer', () => {
    const more = [relation('path', 'hba:h', 'array:a'), ...RELATIONS]
    const array = pathOf('vm:d', new Topology(ENTITIES, more), at(MOVED)).at(-1)
    expect(array).toMatchObject({ name: 'array-a', relation: 'backed_by' })
  })

  test('is as of its time', () => {
    expect(names('vm:d', MOVED - 1).map(([name]) => name)).toContain('esx-2')
    expect(names('vm:d', MOVED - 1).map(([name]) => name)).not.toContain('esx-1')
  })

  test('begins with the subject where nothing is above it, and with a user for a user', () => {
    expect(names('datastore:d', MOVED)[0]).toEqual(['DS-1', null])
    expect(names('user:u', MOVED).slice(0, 2)).toEqual([
      ['m.rossi', null],
      ['m.rossi', null],
    ])
  })
})

test('the users of what they share are the VMs above it', () => {
  expect(usersOf(`volume:${NAA}`, topology, at(MOVED))).toEqual(['vm:b', 'vm:d', 'vm:other'])
  expect(usersOf('hypervisor:1', topology, at(MOVED))).toEqual([])
})

test('a name for a label keeps its ends', () => {
  expect(shortName(`Device ${NAA} is slow`)).toBe('Device naa.600a…3451 is slow')
  expect(shortName('esx-1')).toBe('esx-1')
})
