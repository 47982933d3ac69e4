import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { readDocument } from './read-document.ts'

const SPACE = 32
const QUOTE = 34
const APOSTROPHE = 39
const BACKSLASH = 92
const EQUALS = 61

type Pairs = Record<string, string | number | boolean>

/** Characters of a key: letters, digits and `_ . - / @`. */
function keyEnd(line: string, at: number): number {
  let i = at
  for (; i < line.length; i++) {
    const code = line.charCodeAt(i)
    const lower = code | 32
    const isKey =
      (lower >= 97 && lower <= 122) || (code >= 45 && code <= 57) || code === 95 || code === 64
    if (!isKey) return i
  }
  return i
}

function quotedEnd(line: string, at: number): number {
  for (let i = at; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code === QUOTE) return i
    if (code === BACKSLASH) i++
  }
  return -1
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

const unescape = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/gs, (_, c: string) => ESCAPES[c] ?? c) : text

/** A number where writing it back gives the same text, else the text. */
function valueOf(text: string): string | number {
  const first = text.charCodeAt(0)
  if (!(first >= 45 && first <= 57) || text.length > 16) return text
  const number = Number(text)
  return String(number) === text && Number.isFinite(number) ? number : text
}

/** Where the value in single quotes that begins at `at` ends; -1 for a word that begins with one. */
function apostropheEnd(line: string, at: number): number {
  const end = line.indexOf("'", at)
  return end >= 0 && (end + 1 === line.length || line.charCodeAt(end + 1) === SPACE) ? end : -1
}

const spaceEnd = (line: string, at: number): number => {
  const space = line.indexOf(' ', at)
  return space < 0 ? line.length : space
}

interface Reading {
  readonly pairs: Pairs
  /** There are words that are no pair: a message without quotes, or prose. */
  readonly hasWords: boolean
}

/**
 * The pairs of a line. Bare keys are true; a repeated key keeps its first value; a value whose quotes
 * were cut off goes to the end.
 */
function readPairs(line: string): Reading {
  const pairs: Pairs = {}
  let hasWords = false
  // Behind a message without quotes, a bare key is its next word.
  let inText = false
  let i = 0
  while (i < line.length) {
    if (line.charCodeAt(i) === SPACE) {
      i++
      continue
    }
    const end = keyEnd(line, i)
    const key = line.slice(i, end)
    const next = line.charCodeAt(end)
    if (end === i || (next !== EQUALS && end < line.length && next !== SPACE)) {
      hasWords = true
      i = wordStop(line, i)
    } else if (next !== EQUALS) {
      if (inText) hasWords = true
      else pairs[key] ??= true
      i = end
    } else if (line.charCodeAt(end + 1) === QUOTE) {
      const close = quotedEnd(line, end + 2)
      pairs[key] ??= unescape(line.slice(end + 2, close < 0 ? line.length : close))
      inText = false
      i = close < 0 ? line.length : close + 1
    } else {
      const close = line.charCodeAt(end + 1) === APOSTROPHE ? apostropheEnd(line, end + 2) : -1
      const stop = close < 0 ? spaceEnd(line, end + 1) : close + 1
      pairs[key] ??= close < 0 ? valueOf(line.slice(end + 1, stop)) : line.slice(end + 2, close)
      inText = close < 0 && (key === 'msg' || key === 'message')
      i = stop
    }
  }
  return { pairs, hasWords }
}

/** Where a word that is no pair ends: at the next blank, behind its quotes if it begins with them. */
function wordStop(line: string, at: number): number {
  const close = line.charCodeAt(at) === QUOTE ? quotedEnd(line, at + 1) : -1
  return spaceEnd(line, close < 0 ? at + 1 : close + 1)
}

const LEVEL_KEY = /(?:^| )(?:level|lvl|severity|loglevel)=/
const TEXT_KEY = /(?:^| )(?:msg|message)=/
const TIME_KEY = /(?:^| )(?:time|ts|timestamp|t)=/

/** How many of the three members that make a line of pairs a log line it has. */
function telling(line: string): number {
  return Number(LEVEL_KEY.test(line)) + Number(TEXT_KEY.test(line)) + Number(TIME_KEY.test(line))
}

function parse(line: string): ParsedLine | undefined {
  if (line.charCodeAt(keyEnd(line, 0)) !== EQUALS || telling(line) < 2) return undefined
  const { pairs, hasWords } = readPairs(line)
  const parsed = readDocument(pairs, line)
  // What stands between the pairs must be found by its words, so the whole line is the text.
  return hasWords ? { ...parsed, body: line } : parsed
}

/** `key=value` lines as Go's slog, logrus and Heroku write them; members mean what they do in JSON. */
export const logfmt: LogFormat = {
  name: 'logfmt',
  title: 'logfmt (key=value)',
  reference: 'https://brandur.org/logfmt; https://pkg.go.dev/log/slog#TextHandler',
  sniff(line) {
    const end = keyEnd(line, 0)
    if (end === 0 || line.charCodeAt(end) !== EQUALS) return 0
    const count = telling(line)
    return count < 2 ? 0 : count === 2 ? 0.6 : 0.8
  },
  parse,
  samples: [
    {
      line: 'time=2026-11-21T10:42:00.123+01:00 level=WARN msg="queue \\"gold\\" is long" pool=gold depth=42 retry',
      parsed: {
        body: 'queue "gold" is long',
        stamp: {
          kind: 'instant',
          us: micros(1795254120123000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-11-21T10:42:00.123+01:00',
        },
        severity: 13,
        severityText: 'WARN',
        attributes: { pool: 'gold', depth: 42, retry: true },
      },
    },
    {
      line: 'ts=1795254120.5 lvl=info msg=ready service=broker host=broker-2 took=12ms',
      parsed: {
        body: 'ready',
        host: 'broker-2',
        app: 'broker',
        severity: 9,
        attributes: { took: '12ms' },
      },
    },
    {
      line: "time='2026-11-21T09:42:00Z' level=ERROR+1 msg='two words' at=10:2 source=it's",
      parsed: {
        body: 'two words',
        severity: 17,
        attributes: { source: "it's", at: '10:2' },
      },
    },
    {
      line: 'level=error msg=lost the lock took=12ms',
      parsed: {
        body: 'level=error msg=lost the lock took=12ms',
        severity: 17,
        attributes: { took: '12ms' },
      },
    },
    {
      line: 'level=warn ts=2026-11-21T09:42:00Z msg="cut off in the mid',
      parsed: { body: 'cut off in the mid', severity: 13 },
    },
    {
      line: 'level=error msg="lost the lock" err="context deadline exceeded"',
      parsed: {
        body: 'lost the lock',
        severity: 17,
        attributes: { err: 'context deadline exceeded' },
      },
    },
  ],
}
