import { isoTime, SECOND_US } from '../clock.ts'
import { LOGON } from '../physics/work.ts'
import type { Plant, Vm } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { localTime, type About } from './log.ts'
import type { Scene, Voice } from './voice.ts'

/**
 * The connection servers' events (Omnissa Horizon Administration, "Integrating Horizon with the Event
 * Database" and "… with a Syslog Server"): RFC 5424, application `View`, fields under `View@6876`.
 */
export class Horizon implements Voice {
  readonly #brokers: readonly Vm[]
  readonly #random: Random

  constructor(plant: Plant, random: Random) {
    this.#brokers = plant.vms.filter((vm) => vm.role === 'broker')
    this.#random = random
  }

  second(scene: Scene): void {
    for (const { session, what } of scene.world.sessionChanges) {
      const { vm } = session.worker
      if (what === 'logon') {
        const asked = `User CORP\\${vm.user!.name} has logged in`
        this.#say(scene, 100_000, vm, 'Broker', 'BROKER_USERLOGGEDIN', 'AUDIT_SUCCESS', asked)
        const given = `User CORP\\${vm.user!.name} requested Pool pool-vdi, allocated machine ${vm.name}`
        this.#say(scene, 400_000, vm, 'Broker', 'BROKER_MACHINE_ALLOCATED', 'AUDIT_SUCCESS', given)
        continue
      }
      const text = `User CORP\\${vm.user!.name} has logged off machine ${vm.name}`
      this.#say(scene, 600_000, vm, 'Agent', 'AGENT_ENDED', 'INFO', text)
    }
    for (const { worker, action } of scene.world.finished) {
      if (action.kind !== LOGON) continue
      const { vm } = worker
      const event = scene.truth.current(`disk ${vm.index}`)
      const about: About = { event, cause: scene.truth.events[event - 1]?.cause ?? -1 }
      const after = Math.round((action.endS - scene.world.second) * SECOND_US)
      const text = `User CORP\\${vm.user!.name} has logged in to a new session on machine ${vm.name}`
      this.#say(scene, after, vm, 'Agent', 'AGENT_CONNECTED', 'INFO', text, about)
    }
    if (!this.#random.chance(0.05)) return
    const sessions = scene.world.sessions.filter(({ state }) => state === 'connected')
    const { vm } = this.#random.pick(sessions).worker
    const text = `Machine ${vm.name} reported state READY`
    this.#say(scene, 700_000, vm, 'Broker', 'BROKER_DESKTOP_REQUEST', 'INFO', text)
  }

  #say(
    { log, us }: Scene,
    afterUs: number,
    vm: Vm,
    module: 'Broker' | 'Agent',
    type: string,
    severity: 'INFO' | 'AUDIT_SUCCESS',
    text: string,
    about: About = {},
  ): void {
    const broker = this.#brokers[vm.index % this.#brokers.length]!
    const at = us + afterUs
    const { sid, name, sessionId } = vm.user!
    const fields: readonly (readonly [string, string])[] = [
      ['Severity', severity],
      ['Module', module],
      ['EventType', type],
      ['UserSID', sid],
      ['UserDisplayName', `CORP\\\\${name}`],
      ['MachineName', vm.name],
      ['SessionGUID', sessionId],
    ]
    const data = fields.map(([field, value]) => `${field}="${value}"`).join(' ')
    const time = isoTime(localTime(at, broker), 3)
    const head = `<134>1 ${time} ${broker.hostname} View - ${20 + type.length} [View@6876 ${data}]`
    log.say(at, broker, `${head} ${text}`, about)
  }
}
