import type { AttributeValue } from '../../model/record.ts'
import { severityFromSyslog } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { countEnd, prival, priEnd } from './pri.ts'
import { readIso } from './read-stamp.ts'

type Attributes = Record<string, AttributeValue>

const SPACE = 32
const QUOTE = 34
const BACKSLASH = 92
const CLOSE = 93
const BYTE_ORDER_MARK = 0xfeff

/** The index of the next space, or the end of the line. */
function tokenEnd(line: string, at: number): number {
  const end = line.indexOf(' ', at)
  return end < 0 ? line.length : end
}

/** The header field from `at` to `end`, or undefined for the NILVALUE `-` and for nothing. */
function field(line: string, at: number, end: number): string | undefined {
  if (at >= end || (end - at === 1 && line.charCodeAt(at) === 45)) return undefined
  return line.slice(at, end)
}

/** A parameter's value with `\"`, `\\` and `\]` unescaped; other backslashes stand (§6.3.3). */
function unescapeParam(text: string): string {
  return text.includes('\\') ? text.replace(/\\(["\\\]])/g, '$1') : text
}

/** The index of the quote that closes the value begun before `at`, or -1. */
function closingQuote(line: string, at: number): number {
  for (let i = at; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code === QUOTE) return i
    if (code === BACKSLASH) i++
  }
  return -1
}

/**
 * Reads one SD-ELEMENT whose `[` stands at `at` into `into`; where it ends, or -1 when it is broken.
 * A repeated parameter keeps its first value.
 */
function readElement(line: string, at: number, into: Attributes): number {
  let i = at + 1
  while (i < line.length && line.charCodeAt(i) !== SPACE && line.charCodeAt(i) !== CLOSE) i++
  const prefix = `log.syslog.structured_data.${line.slice(at + 1, i)}`
  if (line.charCodeAt(i) === CLOSE) {
    into[prefix] = true
    return i + 1
  }
  while (line.charCodeAt(i) === SPACE) {
    while (line.charCodeAt(i) === SPACE) i++
    if (line.charCodeAt(i) === CLOSE) break
    const equals = line.indexOf('=', i)
    if (equals < 0 || line.charCodeAt(equals + 1) !== QUOTE) return -1
    const end = closingQuote(line, equals + 2)
    if (end < 0) return -1
    into[`${prefix}.${line.slice(i, equals)}`] ??= unescapeParam(line.slice(equals + 2, end))
    i = end + 1
  }
  return line.charCodeAt(i) === CLOSE ? i + 1 : -1
}

/** Reads STRUCTURED-DATA at `at`; where it ends, or -1 when it is broken. */
function readStructuredData(line: string, at: number, into: Attributes): number {
  if (line.charCodeAt(at) === 45) return at + 1
  let i = at
  while (line.charCodeAt(i) === 91) {
    i = readElement(line, i, into)
    if (i < 0) return -1
  }
  return i > at ? i : -1
}

const TIME_QUALITY = 'log.syslog.structured_data.timeQuality.'

/** What the element `timeQuality` (§7.1) says of the stamp's clock. */
function withQuality(stamp: Stamp, attributes: Attributes): Stamp {
  if (attributes[`${TIME_QUALITY}isSynced`] === '0') return { ...stamp, unsynced: true }
  const accuracyUs = Number(attributes[`${TIME_QUALITY}syncAccuracy`] ?? NaN)
  return accuracyUs >= 0 ? { ...stamp, accuracyUs } : stamp
}

/** The message behind STRUCTURED-DATA without its BOM; the rest of the header where there is none. */
function messageOf(line: string, dataStart: number, dataEnd: number): string {
  let at = dataEnd
  if (line.charCodeAt(at) === SPACE) at++
  if (line.charCodeAt(at) === BYTE_ORDER_MARK) at++
  if (at < line.length) return line.slice(at)
  return line.charCodeAt(dataStart) === 45 ? line : line.slice(dataStart, dataEnd)
}

/** Where TIMESTAMP begins: behind PRI and a VERSION of one to three digits (§6); 0 when it is neither. */
function headerStart(line: string): number {
  const pri = priEnd(line)
  const first = line.charCodeAt(pri)
  if (pri === 0 || !(first >= 49 && first <= 57)) return 0
  for (let i = pri + 1; i <= pri + 3; i++) {
    const code = line.charCodeAt(i)
    if (code === SPACE) return i + 1
    if (!(code >= 48 && code <= 57)) return 0
  }
  return 0
}

function parse(line: string): ParsedLine | undefined {
  const counted = countEnd(line)
  return parseFrame(counted === 0 ? line : line.slice(counted))
}

function parseFrame(line: string): ParsedLine | undefined {
  const timeAt = headerStart(line)
  if (timeAt === 0) return undefined
  const timeEnd = tokenEnd(line, timeAt)
  const hostEnd = tokenEnd(line, timeEnd + 1)
  const appEnd = tokenEnd(line, hostEnd + 1)
  const procEnd = tokenEnd(line, appEnd + 1)
  const msgidEnd = tokenEnd(line, procEnd + 1)
  const hasTime = line.charCodeAt(timeAt) !== 45 || timeEnd - timeAt > 1
  // §6.2.3 demands a zone; senders without one exist, and their source's is configured.
  const stamp = hasTime ? readIso(line, timeAt) : undefined
  if (procEnd >= line.length || (hasTime && stamp?.text.length !== timeEnd - timeAt)) {
    return undefined
  }

  const priority = prival(line, priEnd(line))
  const attributes: Attributes = {
    'log.syslog.facility.code': priority >> 3,
    'log.syslog.severity.code': priority & 7,
  }
  const procid = field(line, appEnd + 1, procEnd)
  if (procid !== undefined) {
    if (/^\d{1,9}$/.test(procid)) attributes['process.pid'] = Number(procid)
    else attributes['log.syslog.procid'] = procid
  }
  const msgid = field(line, procEnd + 1, msgidEnd)
  if (msgid !== undefined) attributes['log.syslog.msgid'] = msgid

  const structured: Attributes = {}
  const dataStart = msgidEnd + 1
  const read = readStructuredData(line, dataStart, structured)
  if (read > dataStart + 1) Object.assign(attributes, structured)
  // Broken structured data is left in the message, where a reader can see it.
  const body = read < 0 ? line.slice(dataStart) : messageOf(line, dataStart, read)

  const parsed: { -readonly [K in keyof ParsedLine]: ParsedLine[K] } = {
    body: body === '' ? line : body,
    severity: severityFromSyslog(priority & 7),
    attributes,
  }
  if (stamp !== undefined) {
    parsed.stamp = read > dataStart + 1 ? withQuality(stamp, structured) : stamp
  }
  const host = field(line, timeEnd + 1, hostEnd)
  if (host !== undefined) parsed.host = host
  const app = field(line, hostEnd + 1, appEnd)
  if (app !== undefined) parsed.app = app
  return parsed
}

/** Syslog as RFC 5424 defines it; the message inside is looked at again as a line of its own. */
export const rfc5424: LogFormat = {
  name: 'rfc5424',
  title: 'Syslog (RFC 5424)',
  reference: 'https://www.rfc-editor.org/rfc/rfc5424',
  envelope: true,
  sniff(text) {
    const counted = countEnd(text)
    const line = counted === 0 ? text : text.slice(counted, counted + 64)
    const at = headerStart(line)
    if (at === 0) return 0
    const isNil = line.charCodeAt(at) === 45 && line.charCodeAt(at + 1) === SPACE
    return isNil || line.charCodeAt(at + 4) === 45 ? 1 : 0
  },
  parse,
  samples: [
    {
      line: '<165>1 2026-11-21T10:42:00.003+01:00 vdi-0417 logon 812 LOGON01 [session@32473 user="ann" phase="profile"] \uFEFFprofile loaded in 4.2 s',
      parsed: {
        body: 'profile loaded in 4.2 s',
        stamp: {
          kind: 'instant',
          us: micros(1795254120003000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-11-21T10:42:00.003+01:00',
        },
        host: 'vdi-0417',
        app: 'logon',
        severity: 10,
        attributes: {
          'log.syslog.facility.code': 20,
          'log.syslog.severity.code': 5,
          'process.pid': 812,
          'log.syslog.msgid': 'LOGON01',
          'log.syslog.structured_data.session@32473.user': 'ann',
          'log.syslog.structured_data.session@32473.phase': 'profile',
        },
      },
    },
    {
      line: '<11>1 2026-11-21T09:42:00.000001Z kvm-03 backup - - [timeQuality tzKnown="1" isSynced="0"][x@1 q="a \\"b\\" \\] \\\\ \\n"] volume busy',
      parsed: {
        body: 'volume busy',
        stamp: {
          kind: 'instant',
          us: micros(1795254120000001),
          ns: 0,
          resolutionUs: 1,
          text: '2026-11-21T09:42:00.000001Z',
          unsynced: true,
        },
        host: 'kvm-03',
        app: 'backup',
        severity: 17,
        attributes: {
          'log.syslog.structured_data.timeQuality.isSynced': '0',
          'log.syslog.structured_data.x@1.q': 'a "b" ] \\ \\n',
        },
      },
    },
    {
      line: '97 <30>1 2026-11-21T10:42:00 kvm-03 backup 77 - - done',
      parsed: {
        body: 'done',
        host: 'kvm-03',
        severity: 9,
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
          text: '2026-11-21T10:42:00',
        },
      },
    },
    {
      line: '<30>1 2026-11-21T09:42:00Z kvm-03 backup 77 DONE',
      parsed: {
        body: '<30>1 2026-11-21T09:42:00Z kvm-03 backup 77 DONE',
        app: 'backup',
        attributes: { 'log.syslog.msgid': 'DONE' },
      },
    },
    {
      line: '<13>1 - - - - - - nothing but a message',
      parsed: { body: 'nothing but a message', severity: 10 },
    },
    {
      line: '<14>1 2026-11-21T09:42:00Z esx-01 vobd main-2 - [apd@6876 naa="naa.600a0980"]',
      parsed: {
        body: '[apd@6876 naa="naa.600a0980"]',
        host: 'esx-01',
        app: 'vobd',
        severity: 9,
        attributes: {
          'log.syslog.procid': 'main-2',
          'log.syslog.structured_data.apd@6876.naa': 'naa.600a0980',
        },
      },
    },
  ],
}
