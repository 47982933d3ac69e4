import { entityId } from './entity-ids.ts'
import { LINK_BYTES_PER_S } from './physics/uplinks.ts'
import type { PoolPhysics } from './physics/storage.ts'
import type { World } from './physics/world.ts'
import type { Host, Lun, Vm } from './plant/plant.ts'
import { DEVICE_QUEUE_DEPTH } from './plant/storage.ts'
import { SAMPLE_S } from './voices/voice.ts'

/** A series of values about one entity. */
export interface Series {
  readonly entity: string
  /** Who collected it: `vsphere`, `ontap`, … */
  readonly collector: string
  readonly name: string
  readonly unit: string
  /** `['volume', 'naa.600a…']` where the catalogue asks for one. */
  readonly attribute?: readonly [string, string]
}

export interface Point {
  readonly series: Series
  readonly value: number
}

/** A series and where its value comes from; undefined while there is nothing to measure. */
interface Gauge {
  readonly series: Series
  readonly read: () => number | undefined
}

const milliseconds = (seconds: number, count: number): number =>
  count > 0 ? (seconds * 1000) / count : 0

/** Everything that collectors read at the end of a sampling interval, in the catalogue's names and units. */
export class Sampler {
  readonly #gauges: readonly Gauge[]

  constructor(world: World) {
    const { plant, pools } = world
    this.#gauges = [
      ...plant.vms.flatMap((vm) => vmGauges(world, vm)),
      ...plant.hosts.flatMap((host) => hostGauges(world, host)),
      ...plant.luns.flatMap((lun) => [...lunGauges(world, lun), queueGauge(world, lun)]),
      ...pools.flatMap(poolGauges),
    ]
  }

  /** Reads all meters. */
  sample(): Point[] {
    const points: Point[] = []
    for (const { series, read } of this.#gauges) {
      const value = read()
      if (value !== undefined) points.push({ series, value: Math.round(value * 1e6) / 1e6 })
    }
    return points
  }
}

function gauge(
  [entity, collector]: readonly [string, string],
  name: string,
  unit: string,
  read: Gauge['read'],
  attribute?: Series['attribute'],
): Gauge {
  const series = { entity, collector, name, unit }
  return { series: attribute === undefined ? series : { ...series, attribute }, read }
}

function vmGauges(world: World, vm: Vm): Gauge[] {
  const meter = world.meters.vms[vm.index]!
  const about = [entityId.vm(vm), 'vsphere'] as const
  const volume = ['volume', vm.lun.naa] as const
  const cores = SAMPLE_S * vm.vcpus
  const gauges = [
    gauge(about, 'vm.cpu.usage', '1', () => meter.ranS / cores),
    gauge(about, 'vm.cpu.ready', '1', () => Math.min(1, meter.readyS / cores)),
    gauge(about, 'vm.disk.read.ops', '1/s', () => meter.reads / SAMPLE_S, volume),
    gauge(about, 'vm.disk.write.ops', '1/s', () => meter.writes / SAMPLE_S, volume),
    gauge(about, 'vm.disk.bytes', 'By/s', () => meter.bytes / SAMPLE_S, volume),
    gauge(
      about,
      'vm.disk.read.latency',
      'ms',
      () => milliseconds(meter.readS, meter.reads),
      volume,
    ),
    gauge(
      about,
      'vm.disk.write.latency',
      'ms',
      () => milliseconds(meter.writeS, meter.writes),
      volume,
    ),
    gauge(about, 'vm.net.bytes', 'By/s', () => meter.netBytes / SAMPLE_S),
    gauge(about, 'vm.net.dropped', '1/s', () => meter.droppedPackets / SAMPLE_S),
  ]
  if (vm.user === undefined) return gauges
  const session = [entityId.session(vm), 'sessions'] as const
  const felt = (sum: () => number) => () =>
    meter.connectedS === 0 ? undefined : sum() / meter.connectedS
  return [
    ...gauges,
    gauge(
      session,
      'vdi.session.input_delay',
      'ms',
      felt(() => meter.inputDelayMs),
    ),
    gauge(
      session,
      'vdi.session.rtt',
      'ms',
      felt(() => meter.rttMs),
    ),
    gauge([about[0], 'sessions'], 'guest.disk.latency', 'ms', () =>
      milliseconds(meter.readS + meter.writeS, meter.reads + meter.writes),
    ),
  ]
}

function hostGauges(world: World, host: Host): Gauge[] {
  const { plant } = world
  const about = [entityId.host(host), 'vsphere'] as const
  const cpu = world.cpus[host.index]!
  const gauges = [gauge(about, 'hypervisor.cpu.utilization', '1', () => cpu.utilization)]
  for (const lun of plant.luns) {
    const meter = world.meters.device(host.index, lun.index)
    const volume = ['volume', lun.naa] as const
    const perIo = (seconds: () => number) => () =>
      meter.ios + meter.deviceS === 0 ? undefined : milliseconds(seconds(), Math.max(1, meter.ios))
    gauges.push(
      gauge(
        about,
        'hypervisor.device.latency',
        'ms',
        perIo(() => meter.deviceS),
        volume,
      ),
      gauge(
        about,
        'hypervisor.kernel.latency',
        'ms',
        perIo(() => meter.kernelS),
        volume,
      ),
    )
  }
  const uplink = world.uplinks[host.index]!
  host.nics.forEach((nic, i) => {
    const bytes = (): number => uplink.bytes[i]! / SAMPLE_S
    const port = [entityId.switchPort(plant.switches[i]!.name, nic.switchPort), 'network'] as const
    gauges.push(
      gauge([entityId.nic(host, i), 'vsphere'], 'hypervisor.nic.bytes', 'By/s', bytes),
      gauge(port, 'interface.bytes', 'By/s', bytes),
      gauge(port, 'interface.utilization', '1', () => bytes() / LINK_BYTES_PER_S),
    )
  })
  return gauges
}

function lunGauges(world: World, lun: Lun): Gauge[] {
  const meter = world.meters.luns[lun.index]!
  const about = [entityId.lun(lun), lun.pool.array.kind] as const
  const datastore = [entityId.datastore(lun), 'vsphere'] as const
  const ops = (): number => (meter.reads + meter.writes) / SAMPLE_S
  const latency = (): number => milliseconds(meter.readS + meter.writeS, meter.reads + meter.writes)
  return [
    gauge(about, 'volume.ops', '1/s', ops),
    gauge(about, 'volume.bytes', 'By/s', () => meter.bytes / SAMPLE_S),
    gauge(about, 'volume.read.latency', 'ms', () => milliseconds(meter.readS, meter.reads)),
    gauge(about, 'volume.write.latency', 'ms', () => milliseconds(meter.writeS, meter.writes)),
    gauge(about, 'volume.service_time', 'ms', latency),
    gauge(datastore, 'datastore.ops', '1/s', ops),
    gauge(datastore, 'datastore.latency', 'ms', latency),
  ]
}

/**
 * Commands that the host with the most of them has at the device (esxtop: ACTV). They cannot be more than its queue
 * for the device holds: one that hangs on a path keeps its place, and the next waits in the kernel.
 */
function queueGauge({ plant, meters }: World, lun: Lun): Gauge {
  return gauge([entityId.lun(lun), 'vsphere'], 'volume.queue.depth', '1', () => {
    const active = plant.hosts.map(({ index }) => meters.device(index, lun.index).deviceS)
    return Math.min(DEVICE_QUEUE_DEPTH, Math.max(...active) / SAMPLE_S)
  })
}

function poolGauges(physics: PoolPhysics): Gauge[] {
  const { pool } = physics
  const { kind } = pool.array
  const share = ['pool', pool.name] as const
  return [
    gauge([entityId.pool(pool), kind], 'pool.utilization', '1', () => physics.utilization),
    gauge(
      [entityId.array(pool.array), kind],
      'array.cache.dirty',
      '1',
      () => physics.dirtyShare,
      share,
    ),
  ]
}
