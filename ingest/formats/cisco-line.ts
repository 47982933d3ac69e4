import { severityFromSyslog } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'
import type { Stamp } from './format.ts'
import { put, wholeNumber } from './parsed-line.ts'
import type { Attributes } from './parsed-line.ts'
import { prival, priEnd } from './pri.ts'
import { readBsd, readIso } from './read-stamp.ts'

/** The `%FACILITY-[SUBFACILITY-]SEVERITY-MNEMONIC` of a message and what it says about itself. */
export interface CiscoCode {
  /** Where `%` stands, and where the text behind the code begins. */
  readonly start: number
  readonly textStart: number
  /** `PORT-5-IF_DOWN_LINK_FAILURE`: facility, severity and mnemonic without slot or ASA's class. */
  readonly id: string
  readonly severity: Severity
  /** The severity digit as written. */
  readonly level: string
  /** Line card that speaks: NX-OS writes `SLOT4` between facility and severity. */
  readonly slot: number | undefined
}

/** ASA may name the class of a message in small letters: `%ASA-session-6-302013`. */
const CODE =
  /%([A-Z][A-Z0-9_]{0,40})(?:-((?:SLOT|[A-Z_])[A-Z0-9_]{0,40}(?:-[A-Z][A-Z0-9_]{0,40})?|[a-z]{2,20}))?-([0-7])-([A-Z0-9_]{1,80}) ?(:| |$)/g

/** The header of a message never reaches further. */
const HEADER_LIMIT = 400

/** The first message code of a line, or undefined. */
export function readCode(line: string): CiscoCode | undefined {
  CODE.lastIndex = line.indexOf('%')
  if (CODE.lastIndex < 0) return undefined
  const match = CODE.exec(line.slice(0, HEADER_LIMIT))
  if (match === null) return undefined
  const [text, facility, sub, level, mnemonic] = match
  const slot = /^SLOT(\d{1,3})$/.exec(sub ?? '')
  const middle = sub === undefined || slot !== null || isClass(sub) ? '' : `-${sub}`
  return {
    start: match.index,
    textStart: skipBlanks(line, match.index + text.length),
    id: `${facility}${middle}-${level}-${mnemonic}`,
    severity: severityFromSyslog(Number(level)),
    level: level!,
    slot: wholeNumber(slot?.[1]),
  }
}

const isClass = (sub: string): boolean => sub.charCodeAt(0) >= 97

function skipBlanks(line: string, at: number): number {
  let i = at
  while (line.charCodeAt(i) === 32) i++
  return i
}

/** What stands before the message code. */
export interface CiscoHeader {
  readonly stamp?: Stamp
  readonly host?: string
  /** IOS XR: the process that speaks, `config[65539]`, and the node it runs on, `RP/0/RSP0/CPU0`. */
  readonly process?: string
  readonly node?: string
  readonly sequence?: number
  readonly pri?: number
  /** Something before the time is none of these: the line is not of the device's own making. */
  readonly foreign?: boolean
  /** What stands between the time and the code, not understood. */
  readonly rest: string
}

const STAMP_START =
  /(?:^|[ :*.])(?:(?:\d{4} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} {1,2}\d{1,2} (?:\d{4} )?|\d{4}-\d\d-\d\dT)\d\d:/

/** Time since start in place of a time of day: `00:01:01`, `1w2d`, `3d04h`, `101 21`. */
const UPTIME = /^(?:\d{1,2}:\d\d:\d\d|\d{1,3}[wyd]\d{1,2}[dwh]|\d{1,5} \d{1,5})$/
const NODE = /^(?:(\S{1,100}) )?((?:RP|LC|SP|DRP)?\/?\d{1,2}\/[A-Z0-9]{1,8}\/(?:CPU|ADMIN)\d)$/
const HOST = /^[A-Za-z0-9](?:[\w.-]{0,252})$/
/** What `logging host … session-id` adds: `[syslog@9 s_id="sw-01:514"]`. */
const SESSION = /\[syslog@9 (?:[^\]"]{0,40}"[^"]{0,100}"){0,4}\]/
const SESSION_HOST = /s_id="([A-Za-z0-9][\w.-]{0,252})(?::\d{1,5})?"/

/** The stamp and where it begins, marker included, in what stands before the code. */
function findStamp(head: string): { readonly stamp: Stamp; readonly start: number } | undefined {
  const match = STAMP_START.exec(head)
  if (match === null) return undefined
  const at = match.index + (/^[ :*.]/.test(match[0]) ? 1 : 0)
  const stamp = head[at + 4] === '-' ? readIso(head, at) : readBsd(head, at)
  if (stamp === undefined) return undefined
  const mark = head[at - 1]
  // `*`: the clock was never set or is not authoritative; `.`: it was, but synchronisation is lost.
  if (mark !== '*' && mark !== '.') return { stamp, start: at }
  return { stamp: { ...stamp, unsynced: true }, start: at - 1 }
}

interface Named {
  host?: string
  node?: string
  process?: string
  sequence?: number
  foreign?: boolean
}

/** Reads the colon-separated words before the time: sequence numbers, host, IOS XR node, process. */
function readNames(text: string): Named {
  const named: Named = {}
  const session = text.includes('[syslog@') ? SESSION.exec(text)?.[0] : undefined
  if (session !== undefined) {
    const host = SESSION_HOST.exec(session)?.[1]
    if (host !== undefined) named.host = host
    text = text.replace(session, '')
  }
  for (const word of text.split(/: ?/)) {
    const name = word.trim()
    const node = NODE.exec(name)
    if (name === '' || UPTIME.test(name)) continue
    if (/^\d{1,12}$/.test(name)) named.sequence = Number(name)
    else if (node !== null) {
      if (node[1] !== undefined) named.host = node[1]
      named.node = node[2]!
    } else if (/^\*[A-Za-z]/.test(name)) named.process = name.slice(1)
    else if (HOST.test(name)) named.host ??= name
    else named.foreign = true
  }
  return named
}

/** A zone that is no known abbreviation, the colon behind the time, an IOS XR process and its colon. */
const BEHIND_STAMP = /^ ?(?:[A-Z]{2,5}(?=:))? ?:? ?(?:([\w.-]{1,60})\[(\d{1,10})\] ?: ?)?/

/** Reads what stands before the message code, the part `line[0..end)`. */
export function readHeader(line: string, end: number): CiscoHeader {
  const pri = priEnd(line)
  const head = line.slice(pri, end)
  const found = findStamp(head)
  const named = readNames(found === undefined ? head : head.slice(0, found.start))
  const behind = found === undefined ? '' : head.slice(found.start + lengthOf(found, head))
  const process = BEHIND_STAMP.exec(behind)
  if (process?.[1] !== undefined) named.process = `${process[1]}[${process[2]}]`
  const header: { -readonly [K in keyof CiscoHeader]: CiscoHeader[K] } = {
    rest: behind.slice(process?.[0].length ?? 0).trim(),
  }
  if (found !== undefined) header.stamp = found.stamp
  if (pri > 0) header.pri = prival(line, pri)
  return Object.assign(header, named)
}

function lengthOf(found: { readonly stamp: Stamp; readonly start: number }, head: string): number {
  const mark = head[found.start]
  return found.stamp.text.length + (mark === '*' || mark === '.' ? 1 : 0)
}

/**
 * True when the time stands right behind `<PRI>`, or an ISO time begins the line: RFC 3164 reads that
 * header, and we its message.
 */
export function isPlainSyslog(line: string): boolean {
  return /^(?:<\d{1,3}> {0,2}[A-Z][a-z]{2,8} [ \d]|(?:<\d{1,3}> {0,2})?\d{4}-\d\d-\d\d)/.test(line)
}

/** Names an interface as the message writes it: `Interface GigabitEthernet2/0/3`, `on Vlan10`. */
const INTERFACE =
  /\b(?:[Ii]nterface|port|on) ((?:[A-Z][A-Za-z-]{1,30}|fc|mgmt|po|eth|san-port-channel |vfc)\d{1,4}(?:[/.:]\d{1,4}){0,4})\b/
const VSAN = /%\$VSAN (\d{1,4})%\$/

/** What a message names, and where it comes from, under the names of the schema. */
export function ciscoAttributes(
  header: CiscoHeader,
  code: CiscoCode | undefined,
  line: string,
): Attributes {
  const found: Attributes = {}
  if (header.pri !== undefined) {
    found['log.syslog.facility.code'] = header.pri >> 3
    found['log.syslog.severity.code'] = header.pri & 7
  }
  put(found, 'event.sequence', header.sequence)
  put(found, 'cisco.node', header.node)
  put(found, 'hw.slot', code?.slot)
  if (header.process !== undefined) {
    put(found, 'process.pid', wholeNumber(/\[(\d+)\]$/.exec(header.process)?.[1]))
  }
  if (line.includes('%$')) put(found, 'fc.vsan', wholeNumber(VSAN.exec(line)?.[1]))
  put(found, 'network.interface.name', INTERFACE.exec(line)?.[1])
  return found
}

/** The program a header names, without its process id. */
export function processName(header: CiscoHeader): string | undefined {
  return header.process?.replace(/\[\d+\]$/, '')
}
