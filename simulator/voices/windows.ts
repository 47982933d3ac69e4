import { isoTime, SECOND_US } from '../clock.ts'
import type { Finished } from '../physics/world.ts'
import { LOGON } from '../physics/work.ts'
import type { Plant, User, Vm } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { localTime, type About } from './log.ts'
import type { Scene, Voice } from './voice.ts'

/** Events a Windows machine writes a second while nothing happens. */
const RATE = 1 / 40
/** Windows calls a window that does not answer this long hung (`HungAppTimeout`), seconds. */
const HUNG_S = 5
/** Winlogon warns when a subscriber takes longer (event 6005), and says how long it took (6006), seconds. */
const SLOW_LOGON_S = 60

interface WindowsEvent {
  readonly source: string
  readonly id: number
  /** `System`, `Application`, `Security` or a provider's own. */
  readonly channel: string
  readonly level: 'INFO' | 'WARNING' | 'ERROR' | 'AUDIT_SUCCESS'
  readonly text: string
}

/** user facility with error, warning and information. */
const PRI = { ERROR: 11, WARNING: 12, INFO: 14, AUDIT_SUCCESS: 14 } as const
/** Programs that users run, with versions as their publisher numbers them. */
const PROGRAMS = ['OUTLOOK.EXE version 16.0.17928.20114', 'EXCEL.EXE version 16.0.17928.20114']

/**
 * Windows machines through NXLog's `to_syslog_ietf()` (NXLog User Guide, "Syslog"): RFC 5424, the source
 * as application, the event's fields in one structured element.
 */
export class Windows implements Voice {
  readonly #machines: readonly Vm[]
  readonly #random: Random
  #record = 240_000

  constructor(plant: Plant, random: Random) {
    this.#machines = plant.vms.filter((vm) => vm.os === 'windows')
    this.#random = random
  }

  second(scene: Scene): void {
    for (const finished of scene.world.finished) this.#action(scene, finished)
    for (const { session, what } of scene.world.sessionChanges) {
      const { vm } = session.worker
      this.#say(scene, 30_000, vm, logonEvent(vm.user, what === 'logon'))
    }
    for (const happening of scene.world.happenings) {
      if (happening.what !== 'job' || happening.vm.os !== 'windows') continue
      const { vm, isStart, cause } = happening
      const about = { cause, event: scene.truth.current(`incident ${cause}`) }
      this.#say(scene, 200_000, vm, signatureEvent(isStart, this.#record), about)
    }
    for (const vm of this.#machines) {
      if (this.#random.chance(RATE)) {
        this.#say(scene, this.#random.below(990_000), vm, this.#daily(vm))
      }
    }
  }

  /** What a machine notes of an action that took long: by itself, or because its user gave up. */
  #action(scene: Scene, { worker, action }: Finished): void {
    const { vm } = worker
    if (vm.os !== 'windows') return
    const tookS = action.endS - action.startS
    const event =
      scene.truth.current(`disk ${vm.index}`) || scene.truth.current(`ready ${vm.index}`)
    const about: About = { event, cause: scene.truth.events[event - 1]?.cause ?? -1 }
    const endUs = Math.round((action.endS - scene.world.second) * SECOND_US)
    if (action.kind === LOGON && tookS > SLOW_LOGON_S) {
      const seconds = Math.round(tookS)
      const text = `The winlogon notification subscriber <Profiles> took ${seconds} second(s) to handle the notification event (Logon).`
      const source = 'Microsoft-Windows-Winlogon'
      this.#say(
        scene,
        endUs,
        vm,
        { source, id: 6006, channel: 'Application', level: 'WARNING', text },
        about,
      )
    }
    if (action.kind.name !== 'launch' || tookS < HUNG_S) return
    // Patience differs; who waits long enough sees the program come back and nothing is noted.
    const patienceS = 7 + this.#random.exponential(8)
    if (tookS < patienceS) return
    const program = this.#random.pick(PROGRAMS)
    const text =
      `The program ${program} stopped interacting with Windows and was closed. ` +
      'To see if more information about the problem is available, check the problem history in the Security and Maintenance control panel.'
    const hang = {
      source: 'Application Hang',
      id: 1002,
      channel: 'Application',
      level: 'ERROR',
    } as const
    this.#say(scene, endUs, vm, { ...hang, text }, about)
  }

  #daily(vm: Vm): WindowsEvent {
    const system = (source: string, id: number, text: string): WindowsEvent => {
      return { source, id, channel: 'System', level: 'INFO', text }
    }
    const service = this.#random.pick([
      'Windows Update',
      'WinHTTP Web Proxy',
      'Device Setup Manager',
    ])
    const state = this.#random.pick(['running', 'stopped'])
    switch (this.#random.below(6)) {
      case 0:
        return system(
          'Service Control Manager',
          7036,
          `The ${service} service entered the ${state} state.`,
        )
      case 1:
        return system(
          'Microsoft-Windows-GroupPolicy',
          1501,
          'The Group Policy settings for the user were processed successfully. There were no changes detected since the last successful processing of Group Policy.',
        )
      case 2:
        return system(
          'Microsoft-Windows-Time-Service',
          37,
          `The time provider NtpClient is currently receiving valid time data from dc-${1 + this.#random.below(2)}.corp.example.net (ntp.d|0.0.0.0:123->10.30.1.70:123).`,
        )
      case 3:
        return logonEvent(undefined, true, vm)
      case 4:
        return {
          source: 'ESENT',
          id: 916,
          channel: 'Application',
          level: 'INFO',
          text: `svchost (${1_200 + this.#random.below(6_000)},G,98) The beta feature EseDiskFlushConsistency is enabled in ESENT due to the beta site mode settings 0x800000.`,
        }
      default:
        return system(
          'Microsoft-Windows-WindowsUpdateClient',
          44,
          `Windows Update started downloading an update, revision ${200 + this.#random.below(40)}.`,
        )
    }
  }

  #say({ log, us }: Scene, afterUs: number, vm: Vm, event: WindowsEvent, about: About = {}): void {
    const at = us + afterUs
    const time = isoTime(localTime(at, vm), 6, '+00:00')
    const { source, id, channel, level, text } = event
    const app = source.replaceAll(' ', '_')
    const pid = 4 + 4 * this.#random.below(2_000)
    const fields = [
      ['EventType', level],
      ['EventID', id],
      ['SourceName', source],
      ['RecordNumber', ++this.#record],
      ['Channel', channel],
    ]
    const data = fields.map(([name, value]) => `${name}="${value}"`).join(' ')
    const head = `<${PRI[level]}>1 ${time} ${vm.hostname} ${app} ${pid} -`
    log.say(at, vm, `${head} [NXLOG@14506 ${data}] ${text}`, about)
  }
}

function logonEvent(user: User | undefined, isOn: boolean, vm?: Vm): WindowsEvent {
  const account = user === undefined ? `${vm!.name}$` : user.name
  const sid = user === undefined ? 'S-1-5-18' : user.sid
  const type = user === undefined ? 5 : 10
  const what = isOn ? 'An account was successfully logged on.' : 'An account was logged off.'
  return {
    source: 'Microsoft-Windows-Security-Auditing',
    id: isOn ? 4624 : 4634,
    channel: 'Security',
    level: 'AUDIT_SUCCESS',
    text: `${what} Subject: Security ID: ${sid} Account Name: ${account} Account Domain: CORP Logon Type: ${type}`,
  }
}

function signatureEvent(isStart: boolean, version: number): WindowsEvent {
  const what = isStart
    ? 'Microsoft Defender Antivirus security intelligence update has started.'
    : `Microsoft Defender Antivirus security intelligence version updated. Current security intelligence Version: 1.421.${version % 2_000}.0`
  return {
    source: 'Microsoft-Windows-Windows_Defender',
    id: isStart ? 2010 : 2000,
    channel: 'Microsoft-Windows-Windows Defender/Operational',
    level: 'INFO',
    text: what,
  }
}
