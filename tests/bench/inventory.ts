import {
  datastoreName,
  datastorePath,
  DEVICES,
  digits,
  ENTITIES,
  entityName,
  hostName,
  HOSTS,
  ipOf,
  macOf,
  naaOf,
  SITES,
  uuidOf,
  wwnOf,
} from './identifiers.ts'

/** Desktops on a hypervisor that has any: the 500 that speak fill the first one of each site. */
const DENSITY = 125
/** LUNs of a controller, each with the disks and the controller of its pool. */
const CONTROLLERS = HOSTS.storage
const QUEUE_DEPTH = 64
/** The first switches of a site are its two fabrics, the next two its uplinks. */
const FABRICS = 2

export const vmId = (index: number): string => `vm:${uuidOf(index)}`
export const hypervisorId = (index: number): string => `hypervisor:${hostName('hypervisor', index)}`
export const volumeId = (device: number): string => `volume:${naaOf(device)}`
export const datastoreId = (device: number): string => `datastore:${datastoreName(device)}`
export const controllerId = (index: number): string =>
  `storage_controller:${hostName('storage', index)}`
export const poolId = (index: number): string => `pool:aggr-${digits(index, 2)}`
export const serviceId = (index: number): string => `service:${hostName('service', index)}`
const arrayId = (index: number): string => `array:array-${digits(index % (CONTROLLERS / 2), 2)}`
const hbaId = (host: number, n: number): string => `hba:esx-${digits(host, 4)}/vmhba${n}`
const nicId = (host: number, n: number): string => `interface:esx-${digits(host, 4)}/vmnic${n}`
const switchOf = (host: number, n: number): number => (host % SITES) + SITES * n
const switchId = (index: number): string =>
  `${index < SITES * FABRICS ? 'fc_switch' : 'switch'}:${hostName('network', index)}`

/** Where a desktop runs: of its own site. */
export function hypervisorOf(vm: number): number {
  return (vm % SITES) + SITES * Math.floor(vm / (SITES * DENSITY))
}

interface EntityRow {
  readonly id: string
  readonly name: string
  readonly aliases?: readonly { readonly kind: string; readonly value: string }[]
  readonly attributes?: Readonly<Record<string, number>>
}
type RelationRow = readonly [type: string, from: string, to: string]

/**
 * The inventory of the hosts that speak and of the machines and LUNs they speak of, as NDJSON lines: desktops on
 * the hypervisors of their site, which see all LUNs of it. Around a hypervisor with desktops are 259 entities, around a
 * desktop 136. Valid since `since` (milliseconds since the epoch).
 */
export function* inventoryRows(since: number): Generator<string> {
  const time = new Date(since).toISOString()
  for (const entity of entities()) yield JSON.stringify({ time, entity })
  for (const [type, from, to] of relations()) {
    yield JSON.stringify({ time, relation: { type, from, to, validFrom: time } })
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const alias = (kind: string, value: string): { kind: string; value: string } => ({ kind, value })

function* entities(): Generator<EntityRow> {
  for (const vm of upTo(ENTITIES)) {
    const speaks = vm < HOSTS.guest ? [alias('hostname', hostName('guest', vm))] : []
    const aliases = [alias('mac', macOf(vm)), alias('ip', ipOf(vm)), ...speaks]
    yield { id: vmId(vm), name: entityName(vm), aliases }
  }
  for (const host of upTo(HOSTS.hypervisor)) {
    yield named(hypervisorId(host), hostName('hypervisor', host))
    for (const n of [0, 1]) {
      yield { id: hbaId(host, n), name: `vmhba${n} of esx-${digits(host, 4)}` }
      yield { id: nicId(host, n), name: `vmnic${n} of esx-${digits(host, 4)}` }
    }
  }
  for (const device of upTo(DEVICES)) {
    const aliases = [alias('naa', naaOf(device)), alias('wwn', wwnOf(device))]
    const attributes = { queue_depth: QUEUE_DEPTH }
    yield { id: volumeId(device), name: naaOf(device), aliases, attributes }
    const path = [alias('path', datastorePath(device))]
    yield { id: datastoreId(device), name: datastoreName(device), aliases: path }
  }
  for (const index of upTo(CONTROLLERS)) {
    yield named(controllerId(index), hostName('storage', index))
    yield { id: poolId(index), name: `aggr-${digits(index, 2)}` }
    if (index < CONTROLLERS / 2) yield { id: arrayId(index), name: `array-${digits(index, 2)}` }
  }
  for (const index of upTo(HOSTS.network)) yield named(switchId(index), hostName('network', index))
  for (const index of upTo(HOSTS.service)) yield named(serviceId(index), hostName('service', index))
}

function named(id: string, hostname: string): EntityRow {
  return { id, name: hostname.split('.')[0]!, aliases: [alias('hostname', hostname)] }
}

function* relations(): Generator<RelationRow> {
  for (const vm of upTo(ENTITIES)) {
    yield ['runs_on', vmId(vm), hypervisorId(hypervisorOf(vm))]
    yield ['stores_on', vmId(vm), datastoreId(vm % DEVICES)]
  }
  for (const host of upTo(HOSTS.hypervisor)) {
    for (const n of [0, 1]) {
      yield ['path', hypervisorId(host), hbaId(host, n)]
      yield ['path', hbaId(host, n), switchId(switchOf(host, n))]
      yield ['uplink', hypervisorId(host), nicId(host, n)]
      yield ['uplink', nicId(host, n), switchId(switchOf(host, FABRICS + n))]
    }
    for (let device = host % SITES; device < DEVICES; device += SITES) {
      yield ['path', hypervisorId(host), volumeId(device)]
    }
  }
  for (const device of upTo(DEVICES)) {
    const controller = device % CONTROLLERS
    yield ['backed_by', datastoreId(device), volumeId(device)]
    yield ['backed_by', volumeId(device), poolId(controller)]
    yield ['backed_by', volumeId(device), controllerId(controller)]
  }
  for (const index of upTo(CONTROLLERS)) yield ['backed_by', poolId(index), arrayId(index)]
}
