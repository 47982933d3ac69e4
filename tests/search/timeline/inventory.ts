import { defaultLayer, type Alias, type Entity, type Relation } from '../../../model/entity.ts'
import { MAX_TIME, MIN_TIME, micros, type Micros, type TimeRange } from '../../../model/time.ts'
import { Topology } from '../../../search/topology/topology.ts'

/** When the views of these tests begin; whole minutes. */
export const START = micros(1_795_000_020_000_000)
export const SECOND = 1_000_000
export const MINUTE = 60 * SECOND

export const at = (time: number): TimeRange => ({ from: time as Micros, to: (time + 1) as Micros })

export function entity(id: string, name: string, more: Partial<Entity> = {}): Entity {
  const type = id.slice(0, id.indexOf(':')) as Entity['type']
  return {
    id,
    type,
    name,
    layer: defaultLayer(type),
    team: null,
    aliases: [],
    attributes: {},
    ...more,
  }
}

export function alias(kind: string, value: string, from = MIN_TIME, to = MAX_TIME): Alias {
  return { kind, value, from, to }
}

export function relation(
  type: Relation['type'],
  from: string,
  to: string,
  [validFrom, validTo]: readonly [number, number] = [MIN_TIME, MAX_TIME],
): Relation {
  return {
    type,
    from,
    to,
    validFrom: validFrom as Micros,
    validTo: validTo as Micros,
    provenance: 'inventory',
  }
}

export const NAA = 'naa.600a0980383036326a5d4f6e75713451'
/** When the desktop moves from `esx-2` to `esx-1`. */
export const MOVED = START + 5 * MINUTE

/** A desktop and a build server on two hosts, whose disks are on one LUN. */
export const ENTITIES: readonly Entity[] = [
  entity('vm:d', 'VDI-1', {
    aliases: [alias('hostname', 'vdi-1.example')],
    attributes: { os: 'Windows 11' },
  }),
  entity('vm:b', 'build-2', { aliases: [alias('hostname', 'build-2.example')] }),
  entity('vm:other', 'VDI-3'),
  entity('vdi_session:s', 'a long name of a session'),
  entity('user:u', 'm.rossi'),
  entity('hypervisor:1', 'esx-1', { aliases: [alias('hostname', 'esx-1.example')] }),
  entity('hypervisor:2', 'esx-2', { aliases: [alias('hostname', 'esx-2.example')] }),
  entity('datastore:d', 'DS-1'),
  entity(`volume:${NAA}`, NAA, { attributes: { queue_depth: 64 } }),
  entity('pool:p', 'aggr1'),
  entity('array:a', 'array-a', { aliases: [alias('hostname', 'array-a')] }),
  entity('fc_switch:f', 'fc-sw-1', { aliases: [alias('hostname', 'fc-sw-1')] }),
  entity('hba:h', 'vmhba2 of esx-1'),
  entity('fc_port:p', 'fc1/7 of fc-sw-1', { aliases: [alias('ifname', 'fc1/7')] }),
]

export const RELATIONS: readonly Relation[] = [
  relation('serves', 'vdi_session:s', 'vm:d', [START - 60 * MINUTE, MAX_TIME]),
  relation('used_by', 'vdi_session:s', 'user:u'),
  relation('runs_on', 'vm:d', 'hypervisor:2', [MIN_TIME, MOVED]),
  relation('runs_on', 'vm:d', 'hypervisor:1', [MOVED, MAX_TIME]),
  relation('runs_on', 'vm:b', 'hypervisor:2'),
  relation('runs_on', 'vm:other', 'hypervisor:1'),
  relation('stores_on', 'vm:d', 'datastore:d'),
  relation('stores_on', 'vm:b', 'datastore:d'),
  relation('stores_on', 'vm:other', 'datastore:d'),
  relation('backed_by', 'datastore:d', `volume:${NAA}`),
  relation('backed_by', `volume:${NAA}`, 'pool:p'),
  relation('backed_by', 'pool:p', 'array:a'),
  relation('path', 'hypervisor:1', 'hba:h'),
  relation('path', 'hba:h', 'fc_port:p'),
  relation('path', 'fc_port:p', 'fc_switch:f'),
]

export const topology = new Topology(ENTITIES, RELATIONS)
