import { SEVERITY, severityFromWord } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { attributes, parsedLine, wholeNumber } from './parsed-line.ts'
import { readBsd, readRfc3339 } from './read-stamp.ts'

const BAR = 124

/** `00012|bridge(handler3)|WARN|` behind the time; the sequence restarts with the daemon. */
const HEADER = /^(\d{5,12})\|([a-z][a-z0-9_]{0,40})(?:\(([^|()]{1,40})\))?\|([A-Z]{2,6})\|/

/** A main loop that did not come round: the host gave the switch no CPU (`lib/timeval.c`). */
const LONG_POLL = /^Unreasonably long (\d{1,12})ms poll interval/

function severityOf(level: string): Severity {
  return level === 'EMER' ? SEVERITY.fatal : severityFromWord(level)
}

function longPollNanos(body: string): number | undefined {
  const ms = wholeNumber(LONG_POLL.exec(body)?.[1])
  return ms === undefined ? undefined : ms * 1e6
}

/** Until 2.0 the time was local and without a year: `Mar 04 07:41:12|00001|vlog|INFO|`. */
function readTime(line: string): Stamp | undefined {
  return line.charCodeAt(15) === BAR ? readBsd(line) : readRfc3339(line)
}

function parse(line: string): ParsedLine | undefined {
  const stamp = readTime(line)
  const start = stamp === undefined ? 4 : stamp.text.length + 1
  if (stamp === undefined ? !line.startsWith('ovs|') : line[start - 1] !== '|') return undefined
  const rest = line.slice(start)
  if (rest === '') return undefined
  const header = HEADER.exec(rest)
  if (header === null) return stamp && parsedLine(rest, { stamp })
  const [head, sequence, module, thread, level] = header
  const body = rest.slice(head.length)
  const duration = longPollNanos(body)
  return parsedLine(body === '' ? rest : body, {
    stamp,
    severity: severityOf(level!),
    severityText: level,
    eventName: duration === undefined ? undefined : 'ovs:long_poll_interval',
    attributes: attributes({
      'log.logger': module,
      'event.sequence': wholeNumber(sequence),
      'thread.name': thread,
      'event.duration': duration,
    }),
  })
}

function sniff(line: string): number {
  if (line.startsWith('ovs|')) return HEADER.test(line.slice(4, 120)) ? 0.95 : 0
  if (line.charCodeAt(15) === BAR) {
    return HEADER.test(line.slice(16, 136)) && readBsd(line) !== undefined ? 0.95 : 0
  }
  if (line.charCodeAt(10) !== 84) return 0
  const bar = line.slice(0, 40).indexOf('|')
  if (bar < 20 || bar > 35) return 0
  if (HEADER.test(line.slice(bar + 1, bar + 120))) return 0.95
  return readRfc3339(line)?.text.length === bar ? 0.5 : 0
}

/**
 * Open vSwitch and OVN daemons. Log files carry the time in UTC; over syslog (`-vsyslog`) the same
 * fields come behind `ovs|` and the time is the envelope's. A module of a worker thread names the
 * thread in parentheses.
 */
export const openvswitch: LogFormat = {
  name: 'openvswitch',
  title: 'Open vSwitch and OVN',
  reference: 'ovs-appctl(8), vlog/pattern: %D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m',
  layer: 'network',
  sniff,
  parse,
  samples: [
    {
      line: '2026-03-04T07:41:12.308Z|00417|bridge|INFO|bridge br-int: added interface tap9c41 on port 38',
      parsed: {
        body: 'bridge br-int: added interface tap9c41 on port 38',
        stamp: {
          kind: 'instant',
          us: micros(1772610072308000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-03-04T07:41:12.308Z',
        },
        severity: 9,
        severityText: 'INFO',
        attributes: { 'log.logger': 'bridge', 'event.sequence': 417 },
      },
    },
    {
      line: '2026-03-04T07:41:15.502Z|00418|timeval|WARN|Unreasonably long 3194ms poll interval (12ms user, 8ms system)',
      parsed: {
        body: 'Unreasonably long 3194ms poll interval (12ms user, 8ms system)',
        severity: 13,
        eventName: 'ovs:long_poll_interval',
        attributes: { 'log.logger': 'timeval', 'event.duration': 3_194_000_000 },
      },
    },
    {
      line: '2026-03-04T07:41:16.001Z|00003|ofproto_dpif_upcall(handler12)|ERR|upcall queue | full on port 4',
      parsed: {
        body: 'upcall queue | full on port 4',
        severity: 17,
        attributes: { 'log.logger': 'ofproto_dpif_upcall', 'thread.name': 'handler12' },
      },
    },
    {
      line: 'Mar 04 07:41:12|00001|vlog|INFO|opened log file /srv/log/switch-3.log',
      parsed: {
        body: 'opened log file /srv/log/switch-3.log',
        severity: 9,
        attributes: { 'log.logger': 'vlog', 'event.sequence': 1 },
      },
    },
    {
      line: 'ovs|00091|reconnect|DBG|unix:/run/openvswitch/db.sock: idle 5000 ms, sending inactivity probe',
      parsed: {
        body: 'unix:/run/openvswitch/db.sock: idle 5000 ms, sending inactivity probe',
        severity: 5,
        attributes: { 'log.logger': 'reconnect', 'event.sequence': 91 },
      },
    },
    {
      line: '2026-03-04T07:41:17.000Z|a line of a vlog pattern without level',
      parsed: { body: 'a line of a vlog pattern without level' },
    },
  ],
}
