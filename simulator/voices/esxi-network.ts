import type { Happening } from '../physics/happening.ts'
import type { Host } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { esxiFrame, pidOf, PRI, vmkernelText, vobText } from './esxi-frame.ts'
import type { About } from './log.ts'
import type { Scene, Voice } from './voice.ts'

const SWITCH = 'vSwitch0'
const PORTGROUP = 'VDI-120'

/** What ESXi says when the link of a NIC changes (VMware "vSphere Events": esx.problem.net.*). */
export class EsxiNetwork implements Voice {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  second(scene: Scene): void {
    for (const happening of scene.world.happenings) {
      if (happening.what === 'link') this.#link(scene, happening)
    }
  }

  #link(scene: Scene, { host, nic, isUp, cause }: Happening & { what: 'link' }): void {
    const us = scene.us + 10_000 + this.#random.below(120_000)
    const { name, mac } = host.nics[nic]!
    const event = scene.truth.current(`incident ${cause}`)
    const about: About = { cause, event }
    const state = isUp ? 'up' : 'down'
    const speed = isUp ? ' 10000 Mbps, full duplex' : ''
    const kernel = `${isUp ? '' : 'WARNING: '}ixgben: indrv_UpdateLink:${isUp ? 812 : 836}: ${name} (${mac}): link ${state}${speed}`
    const tag = isUp ? 'vmkernel' : 'vmkwarning'
    const text = vmkernelText(host, this.#random, kernel)
    scene.log.say(us, host, esxiFrame(us, host, PRI[tag], tag, text), about)
    const vob = `vob.net.vmnic.linkstate.${state}`
    this.#vob(scene, us + 2_000, host, vob, `vmnic ${name} linkstate ${state}`, about)
    const id = isUp ? 'esx.clear.net.vmnic.linkstate.up' : 'esx.problem.net.vmnic.linkstate.down'
    this.#vob(scene, us + 3_000, host, id, `Physical NIC ${name} linkstate is ${state}`, about)
    const redundancy = isUp
      ? `Uplink redundancy restored on virtual switch "${SWITCH}", portgroups: "${PORTGROUP}". Physical NIC ${name} is up.`
      : `Lost uplink redundancy on virtual switch "${SWITCH}". Physical NIC ${name} is down. Affected portgroups: "${PORTGROUP}".`
    const kind = isUp ? 'esx.clear.net.redundancy.restored' : 'esx.problem.net.redundancy.lost'
    this.#vob(scene, us + 5_000, host, kind, redundancy, about)
  }

  #vob({ log }: Scene, us: number, host: Host, id: string, text: string, about: About): void {
    const said = vobText(us, host, 'netCorrelator', id, text)
    log.say(us, host, esxiFrame(us, host, PRI.vobd, `vobd[${pidOf(host, 'vobd')}]`, said), about)
  }
}
