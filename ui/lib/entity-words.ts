import type { EntityType, RelationType } from '../../model/entity.ts'
import { count } from './quantity.ts'

/** What people call the types of entities: one of them, several of them. */
export const TYPE_WORDS: Readonly<Record<EntityType, readonly [string, string]>> = {
  datacenter: ['data centre', 'data centres'],
  cluster: ['cluster', 'clusters'],
  hypervisor: ['host', 'hosts'],
  vm: ['VM', 'VMs'],
  datastore: ['datastore', 'datastores'],
  volume: ['LUN', 'LUNs'],
  pool: ['storage pool', 'storage pools'],
  storage_controller: ['controller', 'controllers'],
  array: ['array', 'arrays'],
  hba: ['HBA', 'HBAs'],
  fc_port: ['FC port', 'FC ports'],
  fc_switch: ['FC switch', 'FC switches'],
  interface: ['network adapter', 'network adapters'],
  switch_port: ['switch port', 'switch ports'],
  switch: ['switch', 'switches'],
  port_group: ['port group', 'port groups'],
  vlan: ['VLAN', 'VLANs'],
  dhcp_scope: ['DHCP scope', 'DHCP scopes'],
  service: ['service', 'services'],
  broker: ['broker', 'brokers'],
  profile_share: ['profile share', 'profile shares'],
  desktop_pool: ['desktop pool', 'desktop pools'],
  image: ['image', 'images'],
  vdi_session: ['session', 'sessions'],
  user: ['user', 'users'],
  client_device: ['client device', 'client devices'],
  change: ['change', 'changes'],
  team: ['team', 'teams'],
}

export const typeWord = (type: EntityType): string => TYPE_WORDS[type][0]

/** `1 VM`, `38 VMs`. */
export const typeCount = (n: number, type: EntityType): string =>
  `${count(n)} ${TYPE_WORDS[type][n === 1 ? 0 : 1]}`

/** A relation as a verb between effect and cause: `VDI-0417 runs on esx-04`. */
export const RELATION_WORDS: Readonly<Record<RelationType, string>> = {
  runs_on: 'runs on',
  member_of: 'member of',
  stores_on: 'stored on',
  backed_by: 'backed by',
  path: 'path by',
  uplink: 'uplink by',
  connects_to: 'connected to',
  uses_image: 'made from',
  in_scope: 'in scope',
  served_by: 'served by',
  serves: 'serves',
  used_by: 'used by',
  owned_by: 'owned by',
}

/** An entity's name as a value of a query: bare where the language reads it as one word, else quoted. */
export function queryName(name: string): string {
  const isWord = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name) && !/^(and|or|not)$/i.test(name)
  return isWord ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
}
