import { entityId } from '../../simulator/entity-ids.ts'
import type { Plant } from '../../simulator/plant/plant.ts'
import { Simulation, type Portion, type SimulationOptions } from '../../simulator/simulate.ts'
import { identifiersIn } from '../../simulator/truth/identifiers-in.ts'
import type { Wires } from '../../simulator/wires/wires.ts'
import { patternOf, SharedIdentifiers, type TrueLine, type Truth } from './truth.ts'

interface Dependency {
  readonly to: string
  readonly from: number
  readonly until: number
}

interface RelationRow {
  readonly relation?: {
    readonly from: string
    readonly to: string
    readonly validFrom: string
    readonly validTo?: string
  }
}

/** Numbers that each host gives by itself: equal ones of two hosts are no identity. */
const OF_A_HOST: ReadonlySet<string> = new Set(['scsi_path'])

/** Plays a simulation over wires and keeps what it said, what that shares and what depends on what. */
export class LinkTruth implements Truth {
  readonly lines: TrueLine[] = []
  readonly #names = new Map<string, string>()
  /** Each relation by its ends and beginning: a later row tells its end. */
  readonly #relations = new Map<string, Dependency & { readonly of: string }>()
  readonly #shared = new SharedIdentifiers()

  /** Sends everything and remembers it. */
  static async send(options: SimulationOptions, wires: Wires): Promise<LinkTruth> {
    const simulation = new Simulation(options)
    const truth = new LinkTruth(simulation.world.plant)
    for (const portion of simulation.run()) {
      await wires.send(portion)
      truth.#add(portion)
    }
    await wires.close()
    return truth
  }

  private constructor(plant: Plant) {
    for (const [name, id] of namesIn(plant)) this.#names.set(name, id)
  }

  sharing(line: TrueLine, withinUs: number): TrueLine[] {
    return this.#shared.sharing(line, withinUs)
  }

  /** Both carry what the link says they share: as the truth has it, or where it has none, in their text. */
  isShared(value: string, a: TrueLine, b: TrueLine): boolean {
    const wanted = ` ${value.toLowerCase()}`
    const known = a.identifiers.filter((identifier) => identifier.toLowerCase().endsWith(wanted))
    if (known.length > 0) return known.some((identifier) => b.identifiers.includes(identifier))
    return [a, b].every(({ frame }) => frame.toLowerCase().includes(value.toLowerCase()))
  }

  /** True when one of the entities depends on `id` then, at any distance, or `id` directly on one. */
  isConnected(entities: Iterable<string>, id: string, us: number): boolean {
    const own = new Set(entities)
    if (own.has(id)) return true
    const reached = new Set(own)
    for (const at of reached) {
      for (const { of, to, from, until } of this.#relations.values()) {
        if (of === at && from <= us && us < until) reached.add(to)
      }
    }
    return (
      reached.has(id) ||
      [...this.#relations.values()].some(
        ({ of, to, from, until }) => of === id && own.has(to) && from <= us && us < until,
      )
    )
  }

  #add({ lines, inventory }: Portion): void {
    for (const text of inventory) {
      const { relation } = JSON.parse(text) as RelationRow
      if (relation === undefined) continue
      const { from: of, to, validFrom, validTo } = relation
      const from = Date.parse(validFrom) * 1_000
      const until = validTo === undefined ? Infinity : Date.parse(validTo) * 1_000
      this.#relations.set(`${of} ${to} ${from}`, { of, to, from, until })
    }
    for (const { frame, us, host, cause } of lines) {
      const keys = identifiersIn(frame)
      const identifiers = keys.map(([kind, value]) =>
        OF_A_HOST.has(kind) ? `${host} ${kind} ${value}` : `${kind} ${value}`,
      )
      const line: TrueLine = {
        n: this.lines.length + 1,
        us,
        frame,
        pattern: patternOf(frame),
        identifiers,
        about: this.#aboutOf(host, frame),
        cause,
        severity: Number(/^<(\d+)>/.exec(frame)![1]) & 7,
      }
      this.lines.push(line)
      this.#shared.add(line)
    }
  }

  #aboutOf(host: string, frame: string): Set<string> {
    const words = [host, ...frame.split(/[^\w.:-]+/), ...(frame.match(/[\w-]+/g) ?? [])]
    const keys = identifiersIn(frame).map(([, value]) => value)
    return new Set([...words, ...keys].flatMap((word) => this.#names.get(word) ?? []))
  }
}

function* namesIn(plant: Plant): Generator<readonly [string, string]> {
  for (const host of plant.hosts) {
    const id = entityId.host(host)
    for (const name of [host.name, host.hostname, host.uuid, host.moref]) yield [name, id]
    for (const [i, { wwpn }] of host.hbas.entries()) yield [wwpn, entityId.hba(host, i)]
    for (const [i, { mac }] of host.nics.entries()) yield [mac, entityId.nic(host, i)]
  }
  for (const vm of plant.vms) {
    const id = entityId.vm(vm)
    for (const name of [vm.name, vm.hostname, vm.uuid, vm.biosUuid, vm.mac]) yield [name, id]
    if (vm.user === undefined) continue
    yield [vm.user.sid, entityId.user(vm)]
    yield [vm.user.sessionId, entityId.session(vm)]
  }
  for (const lun of plant.luns) {
    yield [lun.naa, entityId.lun(lun)]
    for (const name of [lun.datastore, lun.vmfsUuid]) yield [name, entityId.datastore(lun)]
  }
  for (const controller of plant.arrays.flatMap((array) => array.controllers)) {
    for (const name of [controller.name, controller.hostname, ...controller.wwpns]) {
      yield [name, entityId.controller(controller)]
    }
  }
  for (const fabric of plant.fabrics) {
    for (const name of [fabric.name, fabric.hostname, fabric.wwn]) {
      yield [name, entityId.fcSwitch(fabric)]
    }
  }
  for (const { name, hostname } of plant.switches) {
    yield [name, entityId.switch(name)]
    yield [hostname, entityId.switch(name)]
  }
}
