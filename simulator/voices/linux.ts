import { bsdTime, isoTime, SECOND_US } from '../clock.ts'
import type { Happening } from '../physics/happening.ts'
import type { Finished } from '../physics/world.ts'
import type { Plant, Vm } from '../plant/plant.ts'
import type { Random } from '../random.ts'
import { localTime, type About } from './log.ts'
import type { Scene, Voice } from './voice.ts'

/** Lines a server writes a second while nothing happens. */
const RATE = 1 / 6
/** `log_min_duration_statement` of the databases, seconds. */
const SLOW_STATEMENT_S = 1

/**
 * Linux servers with rsyslog in the traditional file format (RSYSLOG_TraditionalForwardFormat):
 * `<PRI>Mmm dd hh:mm:ss host program[pid]: text`.
 */
export class Linux implements Voice {
  readonly #servers: readonly Vm[]
  readonly #random: Random
  readonly #pids = new Map<Vm, number>()

  constructor(plant: Plant, random: Random) {
    this.#servers = plant.vms.filter((vm) => vm.os === 'linux')
    this.#random = random
  }

  second(scene: Scene): void {
    for (const finished of scene.world.finished) this.#statement(scene, finished)
    for (const happening of scene.world.happenings) {
      if (happening.what === 'job') this.#job(scene, happening)
      if (happening.what === 'reboot') this.#reboot(scene, happening)
    }
    for (const vm of this.#servers) {
      const count = this.#random.poisson(RATE)
      for (let i = 0; i < count; i++) this.#daily(scene, vm)
      const requests = this.#random.poisson(scene.world.chatty.get(vm) ?? 0)
      for (let i = 0; i < requests; i++) this.#request(scene, vm)
      if (scene.world.second % 60 === 1) {
        this.#say(
          scene,
          this.#random.below(400_000),
          vm,
          78,
          'CRON',
          '(root) CMD (/usr/lib/sa/sa1 1 1)',
        )
      }
    }
  }

  /** PostgreSQL: `duration: … ms  statement: …`, with two blanks between. */
  #statement(scene: Scene, { worker, action }: Finished): void {
    const { vm } = worker
    const tookS = action.endS - action.startS
    if (vm.role !== 'database' || tookS < SLOW_STATEMENT_S) return
    const at = Math.round((action.endS - scene.world.second) * SECOND_US)
    const local = localTime(scene.us + at, vm)
    const when = `${isoTime(local, 3, '').replace('T', ' ')} UTC`
    const table = action.kind.name === 'batch' ? 'order_lines' : 'report_daily'
    const text = `[${1 + this.#random.below(90)}-1] ${when} [${this.#pid(vm)}] app@erp LOG:  duration: ${(tookS * 1000).toFixed(3)} ms  statement: SELECT * FROM ${table} WHERE day = $1`
    this.#say(scene, at, vm, 134, 'postgres', text)
  }

  #job(scene: Scene, { vm, name, isStart, cause }: Happening & { what: 'job' }): void {
    if (vm.os !== 'linux') return
    const about: About = { cause, event: scene.truth.current(`incident ${cause}`) }
    const [program, what] =
      vm.role === 'build'
        ? ['gitlab-runner', isStart ? 'Job started: restore-cache' : 'Job succeeded: restore-cache']
        : ['backup', isStart ? 'session started' : 'session finished: 0 errors']
    this.#say(scene, 150_000, vm, 30, program, `${what} job=${name}`, about)
  }

  #reboot(scene: Scene, { vm, cause }: Happening & { what: 'reboot' }): void {
    if (vm.os !== 'linux') return
    const about: About = { cause, event: scene.truth.current(`incident ${cause}`) }
    const uptime = (s: number): string => `[${s.toFixed(6).padStart(12)}]`
    this.#say(scene, 100_000, vm, 30, 'systemd', 'Stopping User Manager for UID 0...', about)
    this.#say(scene, 500_000, vm, 30, 'systemd', 'Reached target Reboot.', about)
    const boot = `${uptime(0)} Linux version 5.14.0-427.el9.x86_64 (gcc 11.4.1) #1 SMP`
    this.#say(scene, 950_000, vm, 6, 'kernel', boot, about)
  }

  #daily(scene: Scene, vm: Vm): void {
    const at = this.#random.below(990_000)
    const session = 4_000 + this.#random.below(900)
    const address = `10.20.1.${20 + this.#random.below(9)}`
    const port = 40_000 + this.#random.below(20_000)
    switch (this.#random.below(5)) {
      case 0:
        return this.#say(
          scene,
          at,
          vm,
          30,
          'systemd',
          `Started Session ${session} of User monitor.`,
        )
      case 1:
        return this.#say(
          scene,
          at,
          vm,
          30,
          'systemd',
          `session-${session}.scope: Deactivated successfully.`,
        )
      case 2: {
        const key = `ED25519 SHA256:${this.#random.hex(32)}`
        const text = `Accepted publickey for monitor from ${address} port ${port} ssh2: ${key}`
        return this.#say(scene, at, vm, 86, 'sshd', text)
      }
      case 3: {
        const text = 'pam_unix(sshd:session): session closed for user monitor'
        return this.#say(scene, at, vm, 86, 'sshd', text)
      }
      default: {
        const source = `10.20.0.${2 + this.#random.below(2)}`
        return this.#say(scene, at, vm, 30, 'chronyd', `Selected source ${source}`)
      }
    }
  }

  #request(scene: Scene, vm: Vm): void {
    const at = this.#random.below(990_000)
    const path = this.#random.pick(['/api/orders', '/api/stock', '/health', '/api/login'])
    const text = `DEBUG request id=${this.#random.hex(12)} method=GET path=${path} status=200 took=${1 + this.#random.below(60)}ms`
    this.#say(scene, at, vm, 15, 'orderd', text)
  }

  /** Daemons keep their process ids; those of a connection come and go. */
  #pid(vm: Vm): number {
    const next = (this.#pids.get(vm) ?? 20_000) + 1 + this.#random.below(3)
    this.#pids.set(vm, next)
    return next
  }

  #say(
    { log, us }: Scene,
    afterUs: number,
    vm: Vm,
    pri: number,
    program: string,
    text: string,
    about: About = {},
  ): void {
    const at = us + afterUs
    const pid = program === 'kernel' ? '' : program === 'systemd' ? '[1]' : `[${this.#pid(vm)}]`
    const time = bsdTime(localTime(at, vm))
    log.say(at, vm, `<${pri}>${time} ${vm.hostname} ${program}${pid}: ${text}`, about)
  }
}
