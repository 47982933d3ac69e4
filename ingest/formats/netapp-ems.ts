import { severityFromWord } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { attributes, parsedLine, wholeNumber } from './parsed-line.ts'
import { readBsd, readIso } from './read-stamp.ts'

const LEVELS = 'emergency|alert|critical|error|warning|notice|informational|info|debug'

/** `[node: process: event.name:severity]: `; the process is missing in older releases. */
const HEADER = new RegExp(
  `^\\[([^\\s:[\\]]{1,253}): ?(?:([\\w.-]{1,64}): ?)?([A-Za-z][\\w-]{0,60}(?:\\.[\\w-]{1,60}){1,8}):(${LEVELS})\\]: ?`,
  'i',
)

/** Before ONTAP 8.2 some events had no dot: `[filer01: rc:notice]: `; only behind their own time. */
const OLD_HEADER = new RegExp(
  `^\\[([^\\s:[\\]]{1,253}): ?()([A-Za-z][\\w-]{0,60}):(${LEVELS})\\]: ?`,
  'i',
)

/** A row of `event log show`: `3/4/2026 10:12:13  node-01  ERROR  wafl.vol.full: text`. */
const ROW = new RegExp(
  `^(\\d{1,2})/(\\d{1,2})/(\\d{4}) (\\d\\d):(\\d\\d):(\\d\\d) {1,8}(\\S{1,64}) {1,20}(${LEVELS}) {1,20}([A-Za-z][\\w-]{0,60}(?:\\.[\\w-]{1,60}){1,8}): `,
  'i',
)

/** The audit log and the logs of the daemons: two serial numbers, the time, `[kern_audit:info:3167] `. */
const AUDIT = /^(?:([\w.-]{1,253}): )?[0-9a-f]{8}\.[0-9a-f]{8} [0-9a-f]{8} /
const AUDIT_TAG = /^ \[(kern_[a-z]{1,30})(?::([a-z]{4,13}))?:?(\d{1,10})\] /

function parseEvent(line: string): ParsedLine | undefined {
  const stamp = line.startsWith('[') ? undefined : (readBsd(line) ?? readIso(line))
  const start = stamp === undefined ? 0 : stamp.text.length + 1
  const text = line.slice(start, start + 900)
  const header = HEADER.exec(text) ?? (isWeekday(line) ? OLD_HEADER.exec(text) : null)
  if (header === null || (stamp !== undefined && line[start - 1] !== ' ')) return undefined
  const [head, node, process, event, level] = header
  const body = line.slice(start + head.length)
  return parsedLine(body === '' ? event! : body, {
    stamp,
    host: node,
    app: process === '' ? undefined : process,
    severity: severityFromWord(level!),
    severityText: level,
    eventName: event,
  })
}

const isWeekday = (line: string): boolean => /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /.test(line)

function stampOfRow(row: RegExpExecArray): Stamp {
  const [month, day, year, hour, minute, second] = row.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const text = row[0].slice(0, row[0].indexOf(' ') + 9)
  const fraction = { microsecond: 0, ns: 0, resolutionUs: 1e6 }
  return { kind: 'local', year, month, day, hour, minute, second, ...fraction, text }
}

function parseRow(line: string): ParsedLine | undefined {
  const row = ROW.exec(line)
  if (row === null || row[0].length === line.length) return undefined
  const stamp = stampOfRow(row)
  if (stamp.kind === 'local' && (stamp.month > 12 || stamp.day > 31)) return undefined
  return parsedLine(line.slice(row[0].length), {
    stamp,
    host: row[7],
    severity: severityFromWord(row[8]!),
    severityText: row[8],
    eventName: row[9],
  })
}

function parseAudit(line: string): ParsedLine | undefined {
  const serial = AUDIT.exec(line)
  const stamp = serial === null ? undefined : readBsd(line, serial[0].length)
  if (serial === null || stamp === undefined) return undefined
  const tagAt = serial[0].length + stamp.text.length
  const tag = AUDIT_TAG.exec(line.slice(tagAt, tagAt + 60))
  if (tag === null || tagAt + tag[0].length === line.length) return undefined
  return parsedLine(line.slice(tagAt + tag[0].length), {
    stamp,
    host: serial[1],
    app: tag[1],
    severity: tag[2] === undefined ? undefined : severityFromWord(tag[2]),
    severityText: tag[2],
    attributes: attributes({ 'process.pid': wholeNumber(tag[3]) }),
  })
}

function parse(line: string): ParsedLine | undefined {
  return parseEvent(line) ?? parseRow(line) ?? parseAudit(line)
}

function sniff(line: string): number {
  const first = line.charCodeAt(0)
  if (first === 91) return HEADER.test(line.slice(0, 900)) ? 0.97 : 0
  const isRow = line[1] === '/' || line[2] === '/'
  const head = line.slice(0, 900)
  if (!isRow && !/ \[(?:[\w.-]{1,253}:|kern_)/.test(head)) return 0
  return parse(line) === undefined ? 0 : 0.97
}

/**
 * The Event Management System of ONTAP: the legacy syslog format (behind `<PRI>` and
 * time its message names the node), the messages file, the rows of `event log show`, and the audit log. Since
 * ONTAP 9.9 the RFC 5424 format carries the event's name as message id of the envelope instead.
 */
export const netappEms: LogFormat = {
  name: 'netapp-ems',
  title: 'NetApp ONTAP event management system',
  reference: 'ONTAP "EMS reference", event notification destination, syslog format legacy-netapp',
  layer: 'storage',
  sniff,
  parse,
  samples: [
    {
      line: 'Feb 10 11:36:10 [cl1-node-02: wafl_exempt03: wafl.vol.full:alert]: Insufficient space on volume vdi_gold_04@vserver:4f2a8b10-98f1-11e9-87fe-00a098b15eb6 to perform operation.',
      parsed: {
        body: 'Insufficient space on volume vdi_gold_04@vserver:4f2a8b10-98f1-11e9-87fe-00a098b15eb6 to perform operation.',
        stamp: {
          kind: 'local',
          month: 2,
          day: 10,
          hour: 11,
          minute: 36,
          second: 10,
          microsecond: 0,
          ns: 0,
          resolutionUs: 1e6,
          text: 'Feb 10 11:36:10',
        },
        host: 'cl1-node-02',
        app: 'wafl_exempt03',
        severity: 19,
        severityText: 'alert',
        eventName: 'wafl.vol.full',
      },
    },
    {
      line: '[cl1-node-02:secd.conn.auth.failure:notice]: Vserver (svm1) could not make a connection over the network to server (ip 10.3.3.3, port 389).',
      parsed: {
        body: 'Vserver (svm1) could not make a connection over the network to server (ip 10.3.3.3, port 389).',
        host: 'cl1-node-02',
        severity: 10,
        eventName: 'secd.conn.auth.failure',
      },
    },
    {
      line: 'Wed Mar  4 03:01:12 CET [filer01: wafl.cp.toolong:error]: Aggregate aggr1 experienced a long CP.',
      parsed: {
        body: 'Aggregate aggr1 experienced a long CP.',
        stamp: {
          kind: 'local',
          month: 3,
          day: 4,
          hour: 3,
          minute: 1,
          second: 12,
          microsecond: 0,
          ns: 0,
          resolutionUs: 1e6,
          zoneName: 'CET',
          text: 'Wed Mar  4 03:01:12 CET',
        },
        host: 'filer01',
        severity: 17,
        eventName: 'wafl.cp.toolong',
      },
    },
    {
      line: 'Wed Mar  4 03:01:12 GMT [filer01: rc:notice]: The system was down for 63 seconds',
      parsed: {
        body: 'The system was down for 63 seconds',
        host: 'filer01',
        severity: 10,
        eventName: 'rc',
      },
    },
    {
      line: '00000001.0000a1b2 0012c3d4 Wed Mar 04 2026 03:01:15 +01:00 [kern_mgwd:info:1234] job 7 is done',
      parsed: { body: 'job 7 is done', app: 'kern_mgwd', severity: 9 },
    },
    {
      line: '3/4/2026 03:01:15  cl1-node-01      EMERGENCY     cf.fsm.takeover.panic: Failover monitor: takeover attempted after partner panic',
      parsed: {
        body: 'Failover monitor: takeover attempted after partner panic',
        stamp: {
          kind: 'local',
          year: 2026,
          month: 3,
          day: 4,
          hour: 3,
          minute: 1,
          second: 15,
          microsecond: 0,
          ns: 0,
          resolutionUs: 1e6,
          text: '3/4/2026 03:01:15',
        },
        host: 'cl1-node-01',
        severity: 21,
        eventName: 'cf.fsm.takeover.panic',
      },
    },
    {
      line: '00000030.00c8f1e2 11e5347f Wed Mar 04 2026 11:36:44 +01:00 [kern_audit:info:3167] 8004b7000021e73b:4005f7000021e73d :: cl1:ssh :: 10.2.0.9:32879 :: cl1:admin :: volume show :: Pending',
      parsed: {
        body: '8004b7000021e73b:4005f7000021e73d :: cl1:ssh :: 10.2.0.9:32879 :: cl1:admin :: volume show :: Pending',
        stamp: {
          kind: 'instant',
          us: micros(1772620604000000),
          ns: 0,
          resolutionUs: 1e6,
          text: 'Wed Mar 04 2026 11:36:44 +01:00',
        },
        app: 'kern_audit',
        severity: 9,
        attributes: { 'process.pid': 3167 },
      },
    },
  ],
}
