import { isoTime, SECOND_US } from './clock.ts'
import { entityId } from './entity-ids.ts'
import type { Happening } from './physics/happening.ts'
import { describePlant } from './plant/inventory.ts'
import type { Host, Plant, Vm } from './plant/plant.ts'

/** Since when everything has been as it is when the simulation begins: 30 days. */
const BEFORE_US = 30 * 86_400 * SECOND_US

/** Inventory and changes as NDJSON lines (our own import formats), with what holds from when to when. */
export class InventoryRows {
  readonly #plant: Plant
  readonly #startUs: number
  readonly #since = new Map<Vm, number>()

  constructor(plant: Plant, startUs: number) {
    this.#plant = plant
    this.#startUs = startUs
  }

  /** The whole inventory, as taken when the simulation begins. */
  *first(): Generator<string> {
    const time = isoTime(this.#startUs, 3)
    const validFrom = isoTime(this.#startUs - BEFORE_US, 3)
    const { entities, relations } = describePlant(this.#plant)
    for (const entity of entities) yield JSON.stringify({ time, entity })
    for (const [type, from, to] of relations) {
      yield JSON.stringify({ time, relation: { type, from, to, validFrom } })
    }
    for (const vm of this.#plant.vms) {
      this.#since.set(vm, this.#startUs - BEFORE_US)
      yield JSON.stringify({ time, relation: this.#runsOn(vm, vm.firstHost) })
    }
  }

  /** A VM has moved: one interval ends, the next begins. */
  moved(us: number, vm: Vm, from: Host, to: Host): string[] {
    const time = isoTime(us, 3)
    const before = { ...this.#runsOn(vm, from), validTo: time }
    this.#since.set(vm, us)
    const rows = this.#since.has(vm) && from !== to ? [before, this.#runsOn(vm, to)] : []
    return rows.map((relation) => JSON.stringify({ time, relation }))
  }

  #runsOn(vm: Vm, host: Host): Record<string, string> {
    const validFrom = isoTime(this.#since.get(vm)!, 3)
    return { type: 'runs_on', from: entityId.vm(vm), to: entityId.host(host), validFrom }
  }
}

/** What a change calendar or vCenter's tasks tell of a happening; undefined when nobody wrote it down. */
export function changeRow(us: number, happening: Happening): string | undefined {
  const time = isoTime(us, 3)
  if (happening.what === 'move') {
    const { vm, from, to, by } = happening
    const actor = by === 'drs' ? 'DRS' : 'vi-admin'
    const summary = `${vm.name} moved from ${from.name} to ${to.name}`
    return JSON.stringify({ time, entity: entityId.vm(vm), kind: 'vm.moved', actor, summary })
  }
  if (happening.what === 'maintenance') {
    const { host, isStart } = happening
    const summary = `${host.name} ${isStart ? 'enters' : 'leaves'} maintenance mode`
    const entity = entityId.host(host)
    return JSON.stringify({ time, entity, kind: 'host.maintenance', actor: 'vi-admin', summary })
  }
  if (happening.what === 'reboot') {
    const { vm } = happening
    const summary = `${vm.name} restarts after patches`
    return JSON.stringify({
      time,
      entity: entityId.vm(vm),
      kind: 'vm.reboot',
      actor: 'patching',
      summary,
    })
  }
  return undefined
}
