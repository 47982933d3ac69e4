import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine } from './format.ts'
import { readDocument } from './read-document.ts'

const SPACE = 32
const QUOTE = 34
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

/**
 * The pairs of a line; undefined when what stands there is no sequence of pairs and bare keys. Bare
 * keys are true; a repeated key keeps its first value.
 */
function readPairs(line: string): Pairs | undefined {
  const pairs: Pairs = {}
  let i = 0
  while (i < line.length) {
    if (line.charCodeAt(i) === SPACE) {
      i++
      continue
    }
    const end = keyEnd(line, i)
    if (end === i) return undefined
    const key = line.slice(i, end)
    if (line.charCodeAt(end) !== EQUALS) {
      if (end < line.length && line.charCodeAt(end) !== SPACE) return undefined
      pairs[key] ??= true
      i = end
    } else if (line.charCodeAt(end + 1) === QUOTE) {
      const close = quotedEnd(line, end + 2)
      if (close < 0) return undefined
      pairs[key] ??= unescape(line.slice(end + 2, close))
      i = close + 1
    } else {
      const space = line.indexOf(' ', end + 1)
      const stop = space < 0 ? line.length : space
      pairs[key] ??= valueOf(line.slice(end + 1, stop))
      i = stop
    }
  }
  return pairs
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
  const pairs = readPairs(line)
  return pairs && readDocument(pairs, line)
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
      line: 'level=error msg="lost the lock" err="context deadline exceeded"',
      parsed: {
        body: 'lost the lock',
        severity: 17,
        attributes: { err: 'context deadline exceeded' },
      },
    },
  ],
}
