import { parseArgs } from 'node:util'
import { FAULTS } from './faults/index.ts'

/** What the command line asks for. */
export interface Options {
  readonly seed: number
  readonly hours: number
  /** Microseconds since the epoch; undefined ends the run now. */
  readonly startUs: number | undefined
  /** Times real time; undefined as fast as it goes. */
  readonly speed: number | undefined
  readonly faults: readonly string[]
  readonly url: string | undefined
  readonly syslog: { readonly host: string; readonly port: number } | undefined
  readonly truth: string | undefined
  readonly out: string | undefined
  /** Compress what {@link Options.out} takes. */
  readonly gzip: boolean
  readonly about: string | undefined
}

/** The command line was wrong: exit status 2. */
export class UsageError extends Error {}

/** A day on which the desktop of the story also loses a program to its user's impatience. */
const SAMPLE_SEED = '12'
const DEFAULT_START = '2026-11-20T09:00:00Z'
const MOST_HOURS = 168

export const HELP = `A virtual data centre that fails on purpose.

  node dist/simulator/main.js [options]        where it sends to: --out, or --url and --syslog

  --seed N            another data centre, another day (${SAMPLE_SEED})
  --hours H           how long (2)
  --start TIME        when it begins, RFC 3339 (2026-11-20T09:00:00Z)
  --now               ends now, whatever --start says
  --speed N           N times real time (as fast as possible)
  --faults A,B        ${Object.keys(FAULTS).join(', ')} or none (rogue-vm)
  --url URL           the server's HTTP API: metrics, inventory, changes
  --syslog HOST:PORT  syslog over TCP
  --out DIR           writes the bytes of each wire into a file instead
  --gzip              the files of --out compressed, each with .gz behind its name
  --about FILE        how much it is, from when to when, and which desktop is slow then, as JSON
  --truth FILE        what really happened, as NDJSON; nothing else may read it
`

/** Reads the arguments. Throws {@link UsageError} with what was given and what to do. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parse(args)
  if (values.help === true) return 'help'
  const options: Options = {
    seed: wholeNumber('--seed', values.seed ?? SAMPLE_SEED),
    hours: hoursFrom(values.hours ?? '2'),
    startUs: values.now === true ? undefined : timeFrom(values.start ?? DEFAULT_START),
    speed: values.speed === undefined ? undefined : positive('--speed', values.speed),
    faults: faultsFrom(values.faults ?? 'rogue-vm'),
    url: values.url === undefined ? undefined : urlFrom(values.url),
    syslog: values.syslog === undefined ? undefined : addressFrom(values.syslog),
    truth: values.truth,
    out: values.out,
    gzip: values.gzip === true,
    about: values.about,
  }
  if (options.gzip && options.out === undefined) {
    throw new UsageError('--gzip is about files: give --out DIR')
  }
  if (options.out !== undefined && (options.url ?? options.syslog) !== undefined) {
    throw new UsageError('--out writes files instead of sending: leave out --url and --syslog')
  }
  if ((options.out ?? options.url ?? options.syslog) === undefined) {
    throw new UsageError('nowhere to send to: give --out DIR, or --url URL and --syslog HOST:PORT')
  }
  return options
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

function parse(args: readonly string[]) {
  const options = {
    seed: text,
    hours: text,
    start: text,
    now: flag,
    speed: text,
    faults: text,
    url: text,
    syslog: text,
    truth: text,
    out: text,
    gzip: flag,
    about: text,
    help: flag,
  } as const
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`cannot read the arguments: ${why}; --help lists them`, { cause })
  }
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`${name} is "${value}": give a whole number`)
  return Number(value)
}

function positive(name: string, value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && Number.isFinite(number) && number > 0) return number
  throw new UsageError(`${name} is "${value}": give a number above 0`)
}

function hoursFrom(value: string): number {
  const hours = positive('--hours', value)
  if (hours >= 0.5 && hours <= MOST_HOURS) return hours
  throw new UsageError(`--hours is "${value}": give 0.5 to ${MOST_HOURS}`)
}

function timeFrom(value: string): number {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(value)
  const ms = isTime ? Date.parse(value) : NaN
  if (!Number.isNaN(ms)) return ms * 1000
  throw new UsageError(`--start is "${value}": give a time such as ${DEFAULT_START}`)
}

function faultsFrom(value: string): string[] {
  const names = value.split(',').map((name) => name.trim())
  if (value === 'none') return []
  const wrong = names.find((name) => !Object.hasOwn(FAULTS, name))
  if (wrong === undefined) return [...new Set(names)]
  const known = Object.keys(FAULTS).join(', ')
  throw new UsageError(`--faults names "${wrong}": give some of ${known}, or none alone`)
}

function urlFrom(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin
  throw new UsageError(`--url is "${value}": give an address such as http://127.0.0.1:7600`)
}

function addressFrom(value: string): { host: string; port: number } {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:[\]]+):(\d{1,5})$/.exec(value)
  const port = Number(match?.[2])
  if (match !== null && port >= 1 && port <= 65_535) {
    return { host: match[1]!.replace(/^\[|\]$/g, ''), port }
  }
  throw new UsageError(`--syslog is "${value}": give host and port such as 127.0.0.1:5514`)
}
