import { entityId } from '../entity-ids.ts'
import type { PoolPhysics } from '../physics/storage.ts'
import type { World } from '../physics/world.ts'
import type { Scene } from '../voices/voice.ts'
import { SAMPLE_S } from '../voices/voice.ts'
import type { Truth } from './truth.ts'

/** From when on something counts as slow or full, in the truth. Devices have thresholds of their own. */
const FULL = 0.9
const SLOW_DISK_MS = 10
const READY_SHARE = 0.05
const SLOW_INPUT_MS = 75

/** Who brought most of a queue or a demand, when that is at least a quarter of it; -1 otherwise. */
function mainCause(shares: ArrayLike<number>): number {
  let main = -1
  for (let i = 0; i < shares.length; i++) {
    if (shares[i]! >= 0.25 && shares[i]! > (shares[main] ?? 0)) main = i
  }
  return main
}

const poolCause = (pool: PoolPhysics): number => mainCause(pool.queueShare)

/** Notes the beginning of incidents and what becomes full. Called before each second is played out. */
export function observeIncidents(truth: Truth, second: number): void {
  truth.incidents.forEach((incident, cause) => {
    const isOn = second >= incident.startS && second < incident.endS
    const event = { what: incident.kind, entity: incident.root, cause }
    truth.observe(`incident ${cause}`, isOn, second, event, [])
  })
}

/** Notes queues that are full. Called after each second. */
export function observeQueues({ world, truth }: Scene): void {
  for (const pool of world.pools) {
    const cause = poolCause(pool)
    const event = { what: 'disks full', entity: entityId.pool(pool.pool), cause }
    const isFull = pool.utilization > FULL
    const because = [truth.current(`incident ${cause}`)]
    truth.observe(`pool ${pool.pool.index}`, isFull, world.second, event, because)
  }
  for (const cpu of world.cpus) {
    const shares = Array.from(cpu.demandOf, (_, i) => cpu.shareOf(i))
    const cause = mainCause(shares)
    const event = { what: 'cores full', entity: entityId.host(cpu.host), cause }
    const because = [truth.current(`incident ${cause}`)]
    truth.observe(`cpu ${cpu.host.index}`, cpu.utilization > 0.95, world.second, event, because)
  }
}

/** Notes machines and sessions that are slow. Called at every sample. */
export function observeVictims({ world, truth }: Scene): void {
  for (const vm of world.plant.vms) {
    const meter = world.meters.vms[vm.index]!
    const host = world.hostOf(vm).index
    const ios = meter.reads + meter.writes
    const latencyMs = ios === 0 ? 0 : (1000 * (meter.readS + meter.writeS)) / ios
    const pool = vm.lun.pool.index
    const pathEvent = truth.current(`incident ${world.paths[host]!.cause}`)
    const linkEvent = truth.current(`incident ${world.uplinks[host]!.cause}`)
    const poolEvent = truth.current(`pool ${pool}`)
    const diskCause = poolEvent > 0 ? poolCause(world.pools[pool]!) : world.paths[host]!.cause
    const disk = { what: 'disk slow', entity: entityId.vm(vm), cause: diskCause }
    const diskBecause = [poolEvent || pathEvent]
    note(world, truth, `disk ${vm.index}`, latencyMs > SLOW_DISK_MS, disk, diskBecause)
    const cpuEvent = truth.current(`cpu ${host}`)
    const ready = { what: 'cores wanted', entity: entityId.vm(vm), cause: causeOf(truth, cpuEvent) }
    const isReady = meter.readyS / (SAMPLE_S * vm.vcpus) > READY_SHARE
    note(world, truth, `ready ${vm.index}`, isReady, ready, [cpuEvent])
    if (meter.connectedS === 0) continue
    const inputMs = meter.inputDelayMs / meter.connectedS
    const because: number[] = [
      truth.current(`disk ${vm.index}`),
      truth.current(`ready ${vm.index}`),
    ]
    if (because.every((id) => id <= 0)) because.push(linkEvent)
    const cause = causeOf(truth, Math.max(...because))
    const slow = { what: 'input slow', entity: entityId.session(vm), cause }
    note(world, truth, `input ${vm.index}`, inputMs > SLOW_INPUT_MS, slow, because)
  }
}

function note(
  { second }: World,
  truth: Truth,
  name: string,
  isSo: boolean,
  event: { what: string; entity: string; cause: number },
  because: readonly number[],
): void {
  truth.observe(name, isSo, second, event, because)
}

const causeOf = (truth: Truth, event: number): number => truth.events[event - 1]?.cause ?? -1
