import type { AttributeValue } from '../../model/record.ts'
import { SEVERITY, severityFromWord } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { leadingLevel } from './leading-level.ts'
import type { Level } from './leading-level.ts'
import { readStamp } from './read-stamp.ts'

const OPEN = 91

/** Words between the time and the level: thread, logger, pid. */
const MAX_WORDS_BEFORE_LEVEL = 5

interface Dated {
  readonly stamp: Stamp
  /** The offset behind the stamp and what encloses or ends it. */
  readonly end: number
  /** The logger named before the time. */
  readonly logger?: string
}

/**
 * The stamp a line begins with, bare or in brackets, alone in them or with others; a bare count of
 * seconds must be one to be taken.
 */
function readDate(line: string): Dated | undefined {
  const bracket = line.charCodeAt(0) === OPEN ? 1 : 0
  const stamp = readStamp(line, bracket)
  if (stamp === undefined) return bracket === 0 ? readNamedDate(line) : undefined
  const end = bracket + stamp.text.length
  const next = line.charAt(end)
  if (bracket === 1) {
    if (next === ']') return { stamp, end: end + 1 }
    return next === ' ' ? { stamp, end } : undefined
  }
  return next === '' || ' \t:,|;['.includes(next) ? { stamp, end } : undefined
}

/** `pool.worker: 2026-…`, `(pool.worker): 2026-…`, `Worker: 140123456: 2026-…`: logger, thread, time. */
const NAMED = /^\(?([A-Za-z][\w.-]{1,80})\)?: ?(?:\d{1,20}: )?(?=\d{4}-\d\d-\d\d[ T]\d\d:)/

/** A time behind the logger's name counts only where a level follows: prose has `Start: 2026-…`. */
function readNamedDate(line: string): Dated | undefined {
  const named = NAMED.exec(line.slice(0, 120))
  const stamp = named === null ? undefined : readStamp(line, named[0].length)
  if (named === null || stamp === undefined) return undefined
  const end = named[0].length + stamp.text.length
  return findLevel(line, skipSeparators(line, end)) && { stamp, end, logger: named[1]! }
}

/** A digit, a bracket, a weekday or a name; lines that begin with a month are syslog's. */
function mayBeDated(line: string): boolean {
  const first = line.charCodeAt(0)
  if ((first >= 48 && first <= 57) || first === OPEN) return true
  return /^[MTWFS][a-z]{2},? /.test(line.slice(0, 5)) || NAMED.test(line.slice(0, 120))
}

/** PostgreSQL's own severities (elog.c) beside those every logger has. */
const POSTGRES: Readonly<Record<string, Severity>> = {
  LOG: SEVERITY.info,
  STATEMENT: SEVERITY.info,
  DETAIL: SEVERITY.info,
  HINT: SEVERITY.info,
  CONTEXT: SEVERITY.info,
  QUERY: SEVERITY.info,
}
const POSTGRES_LEVEL = /^(LOG|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|DEBUG[1-5]):  /

/** `I | `, as etcd's and Rook's logger begins a message. */
const LETTER_LEVEL = /^([TDINWEC]) \| /
const LETTERS: Readonly<Record<string, Severity>> = {
  T: SEVERITY.trace,
  D: SEVERITY.debug,
  I: SEVERITY.info,
  N: SEVERITY.notice,
  W: SEVERITY.warn,
  E: SEVERITY.error,
  C: SEVERITY.critical,
}

/** Apache's error log: `[error]` with the module before it, `[wsgi:error]`, `[ssl:trace4]`. */
const MODULE_LEVEL = /^\[[a-z_]\w{0,30}:([a-z]{4,6})\d?\]/

function levelAt(line: string, at: number): Level | undefined {
  const level = leadingLevel(line, at)
  if (level !== undefined) return level
  if (line.charCodeAt(at) === OPEN) return moduleLevelAt(line, at)
  const head = line.slice(at, at + 16)
  const letter = LETTER_LEVEL.exec(head)?.[1]
  if (letter !== undefined) return { severity: LETTERS[letter]!, text: letter, end: at + 1 }
  const m = POSTGRES_LEVEL.exec(head)
  if (m === null) return undefined
  const severity = POSTGRES[m[1]!] ?? SEVERITY.debug
  return { severity, text: m[1]!, end: at + m[1]!.length + 1 }
}

function moduleLevelAt(line: string, at: number): Level | undefined {
  const m = MODULE_LEVEL.exec(line.slice(at, at + 48))
  if (m === null) return undefined
  const severity = severityFromWord(m[1]!)
  return severity === 0 ? undefined : { severity, text: m[1]!, end: at + m[0].length }
}

function skipSeparators(line: string, at: number): number {
  let i = at
  while (i < line.length && i - at < 32 && ' \t-|:,;'.includes(line.charAt(i))) i++
  return i
}

/** The end of a word, a bracketed one as a whole. */
function wordEnd(line: string, at: number): number {
  if (line.charCodeAt(at) === OPEN) {
    const close = line.indexOf(']', at)
    if (close > 0 && close - at < 128) return close + 1
  }
  let i = at
  while (i < line.length && i - at < 128 && !' \t|'.includes(line.charAt(i))) i++
  return i
}

interface Found {
  readonly level: Level
  /** True when nothing stands between the time and it. */
  readonly first: boolean
}

function findLevel(line: string, at: number): Found | undefined {
  let i = at
  for (let word = 0; word <= MAX_WORDS_BEFORE_LEVEL && i < line.length; word++) {
    const level = levelAt(line, i)
    if (level !== undefined) return { level, first: word === 0 }
    const end = wordEnd(line, i)
    const inside = line.charCodeAt(i) === OPEN ? levelWithin(line, i + 1, end) : undefined
    if (inside !== undefined) return { level: inside, first: false }
    i = skipSeparators(line, end)
  }
  return undefined
}

/** The level among the words of a bracket: `[pool-2-thread-1  INFO  com.example.Queue]`. */
function levelWithin(line: string, from: number, to: number): Level | undefined {
  let i = from
  while (i < to) {
    const level = leadingLevel(line, i)
    if (level !== undefined && level.text === level.text.toUpperCase()) return level
    while (i < to && line.charCodeAt(i) !== 32) i++
    while (i < to && line.charCodeAt(i) === 32) i++
  }
  return undefined
}

const PID = /^\[(?:pid )?(\d{1,9})\](?=[ :])/

function parse(line: string): ParsedLine | undefined {
  const date = readDate(line)
  if (date === undefined) return undefined
  const attributes: Record<string, AttributeValue> = {}
  if (date.logger !== undefined) attributes['log.logger'] = date.logger
  let start = skipSeparators(line, date.end)
  const pid = PID.exec(line.slice(start, start + 18))
  if (pid !== null) attributes['process.pid'] = Number(pid[1])
  const found = findLevel(line, start)
  if (found?.first === true) start = skipSeparators(line, found.level.end)
  const body = line.slice(start)
  const parsed: { -readonly [K in keyof ParsedLine]: ParsedLine[K] } = {
    body: body === '' ? line : body,
    stamp: date.stamp,
    attributes,
  }
  if (found !== undefined) {
    parsed.severity = found.level.severity
    parsed.severityText = found.level.text
  }
  return parsed
}

const stampOf = (us: number, resolutionUs: number, text: string): Stamp => ({
  kind: 'instant',
  us: micros(us),
  ns: 0,
  resolutionUs,
  text,
})

/**
 * Any text that begins with a time, the last resort before a line counts as not understood: the level
 * is looked for among the first words, and the rest is the body.
 */
export const timestampedText: LogFormat = {
  name: 'timestamped-text',
  title: 'Text lines that begin with a time',
  reference: 'ISO 8601, ctime(3), common log format, epoch counts; levels by formats.md 2.4',
  sniff: (line) => (mayBeDated(line) && readDate(line) !== undefined ? 0.2 : 0),
  parse,
  samples: [
    {
      line: '2026-11-21 09:42:00Z INFO juju.worker connect.go:158 connected to "kvm-03"',
      parsed: {
        body: 'juju.worker connect.go:158 connected to "kvm-03"',
        stamp: stampOf(1795254120000000, 1e6, '2026-11-21 09:42:00Z'),
        severity: 9,
        severityText: 'INFO',
      },
    },
    {
      line: '2026-11-21 09:42:00.123 UTC [7755] LOG:  checkpoint complete',
      parsed: {
        body: '[7755] LOG:  checkpoint complete',
        stamp: stampOf(1795254120123000, 1000, '2026-11-21 09:42:00.123 UTC'),
        severity: 9,
        severityText: 'LOG',
        attributes: { 'process.pid': 7755 },
      },
    },
    {
      line: '2026-11-21 09:42:00,500+00:00 - pool.worker - WARNING - queue is long',
      parsed: {
        body: 'pool.worker - WARNING - queue is long',
        stamp: stampOf(1795254120500000, 1000, '2026-11-21 09:42:00,500+00:00'),
        severity: 13,
      },
    },
    {
      line: '[21/Nov/2026:09:42:00 +0000] [error] upstream timed out',
      parsed: {
        body: 'upstream timed out',
        stamp: stampOf(1795254120000000, 1e6, '21/Nov/2026:09:42:00 +0000'),
        severity: 17,
      },
    },
    {
      line: '[Sat Nov 21 09:42:00.123456 2026] [wsgi:error] [pid 12:tid 140] cannot reach the database',
      parsed: { body: '[pid 12:tid 140] cannot reach the database', severity: 17 },
    },
    {
      line: '[2026-11-21 09:42:00,500Z pool-3-thread-1  INFO  com.example.License] initialised',
      parsed: { body: 'pool-3-thread-1  INFO  com.example.License] initialised', severity: 9 },
    },
    {
      line: 'Images: 140123456789504: 2026-11-21 09:42:00,500Z server:769 WARNING slow start',
      parsed: {
        body: 'server:769 WARNING slow start',
        severity: 13,
        stamp: stampOf(1795254120500000, 1000, '2026-11-21 09:42:00,500Z'),
        attributes: { 'log.logger': 'Images' },
      },
    },
    {
      line: '2026-11-21T09:42:00.500Z [pool-2-thread-1  ERROR com.example.Queue  opId=7f] cannot start',
      parsed: {
        body: '[pool-2-thread-1  ERROR com.example.Queue  opId=7f] cannot start',
        severity: 17,
      },
    },
    {
      line: '2026-11-21 09:42:00.123456 W | op-mon: mon b is out of quorum',
      parsed: { body: 'op-mon: mon b is out of quorum', severity: 13, severityText: 'W' },
    },
    {
      line: '1795254120123 session opened',
      parsed: { body: 'session opened', stamp: stampOf(1795254120123000, 1000, '1795254120123') },
    },
    {
      line: 'Sat Nov 21 09:42:00 2026 [pid 2] CONNECT: client vdi-0417',
      parsed: { body: '[pid 2] CONNECT: client vdi-0417', attributes: { 'process.pid': 2 } },
    },
  ],
}
