import type { EntityType } from './entity.ts'

/** What a metric measures, which decides what it can do to others (product.md 6). */
export type CatalogueKind = 'wait' | 'demand' | 'utilisation' | 'error' | 'capacity' | 'state'

/** A change smaller than this is nothing, whatever is usual: in the metric's unit, or a part of the usual. */
export type Floor = { readonly absolute: number } | { readonly relative: number }

/** One metric under its neutral name. More of it is always what hurts. */
export interface CatalogueEntry {
  readonly name: string
  /** UCUM. */
  readonly unit: string
  readonly kind: CatalogueKind
  readonly floor: Floor
  readonly on: readonly EntityType[]
  /** For people: `Disk latency`. */
  readonly label: string
  /** Metrics of one entity that tell the same story; one of them is enough to tell it. */
  readonly story: string
  /** The one of its story that a person looks at first. */
  readonly isMain: boolean
  /** Past this it hurts people, whatever is usual. */
  readonly threshold?: number
  /** It cannot go higher than this, or than what the entity says in the attribute. */
  readonly limit?: number | { readonly attribute: string }
  /** The metric of the same entity and attributes that is drawn behind it, and its name there. */
  readonly second?: { readonly name: string; readonly label: string }
  /** Summed over the users of what the attribute `volume` names: `Writes by VM`. */
  readonly sharedAs?: string
}

/** What entries of one row have in common. */
type Row = Omit<CatalogueEntry, 'name' | 'label' | 'isMain' | 'story'>
type Own = Pick<CatalogueEntry, 'name' | 'label' | 'story'> &
  Partial<Omit<CatalogueEntry, 'name' | 'label' | 'story'>>

const rows = (row: Row, ...own: readonly Own[]): CatalogueEntry[] =>
  own.map((one) => ({ isMain: false, ...row, ...one }))

const ms = (on: readonly EntityType[], floor: number): Row => ({
  unit: 'ms',
  kind: 'wait',
  floor: { absolute: floor },
  on,
})
const share = (on: readonly EntityType[]): Row => ({
  unit: '1',
  kind: 'utilisation',
  floor: { absolute: 0.05 },
  on,
  limit: 1,
})
const waited = (on: readonly EntityType[]): Row => ({
  unit: '1',
  kind: 'wait',
  floor: { absolute: 0.02 },
  on,
  limit: 1,
})
const demand = (on: readonly EntityType[], unit: string): Row => ({
  unit,
  kind: 'demand',
  floor: { relative: 0.05 },
  on,
})
const errors = (on: readonly EntityType[], floor: number): Row => ({
  unit: '1/s',
  kind: 'error',
  floor: { absolute: floor },
  on,
})

/**
 * Where administrators of ESXi begin to look closer, by the values that yellow-bricks.com/esxtop lists for
 * esxtop: latency of a device (DAVG, and GAVG as the guest sees it) and of the kernel (KAVG), milliseconds;
 * ready and co-stop time per virtual CPU, parts of the time.
 */
const SLOW_DEVICE_MS = 25
const SLOW_KERNEL_MS = 2
const LONG_READY = 0.1
const LONG_COSTOP = 0.03

const HOST_OR_NIC: readonly EntityType[] = ['hypervisor', 'interface']
const PORT: readonly EntityType[] = ['interface', 'switch_port']

/** The metrics that Plumbline knows by heart (product.md 6). */
export const METRIC_CATALOGUE: readonly CatalogueEntry[] = [
  ...rows(
    ms(['vdi_session', 'vm'], 20),
    { name: 'vdi.session.input_delay', label: 'Input delay', story: 'input', isMain: true },
    { name: 'vdi.session.rtt', label: 'Round trip', story: 'round trip' },
  ),
  ...rows(
    { unit: 's', kind: 'wait', floor: { absolute: 3 }, on: ['vdi_session'] },
    { name: 'vdi.logon.duration', label: 'Logon', story: 'logon' },
  ),
  ...rows(
    share(['vm']),
    { name: 'guest.cpu.utilization', label: 'Guest CPU', story: 'cpu' },
    { name: 'guest.memory.utilization', label: 'Guest memory', story: 'memory' },
    { name: 'vm.cpu.usage', label: 'CPU', story: 'cpu', kind: 'demand', isMain: true },
  ),
  ...rows(ms(['vm'], 5), {
    name: 'guest.disk.latency',
    label: 'Disk latency',
    story: 'disk latency',
    isMain: true,
    threshold: SLOW_DEVICE_MS,
  }),
  ...rows(
    demand(['vm'], '1/s'),
    { name: 'guest.disk.ops', label: 'Guest disk operations', story: 'disk load' },
    {
      name: 'vm.disk.read.ops',
      label: 'Disk reads',
      story: 'disk load',
      sharedAs: 'Reads by VM',
    },
    {
      name: 'vm.disk.write.ops',
      label: 'Disk writes',
      story: 'disk load',
      isMain: true,
      sharedAs: 'Writes by VM',
    },
  ),
  ...rows(
    demand(['vm'], 'By/s'),
    { name: 'guest.memory.paging', label: 'Paging', story: 'memory' },
    { name: 'vm.disk.bytes', label: 'Disk throughput', story: 'disk load' },
    { name: 'vm.net.bytes', label: 'Network', story: 'network load' },
  ),
  ...rows(
    waited(['vm']),
    { name: 'vm.cpu.ready', label: 'CPU ready', story: 'cpu wait', threshold: LONG_READY },
    { name: 'vm.cpu.costop', label: 'CPU co-stop', story: 'cpu wait', threshold: LONG_COSTOP },
    { name: 'vm.memory.swap_wait', label: 'Swap wait', story: 'memory' },
  ),
  ...rows(
    { unit: 'By', kind: 'state', floor: { relative: 0.05 }, on: ['vm'] },
    { name: 'vm.memory.balloon', label: 'Ballooned memory', story: 'memory' },
    { name: 'vm.memory.swapped', label: 'Swapped memory', story: 'memory' },
  ),
  ...rows(
    { ...ms(['vm'], 5), threshold: SLOW_DEVICE_MS },
    { name: 'vm.disk.read.latency', label: 'Read latency', story: 'disk latency' },
    { name: 'vm.disk.write.latency', label: 'Write latency', story: 'disk latency' },
  ),
  ...rows(
    errors(['vm'], 1),
    { name: 'vm.net.dropped', label: 'Packets dropped', story: 'network errors' },
    { name: 'vm.net.retransmits', label: 'Retransmits', story: 'network errors' },
  ),
  ...rows(
    share(['hypervisor']),
    { name: 'hypervisor.cpu.utilization', label: 'CPU', story: 'cpu' },
    { name: 'hypervisor.memory.utilization', label: 'Memory', story: 'memory' },
  ),
  ...rows(
    ms(['hypervisor'], 5),
    {
      name: 'hypervisor.device.latency',
      label: 'Device latency',
      story: 'disk latency',
      isMain: true,
      threshold: SLOW_DEVICE_MS,
      second: { name: 'hypervisor.kernel.latency', label: 'kernel' },
    },
    {
      name: 'hypervisor.kernel.latency',
      label: 'Kernel latency',
      story: 'disk queueing',
      floor: { absolute: 2 },
      threshold: SLOW_KERNEL_MS,
    },
  ),
  ...rows(demand(HOST_OR_NIC, 'By/s'), {
    name: 'hypervisor.nic.bytes',
    label: 'Network',
    story: 'network load',
    isMain: true,
  }),
  ...rows(
    errors(HOST_OR_NIC, 1),
    { name: 'hypervisor.nic.dropped', label: 'Packets dropped', story: 'network errors' },
    { name: 'hypervisor.nic.errors', label: 'Network errors', story: 'network errors' },
  ),
  ...rows(
    demand(['datastore', 'volume'], '1/s'),
    { name: 'datastore.ops', label: 'Operations', story: 'load' },
    { name: 'volume.ops', label: 'Operations', story: 'load' },
  ),
  ...rows(demand(['volume'], 'By/s'), {
    name: 'volume.bytes',
    label: 'Throughput',
    story: 'load',
  }),
  ...rows(
    { ...ms(['datastore', 'volume'], 5), threshold: SLOW_DEVICE_MS },
    { name: 'datastore.latency', label: 'Latency', story: 'latency', isMain: true },
    { name: 'volume.read.latency', label: 'Read latency', story: 'latency' },
    { name: 'volume.write.latency', label: 'Write latency', story: 'latency' },
    { name: 'volume.service_time', label: 'Service time', story: 'latency', isMain: true },
  ),
  ...rows(
    { unit: '1', kind: 'state', floor: { absolute: 4 }, on: ['volume'] },
    {
      name: 'volume.queue.depth',
      label: 'Queue depth',
      story: 'queue',
      limit: { attribute: 'queue_depth' },
    },
  ),
  ...rows(
    share(['pool', 'storage_controller', 'array']),
    { name: 'pool.utilization', label: 'Utilisation', story: 'load', isMain: true },
    { name: 'controller.utilization', label: 'Utilisation', story: 'load', isMain: true },
    { name: 'array.cache.dirty', label: 'Dirty cache', story: 'cache', isMain: true },
  ),
  ...rows(
    {
      unit: '1',
      kind: 'capacity',
      floor: { absolute: 0.02 },
      on: ['datastore', 'dhcp_scope'],
      limit: 1,
    },
    { name: 'datastore.used', label: 'Space used', story: 'space' },
    { name: 'dhcp.scope.used', label: 'Addresses used', story: 'addresses', isMain: true },
  ),
  ...rows(share(PORT), {
    name: 'interface.utilization',
    label: 'Utilisation',
    story: 'load',
    isMain: true,
  }),
  ...rows(demand(PORT, 'By/s'), { name: 'interface.bytes', label: 'Throughput', story: 'load' }),
  ...rows(
    errors(PORT, 0.1),
    { name: 'interface.errors', label: 'Errors', story: 'errors' },
    { name: 'interface.discards', label: 'Discards', story: 'errors' },
    { name: 'interface.crc', label: 'CRC errors', story: 'errors' },
    { name: 'interface.late_collisions', label: 'Late collisions', story: 'errors' },
  ),
  ...rows(waited(['fc_port']), {
    name: 'fc_port.credit_zero',
    label: 'Without credit',
    story: 'credit',
    isMain: true,
  }),
  ...rows(ms(['service', 'broker', 'profile_share'], 20), {
    name: 'service.response_time',
    label: 'Response time',
    story: 'latency',
    isMain: true,
  }),
  ...rows(errors(['service', 'broker'], 0.1), {
    name: 'service.failures',
    label: 'Failures',
    story: 'errors',
  }),
]

const BY_NAME = new Map(METRIC_CATALOGUE.map((entry) => [entry.name, entry]))

/** What is known of a metric; one outside the catalogue is a state under its own name. */
export function catalogued(name: string, unit: string): CatalogueEntry {
  return (
    BY_NAME.get(name) ?? {
      name,
      unit,
      kind: 'state',
      floor: { relative: 0.05 },
      on: [],
      label: name,
      story: name,
      isMain: false,
    }
  )
}

/** The metrics that are summed over the users of what they share. */
export const SHARED_METRICS: readonly string[] = METRIC_CATALOGUE.flatMap(({ name, sharedAs }) =>
  sharedAs === undefined ? [] : [name],
)
