import type { Happening } from '../physics/happening.ts'
import type { Host, Lun, Plant } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { SECOND_US } from '../clock.ts'
import { esxiFrame, pidOf, PRI, vmkernelText, vobText } from './esxi-frame.ts'
import type { About } from './log.ts'
import { SAMPLE_S, type Scene, type Voice } from './voice.ts'

/** Broadcom KB 318927: said when the ratio to the last average is 30, and again each time it doubles. */
const RATIO = 30

interface DeviceState {
  /** Average over the past, microseconds. */
  averageUs: number
  /** What was said last, 0 while all is well. */
  saidUs: number
}

/** What ESXi says about devices that get slow and paths that go. */
export class EsxiStorage implements Voice {
  readonly #plant: Plant
  readonly #random: Random
  readonly #states = new Map<string, DeviceState>()
  /** Paths that are to be given up, by host and HBA, with the second it happens. */
  readonly #dying = new Map<string, { host: Host; hba: 0 | 1; cause: number }>()

  constructor(plant: Plant, random: Random) {
    this.#plant = plant
    this.#random = random
  }

  second(scene: Scene): void {
    for (const happening of scene.world.happenings) {
      if (happening.what === 'port') this.#port(scene, happening)
    }
    for (const [key, { host, hba, cause }] of this.#dying) {
      if (scene.world.paths[host.index]!.isHeld(scene.world.second)) continue
      this.#dying.delete(key)
      if (!scene.world.paths[host.index]!.up[hba]) this.#failOver(scene, host, hba, cause)
    }
  }

  sample(scene: Scene): void {
    for (const host of this.#plant.hosts) {
      for (const lun of this.#plant.luns) this.#compare(scene, host, lun)
    }
  }

  #compare(scene: Scene, host: Host, lun: Lun): void {
    const meter = scene.world.meters.device(host.index, lun.index)
    if (meter.ios < SAMPLE_S) return
    const nowUs = Math.round((1e6 * meter.deviceS) / meter.ios)
    const key = `${host.index}/${lun.index}`
    const state = this.#states.get(key)
    if (state === undefined) {
      this.#states.set(key, { averageUs: nowUs, saidUs: 0 })
      return
    }
    const average = Math.round(state.averageUs)
    const limit = state.saidUs === 0 ? average * RATIO : state.saidUs * 2
    if (nowUs >= limit) {
      this.#say(scene, host, lun, 'deteriorated', average, nowUs)
      state.saidUs = nowUs
    } else if (state.saidUs > 0 && nowUs < average * 4) {
      this.#say(scene, host, lun, 'improved', state.saidUs, nowUs)
      state.saidUs = 0
    }
    if (state.saidUs === 0) state.averageUs += (nowUs - state.averageUs) / 10
  }

  #say(
    scene: Scene,
    host: Host,
    lun: Lun,
    how: 'deteriorated' | 'improved',
    fromUs: number,
    toUs: number,
  ): void {
    const us = scene.us + this.#random.below(900_000)
    const verb = how === 'deteriorated' ? 'increased from average value of' : 'reduced from'
    const text =
      `Device ${lun.naa} performance has ${how}. I/O latency ${verb} ` +
      `${fromUs} microseconds to ${toUs} microseconds.`
    const pool = scene.truth.current(`pool ${lun.pool.index}`)
    const event = pool || scene.truth.current(`incident ${scene.world.paths[host.index]!.cause}`)
    const about = { event, cause: causeOf(scene, event) } as const
    const isBad = how === 'deteriorated'
    const kernel = isBad ? `WARNING: ScsiDeviceIO: 1513: ${text}` : `ScsiDeviceIO: 1489: ${text}`
    const tag = isBad ? 'vmkwarning' : 'vmkernel'
    this.#kernel(scene, us, host, tag, kernel, about)
    const id = isBad ? 'latency.high' : 'latency.improved'
    this.#vob(scene, us + 7_000, host, `vob.scsi.device.io.${id}`, text, about)
    const kind = isBad ? 'problem' : 'clear'
    this.#vob(scene, us + 9_000, host, `esx.${kind}.scsi.device.io.${id}`, text, about)
  }

  /** The HBA's driver sees its link go at once. */
  #port(scene: Scene, { host, hba, isUp, cause }: Happening & { what: 'port' }): void {
    const us = scene.us + 20_000 + this.#random.below(80_000)
    const { name } = host.hbas[hba]!
    const event = scene.truth.current(`incident ${cause}`)
    const about: About = { cause, event }
    const link = isUp ? `LOOP UP detected (16 Gbps)` : `LOOP DOWN detected (2 5 0 0)`
    const text = `qlnativefc: ${name}(5e:0.${hba}): qlnativefcAsyncEvent:${isUp ? 901 : 880}: ${link}.`
    this.#kernel(scene, us, host, 'vmkernel', text, about)
    if (isUp) this.#restore(scene, us + SECOND_US, host, hba, about)
    else this.#dying.set(`${host.index}/${hba}`, { host, hba, cause })
  }

  /** Broadcom KB 321364 gives the order: command fails, retry blocked, path dead, other path active. */
  #failOver(scene: Scene, host: Host, hba: 0 | 1, cause: number): void {
    const event = scene.truth.current(`incident ${cause}`)
    let us = scene.us + this.#random.below(50_000)
    for (const lun of this.#lunsBehindFc()) {
      const dead = pathName(host, hba, lun)
      const about: About = { cause, event }
      const command = `0x${this.#random.pick(['28', '2a', '88', '8a'])} (0x45${this.#random.hex(10)}, 0)`
      const failed =
        `NMP: nmp_ThrottleLogForDevice:3893: Cmd ${command} to dev "${lun.naa}" on path "${dead}" ` +
        `Failed: H:0x1 D:0x0 P:0x0 . Act:FAILOVER. cmdId.initiator=0x43${this.#random.hex(10)} CmdSN 0x${this.#random.hex(5)}`
      this.#kernel(scene, us, host, 'vmkernel', failed, about)
      const blocked =
        `WARNING: NMP: nmp_DeviceRetryCommand:133: Device "${lun.naa}": awaiting fast path state ` +
        'update for failover with I/O blocked. No prior reservation exists on the device.'
      this.#kernel(scene, us + 900, host, 'vmkwarning', blocked, about)
      const changed = `scsiPath ${dead} changed state from on`
      this.#vob(scene, us + 4_000, host, 'vob.scsi.scsipath.pathstate.dead', changed, about)
      const lost =
        `Lost path redundancy to storage device ${lun.naa}. Path ${dead} is down. ` +
        `Affected datastores: "${lun.datastore}".`
      this.#vob(scene, us + 6_000, host, 'esx.problem.storage.redundancy.lost', lost, about)
      us += 11_000 + this.#random.below(9_000)
    }
  }

  #restore(scene: Scene, from: number, host: Host, hba: 0 | 1, about: About): void {
    let us = from
    for (const lun of this.#lunsBehindFc()) {
      const path = pathName(host, hba, lun)
      const on = `scsiPath ${path} changed state from dead`
      this.#vob(scene, us, host, 'vob.scsi.scsipath.pathstate.on', on, about)
      const restored =
        `Path redundancy to storage device ${lun.naa} (Datastores: "${lun.datastore}") restored. ` +
        `Path ${path} is active again.`
      this.#vob(scene, us + 3_000, host, 'esx.clear.storage.redundancy.restored', restored, about)
      us += 8_000 + this.#random.below(9_000)
    }
  }

  #lunsBehindFc(): readonly Lun[] {
    return this.#plant.luns.filter((lun) => lun.transport === 'fc')
  }

  #kernel(
    { log }: Scene,
    us: number,
    host: Host,
    tag: 'vmkernel' | 'vmkwarning',
    text: string,
    about: About,
  ): void {
    log.say(
      us,
      host,
      esxiFrame(us, host, PRI[tag], tag, vmkernelText(host, this.#random, text)),
      about,
    )
  }

  #vob({ log }: Scene, us: number, host: Host, id: string, text: string, about: About): void {
    const said = vobText(us, host, 'scsiCorrelator', id, text)
    log.say(us, host, esxiFrame(us, host, PRI.vobd, `vobd[${pidOf(host, 'vobd')}]`, said), about)
  }
}

function causeOf({ truth }: Scene, event: number): number {
  return truth.events[event - 1]?.cause ?? -1
}

/** `vmhba2:C0:T1:L3`; the target is the controller that owns the LUN. */
export function pathName(host: Host, hba: 0 | 1, lun: Lun): string {
  const target = lun.pool.array.controllers.indexOf(lun.pool.controller)
  return `${host.hbas[hba]!.name}:C0:T${target}:L${lun.number}`
}
