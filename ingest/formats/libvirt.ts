import { severityFromWord } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { attributes, parsedLine, wholeNumber } from './parsed-line.ts'
import { readRfc3339 } from './read-stamp.ts'

/** `14069: error : virNetTLSContextCheckCertificate:1105 : `; the place in the source is optional. */
const DAEMON = /^(\d{1,10}): (debug|info|warning|error) : (?:([A-Za-z_]\w{0,100}):(\d{1,6}) : )?/

/** `qemu-system-x86_64: `, `qemu-kvm: warning: `. */
const EMULATOR = /^((?:\/[\w./-]{0,80}\/)?qemu-[\w-]{1,30}|kvm): (?:(warning|error|info): )?/

/** Older releases name no version. */
const STARTED = /^starting up(?: libvirt|\s|$)/
const TAINTED = /^Domain id=/

/** What libvirt itself writes to the log of a domain behind the start. */
const DOMAIN = /^(?:shutting down|Domain id=\d{1,10} is tainted: )/

const HOSTNAME = /, hostname: ([\w.-]{1,253})(?=$|\s)/
const DOMAIN_UUID = /\s-uuid ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?=\s|$)/
const DOMAIN_NAME = /\s-name (?:guest=)?([^\s,]{1,200})/

/** What QEMU and libvirt say when a desktop stands still. [K] */
const EVENTS: readonly (readonly [string, string])[] = [
  ['starting up libvirt version', 'libvirt:domain.start'],
  ['shutting down', 'libvirt:domain.shutdown'],
  ['terminating on signal', 'libvirt:domain.terminated'],
  ['block I/O error in device', 'libvirt:domain.io_error'],
  ['cannot acquire state change lock', 'libvirt:domain.job_stuck'],
  ['End of file from qemu monitor', 'libvirt:domain.monitor_eof'],
]

function eventIn(body: string): string | undefined {
  return EVENTS.find(([words]) => body.includes(words))?.[1]
}

function parseDaemon(stamp: Stamp | undefined, rest: string): ParsedLine | undefined {
  const header = DAEMON.exec(rest)
  if (header === null || header[0].length === rest.length) return undefined
  const [head, thread, level, origin, lineNumber] = header
  const body = rest.slice(head.length)
  return parsedLine(body, {
    stamp,
    severity: severityFromWord(level!),
    severityText: level,
    eventName: eventIn(body),
    attributes: attributes({
      'thread.id': wholeNumber(thread),
      'log.origin.function': origin,
      'log.origin.file.line': wholeNumber(lineNumber),
    }),
  })
}

/** A line of `/var/log/libvirt/qemu/<domain>.log`, the command line of the domain joined to it or not. */
function parseDomain(stamp: Stamp, rest: string): ParsedLine | undefined {
  const emulator = EMULATOR.exec(rest)
  const started = STARTED.test(rest)
  if (emulator === null && !started && !DOMAIN.test(rest)) return undefined
  const body = rest.slice(emulator?.[0].length ?? 0)
  const uuid = started ? DOMAIN_UUID.exec(rest)?.[1] : undefined
  const level = emulator === null ? (TAINTED.test(rest) ? 'warning' : 'info') : emulator[2]
  return parsedLine(body === '' ? rest : body, {
    stamp,
    host: started ? HOSTNAME.exec(rest)?.[1] : undefined,
    app: emulator?.[1]?.slice(emulator[1].lastIndexOf('/') + 1) ?? 'libvirtd',
    severity: level === undefined ? undefined : severityFromWord(level),
    severityText: emulator?.[2],
    eventName: eventIn(body),
    entity: uuid && `vm:${uuid}`,
    attributes: attributes({
      'vm.id': uuid,
      'vm.name': started ? DOMAIN_NAME.exec(rest)?.[1] : undefined,
    }),
  })
}

/** Where the text begins behind the stamp: libvirt writes a colon after its own, QEMU a blank. */
function textStart(line: string, stamp: Stamp): number {
  const end = stamp.text.length
  return line.startsWith(': ', end) ? end + 2 : line[end] === ' ' ? end + 1 : -1
}

function parse(line: string): ParsedLine | undefined {
  const stamp = readRfc3339(line)
  if (stamp === undefined) return parseDaemon(undefined, line)
  const start = textStart(line, stamp)
  if (start < 0) return undefined
  const rest = line.slice(start)
  return parseDaemon(stamp, rest) ?? parseDomain(stamp, rest)
}

function sniff(line: string): number {
  const stamp = line.charCodeAt(4) === 45 ? readRfc3339(line) : undefined
  if (stamp === undefined) return DAEMON.test(line) ? 0.8 : 0
  const start = textStart(line, stamp)
  if (start < 0) return 0
  const rest = line.slice(start, start + 200)
  if (DAEMON.test(rest) || EMULATOR.test(rest)) return 0.95
  return STARTED.test(rest) || DOMAIN.test(rest) ? 0.95 : 0
}

/**
 * libvirt daemons (times always `+0000`; over syslog without time) and the log of each QEMU domain,
 * whose first record is the whole command line: with it joined, the virtual machine is known by UUID.
 */
export const libvirt: LogFormat = {
  name: 'libvirt',
  title: 'libvirt daemons and QEMU domain logs',
  reference: 'https://libvirt.org/logging.html',
  layer: 'hypervisor',
  multiline: true,
  sniff,
  parse,
  /** The environment and the command line behind `starting up`, one argument a line. */
  continues: (line) =>
    /^(?:[A-Z_]{2,30}=|\/usr\/|-[a-z]|\s|char device redirected|Domain id=)/.test(line),
  samples: [
    {
      line: '2026-01-23 17:32:19.909+0000: 14069: error : virNetTLSContextCheckCertDN:418 : Certificate owner does not match the hostname kvm-03',
      parsed: {
        body: 'Certificate owner does not match the hostname kvm-03',
        stamp: {
          kind: 'instant',
          us: micros(1769189539909000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-01-23 17:32:19.909+0000',
        },
        severity: 17,
        severityText: 'error',
        attributes: {
          'thread.id': 14069,
          'log.origin.function': 'virNetTLSContextCheckCertDN',
          'log.origin.file.line': 418,
        },
      },
    },
    {
      line: '2026-01-23 17:33:00.001+0000: 14070: warning : qemuDomainObjBeginJobInternal:978 : Cannot start job (query, none, none) for domain vdi-0417; cannot acquire state change lock (held by monitor=remoteDispatchDomainBlockStats)',
      parsed: {
        body: 'Cannot start job (query, none, none) for domain vdi-0417; cannot acquire state change lock (held by monitor=remoteDispatchDomainBlockStats)',
        severity: 13,
        eventName: 'libvirt:domain.job_stuck',
      },
    },
    {
      line: '2026-01-23 17:30:00.000+0000: 14001: info : libvirt version: 9.0.0, package: 9.0.0-4',
      parsed: { body: 'libvirt version: 9.0.0, package: 9.0.0-4', severity: 9 },
    },
    {
      line: '14069: error : qemuMonitorIO:580 : internal error: End of file from qemu monitor',
      parsed: {
        body: 'internal error: End of file from qemu monitor',
        severity: 17,
        eventName: 'libvirt:domain.monitor_eof',
      },
    },
    {
      line: '2026-01-23 06:55:20.388+0000: starting up libvirt version: 9.0.0, package: 9.0.0-4, qemu version: 7.2.0, kernel: 6.1.0-18-amd64, hostname: kvm-03.example\nLC_ALL=C \\\n/usr/bin/qemu-system-x86_64 \\\n-name guest=vdi-0417,debug-threads=on \\\n-uuid 7b2f0c1e-2bd6-41e7-8337-e4115b9a50d0 \\\n-no-user-config',
      parsed: {
        body: 'starting up libvirt version: 9.0.0, package: 9.0.0-4, qemu version: 7.2.0, kernel: 6.1.0-18-amd64, hostname: kvm-03.example\nLC_ALL=C \\\n/usr/bin/qemu-system-x86_64 \\\n-name guest=vdi-0417,debug-threads=on \\\n-uuid 7b2f0c1e-2bd6-41e7-8337-e4115b9a50d0 \\\n-no-user-config',
        host: 'kvm-03.example',
        app: 'libvirtd',
        severity: 9,
        eventName: 'libvirt:domain.start',
        entity: 'vm:7b2f0c1e-2bd6-41e7-8337-e4115b9a50d0',
        attributes: {
          'vm.id': '7b2f0c1e-2bd6-41e7-8337-e4115b9a50d0',
          'vm.name': 'vdi-0417',
        },
      },
    },
    {
      line: '2026-01-23T08:12:44.280743Z qemu-system-x86_64: warning: TSC frequency mismatch between VM (2399998 kHz) and host (2400001 kHz)',
      parsed: {
        body: 'TSC frequency mismatch between VM (2399998 kHz) and host (2400001 kHz)',
        app: 'qemu-system-x86_64',
        severity: 13,
        severityText: 'warning',
      },
    },
    {
      line: '2026-01-23 06:55:21.004+0000: Domain id=3 is tainted: host-cpu',
      parsed: { body: 'Domain id=3 is tainted: host-cpu', app: 'libvirtd', severity: 13 },
    },
    {
      line: '2026-01-23 09:00:01.285+0000: shutting down, reason=destroyed',
      parsed: {
        body: 'shutting down, reason=destroyed',
        severity: 9,
        eventName: 'libvirt:domain.shutdown',
      },
    },
  ],
}
