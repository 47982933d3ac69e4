import type { Host, Plant, Vm } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { CpuPhysics } from './cpu.ts'
import type { Happening } from './happening.ts'
import { ioFlow, responseS, type IoFlow } from './io-flow.ts'
import { Meters } from './meters.ts'
import { PathPhysics } from './paths.ts'
import { connectClients, seatUsers } from './people.ts'
import type { Session } from './session.ts'
import { PoolPhysics } from './storage.ts'
import { UplinkPhysics } from './uplinks.ts'
import { backgroundOf, type Background } from './work.ts'
import type { Action, Conditions, Worker } from './worker.ts'

export interface Finished {
  readonly worker: Worker
  readonly action: Action
}

export interface SessionChange {
  readonly session: Session
  readonly what: 'logon' | 'logoff'
}

/** Work that a fault or decoy adds to a VM's cores. */
export interface CpuLoad {
  readonly vm: Vm
  readonly cores: number
  readonly cause: number
}

/** Work of its own that a machine may have to do, in seconds of it. */
const MOST_BACKLOG = 1.3
/** Seconds of a keystroke: cores, IOs, and what the protocol itself takes (ms). */
const KEYSTROKE = { cpuMs: 25, ios: 2.5, protocolMs: 9 } as const

/**
 * The state of the data centre, second by second. Faults and decoys change what it is asked to do
 * (loads, links, places); what follows from that is worked out here.
 */
export class World {
  readonly plant: Plant
  readonly pools: readonly PoolPhysics[]
  readonly cpus: readonly CpuPhysics[]
  readonly uplinks: readonly UplinkPhysics[]
  readonly paths: readonly PathPhysics[]
  readonly sessions: readonly Session[]
  readonly workers: readonly Worker[]
  readonly meters: Meters
  /** Flows and work that faults and decoys add. */
  readonly ioLoads = new Set<IoFlow>()
  readonly cpuLoads = new Set<CpuLoad>()
  /** Seconds since the beginning. */
  second = -1
  /** What happened in the last second. */
  finished: Finished[] = []
  sessionChanges: SessionChange[] = []
  /** What faults and decoys did since {@link happenings} was last emptied. */
  happenings: Happening[] = []
  /** Lines a second that a program with debug logging left on writes, by VM. */
  readonly chatty = new Map<Vm, number>()
  /** IOs, and core seconds of work of its own, that are still to be done, by VM. */
  readonly ioBacklog: Float64Array
  readonly cpuBacklog: Float64Array
  /** Work that arrived and was done since the beginning, by VM: what is left is the backlog. */
  readonly ioArrived: Float64Array
  readonly ioDone: Float64Array
  readonly #placement: Host[]
  /** The cause that put a VM where it runs, by VM; -1 where it has always been. */
  readonly #movedBy: Int32Array
  readonly #background: readonly Background[]
  readonly #level: Float64Array
  readonly #open: readonly IoFlow[]
  readonly #random: Random

  constructor(plant: Plant, seed: Random, causes: number, lengthS: number) {
    this.plant = plant
    this.#random = seed.fork('world')
    const random = seed.fork('workers')
    this.pools = plant.pools.map((pool) => new PoolPhysics(pool, causes))
    this.cpus = plant.hosts.map((host) => new CpuPhysics(host, causes))
    this.uplinks = plant.hosts.map((host) => new UplinkPhysics(host))
    this.paths = plant.hosts.map((host) => new PathPhysics(host))
    this.meters = new Meters(plant)
    this.#placement = plant.vms.map((vm) => vm.firstHost)
    this.#movedBy = new Int32Array(plant.vms.length).fill(-1)
    this.#background = plant.vms.map((vm) => backgroundOf(vm.role, random))
    this.#level = new Float64Array(plant.vms.length).fill(1)
    this.ioBacklog = new Float64Array(plant.vms.length)
    this.cpuBacklog = new Float64Array(plant.vms.length)
    this.ioArrived = new Float64Array(plant.vms.length)
    this.ioDone = new Float64Array(plant.vms.length)
    this.#open = plant.vms.map((vm, i) => {
      const place = { vm: i, host: vm.firstHost.index, lun: vm.lun.index }
      return ioFlow(place, this.#background[i]!.io, 'open', 0)
    })
    this.sessions = seatUsers(plant, random, causes, lengthS)
    const clients = connectClients(plant, random, causes)
    this.workers = [...this.sessions.map((session) => session.worker), ...clients]
  }

  hostOf(vm: Vm): Host {
    return this.#placement[vm.index]!
  }

  openFlow(vm: Vm): IoFlow {
    return this.#open[vm.index]!
  }

  /** Moves a VM while it runs; `moved` is the cause whose load it is from now on. */
  move(vm: Vm, to: Host, by: 'drs' | 'user', cause: number, moved = cause): void {
    this.happenings.push({ what: 'move', vm, from: this.hostOf(vm), to, by, cause })
    this.#placement[vm.index] = to
    this.#movedBy[vm.index] = moved
    this.#open[vm.index]!.host = to.index
    for (const worker of this.workers) if (worker.vm === vm) worker.flow.host = to.index
    for (const flow of this.ioLoads) if (flow.vm === vm.index) flow.host = to.index
  }

  /** Sets back what is counted between two samples. */
  resetMeters(): void {
    this.meters.reset()
    for (const uplink of this.uplinks) uplink.bytes.fill(0)
    for (const path of this.paths) path.bytes.fill(0)
  }

  /** A Fibre Channel port of a host goes down or comes back. */
  setPort(host: Host, hba: 0 | 1, isUp: boolean, cause: number): void {
    this.paths[host.index]!.setPort(hba, isUp, this.second + 1, cause)
    this.happenings.push({ what: 'port', host, hba, isUp, cause })
  }

  /** A network link of a host goes down or comes back. */
  setLink(host: Host, nic: 0 | 1, isUp: boolean, cause: number): void {
    this.uplinks[host.index]!.setLink(nic, isUp, this.second + 1, cause)
    this.happenings.push({ what: 'link', host, nic, isUp, cause })
  }

  /** Lets one second pass. */
  step(): void {
    const second = ++this.second
    this.sessionChanges = []
    for (const session of this.sessions) {
      const what = session.step(second)
      if (what !== undefined) this.sessionChanges.push({ session, what })
    }
    for (const worker of this.workers) worker.begin(second)
    if (second % 5 === 0) this.#drift()
    this.#shareCores()
    this.#shareDisks()
    this.#work(second)
    this.#finishFlows()
    this.#carry(second)
  }

  /** What machines do by themselves wanders around its mean, and so does how well caches serve them. */
  #drift(): void {
    for (let i = 0; i < this.#level.length; i++) {
      this.#level[i] = this.#wander(this.#level[i]!, 0.12)
      this.#open[i]!.pace = this.#wander(this.#open[i]!.pace, 0.16)
    }
    for (const { flow, vm } of this.workers) flow.pace = this.#open[vm.index]!.pace
  }

  /** A step of a walk that is pulled back to 1 and stays within a half and the double. */
  #wander(value: number, step: number): number {
    const next = value * 0.9 + 0.1 + this.#random.between(-step, step)
    return Math.min(2, Math.max(0.5, next))
  }

  #shareCores(): void {
    for (const cpu of this.cpus) cpu.begin()
    for (const vm of this.plant.vms) {
      const cpu = this.cpus[this.hostOf(vm).index]!
      const cores = this.#background[vm.index]!.cores * this.#level[vm.index]!
      // What runs on timers does not pile up for ever: a tick that comes too late is skipped.
      const most = cores * MOST_BACKLOG
      this.cpuBacklog[vm.index] = Math.min(most, this.cpuBacklog[vm.index]! + cores)
      const wanted = Math.min(vm.vcpus, this.cpuBacklog[vm.index]!)
      cpu.want(wanted, this.#movedBy[vm.index]!)
    }
    for (const load of this.cpuLoads) {
      this.cpus[this.hostOf(load.vm).index]!.want(load.cores, load.cause)
    }
    for (const worker of this.workers) {
      const cause = this.#movedBy[worker.vm.index]!
      this.cpus[this.hostOf(worker.vm).index]!.want(worker.cores, cause)
    }
    for (const cpu of this.cpus) cpu.solve()
    for (const vm of this.plant.vms) {
      const { served, stretch } = this.cpus[this.hostOf(vm).index]!
      const wanted = Math.min(vm.vcpus, this.cpuBacklog[vm.index]!)
      this.cpuBacklog[vm.index]! -= wanted * served
      this.#ran(vm.index, wanted * served, stretch)
    }
    for (const { vm, cores } of this.cpuLoads) {
      const { served, stretch } = this.cpus[this.hostOf(vm).index]!
      this.#ran(vm.index, cores * served, stretch)
    }
  }

  #ran(vm: number, coreS: number, stretch: number): void {
    this.meters.vms[vm]!.ranS += coreS
    this.meters.vms[vm]!.readyS += coreS * (stretch - 1)
  }

  #shareDisks(): void {
    for (const pool of this.pools) pool.flows.length = 0
    const add = (flow: IoFlow): void => {
      if (flow.offered > 0) this.pools[this.plant.luns[flow.lun]!.pool.index]!.flows.push(flow)
    }
    for (const flow of this.#open) {
      const arriving = this.#background[flow.vm]!.ioPerS * this.#level[flow.vm]!
      this.ioArrived[flow.vm]! += arriving
      this.ioBacklog[flow.vm]! += arriving
      flow.offered = this.#isHeld(flow) ? 0 : this.ioBacklog[flow.vm]!
      flow.done = 0
      add(flow)
    }
    for (const worker of this.workers) if (!this.#isHeld(worker.flow)) add(worker.flow)
    for (const flow of this.ioLoads) {
      flow.done = 0
      if (!this.#isHeld(flow)) add(flow)
    }
    for (const pool of this.pools) pool.solve()
  }

  #isHeld(flow: IoFlow): boolean {
    const isFc = this.plant.luns[flow.lun]!.transport === 'fc'
    return isFc && this.paths[flow.host]!.isHeld(this.second)
  }

  #work(second: number): void {
    this.finished = []
    for (const worker of this.workers) {
      if (worker.action === undefined) continue
      const before = worker.action.waits[0]!
      const readyBefore = worker.action.waits[1]!
      const { action } = worker
      const done = worker.advance(this.#conditions(worker, second))
      const meter = this.meters.vms[worker.vm.index]!
      meter.ranS += (action.waits[0]! - before) / 1000
      meter.readyS += (action.waits[1]! - readyBefore) / 1000
      if (done !== undefined) this.finished.push({ worker, action: done })
    }
  }

  #conditions({ vm, flow }: Worker, second: number): Conditions {
    const host = this.hostOf(vm).index
    const cpu = this.cpus[host]!
    const uplink = this.uplinks[host]!
    return {
      second,
      stretch: cpu.stretch,
      cpuShare: (cause) => cpu.shareOf(cause),
      queueShare: this.pools[vm.lun.pool.index]!.queueShare,
      pathHeldBy: this.#isHeld(flow) ? this.paths[host]!.cause : undefined,
      packetsLostBy: uplink.isQuiet(vm.uplink, second) ? uplink.cause : undefined,
    }
  }

  #finishFlows(): void {
    for (const flow of this.#open) {
      if (flow.offered > 0) flow.done = Math.min(flow.offered, flow.rate)
      else flow.done = 0
      this.ioDone[flow.vm]! += flow.done
      this.ioBacklog[flow.vm]! -= flow.done
      const waiting = this.ioBacklog[flow.vm]!
      if (waiting <= 1e-9) continue
      this.meters.addWaiting(flow, waiting, this.#isHeld(flow) ? 'path' : 'kernel')
    }
    for (const flow of this.ioLoads) flow.done = this.#isHeld(flow) ? 0 : flow.rate
    for (const pool of this.pools) {
      pool.settle()
      for (const flow of pool.flows) {
        this.meters.addFlow(flow, pool.writeThrough)
        this.#spread(flow)
      }
    }
  }

  /** Fibre Channel commands go round robin over the paths that work. */
  #spread(flow: IoFlow): void {
    if (this.plant.luns[flow.lun]!.transport !== 'fc') return
    const path = this.paths[flow.host]!
    const bytes = flow.done * flow.profile.bytes
    const working = path.up.filter(Boolean).length
    path.up.forEach((isUp, hba) => {
      if (isUp) path.bytes[hba]! += bytes / working
    })
  }

  #carry(second: number): void {
    for (const vm of this.plant.vms) {
      const uplink = this.uplinks[this.hostOf(vm).index]!
      const bytes = this.#background[vm.index]!.netBytesPerS * this.#level[vm.index]!
      const meter = this.meters.vms[vm.index]!
      if (uplink.isLost(vm.uplink, second)) meter.droppedPackets += bytes / 900
      else {
        meter.netBytes += bytes
        uplink.bytes[uplink.carrier(vm.uplink)]! += bytes
      }
    }
    for (const { state, worker } of this.sessions) {
      if (state === 'connected') this.#feel(worker.vm, second)
    }
  }

  /** What the user of a desktop feels in this second: a keystroke, and the way to the client. */
  #feel(vm: Vm, second: number): void {
    const host = this.hostOf(vm).index
    const meter = this.meters.vms[vm.index]!
    const { stretch } = this.cpus[host]!
    const io = this.#isHeld(this.openFlow(vm)) ? 1000 : 1000 * responseS(this.openFlow(vm))
    const lost = this.uplinks[host]!.isQuiet(vm.uplink, second) ? 1000 : 0
    const rtt = vm.user!.clientRttMs + this.#random.exponential(1.5)
    const { cpuMs, ios, protocolMs } = KEYSTROKE
    meter.inputDelayMs += protocolMs + cpuMs * stretch + ios * io + lost
    meter.rttMs += rtt + lost
    meter.connectedS += 1
  }
}
