import type { Micros } from './time.ts'

/** What an entity can be (product.md 4). */
export const ENTITY_TYPES = [
  'datacenter',
  'cluster',
  'hypervisor',
  'vm',
  'datastore',
  'volume',
  'pool',
  'storage_controller',
  'array',
  'hba',
  'fc_port',
  'fc_switch',
  'interface',
  'switch_port',
  'switch',
  'port_group',
  'vlan',
  'dhcp_scope',
  'service',
  'broker',
  'profile_share',
  'desktop_pool',
  'image',
  'vdi_session',
  'user',
  'client_device',
  'change',
  'team',
] as const
export type EntityType = (typeof ENTITY_TYPES)[number]

/** The silo's slice of the stack, top to bottom as the timeline draws it. */
export const LAYERS = ['session', 'guest', 'hypervisor', 'storage', 'network', 'service'] as const
export type Layer = (typeof LAYERS)[number]

/** `type:key`, e.g. `vm:5029…`, `volume:naa.600a…`: the key is the strong key where known, else the name. */
export type EntityId = string

/** Another name an entity is known by, valid in `[from, to)`; a scoped alias only inside its scope. */
export interface Alias {
  readonly kind: string
  readonly value: string
  readonly scope?: string
  readonly from: Micros
  readonly to: Micros
}

export interface Entity {
  readonly id: EntityId
  readonly type: EntityType
  readonly name: string
  readonly layer: Layer | null
  readonly team: string | null
  readonly aliases: readonly Alias[]
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}

/** Relation types, each from effect to cause (product.md 4). */
export const RELATION_TYPES = [
  'runs_on',
  'member_of',
  'stores_on',
  'backed_by',
  'path',
  'uplink',
  'connects_to',
  'uses_image',
  'in_scope',
  'served_by',
  'serves',
  'used_by',
  'owned_by',
] as const
export type RelationType = (typeof RELATION_TYPES)[number]

/** `from` depends on `to` during `[validFrom, validTo)`. */
export interface Relation {
  readonly type: RelationType
  readonly from: EntityId
  readonly to: EntityId
  readonly validFrom: Micros
  readonly validTo: Micros
  /** Where it was learnt: `inventory`, a source name … */
  readonly provenance: string
}

const DEFAULT_LAYER: Readonly<Partial<Record<EntityType, Layer>>> = {
  vdi_session: 'session',
  user: 'session',
  client_device: 'session',
  desktop_pool: 'session',
  vm: 'guest',
  image: 'guest',
  hypervisor: 'hypervisor',
  cluster: 'hypervisor',
  datacenter: 'hypervisor',
  datastore: 'storage',
  volume: 'storage',
  pool: 'storage',
  storage_controller: 'storage',
  array: 'storage',
  hba: 'storage',
  fc_port: 'network',
  fc_switch: 'network',
  interface: 'network',
  switch_port: 'network',
  switch: 'network',
  port_group: 'network',
  vlan: 'network',
  dhcp_scope: 'network',
  service: 'service',
  broker: 'service',
  profile_share: 'service',
}

/** The layer an entity of this type belongs to unless the inventory says otherwise. */
export function defaultLayer(type: EntityType): Layer | null {
  return DEFAULT_LAYER[type] ?? null
}

/** The type of an entity id, or undefined when what stands before the colon is not one. */
export function entityTypeOf(id: EntityId): EntityType | undefined {
  const type = id.slice(0, id.indexOf(':'))
  return (ENTITY_TYPES as readonly string[]).includes(type) ? (type as EntityType) : undefined
}

/** Two statements about the same dependency from the same moment are one; the later wins. */
export function relationKey({ type, from, to, validFrom }: Relation): string {
  return [type, from, to, validFrom].join('\x1f')
}
