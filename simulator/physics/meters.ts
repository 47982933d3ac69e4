import type { Plant } from '../plant/plant.ts'
import type { IoFlow } from './io-flow.ts'

/** Completed IOs and the time they took, since the last sample. */
export interface IoMeter {
  reads: number
  writes: number
  bytes: number
  /** Seconds, summed over the reads and writes. */
  readS: number
  writeS: number
}

/** Sums since the last sample, of one VM. */
export interface VmMeter extends IoMeter {
  /** Core seconds run, and waited for a core. */
  ranS: number
  readyS: number
  netBytes: number
  droppedPackets: number
  /** Of a session: sums of milliseconds per second it was connected. */
  inputDelayMs: number
  rttMs: number
  connectedS: number
}

/** Sums since the last sample, of one host and LUN. */
export interface DeviceMeter {
  ios: number
  /** Seconds in the array and fabric (DAVG), and in the host's kernel (KAVG). */
  deviceS: number
  kernelS: number
}

const ioMeter = (): IoMeter => ({ reads: 0, writes: 0, bytes: 0, readS: 0, writeS: 0 })

/** Everything that is counted between two samples. */
export class Meters {
  readonly vms: VmMeter[]
  readonly luns: IoMeter[]
  readonly #devices: DeviceMeter[]
  readonly #luns: number

  constructor(plant: Plant) {
    this.vms = plant.vms.map(() => ({
      ...ioMeter(),
      ranS: 0,
      readyS: 0,
      netBytes: 0,
      droppedPackets: 0,
      inputDelayMs: 0,
      rttMs: 0,
      connectedS: 0,
    }))
    this.luns = plant.luns.map(ioMeter)
    this.#luns = plant.luns.length
    const pairs = plant.hosts.length * plant.luns.length
    this.#devices = Array.from({ length: pairs }, () => ({ ios: 0, deviceS: 0, kernelS: 0 }))
  }

  device(host: number, lun: number): DeviceMeter {
    return this.#devices[host * this.#luns + lun]!
  }

  /** Counts what a flow completed. `through` is the share of writes that waited for the disks. */
  addFlow(flow: IoFlow, through: number): void {
    if (flow.done === 0) return
    const { profile, done, pace } = flow
    const reads = done * profile.readShare
    const writes = done - reads
    const wait = flow.poolWaitS
    const device = this.device(flow.host, flow.lun)
    const readS = reads * (pace * profile.readS + wait)
    const writeS = writes * (pace * (profile.writeS + through * profile.destageS) + wait)
    device.ios += done
    device.deviceS += readS + writeS
    device.kernelS += done * flow.kernelWaitS
    const vm = this.vms[flow.vm]!
    vm.reads += reads
    vm.writes += writes
    vm.bytes += done * profile.bytes
    vm.readS += readS + reads * flow.kernelWaitS
    vm.writeS += writeS + writes * flow.kernelWaitS
    const lun = this.luns[flow.lun]!
    lun.reads += reads
    lun.writes += writes
    lun.bytes += done * profile.bytes
    lun.readS += readS
    lun.writeS += writeS
  }

  /** Counts a second that IOs wait without being served: at the host, or on a path that hangs. */
  addWaiting(flow: IoFlow, ios: number, where: 'kernel' | 'path'): void {
    const vm = this.vms[flow.vm]!
    vm.readS += ios * flow.profile.readShare
    vm.writeS += ios * (1 - flow.profile.readShare)
    const device = this.device(flow.host, flow.lun)
    if (where === 'kernel') device.kernelS += ios
    else device.deviceS += ios
  }

  reset(): void {
    for (const meter of this.vms) clear(meter)
    for (const meter of this.luns) clear(meter)
    for (const meter of this.#devices) clear(meter)
  }
}

function clear(meter: VmMeter | IoMeter | DeviceMeter): void {
  const sums = meter as unknown as Record<string, number>
  for (const name in sums) sums[name] = 0
}
