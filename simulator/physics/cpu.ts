import type { Host } from '../plant/plant.ts'
import { queueWait } from './queueing.ts'

/** Share of the cores that guests can have; the rest is the hypervisor's own. */
const FULL = 0.98
/** Load from which waiting grows with the demand only, since everybody always has somebody before him. */
const CROWDED = 0.93

/**
 * The cores of a host. Work that finds a core free runs; the rest is ready and waits. With more demand
 * than cores every VM gets its share (all shares are equal here), and what is not done stays to be done.
 */
export class CpuPhysics {
  readonly host: Host
  /** Cores wanted in the tick. */
  demand = 0
  /** Of it, by causes: faults and decoys that put the work here. */
  readonly demandOf: Float64Array
  /** Seconds that pass for a second of running: 1 on an idle host. */
  stretch = 1
  /** Share of the demand that is served in the tick. */
  served = 1
  /** Share of the cores in use. */
  utilization = 0

  constructor(host: Host, causes: number) {
    this.host = host
    this.demandOf = new Float64Array(causes)
  }

  begin(): void {
    this.demand = 0
    this.demandOf.fill(0)
  }

  want(cores: number, cause: number): void {
    this.demand += cores
    if (cause >= 0) this.demandOf[cause]! += cores
  }

  solve(): void {
    const { cores } = this.host
    const load = this.demand / cores
    const contention = queueWait(Math.min(load, CROWDED), cores, 1)
    const overcommit = Math.max(1, load / FULL)
    this.stretch = (1 + contention) * overcommit
    this.served = 1 / overcommit
    this.utilization = Math.min(load, FULL)
  }

  /** Share of the demand that a cause put here. */
  shareOf(cause: number): number {
    return this.demand === 0 ? 0 : this.demandOf[cause]! / this.demand
  }
}
