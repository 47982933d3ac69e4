import { entityId } from '../entity-ids.ts'
import type { Host, Lun, Plant, Vm } from './plant.ts'
import { DEVICE_QUEUE_DEPTH } from './storage.ts'

export interface AliasRow {
  readonly kind: string
  readonly value: string
  readonly scope?: string
}

export interface EntityRow {
  readonly id: string
  readonly name: string
  readonly team: string
  readonly aliases?: readonly AliasRow[]
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

/** `[type, from, to]`, from effect to cause. */
export type RelationRow = readonly [string, string, string]

/** Everything an inventory knows when the simulation begins. Where VMs run is told apart: it changes. */
export function describePlant(plant: Plant): { entities: EntityRow[]; relations: RelationRow[] } {
  const parts = [
    virtualisation(plant),
    storage(plant),
    network(plant),
    ...plant.hosts.map((host) => hostParts(plant, host)),
    ...plant.vms.map((vm) => vmParts(plant, vm)),
  ]
  return {
    entities: parts.flatMap((part) => part.entities),
    relations: parts.flatMap((part) => part.relations),
  }
}

interface Part {
  readonly entities: readonly EntityRow[]
  readonly relations: readonly RelationRow[]
}

const DATACENTER = 'datacenter:datacenter-2'
const POOL = 'desktop_pool:pool-vdi'
const BROKER = 'broker:broker-1'
const PROFILES = 'profile_share:file-1/profiles'

const alias = (kind: string, value: string, scope?: string): AliasRow =>
  scope === undefined ? { kind, value } : { kind, value, scope }

function virtualisation({ vcenter, clusters }: Plant): Part {
  const clusterId = (moref: string): string => `cluster:${moref}`
  return {
    entities: [
      { id: DATACENTER, name: vcenter.datacenter, team: 'virtualisation' },
      {
        id: `service:${vcenter.name}`,
        name: vcenter.name,
        team: 'virtualisation',
        aliases: [alias('hostname', vcenter.hostname)],
      },
      ...clusters.map(({ name, moref }) => ({
        id: clusterId(moref),
        name,
        team: 'virtualisation',
        aliases: [alias('moref', moref, vcenter.name)],
      })),
      { id: POOL, name: 'pool-vdi', team: 'desktop' },
      { id: BROKER, name: 'broker service', team: 'desktop' },
      { id: PROFILES, name: 'profiles on file-1', team: 'desktop' },
    ],
    relations: clusters.map(({ moref }) => ['member_of', clusterId(moref), DATACENTER]),
  }
}

function storage({ arrays, pools, luns, vcenter }: Plant): Part {
  const team = 'storage'
  const controllers = arrays.flatMap((array) => array.controllers)
  return {
    entities: [
      ...arrays.map((array) => ({
        id: entityId.array(array),
        name: array.name,
        team,
        aliases: [alias('serial', array.serial), alias('hostname', array.name)],
      })),
      ...controllers.map((controller) => ({
        id: entityId.controller(controller),
        name: controller.name,
        team,
        aliases: [
          alias('hostname', controller.hostname),
          ...controller.wwpns.map((wwpn) => alias('wwn', wwpn)),
        ],
      })),
      ...pools.map((pool) => ({
        id: entityId.pool(pool),
        name: pool.name,
        team,
        aliases: [alias('pool', pool.name, pool.array.name)],
      })),
      ...luns.map((lun) => ({
        id: entityId.lun(lun),
        name: lun.naa,
        team,
        aliases: [alias('naa', lun.naa), alias('path', lun.volume, lun.pool.array.name)],
        attributes: { lun: lun.number, volume: lun.volume, queue_depth: DEVICE_QUEUE_DEPTH },
      })),
      ...luns.map((lun) => ({
        id: entityId.datastore(lun),
        name: lun.datastore,
        team,
        aliases: [
          alias('uuid', lun.vmfsUuid),
          alias('moref', lun.datastoreMoref, vcenter.name),
          alias('path', `/vmfs/volumes/${lun.vmfsUuid}`),
        ],
      })),
    ],
    relations: [...luns.flatMap(backing), ...pools.map(poolOnArray)],
  }
}

function backing(lun: Lun): RelationRow[] {
  const { pool } = lun
  return [
    ['backed_by', entityId.datastore(lun), entityId.lun(lun)],
    ['backed_by', entityId.lun(lun), entityId.pool(pool)],
    ['backed_by', entityId.lun(lun), entityId.controller(pool.controller)],
  ]
}

function poolOnArray(pool: Plant['pools'][number]): RelationRow {
  return ['backed_by', entityId.pool(pool), entityId.array(pool.array)]
}

function network({ fabrics, switches }: Plant): Part {
  return {
    entities: [
      ...fabrics.map((fabric) => ({
        id: entityId.fcSwitch(fabric),
        name: fabric.name,
        team: 'storage',
        aliases: [alias('wwn', fabric.wwn), alias('hostname', fabric.hostname)],
        attributes: { vsan: fabric.vsan },
      })),
      ...switches.map((device) => ({
        id: entityId.switch(device.name),
        name: device.name,
        team: 'network',
        aliases: [alias('hostname', device.hostname), alias('serial', device.serial)],
      })),
    ],
    relations: [],
  }
}

function hostParts(plant: Plant, host: Host): Part {
  const id = entityId.host(host)
  const entities: EntityRow[] = [
    {
      id,
      name: host.name,
      team: 'virtualisation',
      aliases: [
        alias('hostname', host.hostname),
        alias('uuid', host.uuid),
        alias('moref', host.moref, plant.vcenter.name),
        alias('ip', host.ip),
      ],
      attributes: { cores: host.cores },
    },
  ]
  const relations: RelationRow[] = [['member_of', id, `cluster:${host.cluster.moref}`]]
  host.hbas.forEach((hba, i) => {
    const fabric = plant.fabrics[i]!
    const port = entityId.fcPort(fabric, hba.switchPort)
    entities.push(
      {
        id: entityId.hba(host, i),
        name: `${hba.name} of ${host.name}`,
        team: 'virtualisation',
        aliases: [alias('wwn', hba.wwpn), alias('ifname', hba.name, host.name)],
      },
      {
        id: port,
        name: `${hba.switchPort} of ${fabric.name}`,
        team: 'storage',
        aliases: [alias('ifname', hba.switchPort, fabric.name)],
      },
    )
    relations.push(['path', id, entityId.hba(host, i)], ['path', entityId.hba(host, i), port])
    relations.push(['path', port, entityId.fcSwitch(fabric)])
    for (const array of plant.arrays) {
      if (array.kind === 'ontap') relations.push(['path', port, entityId.array(array)])
    }
  })
  host.nics.forEach((nic, i) => {
    const device = plant.switches[i]!
    const port = entityId.switchPort(device.name, nic.switchPort)
    entities.push(
      {
        id: entityId.nic(host, i),
        name: `${nic.name} of ${host.name}`,
        team: 'virtualisation',
        aliases: [alias('mac', nic.mac), alias('ifname', nic.name, host.name)],
      },
      {
        id: port,
        name: `${nic.switchPort} of ${device.name}`,
        team: 'network',
        aliases: [alias('ifname', nic.switchPort, device.name)],
      },
    )
    relations.push(['uplink', id, entityId.nic(host, i)], ['uplink', entityId.nic(host, i), port])
    relations.push(['uplink', port, entityId.switch(device.name)])
  })
  return { entities, relations }
}

function vmParts({ vcenter }: Plant, vm: Vm): Part {
  const id = entityId.vm(vm)
  const team = vm.role === 'desktop' ? 'desktop' : 'servers'
  const entities: EntityRow[] = [
    {
      id,
      name: vm.name,
      team,
      aliases: [
        alias('hostname', vm.hostname),
        alias('uuid', vm.uuid),
        alias('uuid', vm.biosUuid),
        alias('moref', vm.moref, vcenter.name),
        alias('mac', vm.mac),
        alias('ip', vm.ip),
      ],
      attributes: { role: vm.role, os: vm.os, vcpus: vm.vcpus },
    },
  ]
  const relations: RelationRow[] = [['stores_on', id, entityId.datastore(vm.lun)]]
  if (vm.user === undefined) return { entities, relations }
  const session = entityId.session(vm)
  entities.push(
    { id: session, name: `${vm.user.name} on ${vm.name}`, team: 'desktop' },
    {
      id: entityId.user(vm),
      name: vm.user.name,
      team: 'desktop',
      aliases: [alias('sid', vm.user.sid)],
    },
  )
  relations.push(
    ['member_of', id, POOL],
    ['serves', session, id],
    ['used_by', session, entityId.user(vm)],
    ['served_by', session, BROKER],
    ['served_by', session, PROFILES],
  )
  return { entities, relations }
}
