import type { AttributeValue } from '../../model/record.ts'
import { severityFromSyslog, severityFromWord } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { kernelEvent } from './kernel-events.ts'
import { leadingLevel } from './leading-level.ts'
import { prival, priEnd } from './pri.ts'
import { readBsd } from './read-stamp.ts'

/** `[   12.345678]`: printk's clock always has six places, which tells it from Xorg's three. */
const UPTIME = /^\[ {0,11}(\d{1,10})\.(\d{6})\](?:\[ {0,6}[TC]\d{1,9}\])? ?/
/** `dmesg -x` writes facility and level before the clock: `kern  :warn  : `. */
const DECODED = /^[a-z]{2,8} {0,6}:(emerg|alert|crit|err|warn|notice|info|debug) {0,3}: (?=\[)/
/** Behind the clock of `journalctl -o short-monotonic`: `kvm-03 sshd[812]: `, `kvm-03 kernel: `. */
const SENDER = /^([\w.-]{1,253}) (?:kernel|([\w./-]{1,64})\[(\d{1,10})\]): /
/** A record of /dev/kmsg: priority, sequence, microseconds since boot, flags (Documentation/ABI). */
const KMSG = /^(\d{1,4}),\d{1,19},(\d{1,15}),[^;]{0,64};/

interface Head {
  readonly priority?: number | undefined
  /** The level that `dmesg -x` decoded. */
  readonly level?: string | undefined
  readonly uptimeUs: number | undefined
  readonly stamp: Stamp | undefined
  /** Where the message begins. */
  readonly end: number
}

function readHead(line: string): Head | undefined {
  const kmsg = KMSG.exec(line)
  if (kmsg !== null) {
    const end = kmsg[0].length
    return { priority: Number(kmsg[1]), uptimeUs: Number(kmsg[2]), stamp: undefined, end }
  }
  const pri = priEnd(line)
  const decoded = isLower(line.charCodeAt(0)) ? DECODED.exec(line.slice(0, 32)) : null
  const at = decoded?.[0].length ?? pri
  if (line.charCodeAt(at) !== 91) return undefined
  const priority = pri > 0 ? prival(line, pri) : undefined
  const level = decoded?.[1]
  const uptime = UPTIME.exec(line.slice(at, at + 64))
  if (uptime !== null) {
    const uptimeUs = Number(uptime[1]) * 1e6 + Number(uptime[2])
    return { priority, level, uptimeUs, stamp: undefined, end: at + uptime[0].length }
  }
  const stamp = readWallClock(line, at + 1)
  if (stamp === undefined) return undefined
  const end = at + stamp.text.length + 3
  return { priority, level, uptimeUs: undefined, stamp, end }
}

const isLower = (code: number): boolean => code >= 97 && code <= 122

/**
 * `dmesg -T`: the wall clock of the reading machine, whole seconds without zone. Apache begins its
 * error log the same way, with a fraction or a level in brackets behind.
 */
function readWallClock(line: string, at: number): Stamp | undefined {
  if (!isWeekday(line, at)) return undefined
  const stamp = readBsd(line, at)
  const close = at + (stamp?.text.length ?? 0)
  if (stamp === undefined || stamp.resolutionUs < 1e6 || !line.startsWith('] ', close)) {
    return undefined
  }
  return APACHE_LEVEL.test(line.slice(close + 2, close + 50)) ? undefined : stamp
}

const APACHE_LEVEL = /^\[(?:[a-z_]\w{0,30}:)?(?:emerg|alert|crit|error|warn|notice|info|debug)\] /

const isWeekday = (line: string, at: number): boolean =>
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /.test(line.slice(at, at + 4))

function parse(line: string): ParsedLine | undefined {
  const head = readHead(line)
  if (head === undefined) return undefined
  const sender = SENDER.exec(line.slice(head.end, head.end + 350))
  // Without the host, journalctl -o short-monotonic leaves the program behind the clock.
  const prefix = line.startsWith('kernel: ', head.end) ? 8 : (sender?.[0].length ?? 0)
  const body = line.slice(head.end + prefix)
  const attributes: Record<string, AttributeValue> = {}
  const parsed: { -readonly [K in keyof ParsedLine]: ParsedLine[K] } = {
    body: body === '' ? line : body,
    app: sender?.[2] ?? 'kernel',
    attributes,
  }
  if (sender !== null) parsed.host = sender[1]!
  if (sender?.[3] !== undefined) attributes['process.pid'] = Number(sender[3])
  if (head.uptimeUs !== undefined) attributes['system.uptime_us'] = head.uptimeUs
  if (head.stamp !== undefined) parsed.stamp = head.stamp
  const event = kernelEvent(body)
  if (event !== undefined) parsed.eventName = event.name
  if (head.priority !== undefined) {
    attributes['log.syslog.severity.code'] = head.priority & 7
    parsed.severity = severityFromSyslog(head.priority & 7)
  } else {
    const severity = severityOf(head.level) ?? event?.severity ?? levelIn(body)
    if (severity !== undefined) parsed.severity = severity
    if (severity !== undefined && head.level === undefined) parsed.severityAssumed = true
  }
  return parsed
}

/** The level a message begins with; records of the audit subsystem begin with its name. */
function levelIn(body: string): Severity | undefined {
  return body.startsWith('audit: ') ? undefined : leadingLevel(body)?.severity
}

function severityOf(level: string | undefined): Severity | undefined {
  return level === undefined ? undefined : severityFromWord(level)
}

/**
 * The Linux kernel's own log: `dmesg` plain, raw (`-r`) and with wall clock (`-T`), /dev/kmsg, and the
 * message of a syslog line of `kernel`. Time since boot goes to `system.uptime_us`; such a line has no
 * event time of its own. A line without level gets the one the kernel prints that event at.
 */
export const linuxKernel: LogFormat = {
  name: 'linux-kernel',
  title: 'Linux kernel (dmesg, kmsg)',
  reference: 'https://www.kernel.org/doc/Documentation/ABI/testing/dev-kmsg; dmesg(1)',
  sniff: (line) => (readHead(line) === undefined ? 0 : 0.96),
  parse,
  samples: [
    {
      line: '[12345.678901] watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [qemu-kvm:4711]',
      parsed: {
        body: 'watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [qemu-kvm:4711]',
        app: 'kernel',
        severity: 21,
        eventName: 'linux:soft_lockup',
        attributes: { 'system.uptime_us': 12345678901 },
      },
    },
    {
      line: '<3>[   99.000001][ T12] blk_update_request: I/O error, dev sdb, sector 2048',
      parsed: {
        body: 'blk_update_request: I/O error, dev sdb, sector 2048',
        severity: 17,
        eventName: 'linux:io_error',
        attributes: { 'log.syslog.severity.code': 3, 'system.uptime_us': 99000001 },
      },
    },
    {
      line: '[    0.000000] kernel: Linux version 6.1.0-18-amd64',
      parsed: { body: 'Linux version 6.1.0-18-amd64', attributes: { 'system.uptime_us': 0 } },
    },
    {
      line: 'kern  :warn  : [   12.345678] ACPI: RSDP is not where it should be',
      parsed: { body: 'ACPI: RSDP is not where it should be', app: 'kernel', severity: 13 },
    },
    {
      line: '[12345.678901] kvm-03 sshd[812]: Accepted publickey for ann',
      parsed: {
        body: 'Accepted publickey for ann',
        host: 'kvm-03',
        app: 'sshd',
        attributes: { 'process.pid': 812, 'system.uptime_us': 12345678901 },
      },
    },
    {
      line: '[Sat Nov 21 10:42:00 2026] nfs: server filer-2 not responding, still trying',
      parsed: {
        body: 'nfs: server filer-2 not responding, still trying',
        severity: 10,
        eventName: 'linux:nfs_not_responding',
        stamp: {
          kind: 'local',
          year: 2026,
          month: 11,
          day: 21,
          hour: 10,
          minute: 42,
          second: 0,
          microsecond: 0,
          ns: 0,
          resolutionUs: 1e6,
          text: 'Sat Nov 21 10:42:00 2026',
        },
      },
    },
    {
      line: '4,1339,5140900,-;NET: Registered protocol family 10',
      parsed: {
        body: 'NET: Registered protocol family 10',
        severity: 13,
        attributes: { 'system.uptime_us': 5140900 },
      },
    },
  ],
}
