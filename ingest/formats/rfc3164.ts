import type { AttributeValue } from '../../model/record.ts'
import { severityFromSyslog, severityFromWord } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { kernelEvent } from './kernel-events.ts'
import { leadingLevel } from './leading-level.ts'
import { countEnd, prival, priEnd } from './pri.ts'
import { readBsd, readIso } from './read-stamp.ts'

const SPACE = 32
const PERCENT = 37
const COLON = 58
const OPEN = 91

/** The longest program name taken for a TAG; §5.3 says 32, paths and unit names are longer. */
const MAX_TAG = 96
const MAX_HOST = 255

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isLetter = (code: number): boolean => {
  const lower = code | 32
  return lower >= 97 && lower <= 122
}

function skipBlanks(line: string, at: number): number {
  let i = at
  while (line.charCodeAt(i) === SPACE) i++
  return i
}

/** The end of the run of non-blanks at `at`, looked for within `limit` characters. */
function wordEnd(line: string, at: number, limit: number): number {
  const last = Math.min(line.length, at + limit)
  let i = at
  while (i < last && line.charCodeAt(i) !== SPACE) i++
  return i
}

interface Tag {
  readonly app: string
  readonly pid: number | undefined
  /** Where the message begins. */
  readonly end: number
}

/**
 * The TAG at `at`: `sshd[812]:`, `vmkernel:`, `/usr/sbin/cron[4]:`, `su(pam_unix)[7]:`, `sshd[812] `.
 * Undefined where the message begins at once: a word without colon, a bare number (Cisco's sequence
 * number), `%FACILITY-…`.
 */
function tagAt(line: string, at: number): Tag | undefined {
  const first = line.charCodeAt(at)
  if (first === PERCENT || first === OPEN || first === COLON || first === 123) return undefined
  let letters = 0
  const last = Math.min(line.length, at + MAX_TAG)
  for (let i = at; i < last; i++) {
    const code = line.charCodeAt(i)
    if (code === SPACE || code === 34 || code === 61) return undefined
    if (code === OPEN) return letters > 0 ? tagWithPid(line, at, i) : undefined
    if (code === COLON) {
      const next = line.charCodeAt(i + 1)
      if (next !== SPACE && i + 1 < line.length) continue
      if (letters === 0) return undefined
      return { app: line.slice(at, i), pid: undefined, end: skipOne(line, i + 1) }
    }
    if (isLetter(code)) letters++
  }
  return undefined
}

/** The rest of a TAG whose `[` stands at `open`: digits, `]`, and a colon or a blank. */
function tagWithPid(line: string, at: number, open: number): Tag | undefined {
  let pid = 0
  let i = open + 1
  while (i - open < 11 && isDigit(line.charCodeAt(i))) {
    pid = pid * 10 + line.charCodeAt(i) - 48
    i++
  }
  if (i === open + 1 || line.charCodeAt(i) !== 93) return undefined
  const app = line.slice(at, open)
  if (line.charCodeAt(i + 1) === COLON) return { app, pid, end: skipOne(line, i + 2) }
  return line.charCodeAt(i + 1) === SPACE ? { app, pid, end: i + 2 } : undefined
}

const skipOne = (line: string, at: number): number => (line.charCodeAt(at) === SPACE ? at + 1 : at)

/** Characters a host name or address can have; `_` is outside DNS but in use. */
function isHost(line: string, from: number, to: number): boolean {
  if (to <= from || to - from > MAX_HOST) return false
  for (let i = from; i < to; i++) {
    const code = line.charCodeAt(i)
    const allowed =
      isLetter(code) || isDigit(code) || code === 45 || code === 46 || code === 95 || code === COLON
    if (!allowed && code < 128) return false
  }
  return line.charCodeAt(to - 1) !== COLON
}

/**
 * The stamp at `at`. Without PRI, an ISO stamp counts only in the shape that syslog daemons write
 * (`T` and an explicit zone): plenty of other logs begin with a date.
 */
function stampAt(line: string, at: number): Stamp | undefined {
  if (!isDigit(line.charCodeAt(at))) return readBsd(line, at) ?? readWeekdayIso(line, at)
  if (line.charCodeAt(at + 4) === SPACE) return readBsd(line, at)
  const stamp = readIso(line, at)
  if (stamp === undefined || at > 0) return stamp
  return stamp.kind === 'instant' && line.charCodeAt(at + 10) === 84 ? stamp : undefined
}

/** `Sat 2026-11-21 10:42:00 CET`, as `journalctl -o short-full` writes it. */
function readWeekdayIso(line: string, at: number): Stamp | undefined {
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /.test(line.slice(at, at + 4))) return undefined
  const stamp = readIso(line, at + 4)
  return stamp && { ...stamp, text: line.slice(at, at + 4) + stamp.text }
}

type Attributes = Record<string, AttributeValue>
type Draft = { -readonly [K in keyof ParsedLine]: ParsedLine[K] } & { attributes: Attributes }

/** Reads host and TAG at `at` into `draft`; where the message begins. */
function readSender(line: string, at: number, draft: Draft): number {
  let i = skipBlanks(line, at)
  // `Nov 21 10:42:00: %LINK-…` and `: --- last message repeated`: nobody is named.
  if (line.charCodeAt(i) === COLON) return skipBlanks(line, i + 1)
  const hostEnd = wordEnd(line, i, MAX_HOST + 1)
  const hostOnly = line.charCodeAt(hostEnd - 1) === COLON
  if (hostOnly && line.charCodeAt(hostEnd + 1) === PERCENT && isHost(line, i, hostEnd - 1)) {
    draft.host = line.slice(i, hostEnd - 1)
    return hostEnd + 1
  }
  let tag = tagAt(line, i)
  if (tag === undefined && isHost(line, i, hostEnd)) {
    draft.host = line.slice(i, hostEnd)
    i = skipBlanks(line, hostEnd)
    if (line.charCodeAt(i) === COLON) return skipBlanks(line, i + 1)
    tag = tagAt(line, i) ?? readLevelledTag(line, i, draft)
  }
  if (tag === undefined) return i
  draft.app = tag.app
  if (tag.pid !== undefined) draft.attributes['process.pid'] = tag.pid
  return tag.end
}

/** Syslog's own names of its severities (RFC 3164 §4.1.1), as daemons write them before a TAG. */
const KEYWORDS: ReadonlyMap<string, Severity> = new Map(
  ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'].map((word, code) => [
    word,
    severityFromSyslog(code),
  ]),
)

/**
 * The TAG behind a severity at `at`, which goes to `draft`: `notice mcpd[4]: ` (BIG-IP),
 * `daemon.err dropbear[4]: ` (BusyBox).
 */
function readLevelledTag(line: string, at: number, draft: Draft): Tag | undefined {
  const first = line.charCodeAt(at)
  if (!(first >= 97 && first <= 122)) return undefined
  const word = line.slice(at, wordEnd(line, at, 20))
  const dot = word.indexOf('.')
  const severity = KEYWORDS.get(dot < 0 ? word : word.slice(dot + 1))
  const tag = severity === undefined ? undefined : tagAt(line, at + word.length + 1)
  if (tag === undefined) return undefined
  draft.severity = severity!
  draft.severityText = word.slice(dot + 1)
  return tag
}

/** rsyslog writes a control character of its own messages as `#` and three octal digits. */
function unescapeControl(text: string): string {
  return text.replace(/#(0[0-3][0-7])/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  )
}

/** The Solaris message id `[ID 702911 auth.notice]` at the start of a message, read into `draft`. */
function readSolarisId(body: string, draft: Draft): string {
  const m = /^\[ID (\d{1,10}) [a-z0-9]+\.([a-z]+)\] /.exec(body)
  if (m === null) return body
  draft.attributes['log.syslog.msgid'] = m[1]!
  const severity = severityFromWord(m[2]!)
  if (severity > 0) draft.severity ??= severity
  return body.slice(m[0].length)
}

function readMessage(line: string, at: number, draft: Draft): void {
  let body = line.slice(at)
  if (body.startsWith('[ID ')) body = readSolarisId(body, draft)
  if (draft.app === 'rsyslogd' && body.includes('#0')) body = unescapeControl(body)
  draft.body = body === '' ? line : body
  if (draft.app === 'kernel') readKernelEvent(body, draft)
  if (draft.severity !== undefined) return
  const level = leadingLevel(body)
  if (level === undefined) return
  draft.severity = level.severity
  draft.severityText = level.text
}

/** A kernel message without printk's clock, which the format of those does not see. */
function readKernelEvent(body: string, draft: Draft): void {
  const event = kernelEvent(body)
  if (event === undefined) return
  draft.eventName = event.name
  draft.severity ??= event.severity
}

function parse(line: string): ParsedLine | undefined {
  const counted = countEnd(line)
  return parseFrame(counted === 0 ? line : line.slice(counted))
}

function parseFrame(line: string): ParsedLine | undefined {
  const pri = priEnd(line)
  const at = skipBlanks(line, pri)
  const stamp = stampAt(line, at)
  if (pri === 0 && (stamp === undefined || at > 0)) return undefined
  const attributes: Attributes = {}
  const draft: Draft = { body: '', attributes }
  if (pri > 0) {
    const priority = prival(line, pri)
    attributes['log.syslog.facility.code'] = priority >> 3
    attributes['log.syslog.severity.code'] = priority & 7
    draft.severity = severityFromSyslog(priority & 7)
  }
  let message = at
  if (stamp !== undefined) {
    draft.stamp = stamp
    const end = at + stamp.text.length
    const next = line.charCodeAt(end)
    if (next !== SPACE && next !== COLON && end < line.length) return undefined
    message = readSender(line, end, draft)
    if (pri === 0 && !isSyslogSender(line, end, draft)) return undefined
  } else message = readBareSender(line, at, draft)
  readMessage(line, message, draft)
  return draft
}

/** Behind `<PRI>` without a time: a TAG (`logger` on some systems) or the message itself. */
function readBareSender(line: string, at: number, draft: Draft): number {
  if (line.charCodeAt(at) === COLON) return skipBlanks(line, at + 1)
  const tag = tagAt(line, at)
  if (tag === undefined) return at
  draft.app = tag.app
  if (tag.pid !== undefined) draft.attributes['process.pid'] = tag.pid
  return tag.end
}

/**
 * What a network device sends behind the name that a relay gave it: a Cisco code, its sequence number,
 * its own header behind a colon, or its name again in brackets (NetApp).
 */
const DEVICE_MESSAGE = /^(?:%[A-Z]|\d{1,12}: |: |\[)/

/**
 * Without PRI, behind a time that others write too: `2026-11-21T10:42:00Z INFO …` is an application's
 * line, not a host called INFO. A TAG without host (files of ESXi) must have its process id.
 */
function isSyslogSender(line: string, stampEnd: number, draft: Draft): boolean {
  const { host, app, attributes } = draft
  if (!isDigit(line.charCodeAt(0))) return true
  if (host === undefined) return app !== undefined && attributes['process.pid'] !== undefined
  if (severityFromWord(host) > 0) return false
  if (app !== undefined || line.charCodeAt(4) === SPACE) return true
  const message = skipBlanks(line, stampEnd) + host.length + 1
  if (!DEVICE_MESSAGE.test(line.slice(message, message + 16))) return false
  return line.charCodeAt(message) !== OPEN || line.startsWith(`${host}:`, message + 1)
}

/**
 * A blank where a month ends and a colon where its clock has the first (behind a day of one or two
 * places, or a year), or the same of an ISO date or a year before the month.
 */
function looksStamped(line: string, at: number): boolean {
  const first = line.charCodeAt(at)
  if (isDigit(first)) {
    const separator = line.charCodeAt(at + 4)
    if (separator === 45) return line.charCodeAt(at + 13) === COLON
    // `521: sw-07: *Nov …` has a blank there too: Cisco's sequence number.
    if (separator !== SPACE || !isDigit(line.charCodeAt(at + 3))) return false
    if (!isLetter(line.charCodeAt(at + 5)) || line.charCodeAt(at + 8) !== SPACE) return false
    return line.charCodeAt(at + 14) === COLON || line.charCodeAt(at + 13) === COLON
  }
  if (!isLetter(first) || line.charCodeAt(at + 3) !== SPACE) return false
  // A weekday has the name of the month behind its blank, or an ISO date.
  if (isLetter(line.charCodeAt(at + 4))) return false
  if (line.charCodeAt(at + 8) === 45) return line.charCodeAt(at + 17) === COLON
  return (
    line.charCodeAt(at + 9) === COLON ||
    line.charCodeAt(at + 8) === COLON ||
    line.charCodeAt(at + 13) === COLON ||
    line.charCodeAt(at + 14) === COLON
  )
}

function sniff(text: string): number {
  const counted = countEnd(text)
  const line = counted === 0 ? text : text.slice(counted)
  const pri = priEnd(line)
  if (pri > 0) {
    const at = skipBlanks(line, pri)
    return looksStamped(line, at) ? 0.95 : 0.6
  }
  if (!looksStamped(line, 0)) return 0
  if (!isDigit(line.charCodeAt(0))) return 0.6
  return parse(line) === undefined ? 0 : 0.8
}

/**
 * Syslog as RFC 3164 found it in the wild: with or without PRI (files under /var/log), host, TAG and
 * pid; with RFC 3339 times (rsyslog, ESXi). What stands behind PRI and cannot be read as header is the
 * message, for the vendor formats to read. Without PRI a level that the message begins with counts.
 */
export const rfc3164: LogFormat = {
  name: 'rfc3164',
  title: 'Syslog (RFC 3164) and /var/log files',
  reference: 'https://www.rfc-editor.org/rfc/rfc3164',
  envelope: true,
  sniff,
  parse,
  continues: (line) => line.charCodeAt(0) === 9 || (line.startsWith('  ') && line.trim() !== ''),
  samples: [
    {
      line: '<38>Nov 21 10:42:00 vdi-0417 sshd[812]: Accepted publickey for ann',
      parsed: {
        body: 'Accepted publickey for ann',
        stamp: {
          kind: 'local',
          month: 11,
          day: 21,
          hour: 10,
          minute: 42,
          second: 0,
          microsecond: 0,
          ns: 0,
          resolutionUs: 1e6,
          text: 'Nov 21 10:42:00',
        },
        host: 'vdi-0417',
        app: 'sshd',
        severity: 9,
        attributes: {
          'log.syslog.facility.code': 4,
          'log.syslog.severity.code': 6,
          'process.pid': 812,
        },
      },
    },
    {
      line: '<166>2026-11-21T09:42:00.123Z esx-01.example.com Hostd: Task completed',
      parsed: {
        body: 'Task completed',
        stamp: {
          kind: 'instant',
          us: micros(1795254120123000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-11-21T09:42:00.123Z',
        },
        host: 'esx-01.example.com',
        app: 'Hostd',
        severity: 9,
      },
    },
    {
      line: '<13>Nov  1 10:42:00 backup[77]: volume busy',
      parsed: {
        body: 'volume busy',
        app: 'backup',
        severity: 10,
        attributes: { 'process.pid': 77 },
      },
    },
    {
      line: '<78>Oct 25 09:10:00 /usr/sbin/cron[5492]: (root) CMD (true)',
      parsed: { body: '(root) CMD (true)', app: '/usr/sbin/cron' },
    },
    {
      line: '<187>Nov 21 10:42:00 sw-01 4711: link down on port 7',
      parsed: { body: '4711: link down on port 7', host: 'sw-01', severity: 17 },
    },
    {
      line: 'Nov 21 10:42:00 kvm-03 NetworkManager[901]: <warn>  [1795254120.1] dhcp4: request timed out',
      parsed: {
        body: '<warn>  [1795254120.1] dhcp4: request timed out',
        host: 'kvm-03',
        app: 'NetworkManager',
        severity: 13,
        severityText: 'warn',
      },
    },
    {
      line: 'Nov 21 10:42:00 adc-1 notice mcpd[4213]: 01070638:5: pool member is down',
      parsed: {
        body: '01070638:5: pool member is down',
        host: 'adc-1',
        app: 'mcpd',
        severity: 10,
        severityText: 'notice',
      },
    },
    {
      line: 'Nov 21 10:42:00 gw-4 daemon.err dropbear[77]: exit before auth',
      parsed: {
        body: 'exit before auth',
        host: 'gw-4',
        app: 'dropbear',
        severity: 17,
        severityText: 'err',
      },
    },
    {
      line: '2026-11-21T09:42:00Z sshd[2100413]: Connection from 10.0.0.9 port 41022',
      parsed: {
        body: 'Connection from 10.0.0.9 port 41022',
        app: 'sshd',
        attributes: { 'process.pid': 2100413 },
      },
    },
    {
      line: 'Sat 2026-11-21 09:42:00 UTC kvm-03 sshd[812]: session opened',
      parsed: {
        body: 'session opened',
        host: 'kvm-03',
        stamp: {
          kind: 'instant',
          us: micros(1795254120000000),
          ns: 0,
          resolutionUs: 1e6,
          text: 'Sat 2026-11-21 09:42:00 UTC',
        },
      },
    },
    {
      line: '<13>2026 Nov 21 10:42:00 sw-02 last message repeated 5 times',
      parsed: { body: 'last message repeated 5 times', host: 'sw-02', severity: 10 },
    },
    {
      line: '38 <13>Nov 21 10:42:00 kvm-03 app: a frame',
      parsed: { body: 'a frame', host: 'kvm-03', app: 'app', severity: 10 },
    },
    {
      line: 'Nov 21 10:42:00 kvm-03 last message repeated 2 times',
      parsed: { body: 'last message repeated 2 times', host: 'kvm-03' },
    },
    {
      line: '2026-11-21T10:42:00.000001+01:00 kvm-03 systemd[1]: Started Session 4 of user ann.',
      parsed: { body: 'Started Session 4 of user ann.', host: 'kvm-03', app: 'systemd' },
    },
    {
      line: 'Nov 21 10:42:00 sun-02 su: [ID 366847 auth.notice] su root failed for ann',
      parsed: {
        body: 'su root failed for ann',
        app: 'su',
        severity: 10,
        attributes: { 'log.syslog.msgid': '366847' },
      },
    },
    {
      line: '<46>Nov 21 10:42:00 kvm-03 rsyslogd: action failed:#012queue full',
      parsed: { body: 'action failed:\nqueue full', app: 'rsyslogd' },
    },
    {
      line: 'Nov 1 2026 10:42:00 kvm-03 cron[3]: started',
      parsed: { body: 'started', host: 'kvm-03', app: 'cron' },
    },
    { line: '<13>app: no time at all', parsed: { body: 'no time at all', app: 'app' } },
    {
      line: '<13>Nov 21 10:42:00 kvm-03 cron[3]:',
      parsed: { host: 'kvm-03', app: 'cron', body: '<13>Nov 21 10:42:00 kvm-03 cron[3]:' },
    },
  ],
}
