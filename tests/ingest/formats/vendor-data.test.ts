import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { FormatDetector } from '../../../ingest/detect.ts'
import type { Stamp } from '../../../ingest/formats/format.ts'
import { LineJoiner } from '../../../ingest/join-lines.ts'
import { formatTime } from '../../../model/time.ts'
import type { Micros } from '../../../model/time.ts'

/*
 * Real lines of the vendors, as other projects collected them. What time and severity a line has is
 * decided here by plain regular expressions that share nothing with the formats.
 */

const DATA = path.resolve(import.meta.dirname, '../../../../shared/data')
const SHARE = 0.95

/** Lines of one file, and which of them belong to a format of ours. */
interface Source {
  readonly file: string
  /** Records as a sender frames them, or undefined to join the lines of a file. */
  readonly framed: boolean
  readonly lines: readonly string[]
}

function read(file: string): string {
  return readFileSync(path.join(DATA, file), 'utf8')
}

/** The files under a folder whose name ends so, in a fixed order. */
function under(folder: string, ending: string): readonly string[] {
  return readdirSync(path.join(DATA, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort()
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}

/** What the templates of Splunk Connect for Syslog stand for. */
const WORDS: Readonly<Record<string, string>> = {
  mark: '<189>',
  bsd: 'Mar  4 10:41:22',
  iso: '2026-03-04T10:41:22.123456Z',
  'iso }}Z': '2026-03-04T10:41:22.123456Z',
  iso_header: '2026-03-04T10:41:22.123456',
  device_time: 'Wed Mar 04 2026 10:41:20 +01:00',
  host: 'host-07',
  node_id: 'RP/0/RSP0/CPU0',
  seq: '4711',
  year: '2026',
  tzname: 'CET',
  millisec: '123',
  microsec: '123456',
  pid: '4242',
  category: 'wafl.vol.full',
  severity: 'notice',
}

function rendered(template: string): string {
  return template
    .replace('{{ iso }}Z', '{{ iso }}')
    .replace(/\{\{ ?(\w+)[^}]*\}\}/g, (all, name: string) => WORDS[name] ?? all)
    .replace('<189> ', '<189>')
    .replace(/<189>(?=1 )/, '<189>')
    .trimEnd()
}

interface Sc4sTest {
  readonly message_templates: readonly string[]
  readonly cases: readonly unknown[]
  readonly comment_messages: readonly string[]
}

/** The messages of a vendor's file; comments hold whole messages and pieces of the test's own code. */
function sc4s(file: string): Source {
  const tests = read(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Sc4sTest)
  const templates = tests.flatMap((t) => [...t.message_templates, ...t.cases.flatMap(strings)])
  const comments = tests.flatMap((t) => t.comment_messages)
  const messages = templates.filter((text) => text.includes('{{ mark }}')).map(rendered)
  return {
    file,
    framed: true,
    lines: [...messages, ...comments.filter((text) => /^<\d+>/.test(text))],
  }
}

const jsonLines = (file: string): Source => ({
  file,
  framed: true,
  lines: (JSON.parse(read(file)) as { line: string }[]).map((sample) => sample.line),
})

const logText = (file: string): Source[] =>
  Object.values(JSON.parse(read(file)) as Record<string, string>).map((text) => ({
    file,
    framed: false,
    lines: text.split('\n'),
  }))

/** Log files that hotsos writes for its scenarios, embedded in YAML by indentation. */
function scenario(file: string): Source {
  const lines = read(file).split('\n')
  const logs: string[] = []
  let indent = -1
  for (const line of lines) {
    const depth = line.search(/\S/)
    if (indent >= 0 && (depth >= indent || depth < 0)) {
      if (depth >= 0) logs.push(line.slice(indent))
      continue
    }
    indent = /^\s+(?:var\/log|var\/snap)\S+: \|/.test(line) ? depth + 2 : -1
  }
  return { file, framed: false, lines: logs }
}

/** Which lines of a collection are of the formats under test; the others are of formats not listed. */
const OURS: readonly RegExp[] = [
  /%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+/,
  /\bEvent \[\d+\] \[\d+-\d+\]/,
  /^\S+ (?:\S+ )?vmkernel(?:\[\d+\])?: |\bcpu\d+:\d+(?: opID=\w+)?\)|\[\w+Correlator\]/,
  /^\S+ [A-Z][a-z]\(\d+\)\+? /,
  /\[Originator@\d+ |^\S+ (?:INFO|info) vsan\S+ \[|^\[?\S+ \S* ?\[?\w+ (?:verbose|info|warning) '/,
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \d+ (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) /,
  /^\d{4}-\d\d-\d\dT\S+Z\|\d+\|/,
  /^\d{4}-\d\d-\d\d[T ]\S+ [0-9a-f]{8,} +-?\d+ |: cluster \[[A-Z]{3}\]/,
  /^\d{4}-\d\d-\d\d [\d:.]+\+0000: |^\d{4}-\d\d-\d\d [\d:.]+Z qemu/,
  /\[[\w-]+:(?:\w+: ?)?[\w.]+\.[\w.]+:(?:notice|error|alert)\]: |\[kern_audit/,
]

const isOurs = (line: string): boolean => OURS.some((shape) => shape.test(line))

const OWN_FORMATS = new Set(
  ['esxi-vmkernel', 'esxi-vobd', 'esxi-hostd', 'vcenter-events', 'libvirt', 'cisco-ios'].concat([
    'cisco-nxos',
    'netapp-ems',
    'ceph',
    'openvswitch',
    'openstack',
  ]),
)

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const ISO = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:?\d\d)?/
const BSD =
  /(?:(\d{4}) )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d)(?:\.(\d+))?(?: ([+-]\d\d:\d\d|GMT|UTC)\b)?/

const micro = (digits = ''): string => digits.slice(0, 6).padEnd(6, '0')

function utc(date: string, time: string, fraction: string, zone: string): string {
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  return new Date(`${date}T${time}${offset}`).toISOString().slice(0, 19) + '.' + fraction
}

/** The time written in a line, to the microsecond: in UTC where its zone is known, else as written. */
function timeWritten(line: string): string | undefined {
  const created = /\bEvent \[\d+\] \[\d+-\d+\] \[([^\]]+)\]/.exec(line)
  const text = created?.[1] ?? line
  const iso = ISO.exec(text)
  const bsd = BSD.exec(text)
  if (iso !== null && (bsd === null || iso.index < bsd.index)) {
    const [, date, time, fraction, zone] = iso
    return zone === undefined
      ? `${date} ${time}.${micro(fraction)}`
      : utc(date!, time!, micro(fraction), zone)
  }
  if (bsd === null) return undefined
  const last = device(text) ?? bsd
  const [, before, month, day, behind, time, fraction, zone] = last
  const date = `${String(MONTHS.indexOf(month!) + 1).padStart(2, '0')}-${day!.padStart(2, '0')}`
  const year = before ?? behind
  if (year === undefined) return `${date} ${time}.${micro(fraction)}`
  if (zone === undefined) return `${year}-${date} ${time}.${micro(fraction)}`
  const offset = zone.startsWith('+') || zone.startsWith('-') ? zone : 'Z'
  return utc(`${year}-${date}`, time!, micro(fraction), offset)
}

/** The device's own time behind the relay's, where the NetApp audit log has two. */
function device(text: string): RegExpExecArray | null {
  const audit = text.indexOf('[kern_audit')
  return audit < 0 ? null : BSD.exec(text.slice(audit - 32, audit))
}

function timeRead(stamp: Stamp | undefined): string | undefined {
  if (stamp === undefined) return undefined
  if (stamp.kind === 'instant') {
    const [seconds, fraction] = formatTime(stamp.us).slice(0, -1).split('.')
    return `${seconds}.${micro(fraction)}`
  }
  const two = (n: number): string => String(n).padStart(2, '0')
  const date = `${two(stamp.month)}-${two(stamp.day)}`
  const time = `${two(stamp.hour)}:${two(stamp.minute)}:${two(stamp.second)}`
  const year = stamp.year === undefined ? '' : `${stamp.year}-`
  return `${year}${date} ${time}.${String(stamp.microsecond).padStart(6, '0')}`
}

const SYSLOG = [21, 19, 18, 17, 13, 10, 9, 5]
const LETTERS: Readonly<Record<string, number>> = { In: 9, Db: 5, Wa: 13, Er: 17, No: 10 }
const NUMBERS: Readonly<Record<string, number>> = {
  debug: 5,
  dbg: 5,
  verbose: 5,
  info: 9,
  inf: 9,
  notice: 10,
  warning: 13,
  warn: 13,
  wrn: 13,
  error: 17,
  err: 17,
  alert: 19,
  critical: 18,
}

/** Where each vendor writes its level; the first that is there counts. */
const LEVELS: readonly RegExp[] = [
  /Event \[\d+\] \[\d+-\d+\] \[[^\]]*\] \[[^\]]*\] \[(\w+)\]/,
  /\)(WARNING|ALERT): /,
  /:(notice|error|alert)\]: /,
  /^\d[^|]*\|\d+\|[^|]*\|(\w+)\|/,
  /\[(DBG|INF|WRN|ERR)\]/,
  /\[(?:\w+ )?(ERROR|WARNING|INFO|DEBUG) root\]/,
  /^\S+ \S+ \d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) [a-zA-Z]/,
  /^\S+ \S+: \d+: (debug|info|warning|error) : /,
  /\b(info|verbose|warning|error|INFO) (?:-|[\w-]+)?(?: \d+|\[\w+\]) \[/,
  /\[?\w+ (verbose|info|warning|error) '/,
  /^\S+ ([A-Z][a-z])\(\d+\)/,
]

/** The severity written in a line; undefined when the line has none that a rule can tell. */
function severityWritten(line: string): number | undefined {
  const cisco = /%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-([0-7])-[A-Z0-9_]+/.exec(line)
  if (cisco !== null) return SYSLOG[Number(cisco[1])]
  for (const level of LEVELS) {
    const word = level.exec(line)?.[1]
    if (word !== undefined) return LETTERS[word] ?? NUMBERS[word.toLowerCase()]
  }
  const ceph = /^\d{4}-\S+(?: [\d:.]+)? [0-9a-f]{8,} +(-?\d+) /.exec(line)
  if (ceph !== null) return ceph[1] === '-1' ? 17 : Number(ceph[1]) > 5 ? undefined : 9
  const pri = /^<(\d+)>/.exec(line)
  return pri === null ? undefined : SYSLOG[Number(pri[1]) & 7]
}

/** The records of a source: frames as they are, the lines of a file joined as an import joins them. */
function recordsOf(source: Source): readonly string[] {
  if (source.framed) return source.lines
  const detector = new FormatDetector()
  const joiner = new LineJoiner<undefined>((line) => detector.continues(source.file, line))
  const records = source.lines
    .filter((line) => line !== '')
    .map((line) => joiner.offer(line, undefined, 0 as Micros)?.text)
  return [...records, joiner.flush()?.text].filter((text) => text !== undefined)
}

interface Row {
  readonly file: string
  readonly lines: number
  readonly recognised: number
  readonly rightTime: number
  readonly rightSeverity: number
  readonly wrong: readonly string[]
}

const rows: Row[] = []

function check(source: Source): Row {
  const detector = new FormatDetector()
  const records = recordsOf(source).filter(isOurs)
  const counts = { recognised: 0, rightTime: 0, rightSeverity: 0 }
  const wrong: string[] = []
  for (const line of records) {
    const found = detector.detect(source.file, line)
    const recognised = found !== undefined && OWN_FORMATS.has(found.format)
    const time = timeRead(found?.parsed.stamp) === timeWritten(line)
    const expected = severityWritten(line)
    const severity = expected === undefined || found?.parsed.severity === expected
    if (recognised) counts.recognised++
    if (time) counts.rightTime++
    if (severity) counts.rightSeverity++
    if (!recognised || !time || !severity) {
      const said = `${found?.format} ${timeRead(found?.parsed.stamp)} ${found?.parsed.severity}`
      wrong.push(`${said} not ${timeWritten(line)} ${expected}: ${line.slice(0, 140)}`)
    }
  }
  const row = { file: source.file, lines: records.length, ...counts, wrong }
  rows.push(row)
  return row
}

function sources(): readonly Source[] {
  const napalm = ['ios', 'eos'].flatMap((os) => under(`network/napalm_logs/${os}`, 'syslog.msg'))
  const ios = under('network/ntc_templates/cisco_ios/show_logging', '.raw')
  const scenarios = ['hypervisor', 'storage', 'network'].flatMap((layer) =>
    under(`${layer}/hotsos_scenarios`, '.yaml'),
  )
  return [
    sc4s('hypervisor/sc4s/vmware.jsonl'),
    sc4s('storage/sc4s/netapp.jsonl'),
    sc4s('network/sc4s/cisco_ios.jsonl'),
    {
      file: 'hypervisor/oms_vmware/esxi_lines.jsonl',
      framed: true,
      lines: read('hypervisor/oms_vmware/esxi_lines.jsonl')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { line: string }).line),
    },
    jsonLines('hypervisor/lnav/samples_vmk_log.json'),
    jsonLines('hypervisor/lnav/samples_vmw_log.json'),
    {
      file: 'hypervisor/lnav/logfile_vmw_log.0',
      framed: false,
      lines: read('hypervisor/lnav/logfile_vmw_log.0').split('\n'),
    },
    jsonLines('hypervisor/lnav/samples_openstack_log.json'),
    ...logText('hypervisor/insights_core/libvirtd_log.json'),
    ...logText('hypervisor/insights_core/nova_log.json'),
    ...logText('network/insights_core/neutron_ovs_agent_log.json'),
    ...logText('network/insights_core/openvswitch_logs.json'),
    ...logText('storage/insights_core/ceph_osd_log.json'),
    ...napalm.map((file) => ({ file, framed: true, lines: [read(file).trimEnd()] })),
    ...ios.map((file) => ({ file, framed: false, lines: read(file).split('\n') })),
    ...scenarios.map(scenario),
  ]
}

/** One line per file with anything wrong or unread, and the totals. */
function report(): string {
  const percent = (part: number, of: number): string =>
    `${((100 * part) / of).toFixed(1)} %`.padStart(8)
  const line = (name: string, row: Omit<Row, 'file' | 'wrong'>): string =>
    `${name.slice(-60).padEnd(62)}${String(row.lines).padStart(5)}` +
    percent(row.recognised, row.lines) +
    percent(row.rightTime, row.lines) +
    percent(row.rightSeverity, row.lines)
  const sum = (pick: (row: Row) => number): number => rows.reduce((n, row) => n + pick(row), 0)
  const total = {
    lines: sum((row) => row.lines),
    recognised: sum((row) => row.recognised),
    rightTime: sum((row) => row.rightTime),
    rightSeverity: sum((row) => row.rightSeverity),
  }
  return [
    `${'file'.padEnd(62)}lines  parsed    time   severity`,
    ...rows
      .filter((row) => row.wrong.length > 0)
      .flatMap((row) => [line(row.file, row), ...row.wrong.map((text) => `    ${text}`)]),
    line('all files', total),
  ].join('\n')
}

const missing = !existsSync(DATA)
if (missing && process.env['CI'] !== undefined) throw new Error(`vendor data missing: ${DATA}`)
if (missing) process.stderr.write(`vendor data missing at ${DATA}: real lines are not checked\n`)

describe.skipIf(missing)('real lines of vendors', () => {
  afterAll(() => void process.stdout.write(`${report()}\n`))

  test('have the right instant and severity, all files together', () => {
    const checked = sources().map(check)
    const lines = checked.reduce((n, row) => n + row.lines, 0)
    expect(lines).toBeGreaterThan(300)
    for (const right of ['recognised', 'rightTime', 'rightSeverity'] as const) {
      const share = checked.reduce((n, row) => n + row[right], 0) / lines
      expect(share, right).toBeGreaterThanOrEqual(SHARE)
    }
  })
})
