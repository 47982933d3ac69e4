import { SEVERITY } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'
import type { Stamp } from './format.ts'
import type { Attributes } from './parsed-line.ts'
import { readRfc3339 } from './read-stamp.ts'

/*
 * What the logs of an ESXi host have in common (vSphere 8, "ESXi Syslog Message Formats"): a time in
 * UTC, since ESXi 8 a level of two letters with the syslog priority, then the program; in files that a
 * syslog server wrote the host stands before the program.
 */

/** Who speaks, and under which id: a process, world or thread. */
interface Speaker {
  readonly host?: string | undefined
  readonly app?: string | undefined
  readonly appId?: string | undefined
}

/** What stands before the text of a line. */
export interface EsxiHeader extends Speaker {
  readonly stamp?: Stamp | undefined
  /** The two letters of ESXi 8, `Wa`. */
  readonly level?: string | undefined
  readonly severity?: Severity | undefined
  /** The syslog priority behind the letters: facility · 8 + severity. */
  readonly priority?: number | undefined
  readonly text: string
}

const LEVEL = /^(Em|Al|Cr|Er|Wa|No|In|Db)\((\d{1,3})\)\+? /
const APP = /^([A-Za-z][\w./-]{0,63})(?:\[([^\]\s]{1,20})\])?:(?: {1,4}|$)/
const HOST = /^([A-Za-z0-9][\w.-]{0,252}) /

/** The longest speaker: a host of 253 characters, a program of 64, its id. */
const SPEAKER_LIMIT = 350

const SEVERITIES: Readonly<Record<string, Severity>> = {
  Em: SEVERITY.fatal,
  Al: SEVERITY.alert,
  Cr: SEVERITY.critical,
  Er: SEVERITY.error,
  Wa: SEVERITY.warn,
  No: SEVERITY.notice,
  In: SEVERITY.info,
  Db: SEVERITY.debug,
}

/** The offset behind the stamp and the blank or `: ` (vobd.log) that follows it; -1 without one. */
function behindStamp(line: string, stamp: Stamp): number {
  const end = stamp.text.length
  if (line.startsWith(': ', end)) return end + 2
  return line[end] === ' ' ? end + 1 : -1
}

/** `hostd[123]: ` or `esx-07 hostd[123]: ` at the start of a text, and how long it is. */
function readSpeaker(text: string): Speaker & { readonly length: number } {
  const app = APP.exec(text)
  if (app !== null) return { app: app[1], appId: app[2], length: app[0].length }
  const host = HOST.exec(text)
  const behind = host === null ? null : APP.exec(text.slice(host[0].length))
  if (host === null || behind === null) return { length: 0 }
  const length = host[0].length + behind[0].length
  return { host: host[1], app: behind[1], appId: behind[2], length }
}

/**
 * Reads what stands before the text of a line of an ESXi log; undefined when the line begins with a
 * time that neither a blank nor a colon follows. A line without a time, as the message of a syslog
 * frame, is all text.
 */
export function readEsxiHeader(line: string): EsxiHeader | undefined {
  const stamp = readRfc3339(line)
  if (stamp === undefined) return { text: line }
  const at = behindStamp(line, stamp)
  if (at < 0) return undefined
  const level = LEVEL.exec(line.slice(at, at + 12))
  const speakerAt = at + (level?.[0].length ?? 0)
  const speaker = readSpeaker(line.slice(speakerAt, speakerAt + SPEAKER_LIMIT))
  return {
    stamp,
    level: level?.[1],
    severity: level === null ? undefined : SEVERITIES[level[1]!],
    priority: level === null ? undefined : Number(level[2]),
    host: speaker.host,
    app: speaker.app,
    appId: speaker.appId,
    text: line.slice(speakerAt + speaker.length),
  }
}

/** Adds what the header says under the names of the schema. */
export function putHeader(into: Attributes, { priority }: EsxiHeader): void {
  if (priority === undefined) return
  into['log.syslog.facility.code'] = priority >> 3
  into['log.syslog.severity.code'] = priority & 7
}

/** True for a line of an ESXi 8 file that goes on with the message of the line before. */
export function isContinuation(line: string): boolean {
  return line.startsWith('-->') || /^\S{20,35} (?:Em|Al|Cr|Er|Wa|No|In|Db)\(\d{1,3}\)\+ /.test(line)
}
