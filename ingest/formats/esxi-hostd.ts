import { severityFromWord } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import { isContinuation, putHeader, readEsxiHeader } from './esxi-line.ts'
import type { EsxiHeader } from './esxi-line.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { parsedLine, put, wholeNumber } from './parsed-line.ts'
import type { Attributes } from './parsed-line.ts'
import { readIso } from './read-stamp.ts'

/** `info hostd[70840B70] [`, `info -[1000212040] [`, `INFO vpxd 20973 [`: level, program, thread. */
const WORDS =
  /^(trivia|verbose|debug|info|warning|error|critical|panic|fatal) (-|[A-Za-z][\w.-]{0,60})(?:\[(\w{1,20})\]| (\d{1,20})) (?=\[)/i

/** `[F5A5AB90 info 'vm:/vmfs/…' opID=…] `, ESX 4 and 5: thread, level, subsystem. */
const QUOTED = /^\[(\S{1,40}) (trivia|verbose|info|warning|error|panic) '([^']{0,300})'/

/** `Section for VMware ESX, pid=…` and `- last log rotation time, …` begin every file. */
const BANNER = /^(?:- (?:last log rotation time|time the service was last started)|Section for )/

/** `Event 616 : Created virtual machine …`: the host's own event, by its key. */
const EVENT = /^Event (\d{1,12}) : /

/** The offset of the bracket that closes the one at 0, counting those inside; -1 when none does. */
function closingBracket(text: string): number {
  let depth = 0
  const end = Math.min(text.length, 2000)
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === 91) depth++
    else if (code === 93 && --depth === 0) return i
  }
  return text.indexOf(']')
}

/** A word without the quotes some programs put around it. */
function unquoted(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text
}

const NAMES: Readonly<Record<string, string>> = {
  sub: 'log.logger',
  opid: 'vsphere.op_id',
  sid: 'vsphere.session.id',
  user: 'user.name',
}

/** `sub=… opID=… sid=… user=…`: each value reaches to the next name; operation ids have no blanks. */
function putOrigin(into: Attributes, text: string): void {
  for (const part of text.split(/ (?=[A-Za-z]{2,20}=)/)) {
    const equals = part.indexOf('=')
    const name = NAMES[part.slice(0, equals).toLowerCase()]
    if (equals < 0 || name === undefined) continue
    const value = unquoted(part.slice(equals + 1))
    if (value !== '') into[name] ??= name === 'vsphere.op_id' ? value.split(' ', 1)[0]! : value
  }
}

interface Spoken {
  readonly level?: string | undefined
  readonly app?: string | undefined
  readonly thread?: string | undefined
  readonly origin: string
  readonly body: string
}

/** What is in brackets and what stands behind them. */
function bracketed(text: string): { readonly inside: string; readonly behind: string } | undefined {
  const end = closingBracket(text)
  if (end < 0) {
    // Cut off on the way, inside the origin.
    return text.startsWith('[Originator@') ? { inside: text.slice(1), behind: text } : undefined
  }
  return { inside: text.slice(1, end), behind: text.slice(end + 1).replace(/^ /, '') }
}

function readQuoted(text: string): Spoken | undefined {
  const quoted = QUOTED.exec(text)
  const bracket = quoted === null ? undefined : bracketed(text)
  if (quoted === null || bracket === undefined) return undefined
  const [head, thread, level, sub] = quoted
  const origin = `sub=${sub}${text.slice(head.length, 1 + bracket.inside.length)}`
  return { level, thread, origin, body: bracket.behind }
}

/** Level, program, thread and origin of a text; undefined when it is none of the shapes. */
function read(text: string): Spoken | undefined {
  if (text.startsWith('[') && !text.startsWith('[Originator@')) return readQuoted(text)
  const words = WORDS.exec(text)
  const rest = text.slice(words?.[0].length ?? 0)
  const bracket = rest.startsWith('[') ? bracketed(rest) : undefined
  if (bracket === undefined) return undefined
  const { inside, behind } = bracket
  return {
    level: words?.[1],
    app: words?.[2] === '-' ? undefined : words?.[2],
    thread: words?.[3] ?? words?.[4],
    origin: inside,
    body: behind,
  }
}

function said(header: EsxiHeader, spoken: Spoken, line: string): ParsedLine {
  const { body } = spoken
  const attributes: Attributes = {}
  putHeader(attributes, header)
  put(attributes, 'thread.id', spoken.thread ?? header.appId)
  if (body.startsWith('Event ')) {
    put(attributes, 'vsphere.event.key', wholeNumber(EVENT.exec(body)?.[1]))
  }
  if (spoken.origin !== '') putOrigin(attributes, spoken.origin)
  return parsedLine(body === '' ? line : body, {
    stamp: header.stamp,
    host: header.host,
    app: (spoken.app ?? header.app)?.toLowerCase(),
    severity: spoken.level === undefined ? header.severity : severityFromWord(spoken.level),
    severityText: spoken.level ?? header.level,
    attributes,
  })
}

/** ESX 4 puts the time inside the brackets: `[2011-04-01 15:14:34.203 F5A5AB90 info 'App'] text`. */
function parseOldest(line: string): ParsedLine | undefined {
  const stamp: Stamp | undefined = readIso(line, 1)
  if (stamp === undefined) return undefined
  const spoken = readQuoted(`[${line.slice(stamp.text.length + 2)}`)
  return spoken && said({ stamp, text: '' }, spoken, line)
}

/** Lines of other daemons of an ESXi 8 host, known by the letters: level, program, text. */
function parseDaemon(header: EsxiHeader, line: string): ParsedLine | undefined {
  if (header.level === undefined && !BANNER.test(header.text)) return undefined
  return said(header, { origin: '', body: header.text }, line)
}

function parse(line: string): ParsedLine | undefined {
  if (line.startsWith('-->')) return parsedLine(line, {})
  if (/^\[\d{4}-/.test(line)) return parseOldest(line)
  const header = readEsxiHeader(line)
  if (header === undefined) return undefined
  const spoken = read(header.text)
  if (spoken !== undefined) return said(header, spoken, line)
  return header.stamp === undefined ? undefined : parseDaemon(header, line)
}

/**
 * A whole line in one look: time, letters of ESXi 8, host and program, each optional; then the level,
 * program and thread of the common line, its bracket or a banner.
 */
const LINE =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d) (?:([A-Z][a-z])\(\d{1,3}\)\+? )?(?:(?:[\w.-]{1,253} )?[A-Za-z][\w.-]{0,63}(?:\[\w{1,20}\])?: {0,4})?)?(?:(?:[A-Za-z]{4,8} (?:-|[A-Za-z][\w.-]{0,60})(?:\[\w{1,20}\]| \d{1,20}) )?(\[Originator@)|(\[\S{1,40} (?:trivia|verbose|info|warning|error|panic) '|\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? \S{1,40} (?:trivia|verbose|info|warning|error|panic) ')|([A-Za-z]{4,8} [\w.-]{1,60}(?:\[\w{1,20}\]| \d{1,20}) \[)|(- last log |- time the service |Section for VMware))?/

function sniff(line: string): number {
  if (line.startsWith('--> ')) return 0.5
  const match = LINE.exec(line)
  if (match === null) return 0
  const [, letters, origin, quoted, words, banner] = match
  if (origin !== undefined || quoted !== undefined) return 0.95
  if (letters !== undefined || banner !== undefined) return 0.9
  if (words === undefined) return 0
  return /[ []op[Ii][Dd]=/.test(line) ? 0.9 : 0.6
}

/**
 * The management daemons of ESXi and vCenter that write VMware's common line: hostd, vpxa, vpxd, fdm,
 * rhttpproxy, vsansystem …; since ESXi 8 every daemon of the host. `opID` ties the lines of one task
 * together from vCenter through vpxa to hostd.
 */
export const esxiHostd: LogFormat = {
  name: 'esxi-hostd',
  title: 'VMware hostd, vpxa, vpxd and other management daemons',
  reference: 'vSphere 8 "ESXi Syslog Message Formats"',
  layer: 'hypervisor',
  sniff,
  parse,
  continues: isContinuation,
  samples: [
    {
      line: '2026-03-04T07:50:11.118Z info hostd[2099812] [Originator@6876 sub=Vimsvc.TaskManager opID=5b46869a-0000005e-46-3d-df-5944 user=vpxuser:VSPHERE.LOCAL\\Administrator] Task Created : haTask-112-vim.VirtualMachine.createSnapshot-88120',
      parsed: {
        body: 'Task Created : haTask-112-vim.VirtualMachine.createSnapshot-88120',
        stamp: {
          kind: 'instant',
          us: micros(1772610611118000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-03-04T07:50:11.118Z',
        },
        app: 'hostd',
        severity: 9,
        severityText: 'info',
        attributes: {
          'thread.id': '2099812',
          'log.logger': 'Vimsvc.TaskManager',
          'vsphere.op_id': '5b46869a-0000005e-46-3d-df-5944',
          'user.name': 'vpxuser:VSPHERE.LOCAL\\Administrator',
        },
      },
    },
    {
      line: '2026-03-04T07:50:12.118Z Db(167) Hostd[2099813]: [Originator@6876 sub=SoapAdapter[0].HTTPService opID=531c52d7-9d8a sid=52806149] New request: method=retrieveInternalCapability',
      parsed: {
        body: 'New request: method=retrieveInternalCapability',
        app: 'hostd',
        severity: 5,
        severityText: 'Db',
        attributes: {
          'thread.id': '2099813',
          'log.logger': 'SoapAdapter[0].HTTPService',
          'vsphere.op_id': '531c52d7-9d8a',
          'vsphere.session.id': '52806149',
          'log.syslog.severity.code': 7,
        },
      },
    },
    {
      line: '2017-06-14T14:14:25.234Z esx-07.example hostd: info hostd[70840B70] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=58B46869-0000005E-46] Event 616 : Created virtual machine vdi-0417 on esx-07.example in ha-datacenter',
      parsed: {
        body: 'Event 616 : Created virtual machine vdi-0417 on esx-07.example in ha-datacenter',
        host: 'esx-07.example',
        app: 'hostd',
        severity: 9,
        attributes: { 'vsphere.event.key': 616, 'vsphere.op_id': '58B46869-0000005E-46' },
      },
    },
    {
      line: "2014-01-17T04:55:50.347Z [7F03ECE76700 verbose 'Default' opID=2140bc71] [VpxVmomi] Invoke done: vmodl.query.PropertyCollector.waitForUpdatesEx",
      parsed: {
        body: '[VpxVmomi] Invoke done: vmodl.query.PropertyCollector.waitForUpdatesEx',
        severity: 5,
        severityText: 'verbose',
        attributes: {
          'thread.id': '7F03ECE76700',
          'log.logger': 'Default',
          'vsphere.op_id': '2140bc71',
        },
      },
    },
    {
      line: "[2011-04-01 15:14:34.203 F5A5AB90 warning 'vm:/vmfs/volumes/4d6579ec-23f981cb-465c-00237da0cfee/a/a.vmx' opID=F6FC49D5-000007E6-d] Failed to find activation record",
      parsed: {
        body: 'Failed to find activation record',
        stamp: {
          kind: 'local',
          year: 2011,
          month: 4,
          day: 1,
          hour: 15,
          minute: 14,
          second: 34,
          microsecond: 203000,
          ns: 0,
          resolutionUs: 1000,
          text: '2011-04-01 15:14:34.203',
        },
        severity: 13,
        attributes: {
          'log.logger': 'vm:/vmfs/volumes/4d6579ec-23f981cb-465c-00237da0cfee/a/a.vmx',
          'vsphere.op_id': 'F6FC49D5-000007E6-d',
        },
      },
    },
    {
      line: '2026-03-04T07:51:41.274Z INFO vsan-mgmt[51740] [VsanVcObjectHelper::wrapper opID=SWI-2230eb26-8c37] Ready to get single executor result',
      parsed: {
        body: 'Ready to get single executor result',
        app: 'vsan-mgmt',
        severity: 9,
        attributes: { 'vsphere.op_id': 'SWI-2230eb26-8c37' },
      },
    },
    {
      line: '2026-03-04T07:52:21.349Z INFO vpxd 20973 [Originator@4413 sub="ServiceAccount" opID="SvcAcctInit-5a91f2fc"] Service account accessor initialized',
      parsed: {
        body: 'Service account accessor initialized',
        app: 'vpxd',
        attributes: { 'log.logger': 'ServiceAccount', 'vsphere.op_id': 'SvcAcctInit-5a91f2fc' },
      },
    },
    {
      line: '2026-03-04T07:53:51.640Z In(14) vmsyslogd[2098391]: lost 14 messages to tcp://10.20.0.5:514',
      parsed: {
        body: 'lost 14 messages to tcp://10.20.0.5:514',
        app: 'vmsyslogd',
        severity: 9,
        severityText: 'In',
      },
    },
    {
      line: '2026-03-04T07:54:00.243Z Section for VMware ESX, pid=4774, version=8.0.2, build=22380479, option=Release',
      parsed: {
        body: 'Section for VMware ESX, pid=4774, version=8.0.2, build=22380479, option=Release',
      },
    },
    {
      line: '[Originator@6876 sub=Hostsvc.VmkVprobSource] VmkVprobSource::Post event: (vim.event.EventEx) {}',
      parsed: {
        body: 'VmkVprobSource::Post event: (vim.event.EventEx) {}',
        attributes: { 'log.logger': 'Hostsvc.VmkVprobSource' },
      },
    },
  ],
}
