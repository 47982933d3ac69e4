import type { Vm } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { ioFlow, responseS, type IoFlow } from './io-flow.ts'
import { WAIT, WAITS } from './waits.ts'
import { ACTION_DEPTH, ACTION_IO, LOGON, pickKind, type ActionKind } from './work.ts'

/** Milliseconds of a round trip inside the data centre, the other side's answer included. */
const ROUND_TRIP_MS = 1.1

export interface Action {
  readonly kind: ActionKind
  /** Seconds since the simulation began. */
  readonly startS: number
  endS: number
  cpuMs: number
  ios: number
  roundTrips: number
  /** Milliseconds by {@link WAITS}. */
  readonly waits: Float64Array
  /** Of the waiting, milliseconds that are a cause's doing. */
  readonly blame: Float64Array
}

/** What the machine under a worker gives it in one second. */
export interface Conditions {
  readonly second: number
  readonly stretch: number
  /** Share of contention for cores and of the disks' queue by cause. */
  readonly cpuShare: (cause: number) => number
  readonly queueShare: Float64Array
  /** Causes of hanging paths and lost packets; `undefined` when there is none, -1 when it is nobody's. */
  readonly pathHeldBy: number | undefined
  readonly packetsLostBy: number | undefined
}

/** Who works on a VM: the user of a desktop, a client of a service. One action at a time. */
export class Worker {
  readonly vm: Vm
  readonly kinds: readonly ActionKind[]
  readonly flow: IoFlow
  readonly thinkS: number
  action: Action | undefined
  /** When the next action begins; Infinity while nobody is there. */
  nextS: number
  readonly #random: Random
  readonly #causes: number

  constructor(
    vm: Vm,
    kinds: readonly ActionKind[],
    thinkS: number,
    random: Random,
    causes: number,
  ) {
    this.vm = vm
    this.kinds = kinds
    this.thinkS = thinkS
    this.#random = random
    this.#causes = causes
    const place = { vm: vm.index, host: vm.firstHost.index, lun: vm.lun.index }
    this.flow = ioFlow(place, ACTION_IO, 'closed', ACTION_DEPTH)
    this.nextS = random.exponential(thinkS)
  }

  /** Begins what is due in this second, and says what it will ask of disks and cores in it. */
  begin(second: number): void {
    if (this.action === undefined && this.nextS < second + 1) {
      this.start(pickKind(this.kinds, this.#random), Math.max(second, this.nextS))
    }
    this.flow.done = 0
    this.flow.offered = this.action?.ios ?? 0
  }

  start(kind: ActionKind, startS: number): void {
    const size = this.#random.between(0.6, 1.4)
    this.action = {
      kind,
      startS,
      endS: NaN,
      cpuMs: kind.cpuMs * size,
      ios: Math.max(1, Math.round(kind.ios * size)),
      roundTrips: Math.max(1, Math.round(kind.roundTrips * size)),
      waits: new Float64Array(WAITS.length),
      blame: new Float64Array(this.#causes),
    }
  }

  /** Cores the action can use in this second. */
  get cores(): number {
    return this.action === undefined ? 0 : Math.min(1, this.action.cpuMs / 1000)
  }

  /** Lets one second pass. Returns the action when it ended in it. */
  advance(conditions: Conditions): Action | undefined {
    const action = this.action
    if (action === undefined) return undefined
    let left = 1000 * Math.min(1, conditions.second + 1 - action.startS)
    left = this.#compute(action, left, conditions)
    left = this.#readAndWrite(action, left, conditions)
    left = this.#talk(action, left, conditions)
    if (action.roundTrips > 0) return undefined
    action.endS = conditions.second + 1 - left / 1000
    this.action = undefined
    const pause = action.kind === LOGON ? 3 : 1
    this.nextS = action.endS + pause + this.#random.exponential(this.thinkS)
    return action
  }

  #compute(action: Action, left: number, { stretch, cpuShare }: Conditions): number {
    if (action.cpuMs <= 0) return left
    const spent = Math.min(left, action.cpuMs * stretch)
    const service = spent / stretch
    const ready = spent - service
    action.cpuMs = spent < left ? 0 : action.cpuMs - service
    action.waits[WAIT['cpu.service']]! += service
    action.waits[WAIT['cpu.ready']]! += ready
    for (let i = 0; i < this.#causes; i++) action.blame[i]! += ready * cpuShare(i)
    return left - spent
  }

  #readAndWrite(action: Action, left: number, conditions: Conditions): number {
    if (action.cpuMs > 0 || action.ios <= 0) return left
    if (conditions.pathHeldBy !== undefined) {
      return lose(action, left, WAIT['io.path'], conditions.pathHeldBy)
    }
    const { flow } = this
    const total = responseS(flow)
    const each = (total * 1000) / flow.depth
    const count = Math.min(action.ios, left / each)
    const spent = count * each
    flow.done += count
    action.ios = count < action.ios ? action.ios - count : 0
    const pool = (spent * flow.poolWaitS) / total
    const kernel = (spent * flow.kernelWaitS) / total
    action.waits[WAIT['io.service']]! += spent - pool - kernel
    action.waits[WAIT['io.pool']]! += pool
    action.waits[WAIT['io.kernel']]! += kernel
    for (let i = 0; i < this.#causes; i++) {
      action.blame[i]! += (pool + kernel) * conditions.queueShare[i]!
    }
    return left - spent
  }

  #talk(action: Action, left: number, conditions: Conditions): number {
    if (action.cpuMs > 0 || action.ios > 0) return left
    if (conditions.packetsLostBy !== undefined) {
      return lose(action, left, WAIT['net.lost'], conditions.packetsLostBy)
    }
    const count = Math.min(action.roundTrips, left / ROUND_TRIP_MS)
    action.roundTrips = count < action.roundTrips ? action.roundTrips - count : 0
    action.waits[WAIT['net.roundtrip']]! += count * ROUND_TRIP_MS
    return left - count * ROUND_TRIP_MS
  }
}

/** The rest of the second goes by in vain. */
function lose(action: Action, left: number, wait: number, cause: number): number {
  action.waits[wait]! += left
  if (cause >= 0) action.blame[cause]! += left
  return 0
}

/** Milliseconds from the beginning of an action to its end, summed from its waits. */
export function responseMs(action: Action): number {
  return action.waits.reduce((sum, ms) => sum + ms, 0)
}
