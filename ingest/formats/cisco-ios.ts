import { ciscoAttributes, isPlainSyslog, processName, readCode, readHeader } from './cisco-line.ts'
import type { CiscoCode, CiscoHeader } from './cisco-line.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { parsedLine } from './parsed-line.ts'
import { readBsd } from './read-stamp.ts'

/** Debug output has the time but no code: `000048: Dec  2 12:09:21.207: CEF-HWIDB: …`. */
const DEBUG_LINE = /^(?:<\d{1,3}>)?\d{1,12}: [*.]?(?=[A-Z][a-z]{2} )/

function parseDebug(line: string): ParsedLine | undefined {
  const head = DEBUG_LINE.exec(line)?.[0]
  if (head === undefined) return undefined
  const stamp = readBsd(line, head.length)
  if (stamp === undefined) return undefined
  const behind = head.length + stamp.text.length
  if (!line.startsWith(': ', behind) || behind + 2 === line.length) return undefined
  const header = readHeader(line, behind + 2)
  return parsedLine(line.slice(behind + 2), {
    stamp: header.stamp,
    host: header.host,
    attributes: ciscoAttributes(header, undefined, line),
  })
}

interface Understood {
  readonly code: CiscoCode
  readonly header: CiscoHeader
}

function understand(line: string): Understood | undefined {
  const code = readCode(line)
  if (code === undefined || isNxos(line, code.start)) return undefined
  const header = readHeader(line, code.start)
  // Something between time and code is a host: plain syslog, which the envelope reads.
  if (header.rest !== '') return undefined
  // A sentence that quotes a code is no message; only a frame with a broken header is let pass.
  const quoted = header.stamp !== undefined || header.pri === undefined
  if (header.foreign === true && quoted) return undefined
  return { code, header }
}

function parse(line: string): ParsedLine | undefined {
  const understood = understand(line)
  if (understood === undefined) return parseDebug(line)
  const { code, header } = understood
  const body = line.slice(code.textStart)
  return parsedLine(body === '' ? code.id : body, {
    stamp: header.stamp,
    host: header.foreign === true ? undefined : header.host,
    app: processName(header),
    severity: code.severity,
    severityText: code.level,
    eventName: `cisco:${code.id}`,
    attributes: ciscoAttributes(header, code, line),
  })
}

/** Before the code a time with the year first, or a virtual device between `%$`; IOS XR names its node. */
function isNxos(line: string, codeStart: number): boolean {
  const head = line.slice(0, codeStart)
  if (/\/(?:CPU|ADMIN)\d:/.test(head)) return false
  return head.includes('%$') || /(?:^|[ :*.])\d{4} [A-Z][a-z]{2} [ \d]/.test(head)
}

function sniff(line: string): number {
  const percent = line.indexOf('%')
  if (percent < 0 || percent > 400) return parseDebug(line) === undefined ? 0 : 0.6
  if (percent === 0) return readCode(line) === undefined ? 0 : 0.9
  const understood = understand(line)
  if (understood === undefined) return parseDebug(line) === undefined ? 0 : 0.6
  if (isPlainSyslog(line)) return 0.6
  return understood.header.foreign === true ? 0.65 : 0.95
}

/**
 * Cisco IOS, IOS XE and IOS XR. The device writes its own header behind `<PRI>`: sequence number, host,
 * time with a mark that says whether the clock can be trusted, zone; each part can be missing. Times
 * have no year. The line is taken whole, `<PRI>` included, because it is no RFC 3164.
 */
export const ciscoIos: LogFormat = {
  name: 'cisco-ios',
  title: 'Cisco IOS, IOS XE and IOS XR',
  reference:
    'Cisco "System Message Logging": seq no:timestamp: %facility-severity-MNEMONIC:description',
  layer: 'network',
  sniff,
  parse,
  /** `show logging` breaks long messages; a restart prints the banner without a time. */
  continues: (line) =>
    /^(?:\s|Cisco IOS Software|Technical Support:|Copyright \(c\)|Compiled )/.test(line),
  samples: [
    {
      line: '<189>521: acc-sw-07: *Nov 14 08:30:56.699: %LINK-5-CHANGED: Interface GigabitEthernet2/0/3, changed state to administratively down',
      parsed: {
        body: 'Interface GigabitEthernet2/0/3, changed state to administratively down',
        stamp: {
          kind: 'local',
          month: 11,
          day: 14,
          hour: 8,
          minute: 30,
          second: 56,
          microsecond: 699000,
          ns: 0,
          resolutionUs: 1000,
          text: 'Nov 14 08:30:56.699',
          unsynced: true,
        },
        host: 'acc-sw-07',
        severity: 10,
        severityText: '5',
        eventName: 'cisco:LINK-5-CHANGED',
        attributes: {
          'event.sequence': 521,
          'log.syslog.facility.code': 23,
          'log.syslog.severity.code': 5,
          'network.interface.name': 'GigabitEthernet2/0/3',
        },
      },
    },
    {
      line: '1179: core-02: May 31 15:25:53.743 MEST: %LINEPROTO-5-UPDOWN: Line protocol on Interface TenGigabitEthernet1/1, changed state to down',
      parsed: {
        body: 'Line protocol on Interface TenGigabitEthernet1/1, changed state to down',
        stamp: {
          kind: 'local',
          month: 5,
          day: 31,
          hour: 15,
          minute: 25,
          second: 53,
          microsecond: 743000,
          ns: 0,
          resolutionUs: 1000,
          zoneName: 'MEST',
          text: 'May 31 15:25:53.743 MEST',
        },
        host: 'core-02',
        severity: 10,
        eventName: 'cisco:LINEPROTO-5-UPDOWN',
        attributes: { 'network.interface.name': 'TenGigabitEthernet1/1' },
      },
    },
    {
      line: '022702: Jun 19 03:02:32: %LINK-3-UPDOWN: Interface Gi4/3, changed state to down',
      parsed: {
        body: 'Interface Gi4/3, changed state to down',
        severity: 17,
        eventName: 'cisco:LINK-3-UPDOWN',
        attributes: { 'event.sequence': 22702, 'network.interface.name': 'Gi4/3' },
      },
    },
    {
      line: '<190>22191: acc-sw-08: 022546: .Mar  4 10:00:01.101 CET: %SW_MATM-4-MACFLAP_NOTIF: Host 0050.56a1.0b2c in vlan 112 is flapping between port Gi1/0/3 and port Gi1/0/7',
      parsed: {
        body: 'Host 0050.56a1.0b2c in vlan 112 is flapping between port Gi1/0/3 and port Gi1/0/7',
        host: 'acc-sw-08',
        severity: 13,
        eventName: 'cisco:SW_MATM-4-MACFLAP_NOTIF',
        attributes: { 'event.sequence': 22546 },
      },
    },
    {
      line: '<189>: acc-sw-09: 00:01:01: %SYS-5-RESTART: System restarted --',
      parsed: {
        body: 'System restarted --',
        host: 'acc-sw-09',
        severity: 10,
        eventName: 'cisco:SYS-5-RESTART',
      },
    },
    {
      line: '<187>RP/0/RSP0/CPU0:Mar  4 14:47:02.754 : ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : Interface TenGigE0/0/0/3, changed state to Down',
      parsed: {
        body: 'Interface TenGigE0/0/0/3, changed state to Down',
        app: 'ifmgr',
        severity: 17,
        eventName: 'cisco:PKT_INFRA-LINK-3-UPDOWN',
        attributes: {
          'process.pid': 214,
          'cisco.node': 'RP/0/RSP0/CPU0',
          'network.interface.name': 'TenGigE0/0/0/3',
        },
      },
    },
    {
      line: '<187>RP/0/RSP0/CPU0:2026 Mar  4 14:47:02.754 UTC: ifmgr[214]: %PKT_INFRA-LINK-3-UPDOWN : Interface TenGigE0/0/0/3, changed state to Down',
      parsed: {
        body: 'Interface TenGigE0/0/0/3, changed state to Down',
        app: 'ifmgr',
        severity: 17,
        attributes: { 'process.pid': 214, 'cisco.node': 'RP/0/RSP0/CPU0' },
      },
    },
    {
      line: '<189>123: [syslog@9 s_id="acc-sw-09:514"]: *Nov 14 08:30:56.699: %SYS-5-CONFIG_I: Configured from console',
      parsed: {
        body: 'Configured from console',
        host: 'acc-sw-09',
        severity: 10,
        attributes: { 'event.sequence': 123 },
      },
    },
    {
      line: '<166>:Nov 14 08:30:56 UTC: %ASA-session-6-302013: Built outbound TCP connection 4711',
      parsed: {
        body: 'Built outbound TCP connection 4711',
        severity: 9,
        eventName: 'cisco:ASA-6-302013',
      },
    },
    {
      line: '%STORM_CONTROL-3-FILTERED: A Broadcast storm detected on Gi1/0/11. A packet filter action has been applied on the interface.',
      parsed: {
        body: 'A Broadcast storm detected on Gi1/0/11. A packet filter action has been applied on the interface.',
        severity: 17,
        eventName: 'cisco:STORM_CONTROL-3-FILTERED',
        attributes: { 'network.interface.name': 'Gi1/0/11' },
      },
    },
    {
      line: '000048: Dec  2 12:09:21.207: CEF-HWIDB: EDSP0 LES switching vector set to Null',
      parsed: {
        body: 'CEF-HWIDB: EDSP0 LES switching vector set to Null',
        attributes: { 'event.sequence': 48 },
      },
    },
  ],
}
