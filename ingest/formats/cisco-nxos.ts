import { micros } from '../../model/time.ts'
import { ciscoAttributes, isPlainSyslog, readCode, readHeader } from './cisco-line.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { parsedLine } from './parsed-line.ts'

/** `%$VSAN 12%$ ` and `%$VDC-1 %$ `: the virtual fabric or device, before the code or behind it. */
const CONTEXT = /^(?:%\$[^%]{1,40}%\$ *)+/

/** Where the human text begins: behind the code and the virtual fabric it names. */
function bodyStart(line: string, textStart: number): number {
  return textStart + (CONTEXT.exec(line.slice(textStart, textStart + 120))?.[0].length ?? 0)
}

/** The switch's name behind the time, as `show logging logfile` writes it. */
function hostBehind(rest: string): string | undefined {
  const name = rest.replace(/ ?%\$[^%]{1,40}%\$ ?/g, '').trim()
  return /^[A-Za-z0-9][\w.-]{0,252}$/.test(name) ? name : undefined
}

function parse(line: string): ParsedLine | undefined {
  const code = readCode(line)
  if (code === undefined) return undefined
  const header = readHeader(line, code.start)
  const yearFirst = header.stamp !== undefined && /^\d{4} /.test(header.stamp.text)
  // IOS XR can write the year first too, but names its node.
  if (header.node !== undefined || (!yearFirst && !line.includes('%$'))) return undefined
  const host = header.host ?? hostBehind(header.rest)
  if (isPlainSyslog(line) || (header.rest !== '' && host === undefined)) return undefined
  const body = line.slice(bodyStart(line, code.textStart))
  return parsedLine(body === '' ? code.id : body, {
    stamp: header.stamp,
    host,
    severity: code.severity,
    severityText: code.level,
    eventName: `cisco:${code.id}`,
    attributes: ciscoAttributes(header, code, line),
  })
}

/**
 * Cisco NX-OS: Nexus and MDS. The device writes its own time behind that of the relay, year first and
 * with the zone's name; the device's is kept. A fabric event names its VSAN between `%$`.
 */
export const ciscoNxos: LogFormat = {
  name: 'cisco-nxos',
  title: 'Cisco NX-OS (Nexus, MDS)',
  reference: 'Cisco "NX-OS System Messages Reference", chapter 1',
  layer: 'network',
  sniff: (line) => (line.includes('%') && parse(line) !== undefined ? 0.96 : 0),
  parse,
  samples: [
    {
      line: '<187>: 2026 Mar  4 10:41:22 UTC: %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface Ethernet1/17 is down (Link failure)',
      parsed: {
        body: 'Interface Ethernet1/17 is down (Link failure)',
        stamp: {
          kind: 'instant',
          us: micros(1772620882000000),
          ns: 0,
          resolutionUs: 1e6,
          text: '2026 Mar  4 10:41:22 UTC',
        },
        severity: 10,
        severityText: '5',
        eventName: 'cisco:ETHPORT-5-IF_DOWN_LINK_FAILURE',
        attributes: {
          'network.interface.name': 'Ethernet1/17',
          'log.syslog.severity.code': 3,
        },
      },
    },
    {
      line: '<189>: 2026 Mar  4 10:41:23 CET: %PORT-5-IF_DOWN_LINK_FAILURE: %$VSAN 12%$ Interface fc1/3 is down (Link failure)',
      parsed: {
        body: 'Interface fc1/3 is down (Link failure)',
        stamp: {
          kind: 'local',
          year: 2026,
          month: 3,
          day: 4,
          hour: 10,
          minute: 41,
          second: 23,
          microsecond: 0,
          ns: 0,
          resolutionUs: 1e6,
          zoneName: 'CET',
          text: '2026 Mar  4 10:41:23 CET',
        },
        severity: 10,
        eventName: 'cisco:PORT-5-IF_DOWN_LINK_FAILURE',
        attributes: { 'fc.vsan': 12, 'network.interface.name': 'fc1/3' },
      },
    },
    {
      line: '2026 Mar  4 10:42:00.123456 mds-a %PMON-SLOT1-3-RISING_THRESHOLD_REACHED: TX Credit Not Available has reached the rising threshold (port=fc1/3 [0x1002000], value=30) .',
      parsed: {
        body: 'TX Credit Not Available has reached the rising threshold (port=fc1/3 [0x1002000], value=30) .',
        host: 'mds-a',
        severity: 17,
        eventName: 'cisco:PMON-3-RISING_THRESHOLD_REACHED',
        attributes: { 'hw.slot': 1 },
      },
    },
    {
      line: 'nexus-b: 2026 Mar  4 10:43:10.019 CEST: %MODULE-2-MOD_SOMEPORTS_FAILED: Module 13 reported failure on ports Eth13/17-20 due to hardware not accessible',
      parsed: {
        body: 'Module 13 reported failure on ports Eth13/17-20 due to hardware not accessible',
        host: 'nexus-b',
        severity: 18,
        eventName: 'cisco:MODULE-2-MOD_SOMEPORTS_FAILED',
      },
    },
    {
      line: '2026 Mar  4 10:44:00 leaf-3 %$ VDC-1 %$ %VPC-2-PEER_KEEP_ALIVE_RECV_FAIL: In domain 20, VPC peer keep-alive receive has failed',
      parsed: {
        body: 'In domain 20, VPC peer keep-alive receive has failed',
        host: 'leaf-3',
        severity: 18,
        eventName: 'cisco:VPC-2-PEER_KEEP_ALIVE_RECV_FAIL',
      },
    },
  ],
}
