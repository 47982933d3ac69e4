import { isoTime, SECOND_US } from '../clock.ts'
import { entityId } from '../entity-ids.ts'
import type { Happening } from '../physics/happening.ts'
import type { Host, Lun, Plant, Vm } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { localTime, type About } from './log.ts'
import { SAMPLE_S, type Scene, type Voice } from './voice.ts'

/** An alarm's red and green (the condition's unit), and how long it must hold, seconds. */
const DATASTORE_ALARM = { red: 30, green: 10, holdS: 60 } as const
/** "Host CPU usage" as vCenter ships it: red above 90 % for five minutes. */
const CPU_ALARM = { red: 0.9, green: 0.75, holdS: 300 } as const

interface AlarmState {
  isRed: boolean
  /** Samples in a row that speak for the other colour. */
  samples: number
}

/**
 * vCenter's events as it streams them to syslog (vSphere Monitoring and Performance, "Streaming Events to
 * a Remote Syslog Server"): RFC 5424 from vpxd, the event's fields in brackets.
 */
export class VCenterEvents implements Voice {
  readonly #plant: Plant
  readonly #random: Random
  readonly #alarms = new Map<string, AlarmState>()
  #key = 3_481_000

  constructor(plant: Plant, random: Random) {
    this.#plant = plant
    this.#random = random
  }

  second(scene: Scene): void {
    for (const happening of scene.world.happenings) {
      if (happening.what === 'move') this.#move(scene, happening)
      if (happening.what === 'maintenance') this.#maintenance(scene, happening)
      if (happening.what === 'reboot') this.#reboot(scene, happening)
    }
    if (this.#random.chance(0.12)) this.#daily(scene)
  }

  sample(scene: Scene): void {
    const { meters, cpus } = scene.world
    for (const lun of this.#plant.luns) {
      const meter = meters.luns[lun.index]!
      const ios = meter.reads + meter.writes
      const latency = ios === 0 ? 0 : (1000 * (meter.readS + meter.writeS)) / ios
      const event = scene.truth.current(`pool ${lun.pool.index}`)
      const about: About = { event, cause: scene.truth.events[event - 1]?.cause ?? -1 }
      this.#alarm(scene, lun.datastore, 'Datastore latency', latency, DATASTORE_ALARM, about)
    }
    for (const { host, utilization } of cpus) {
      const event = scene.truth.current(`cpu ${host.index}`)
      const about: About = { event, cause: scene.truth.events[event - 1]?.cause ?? -1 }
      this.#alarm(scene, host.hostname, 'Host CPU usage', utilization, CPU_ALARM, about)
    }
  }

  #alarm(
    scene: Scene,
    entity: string,
    alarm: string,
    value: number,
    { red, green, holdS }: { red: number; green: number; holdS: number },
    about: About,
  ): void {
    const name = `${alarm}/${entity}`
    const state = this.#alarms.get(name) ?? { isRed: false, samples: 0 }
    this.#alarms.set(name, state)
    const isOther = state.isRed ? value < green : value > red
    state.samples = isOther ? state.samples + 1 : 0
    if (state.samples * SAMPLE_S < holdS) return
    state.isRed = !state.isRed
    state.samples = 0
    const [from, to] = state.isRed ? ['Green', 'Red'] : ['Red', 'Green']
    const text = `Alarm '${alarm}' on ${entity} changed from ${from} to ${to}`
    const severity = state.isRed ? 'warning' : 'info'
    this.#event(
      scene,
      300_000,
      'vim.event.AlarmStatusChangedEvent',
      severity,
      '',
      entity,
      text,
      about,
    )
  }

  #move(scene: Scene, { vm, from, to, by, cause }: Happening & { what: 'move' }): void {
    const dc = this.#plant.vcenter.datacenter
    const user = by === 'drs' ? '' : 'CORP\\vi-admin'
    const about: About = { cause, event: scene.truth.current(`incident ${cause}`) }
    const start = `Migrating ${vm.name} off host ${from.hostname} in ${dc}`
    const kind =
      by === 'drs' ? 'vim.event.VmBeingHotMigratedEvent' : 'vim.event.VmBeingMigratedEvent'
    this.#event(scene, 5_000, kind, 'info', user, vm.name, start, about)
    const done =
      by === 'drs'
        ? `DRS migrated ${vm.name} from ${from.hostname} to ${to.hostname} in cluster ${to.cluster.name} in ${dc}`
        : `Migration of virtual machine ${vm.name} from ${from.hostname}, ${vm.lun.datastore} to ${to.hostname}, ${vm.lun.datastore} completed`
    const doneKind = by === 'drs' ? 'vim.event.DrsVmMigratedEvent' : 'vim.event.VmMigratedEvent'
    this.#event(scene, 900_000, doneKind, 'info', user, vm.name, done, about)
  }

  #maintenance(scene: Scene, { host, isStart, cause }: Happening & { what: 'maintenance' }): void {
    const dc = this.#plant.vcenter.datacenter
    const kind = isStart ? 'EnteringMaintenanceModeEvent' : 'ExitMaintenanceModeEvent'
    const what = isStart ? 'has started to enter' : 'has exited'
    const text = `Host ${host.hostname} in ${dc} ${what} maintenance mode`
    const about: About = { cause, event: scene.truth.current(`incident ${cause}`) }
    this.#event(
      scene,
      1_000,
      `vim.event.${kind}`,
      'info',
      'CORP\\vi-admin',
      host.hostname,
      text,
      about,
    )
  }

  #reboot(scene: Scene, { vm, cause }: Happening & { what: 'reboot' }): void {
    const host = scene.world.hostOf(vm)
    const text = `Guest OS reboot for ${vm.name} on ${host.hostname} in ${this.#plant.vcenter.datacenter}`
    const about: About = { cause, event: scene.truth.current(`incident ${cause}`) }
    const kind = 'vim.event.VmGuestRebootEvent'
    this.#event(scene, 2_000, kind, 'info', 'CORP\\patching', vm.name, text, about)
  }

  #daily(scene: Scene): void {
    const vm: Vm = this.#random.pick(this.#plant.vms)
    const host: Host = this.#random.pick(this.#plant.hosts)
    const lun: Lun = this.#random.pick(this.#plant.luns)
    const user = `VSPHERE.LOCAL\\svc-${this.#random.pick(['backup', 'monitor', 'vdi'])}`
    const at = this.#random.below(900_000)
    switch (this.#random.below(4)) {
      case 0: {
        const text = `User ${user}@10.20.1.${20 + this.#random.below(9)} logged in as pyvmomi Python/3.9.18 (Linux; 5.14.0; x86_64)`
        return this.#event(scene, at, 'vim.event.UserLoginSessionEvent', 'info', user, '', text)
      }
      case 1: {
        const text = `User ${user}@10.20.1.${20 + this.#random.below(9)} logged out (login time: ${isoTime(scene.us - 60 * SECOND_US, 0)}, number of API invocations: ${this.#random.below(400)}, user agent: pyvmomi)`
        return this.#event(scene, at, 'vim.event.UserLogoutSessionEvent', 'info', user, '', text)
      }
      case 2: {
        const text = `Task: Query performance of ${this.#random.chance(0.5) ? vm.name : host.hostname}`
        return this.#event(scene, at, 'vim.event.TaskEvent', 'info', user, vm.name, text)
      }
      default: {
        const text = `Datastore ${lun.datastore} (${entityId.datastore(lun).slice(10)}) statistics refreshed`
        return this.#event(scene, at, 'vim.event.EventEx', 'info', '', lun.datastore, text)
      }
    }
  }

  #event(
    { log, us }: Scene,
    afterUs: number,
    kind: string,
    severity: string,
    user: string,
    target: string,
    text: string,
    about: About = {},
  ): void {
    const { vcenter } = this.#plant
    const at = us + afterUs
    const key = ++this.#key
    const created = isoTime(localTime(at, vcenter), 6)
    const sent = isoTime(localTime(at + 3_000, vcenter), 3)
    const pri = severity === 'warning' ? 12 : 14
    const fields = `[${key}] [1-1] [${created}] [${kind}] [${severity}] [${user}] [${target}] [${key}]`
    const frame = `<${pri}>1 ${sent} ${vcenter.hostname} vpxd 7261 - - Event ${fields} [${text}]`
    log.say(at, vcenter, frame, about)
  }
}
