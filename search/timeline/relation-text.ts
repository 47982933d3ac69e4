import { entityTypeOf, type EntityId, type RelationType } from '../../model/entity.ts'
import type { TimeRange } from '../../model/time.ts'
import { keyOf, type Topology } from '../topology/topology.ts'
import { hostOf, shortName, usersOf } from './subject.ts'
import { laneSummary } from './voices.ts'

/** What the texts are said in view of. */
export interface Standing {
  readonly topology: Topology
  /** The middle of the view. */
  readonly at: TimeRange
  readonly subject: EntityId | undefined
  /** What the subject depends on, itself included, in order. */
  readonly path: readonly EntityId[]
  /** What is shared and is worse than usual. */
  readonly resource: EntityId | undefined
  readonly largest: EntityId | undefined
  /** What the largest user does most: a metric of its own. */
  readonly metric: string | undefined
}

/** What a cause does for its effect. */
const DOES: Readonly<Partial<Record<RelationType, string>>> = {
  runs_on: 'runs',
  stores_on: 'holds',
  backed_by: 'backs',
  path: 'path of',
  uplink: 'uplink of',
  connects_to: 'connects',
  served_by: 'serves',
  uses_image: 'image of',
  in_scope: 'addresses of',
}

/**
 * The part of an entity in the view, for people: `on VDI-0417`, `runs VDI-0417`, `39 VMs`, `port 12 to
 * esx-07`, `esx-11, same LUN`. Null where the inventory says nothing that a person would.
 */
export function relationText(id: EntityId, standing: Standing): string | null {
  const { topology, at, subject, largest, resource } = standing
  const name = (other: EntityId): string => shortName(laneSummary(other, topology, at).name)
  const type = entityTypeOf(id)
  const causes = topology.causesOf(id, at)
  if (type === 'vdi_session') {
    const vm = causes.find((one) => one.type === 'serves')
    return vm === undefined ? null : `on ${name(vm.to)}`
  }
  if (type === 'vm') {
    if (id === subject) return osOf(id, topology)
    const host = hostOf(id, topology, at)
    const shared = sharedWith(id, standing)
    if (subject === undefined) return host === undefined ? null : `on ${name(host)}`
    return id === largest && host !== undefined && shared !== null
      ? `${name(host)}, ${shared}`
      : shared
  }
  const effects = topology.effectsOf(id, at)
  if (type === 'fc_switch' || type === 'switch') return portText(id, standing) ?? null
  if (type === 'volume' || type === 'datastore' || type === 'pool') {
    const users = usersOf(id, topology, at).length
    if (users > 0) return users === 1 ? '1 VM' : `${users} VMs`
  }
  if (type === 'hypervisor' && largest !== undefined) {
    if (hostOf(largest, topology, at) === id && !standing.path.includes(id)) {
      return `runs ${name(largest)}`
    }
  }
  const served = effects.find((one) => standing.path.includes(one.from))
  const does = served && DOES[served.type]
  if (does !== undefined) return `${does} ${name(served!.from)}`
  if (type !== 'hypervisor') return null
  if (resource !== undefined && usesResource(id, resource, standing)) return sameText(resource)
  const guests = effects.filter((one) => one.type === 'runs_on').length
  return guests === 0 || subject !== undefined ? null : guests === 1 ? '1 VM' : `${guests} VMs`
}

/** `Windows 11`, where the inventory says so. */
function osOf(id: EntityId, topology: Topology): string | null {
  const os = topology.entity(id)?.attributes['os']
  return typeof os === 'string' && os !== '' ? os : null
}

/** What a VM has in common with the subject: the resource that is worse than usual, its disk, its host. */
function sharedWith(id: EntityId, { topology, at, path, resource }: Standing): string | null {
  const below = topology.path(id, at).entities
  if (resource !== undefined && below.includes(resource)) return sameText(resource)
  for (const type of ['volume', 'datastore', 'hypervisor'] as const) {
    const common = path.find((step) => entityTypeOf(step) === type && below.includes(step))
    if (common !== undefined) return sameText(common)
  }
  return null
}

function sameText(resource: EntityId): string {
  const type = entityTypeOf(resource)
  if (type === 'volume') return 'same LUN'
  return type === 'hypervisor' ? 'same host' : `same ${type?.replaceAll('_', ' ')}`
}

function usesResource(host: EntityId, resource: EntityId, { topology, at }: Standing): boolean {
  return usersOf(resource, topology, at).some((vm) => hostOf(vm, topology, at) === host)
}

/** The port of a switch on the way from a host on the path, and the host. */
function portText(id: EntityId, { topology, at, path }: Standing): string | undefined {
  for (const { from: port } of topology.effectsOf(id, at)) {
    const host = path.find(
      (step) =>
        entityTypeOf(step) === 'hypervisor' &&
        topology
          .causesOf(step, at)
          .some(({ to }) => to === port || topology.causesOf(to, at).some((on) => on.to === port)),
    )
    if (host === undefined) continue
    const ifname = topology.entity(port)?.aliases.find(({ kind }) => kind === 'ifname')?.value
    return `port ${ifname ?? keyOf(port)} to ${laneSummary(host, topology, at).name}`
  }
  return undefined
}
