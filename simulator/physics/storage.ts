import type { Pool } from '../plant/plant.ts'
import { DEVICE_QUEUE_DEPTH } from '../plant/storage.ts'
import type { IoFlow } from './io-flow.ts'
import { fallingRoot, fixedPoint, queueWait } from './queueing.ts'

/** Share of the disks that may be busy with open work before arrivals queue at the host. */
const OPEN_LIMIT = 0.95
/** Share of the disks that a full cache takes for destaging. */
const DESTAGE_SHARE = 0.4
/** Fill of the cache from which writes begin to wait for the disks, and from which all do. */
const PRESSURE_FROM = 0.7
const PRESSURE_FULL = 0.95

/**
 * A pool of disks behind a write cache. Reads and writes of all its LUNs wait in one queue. Writes are
 * done when the cache has them; the disks destage in the background, the more of them the fuller the cache,
 * until writes have to wait for the disks themselves.
 */
export class PoolPhysics {
  readonly pool: Pool
  readonly flows: IoFlow[] = []
  /** Bytes in the write cache, and the disk time (s) that bringing them to disk will take. */
  dirtyBytes = 0
  dirtyWorkS = 0
  /** Of the last tick: share of the disks' time in use, and IOs in queue and service on average. */
  utilization = 0
  outstanding = 0
  /** Disk time (s) spent on destaging in the last tick. */
  destagedS = 0
  /** Of the queue an IO of the last tick found, the share that was each cause's work. */
  readonly queueShare: Float64Array
  /** Share of writes that waited for the disks in the last tick. */
  writeThrough = 0
  #channels = 0

  constructor(pool: Pool, causes: number) {
    this.pool = pool
    this.queueShare = new Float64Array(causes)
  }

  get dirtyShare(): number {
    return this.dirtyBytes / this.pool.cacheBytes
  }

  /** Finds the waits at which what flows in and what the disks can do agree, for one second. */
  solve(): void {
    const fill = this.dirtyShare
    const reserved = DESTAGE_SHARE * Math.min(1, fill / PRESSURE_FROM) * this.pool.channels
    this.destagedS = Math.min(this.dirtyWorkS, reserved)
    this.#channels = this.pool.channels - this.destagedS
    const pressure = (fill - PRESSURE_FROM) / (PRESSURE_FULL - PRESSURE_FROM)
    this.writeThrough = Math.min(1, Math.max(0, pressure))
    let openWork = 0
    for (const flow of this.flows) {
      const { readShare, readS, writeS, destageS } = flow.profile
      const write = writeS + this.writeThrough * destageS
      flow.serviceS = flow.pace * (readShare * readS + (1 - readShare) * write)
      flow.kernelWaitS = 0
      if (flow.kind === 'open') openWork += flow.offered * flow.serviceS
    }
    const throttle = Math.min(1, (OPEN_LIMIT * this.#channels) / Math.max(openWork, 1e-9))
    const deep = this.#deepQueues()
    const wait = fixedPoint((w) => this.#waitAt(w, throttle, deep))
    this.#waitAt(wait, throttle, deep)
    for (const flow of this.flows) flow.poolWaitS = wait
    this.#measureQueue()
  }

  /** Books what was completed: {@link IoFlow.done} of every flow is final. */
  settle(): void {
    let work = this.destagedS
    let bytes = 0
    let destage = 0
    for (const flow of this.flows) {
      const cached = flow.done * (1 - flow.profile.readShare) * (1 - this.writeThrough)
      work += flow.done * flow.serviceS
      bytes += cached * flow.profile.bytes
      destage += cached * flow.profile.destageS
    }
    const cleaned = this.dirtyWorkS > 0 ? this.destagedS / this.dirtyWorkS : 0
    this.dirtyBytes = this.dirtyBytes * (1 - cleaned) + bytes
    this.dirtyWorkS = this.dirtyWorkS - this.destagedS + destage
    this.utilization = work / this.pool.channels
  }

  /** The wait that the flows' rates at a wait of `wait` would cause. Leaves the rates in the flows. */
  #waitAt(wait: number, throttle: number, deep: readonly IoFlow[][]): number {
    for (const queue of deep) {
      const kernel = kernelWait(queue, wait)
      for (const flow of queue) flow.kernelWaitS = kernel
    }
    let arrivals = 0
    let work = 0
    for (const flow of this.flows) {
      flow.rate = rateAt(flow, wait, throttle)
      arrivals += flow.rate
      work += flow.rate * flow.serviceS
    }
    if (arrivals === 0) return 0
    return queueWait(work / this.#channels, this.#channels, work / arrivals)
  }

  /** Flows of one host to one LUN that together could fill its device queue. */
  #deepQueues(): IoFlow[][] {
    const depth = new Map<number, number>()
    for (const flow of this.flows) {
      if (flow.kind === 'open') continue
      const key = flow.host * 64 + flow.lun
      depth.set(key, (depth.get(key) ?? 0) + flow.depth)
    }
    const full = [...depth].filter(([, total]) => total > DEVICE_QUEUE_DEPTH * 0.75)
    return full.map(([key]) => this.flows.filter((flow) => flow.host * 64 + flow.lun === key))
  }

  #measureQueue(): void {
    let total = 0
    let outstanding = 0
    this.queueShare.fill(0)
    for (const flow of this.flows) {
      const inQueue = flow.rate * (flow.serviceS + flow.poolWaitS)
      outstanding += inQueue
      total += inQueue * flow.serviceS
      if (flow.cause >= 0) this.queueShare[flow.cause]! += inQueue * flow.serviceS
    }
    this.outstanding = outstanding
    if (total > 0) for (let i = 0; i < this.queueShare.length; i++) this.queueShare[i]! /= total
  }
}

function rateAt(flow: IoFlow, wait: number, throttle: number): number {
  if (flow.kind === 'open') return flow.offered * throttle
  return Math.min(flow.offered, flow.depth / (flow.serviceS + wait + flow.kernelWaitS))
}

/** How long IOs stay in the kernel so that no more than the device queue holds are at the array. */
function kernelWait(queue: readonly IoFlow[], wait: number): number {
  const excess = (kernel: number): number => {
    let inDevice = 0
    for (const flow of queue) {
      flow.kernelWaitS = kernel
      inDevice += rateAt(flow, wait, 1) * (flow.serviceS + wait)
    }
    return inDevice - DEVICE_QUEUE_DEPTH
  }
  return fallingRoot(excess)
}
