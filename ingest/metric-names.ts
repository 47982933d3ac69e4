import type { AttributeValue } from '../model/record.ts'

/** A metric under the catalogue's name (product.md 6): its values times `factor` are in `unit`. */
export interface NeutralMetric {
  readonly name: string
  readonly unit: string
  readonly factor: number
  /** The attributes as they came, with the native name as `metric.native` where it was translated. */
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

interface Translation {
  /** The neutral name; by the value of the attribute `direction` where the catalogue splits by it. */
  readonly name: string | { readonly read: string; readonly write: string }
  readonly unit: string
  /** Multiplies a value; `share` divides milliseconds by the interval the value stands for. */
  readonly factor: number | 'share of interval'
}

const PERCENT = 0.01
const KIB = 1024
const MIB = 1024 * 1024

/**
 * The OpenTelemetry Collector's vcenter receiver (opentelemetry-collector-contrib,
 * receiver/vcenterreceiver/documentation.md): names, units and directions as documented there.
 */
const VCENTER_RECEIVER: Readonly<Record<string, Translation>> = {
  'vcenter.vm.cpu.readiness': { name: 'vm.cpu.ready', unit: '1', factor: PERCENT },
  'vcenter.vm.cpu.utilization': { name: 'vm.cpu.usage', unit: '1', factor: PERCENT },
  'vcenter.vm.memory.ballooned': { name: 'vm.memory.balloon', unit: 'By', factor: MIB },
  'vcenter.vm.memory.swapped': { name: 'vm.memory.swapped', unit: 'By', factor: MIB },
  'vcenter.vm.disk.latency.avg': {
    name: { read: 'vm.disk.read.latency', write: 'vm.disk.write.latency' },
    unit: 'ms',
    factor: 1,
  },
  'vcenter.vm.network.packet.drop.rate': { name: 'vm.net.dropped', unit: '1/s', factor: 1 },
  'vcenter.vm.network.usage': { name: 'vm.net.bytes', unit: 'By/s', factor: KIB },
  'vcenter.host.cpu.utilization': {
    name: 'hypervisor.cpu.utilization',
    unit: '1',
    factor: PERCENT,
  },
  'vcenter.host.memory.utilization': {
    name: 'hypervisor.memory.utilization',
    unit: '1',
    factor: PERCENT,
  },
  'vcenter.host.network.packet.drop.rate': {
    name: 'hypervisor.nic.dropped',
    unit: '1/s',
    factor: 1,
  },
  'vcenter.host.network.packet.error.rate': {
    name: 'hypervisor.nic.errors',
    unit: '1/s',
    factor: 1,
  },
  'vcenter.host.network.usage': { name: 'hypervisor.nic.bytes', unit: 'By/s', factor: KIB },
  'vcenter.datastore.disk.utilization': { name: 'datastore.used', unit: '1', factor: PERCENT },
}

/**
 * Counters of the vSphere performance manager by their dotted names (vSphere API reference,
 * PerformanceManager counter tables): summations are milliseconds per interval, latencies
 * milliseconds, memory KiB. A lead: not compared with a live vCenter.
 */
const VSPHERE_COUNTERS: Readonly<Record<string, Translation>> = {
  'cpu.ready.summation': { name: 'vm.cpu.ready', unit: '1', factor: 'share of interval' },
  'cpu.costop.summation': { name: 'vm.cpu.costop', unit: '1', factor: 'share of interval' },
  'cpu.swapwait.summation': {
    name: 'vm.memory.swap_wait',
    unit: '1',
    factor: 'share of interval',
  },
  'mem.vmmemctl.average': { name: 'vm.memory.balloon', unit: 'By', factor: KIB },
  'mem.swapped.average': { name: 'vm.memory.swapped', unit: 'By', factor: KIB },
  'virtualDisk.totalReadLatency.average': {
    name: 'vm.disk.read.latency',
    unit: 'ms',
    factor: 1,
  },
  'virtualDisk.totalWriteLatency.average': {
    name: 'vm.disk.write.latency',
    unit: 'ms',
    factor: 1,
  },
  'virtualDisk.numberReadAveraged.average': { name: 'vm.disk.read.ops', unit: '1/s', factor: 1 },
  'virtualDisk.numberWriteAveraged.average': {
    name: 'vm.disk.write.ops',
    unit: '1/s',
    factor: 1,
  },
  'disk.deviceLatency.average': { name: 'hypervisor.device.latency', unit: 'ms', factor: 1 },
  'disk.kernelLatency.average': { name: 'hypervisor.kernel.latency', unit: 'ms', factor: 1 },
}

const TRANSLATIONS: ReadonlyMap<string, Translation> = new Map(
  Object.entries({ ...VCENTER_RECEIVER, ...VSPHERE_COUNTERS }),
)

/**
 * The catalogue's name of a native metric where that is certain; else the native name and unit as they
 * came, with factor 1. Counters that need the value before them (rates) keep their native name.
 * `intervalS` is the time a value stands for, where the sender says it.
 */
export function neutralMetric(
  native: string,
  unit: string,
  intervalS: number | undefined,
  attributes: Readonly<Record<string, AttributeValue>>,
): NeutralMetric {
  const translation = TRANSLATIONS.get(native)
  const name = translation && nameIn(translation, attributes)
  const factor = translation && factorOf(translation, intervalS)
  if (translation === undefined || name === undefined || factor === undefined) {
    return { name: native, unit, factor: 1, attributes }
  }
  return {
    name,
    unit: translation.unit,
    factor,
    attributes: { ...attributes, 'metric.native': native },
  }
}

function nameIn(
  translation: Translation,
  attributes: Readonly<Record<string, AttributeValue>>,
): string | undefined {
  if (typeof translation.name === 'string') return translation.name
  const direction = attributes['direction']
  return direction === 'read' || direction === 'write' ? translation.name[direction] : undefined
}

function factorOf(translation: Translation, intervalS: number | undefined): number | undefined {
  if (translation.factor !== 'share of interval') return translation.factor
  return intervalS !== undefined && intervalS > 0 ? 1 / (intervalS * 1000) : undefined
}
