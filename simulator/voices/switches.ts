import { bsdTime, millis, yearFirstTime } from '../clock.ts'
import type { EthernetSwitch, FcSwitch, Plant, Speaker } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { localTime, type About } from './log.ts'
import type { Scene, Voice } from './voice.ts'

/** local7 and a severity. */
const pri = (severity: number): number => 184 + severity

/**
 * NX-OS and MDS NX-OS over syslog with the host name as origin id: `<PRI>name: 2026 Nov 20 10:42:17 UTC:
 * %FACILITY-severity-MNEMONIC: text` (Cisco NX-OS and MDS 9000 System Messages Reference, chapter 1).
 */
function sayNxos(
  { log, us }: Scene,
  afterUs: number,
  device: Speaker,
  severity: number,
  code: string,
  text: string,
  about: About = {},
): void {
  const at = us + afterUs
  const time = `${yearFirstTime(localTime(at, device))} UTC`
  log.say(at, device, `<${pri(severity)}>${device.hostname}: ${time}: %${code}: ${text}`, about)
}

/** Fibre Channel switches: Cisco MDS. */
export class FcSwitches implements Voice {
  readonly #plant: Plant
  readonly #random: Random

  constructor(plant: Plant, random: Random) {
    this.#plant = plant
    this.#random = random
  }

  second(scene: Scene): void {
    for (const happening of scene.world.happenings) {
      if (happening.what !== 'port') continue
      const { host, hba, isUp, cause } = happening
      const fabric = this.#plant.fabrics[hba]!
      const { switchPort, wwpn } = host.hbas[hba]!
      const event = scene.truth.current(`incident ${cause}`)
      const about: About = { cause, event }
      const vsan = `%$VSAN ${fabric.vsan}%$`
      if (isUp) {
        const text = `${vsan} Interface ${switchPort} is up in mode F`
        sayNxos(scene, 40_000, fabric, 5, 'PORT-5-IF_UP', text, about)
        const login = `${vsan} [VSAN ${fabric.vsan}, Interface ${switchPort}: FLOGI accepted from ${wwpn}]`
        const keyed = { ...about } as const
        sayNxos(scene, 90_000, fabric, 6, 'FLOGI-6-PORT_LOGIN', login, keyed)
      } else {
        const text = `${vsan} Interface ${switchPort} is down (Link failure loss of signal)`
        sayNxos(scene, 2_000, fabric, 5, 'PORT-5-IF_DOWN_LINK_FAILURE', text, about)
      }
    }
    for (const fabric of this.#plant.fabrics)
      if (this.#random.chance(0.008)) this.#daily(scene, fabric)
  }

  #daily(scene: Scene, fabric: FcSwitch): void {
    const at = this.#random.below(990_000)
    const admin = `admin on 10.20.1.${20 + this.#random.below(9)}@pts/0`
    const messages: readonly (readonly [number, string, string])[] = [
      [5, 'VSHD-5-VSHD_SYSLOG_CONFIG_I', `Configured from vty by ${admin}`],
      [
        6,
        'ZONE-6-ZS_UNKNOWN_LIC_FEAT',
        `%$VSAN ${fabric.vsan}%$ Zone server checked 0 pending requests`,
      ],
      [
        6,
        'AUTHPRIV-6-SYSTEM_MSG',
        'pam_unix(sshd:session): session opened for user monitor - sshd',
      ],
    ]
    sayNxos(scene, at, fabric, ...this.#random.pick(messages))
  }
}

/** Ethernet switches: two NX-OS in the racks, one IOS for management. */
export class EthernetSwitches implements Voice {
  readonly #plant: Plant
  readonly #random: Random
  #sequence = 22_700

  constructor(plant: Plant, random: Random) {
    this.#plant = plant
    this.#random = random
  }

  second(scene: Scene): void {
    for (const happening of scene.world.happenings) {
      if (happening.what === 'link') {
        const { host, nic, isUp, cause } = happening
        const device = this.#plant.switches[nic]!
        const { switchPort } = host.nics[nic]!
        const event = scene.truth.current(`incident ${cause}`)
        const about: About = { cause, event }
        const [code, text] = isUp
          ? ['ETHPORT-5-IF_UP', `Interface ${switchPort} is up in mode trunk`]
          : ['ETHPORT-5-IF_DOWN_LINK_FAILURE', `Interface ${switchPort} is down (Link failure)`]
        sayNxos(scene, 5_000, device, 5, code, text, about)
      }
      if (happening.what === 'unused port') {
        const { device, port, isUp, cause } = happening
        const about: About = { cause, event: scene.truth.current(`incident ${cause}`) }
        const state = isUp ? 'up' : 'down'
        const link = `Interface ${port}, changed state to ${state}`
        const protocol = `Line protocol on Interface ${port}, changed state to ${state}`
        this.#ios(scene, 10_000, device, 3, 'LINK-3-UPDOWN', link, about)
        this.#ios(scene, 900_000, device, 5, 'LINEPROTO-5-UPDOWN', protocol, about)
      }
    }
    for (const device of this.#plant.switches) {
      if (this.#random.chance(0.012)) this.#daily(scene, device)
    }
  }

  #daily(scene: Scene, device: EthernetSwitch): void {
    const at = this.#random.below(990_000)
    const admin = `10.20.1.${20 + this.#random.below(9)}`
    if (device.os === 'ios') {
      const text = `Configured from console by netops on vty0 (${admin})`
      this.#ios(scene, at, device, 5, 'SYS-5-CONFIG_I', text)
      return
    }
    const port = this.#random.pick(this.#plant.hosts).nics[0]!.switchPort
    const messages: readonly (readonly [number, string, string])[] = [
      [5, 'VSHD-5-VSHD_SYSLOG_CONFIG_I', `Configured from vty by netops on ${admin}@pts/0`],
      [
        6,
        'ETHPORT-6-IF_NON_CISCO_TRANSCEIVER',
        `Non-Cisco transceiver on interface ${port} is detected`,
      ],
      [6, 'NTP-6-NTP_SYSTEM_PEER', `NTP system peer is 10.20.0.${2 + this.#random.below(2)}`],
    ]
    sayNxos(scene, at, device, ...this.#random.pick(messages))
  }

  /** IOS with sequence numbers, milliseconds and its name as origin id (`logging origin-id hostname`). */
  #ios(
    { log, us }: Scene,
    afterUs: number,
    device: EthernetSwitch,
    severity: number,
    code: string,
    text: string,
    about: About = {},
  ): void {
    const at = us + afterUs
    const local = localTime(at, device)
    const time = `${bsdTime(local)}${millis(local)}`
    const head = `<${pri(severity)}>${++this.#sequence}: ${device.hostname}: ${time}`
    log.say(at, device, `${head}: %${code}: ${text}`, about)
  }
}
