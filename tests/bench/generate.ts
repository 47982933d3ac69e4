import { closeSync, openSync, writeSync } from 'node:fs'
import { expandAlternatives, SPEAKERS, type Speaker } from './templates.ts'
import {
  datastorePath,
  DEVICES,
  digits,
  ENTITIES,
  entityName,
  hex,
  hostName,
  HOSTS,
  ipOf,
  macOf,
  mixed,
  naaOf,
  uuidOf,
  wwnOf,
} from './identifiers.ts'
import { Random, zipf } from './random.ts'

/** One line before it is put into a wire's form. */
export interface Line {
  /** Milliseconds since the epoch, UTC. */
  readonly time: number
  readonly host: string
  readonly app: string
  readonly pid: number
  /** OpenTelemetry number. */
  readonly severity: number
  readonly body: string
}

export interface Workload {
  readonly rows: number
  readonly seed: number
  /** The lines fill the day before this instant (milliseconds since the epoch). */
  readonly end: number
}

/** Tokens that stand in exactly one line each, spread evenly over the day. */
export const NEEDLES: readonly string[] = [1, 2, 3, 4, 5].map((n) => `needle${n}x7f3a9c`)

const DAY_MS = 86_400_000
/** Of 1,000 lines so many arrive late, up to a minute. */
const LATE_PER_MILLE = 32

const pickEntity = zipf(ENTITIES, 0.9)
const pickDevice = zipf(DEVICES, 0.8)
const pickUser = zipf(3_000, 0.7)

/** What a `{slot}` of a template becomes. */
const SLOTS: Readonly<Record<string, (random: Random) => string>> = {
  vm: (random) => entityName(pickEntity(random)),
  user: (random) => `u${digits(pickUser(random), 4)}`,
  ip: (random) => ipOf(pickEntity(random)),
  mac: (random) => macOf(pickEntity(random)),
  naa: (random) => naaOf(pickDevice(random)),
  wwn: (random) => wwnOf(pickDevice(random)),
  path: (random) => `${datastorePath(pickDevice(random))}/${entityName(pickEntity(random))}`,
  uuid: (random) => uuidOf(pickEntity(random)),
  num: (random) => String(1 + (random.next() >>> (18 + random.below(12)))),
  big: (random) => String(random.next() >>> random.below(12)),
  pid: (random) => String(2_000_000 + random.below(4_000)),
  port: (random) => String(1_024 + random.below(60_000)),
  uptime: (random) => `${random.below(9_000_000)}.${digits(random.below(1_000_000), 6)}`,
  hex1: (random) => hex(random.next(), 1),
  hex2: (random) => hex(random.next(), 2),
  hex4: (random) => hex(random.next(), 4),
  hex6: (random) => hex(random.next(), 6),
  hex8: (random) => hex(random.next(), 8),
  hex12: (random) => hex(random.next(), 8) + hex(random.next(), 4),
}

interface Template {
  readonly layer: Speaker['layer']
  readonly app: string
  readonly severity: number
  readonly parts: readonly (string | ((random: Random) => string))[]
}

function compileTemplate({ layer, app }: Speaker, severity: number, text: string): Template {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part
    const slot = SLOTS[part]
    if (slot === undefined) throw new Error(`cannot fill {${part}} of template "${text}"`)
    return slot
  })
  return { layer, app, severity, parts }
}

/** Operation ids, as control planes hand them down through the layers; three templates of four end so. */
const OPERATION = ' (opId={hex8}-{num} by {user})'

/** All templates in an order that mixes the layers, so that the frequent ones come from each. */
function compileTemplates(): Template[] {
  const templates = SPEAKERS.flatMap((speaker) =>
    speaker.texts.flatMap(([severity, text]) =>
      expandAlternatives(text).map((each, index) =>
        compileTemplate(speaker, severity, index % 4 === 0 ? each : each + OPERATION),
      ),
    ),
  )
  const order = new Random(20_090_401)
  return templates
    .map((template) => ({ template, key: order.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ template }) => template)
}

/** The lines of a workload, in order of arrival. Same workload, same lines. */
export function* generateLines({ rows, seed, end }: Workload): Generator<Line> {
  const random = new Random(seed)
  const templates = compileTemplates()
  const pickTemplate = zipf(templates.length, 0.6)
  const pickHost = Object.fromEntries(
    Object.entries(HOSTS).map(([layer, count]) => [layer, zipf(count, 0.5)]),
  ) as Record<Speaker['layer'], (random: Random) => number>
  const needleEvery = Math.max(1, Math.floor(rows / NEEDLES.length))
  for (let row = 0; row < rows; row++) {
    const template = templates[pickTemplate(random)]!
    const hostIndex = pickHost[template.layer](random)
    let body = ''
    for (const part of template.parts) body += typeof part === 'string' ? part : part(random)
    const needle = NEEDLES[Math.floor(row / needleEvery)]
    if (needle !== undefined && row % needleEvery === needleEvery >> 1) body += ` ref ${needle}`
    const late = random.below(1_000) < LATE_PER_MILLE ? random.below(60_000) : 0
    yield {
      time: Math.floor(end - DAY_MS + (row / rows) * DAY_MS) - late,
      host: hostName(template.layer, hostIndex),
      app: template.app,
      pid: 1_000 + (mixed(hostIndex, template.app.length) % 30_000),
      severity: template.severity,
      body,
    }
  }
}

const SYSLOG_SEVERITY: Readonly<Record<number, number>> = { 9: 6, 10: 5, 13: 4, 17: 3, 18: 2 }
const LEVEL: Readonly<Record<number, string>> = {
  9: 'info',
  10: 'notice',
  13: 'warning',
  17: 'error',
  18: 'critical',
}
const LOCAL0 = 16

/** RFC 3164 §4.1: whole seconds, no year, no zone. */
export function formatSyslog(line: Line): string {
  const priority = LOCAL0 * 8 + SYSLOG_SEVERITY[line.severity]!
  return `<${priority}>${syslogStamp(line.time)} ${line.host} ${line.app}[${line.pid}]: ${line.body}\n`
}

/** One ECS document a line. */
export function formatEcs(line: Line): string {
  return `{"@timestamp":"${isoStamp(line.time)}","log":{"level":"${LEVEL[line.severity]!}"},"host":{"name":"${line.host}"},"process":{"name":"${line.app}","pid":${line.pid}},"message":${JSON.stringify(line.body)}}\n`
}

/** The action line of `_bulk` before each document. */
export const BULK_ACTION = '{"create":{"_index":"logs-bench"}}\n'

export function formatBulk(line: Line): string {
  return BULK_ACTION + formatEcs(line)
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
let stampSecond = -1
let stampText = ''

/** Lines come in order of time, so the last second's text is kept. */
function syslogStamp(time: number): string {
  const second = Math.floor(time / 1_000)
  if (second !== stampSecond) {
    const date = new Date(time)
    const day = String(date.getUTCDate()).padStart(2, ' ')
    stampText = `${MONTHS[date.getUTCMonth()]!} ${day} ${date.toISOString().slice(11, 19)}`
    stampSecond = second
  }
  return stampText
}

function isoStamp(time: number): string {
  return new Date(time).toISOString()
}

/** Writes the lines to a file in blocks of about a megabyte. Returns the bytes written. */
export function writeLines(
  path: string,
  lines: Iterable<Line>,
  format: (line: Line) => string,
): number {
  const file = openSync(path, 'w')
  try {
    let bytes = 0
    let block = ''
    for (const line of lines) {
      block += format(line)
      if (block.length >= 1_048_576) {
        bytes += writeSync(file, block)
        block = ''
      }
    }
    return bytes + writeSync(file, block)
  } finally {
    closeSync(file)
  }
}
