import { bsdTime, isoTime } from '../clock.ts'
import type { Plant } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { localTime, type About } from './log.ts'
import type { Scene, Voice } from './voice.ts'

/** `osd_op_complaint_time`, seconds: what a request may take before the OSD complains. */
const COMPLAINT_S = 30

/**
 * A Ceph cluster's monitor, its cluster log sent to syslog (docs.ceph.com, "Logging and Debugging",
 * `mon_cluster_log_to_syslog`) by the daemon's ident over the local syslog.
 */
export class Ceph implements Voice {
  readonly #plant: Plant
  readonly #random: Random
  #sequence = 41_000
  #isSlow = false

  constructor(plant: Plant, random: Random) {
    this.#plant = plant
    this.#random = random
  }

  second(scene: Scene): void {
    const array = this.#plant.arrays.find((each) => each.kind === 'ceph')!
    const physics = scene.world.pools.find((each) => each.pool.array === array)!
    if (scene.world.second % 5 === 0) {
      const pgs = 129
      const mib = (physics.dirtyBytes / 1_048_576).toFixed(0)
      const ios = Math.round(physics.flows.reduce((sum, flow) => sum + flow.done, 0))
      const text = `pgmap v${++this.#sequence}: ${pgs} pgs: ${pgs} active+clean; 8.1 TiB data, 24 TiB used, 61 TiB / 85 TiB avail; ${mib} MiB/s rd, ${ios} op/s`
      this.#say(scene, 'DBG', text)
    }
    const flow = physics.flows[0]
    const waitS = flow === undefined ? 0 : flow.poolWaitS
    if (waitS > COMPLAINT_S !== this.#isSlow) {
      this.#isSlow = !this.#isSlow
      const text = this.#isSlow
        ? `Health check failed: 1 slow ops, oldest one blocked for ${Math.round(waitS)} sec, osd.3 has slow ops (SLOW_OPS)`
        : 'Health check cleared: SLOW_OPS (was: 1 slow ops)'
      this.#say(scene, this.#isSlow ? 'WRN' : 'INF', text)
    }
    if (this.#random.chance(0.02)) {
      const pg = `3.${this.#random.hex(2)}`
      const kind = this.#random.pick(['scrub', 'deep-scrub'])
      this.#say(scene, 'DBG', `${pg} ${kind} ${this.#random.pick(['starts', 'ok'])}`)
    }
  }

  #say({ log, us }: Scene, level: 'DBG' | 'INF' | 'WRN', text: string, about: About = {}): void {
    const monitor = this.#plant.arrays.find((each) => each.kind === 'ceph')!.controllers[0]!
    const at = us + this.#random.below(900_000)
    const local = localTime(at, monitor)
    const pri = { DBG: 31, INF: 30, WRN: 28 }[level]
    const stamp = isoTime(local, 6, '+0000')
    const said = `${stamp} mgr.${monitor.name} (mgr.14150) ${this.#sequence} : cluster [${level}] ${text}`
    log.say(
      at,
      monitor,
      `<${pri}>${bsdTime(local)} ${monitor.hostname} ceph-mon[2114]: ${said}`,
      about,
    )
  }
}
