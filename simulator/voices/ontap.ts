import { bsdTime } from '../clock.ts'
import type { Controller, Plant, Pool } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { localTime, type About } from './log.ts'
import { SAMPLE_S, type Scene, type Voice } from './voice.ts'

/** A consistency point that takes longer is too long, seconds (ONTAP EMS reference, wafl.cp.toolong). */
const CP_LIMIT_S = 30
/** Between two messages of the same kind. */
const AGAIN_S = 180

/** user facility; EMS severities as syslog has them. */
const PRI = { error: 11, notice: 13, informational: 14 } as const

/**
 * NetApp ONTAP's event management system in its BSD form: `<PRI>Mmm dd hh:mm:ss [node:event:severity]: text`
 * (ONTAP EMS configuration guide, syslog format legacy-netapp).
 */
export class Ontap implements Voice {
  readonly #plant: Plant
  readonly #random: Random
  /** When the consistency point that takes too long began, and when that was said last. */
  readonly #since = new Map<Pool, number>()
  readonly #saidAt = new Map<Pool, number>()

  constructor(plant: Plant, random: Random) {
    this.#plant = plant
    this.#random = random
  }

  second(scene: Scene): void {
    for (const array of this.#plant.arrays) {
      if (array.kind !== 'ontap') continue
      for (const node of array.controllers) if (this.#random.chance(0.03)) this.#daily(scene, node)
    }
    for (const happening of scene.world.happenings) {
      if (happening.what !== 'port') continue
      const { host, hba, isUp, cause } = happening
      const { wwpn } = host.hbas[hba]!
      const about: About = {
        cause,
        event: scene.truth.current(`incident ${cause}`),
      }
      const name = isUp ? 'scsitarget.fct.initiatorLogin' : 'scsitarget.fct.initiatorLogout'
      const what = isUp ? 'logged in to' : 'logged out of'
      const text = `Initiator ${wwpn} ${what} target port 0${'ef'[hba]!}.`
      for (const node of this.#plant.arrays[0]!.controllers) {
        this.#say(scene, 400_000, node, name, 'notice', text, about)
      }
    }
  }

  sample(scene: Scene): void {
    for (const physics of scene.world.pools) {
      const { pool } = physics
      if (pool.array.kind !== 'ontap' || physics.destagedS === 0) continue
      // Half the cache is written out while the other half fills.
      const seconds = physics.dirtyWorkS / 2 / physics.destagedS
      const second = scene.world.second
      if (physics.writeThrough === 0 || seconds < CP_LIMIT_S) {
        this.#since.delete(pool)
        continue
      }
      const since = this.#since.get(pool) ?? second
      this.#since.set(pool, since)
      if (second - since < CP_LIMIT_S) continue
      if (second - (this.#saidAt.get(pool) ?? -Infinity) < AGAIN_S) continue
      this.#saidAt.set(pool, second)
      const event = scene.truth.current(`pool ${pool.index}`)
      const about = { event, cause: scene.truth.events[event - 1]?.cause ?? -1 }
      const text = `Aggregate ${pool.name} experienced a long CP.`
      const at = this.#random.below(SAMPLE_S * 20_000)
      this.#say(scene, at, pool.controller, 'wafl.cp.toolong', 'error', text, about)
    }
  }

  #daily(scene: Scene, node: Controller): void {
    const lun = this.#random.pick(this.#plant.luns.filter((each) => each.pool.controller === node))
    const volume = lun.volume.split('/')[2]!
    const messages: readonly (readonly [string, keyof typeof PRI, string])[] = [
      ['monitor.globalStatus.ok', 'notice', "The system's global status is normal."],
      [
        'wafl.scan.done',
        'notice',
        `Completed Volume Footprint Estimator Scan on volume ${volume}@vserver:${this.#random.hex(8)}`,
      ],
      [
        'kern.uptime.filer',
        'informational',
        `${bsdTime(scene.us).slice(7)} up ${40 + this.#random.below(3)} days, 0 NFS ops, 0 CIFS ops, 0 HTTP ops, ${this.#random.next()} FCP ops, 0 iSCSI ops`,
      ],
      [
        'raid.rg.media_scrub.done',
        'notice',
        `Media scrub of /${lun.pool.name}/plex0/rg0 completed.`,
      ],
      [
        'wafl.snap.create',
        'informational',
        `Snapshot copy hourly on volume ${volume} was created by the snapshot scheduler.`,
      ],
    ]
    const [name, severity, text] = this.#random.pick(messages)
    this.#say(scene, this.#random.below(990_000), node, name, severity, text)
  }

  #say(
    { log, us }: Scene,
    afterUs: number,
    node: Controller,
    name: string,
    severity: keyof typeof PRI,
    text: string,
    about: About = {},
  ): void {
    const at = us + afterUs
    const time = bsdTime(localTime(at, node))
    log.say(
      at,
      node,
      `<${PRI[severity]}>${time} [${node.hostname}:${name}:${severity}]: ${text}`,
      about,
    )
  }
}
