import { entityTypeOf, type EntityId } from '../../model/entity.ts'

export type Labels = ReadonlyMap<string, string>

/** Who a series is about, and who it is counted under. */
export interface PrometheusOrigin {
  readonly entity: EntityId
  readonly source: string
}

/** Labels that name an entity, for exporters whose series are about something else than their host. */
interface ExporterRule {
  readonly prefix: string
  readonly label: string
  readonly type: string
}

/**
 * prometheus-libvirt-exporter labels each domain with its UUID (seen with its real output);
 * vmware_exporter names VM, datastore and host (its README; a lead, not tried).
 */
const EXPORTER_RULES: readonly ExporterRule[] = [
  { prefix: 'libvirt_domain_', label: 'uuid', type: 'vm' },
  { prefix: 'libvirt_domain_', label: 'domain', type: 'vm' },
  { prefix: 'vmware_vm_', label: 'vm_name', type: 'vm' },
  { prefix: 'vmware_datastore_', label: 'ds_name', type: 'datastore' },
  { prefix: 'vmware_host_', label: 'host_name', type: 'hypervisor' },
]

/** Prefixes of exporters whose host is the subject: a libvirt host is a hypervisor, an agent's a VM. */
const HOST_PREFIXES: readonly (readonly [string, string])[] = [
  ['libvirt_', 'hypervisor'],
  ['node_', 'vm'],
  ['windows_', 'vm'],
]

/**
 * The entity of a series: its label `entity` where that is an id of ours; what its exporter says it is
 * about; for agents the host of `instance`, taken as a VM until the inventory says more; else the
 * service `<job>/<instance>`. The source is the host of `instance`, else the sender.
 */
export function originOf(name: string, labels: Labels, peer: string): PrometheusOrigin {
  const instance = labels.get('instance') ?? ''
  const host = labels.get('host') ?? labels.get('hostname') ?? hostOf(instance)
  const source = host === '' ? peer : host
  return { entity: entityOf(name, labels, instance, source), source }
}

function entityOf(name: string, labels: Labels, instance: string, source: string): EntityId {
  const own = labels.get('entity')
  if (own !== undefined && entityTypeOf(own) !== undefined) return own
  for (const { prefix, label, type } of EXPORTER_RULES) {
    const key = name.startsWith(prefix) ? labels.get(label) : undefined
    if (key !== undefined && key !== '') return `${type}:${key}`
  }
  for (const [prefix, type] of HOST_PREFIXES) {
    if (name.startsWith(prefix)) return `${type}:${source}`
  }
  const job = labels.get('job')
  const key = [job, instance].filter((part) => part !== undefined && part !== '').join('/')
  return `service:${key === '' ? source : key}`
}

/** `host:port` and `[v6]:port` without the port. */
function hostOf(instance: string): string {
  return instance.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
}
