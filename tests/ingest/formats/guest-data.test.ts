import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { FormatDetector } from '../../../ingest/detect.ts'
import type { Detection } from '../../../ingest/detect.ts'
import { LineJoiner } from '../../../ingest/join-lines.ts'
import { completeStamp } from '../../../ingest/stamp.ts'
import { parseRfc3339 } from '../../../model/time.ts'
import type { Micros } from '../../../model/time.ts'

/*
 * Real files of guests and applications, as other projects collected them. What instant and severity a
 * line has is said here by plain expressions that share nothing with the formats.
 */

const GUEST = resolve(import.meta.dirname, '../../../../shared/data/guest')
const SHARE = 0.95
const RECEIVED = parseRfc3339('2026-11-21T10:42:00Z')!.us

/** What a line must say: microseconds and an OpenTelemetry severity; undefined leaves it open. */
interface Expected {
  readonly us: number | undefined
  readonly severity: number | undefined
}
type Oracle = (record: string) => Expected | undefined

const LEVELS: Readonly<Record<string, number>> = {
  TRACE: 1,
  DEBUG: 5,
  INFO: 9,
  LOG: 9,
  STATEMENT: 9,
  DETAIL: 9,
  HINT: 9,
  NOTE: 10,
  NOTICE: 10,
  WARN: 13,
  WARNING: 13,
  ERR: 17,
  ERROR: 17,
  CRITICAL: 18,
  FATAL: 21,
  PANIC: 21,
}
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

const micros = (...parts: readonly [number, number, number, number, number, number]): number =>
  Date.UTC(...parts) * 1000

const fractionUs = (digits = ''): number => Number(digits.slice(0, 6).padEnd(6, '0'))

/** Syslog files without PRI: a severity only where the message itself begins with a level. */
function bsd(year: number): Oracle {
  return (record) => {
    const m = /^([A-Z][a-z]{2}) +(\d+) (\d+):(\d+):(\d+)(?:\.(\d+))?/.exec(record)
    const month = MONTHS.indexOf(m?.[1] ?? '-') / 3
    if (m === null || !Number.isInteger(month)) return undefined
    const [day, hour, minute, second] = m.slice(2, 6).map(Number)
    const us = micros(year, month, day!, hour!, minute!, second!) + fractionUs(m[6])
    const said = /^.{15,19} \S+ [^ :]+: (?:<(\w+)>|([A-Z]+)[ :])/.exec(record)
    const word = (said?.[1] ?? said?.[2] ?? '').toUpperCase()
    const isKernel = / kernel: /.test(record)
    return { us, severity: isKernel || record.includes('level=') ? undefined : (LEVELS[word] ?? 0) }
  }
}

/** Lines that begin with an ISO date; the level is the first level word in capitals or brackets. */
function iso(offsetMinutes = 0): Oracle {
  return (record) => {
    const m =
      /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?( ?Z|[+-]\d\d:\d\d)?/.exec(
        record,
      )
    if (m === null) return undefined
    const [year, month, day, hour, minute, second] = m.slice(1, 7).map(Number)
    const whole = micros(year!, month! - 1, day!, hour!, minute!, second!)
    const first = record.slice(m[0].length).split('\n')[0]!.slice(0, 70)
    const words = [...first.matchAll(/\b([A-Z]{3,9})\b(?::|\s)|\[(\w{3,9})\]/g)]
    const levels = words.map((word) => LEVELS[(word[1] ?? word[2]!).toUpperCase()])
    const us = whole + fractionUs(m[7]) - offsetMinutes * 6e7
    return { us, severity: levels.find((level) => level !== undefined) ?? 0 }
  }
}

const journald: Oracle = (record) => {
  const entry = JSON.parse(record) as Record<string, string>
  const severity = [21, 19, 18, 17, 13, 10, 9, 5][Number(entry['PRIORITY'])]
  return { us: Number(entry['__REALTIME_TIMESTAMP']), severity }
}

/** Events as nxlog and winlogbeat flatten them: UTC, level 1–5, audits by their keywords. */
const windows: Oracle = (record) => {
  const event = JSON.parse(record) as Record<string, unknown>
  const time = String(event['@timestamp'] ?? event['EventTime'] ?? event['TimeCreated'])
  const us = Date.parse(time.endsWith('Z') ? time : `${time}Z`) * 1000
  if (typeof event['SeverityValue'] === 'number') {
    const audit = event['EventType'] === 'AUDIT_FAILURE' ? 13 : undefined
    const success = event['EventType'] === 'AUDIT_SUCCESS' ? 9 : undefined
    return { us, severity: audit ?? success ?? [0, 5, 9, 13, 17, 18][event['SeverityValue']] }
  }
  const level = [9, 18, 17, 13, 9, 5][Number(event['Level'])]
  return { us, severity: String(event['Keywords']).startsWith('0x801') ? 13 : level }
}

/** Time since boot only: received is the best there is. */
const dmesg: Oracle = (record) =>
  /^\[ *\d+\.\d+\]/.test(record) ? { us: undefined, severity: undefined } : undefined

const vsftpd: Oracle = (record) => {
  const m = /^\w{3} (\w{3}) +(\d+) (\d\d):(\d\d):(\d\d) (\d{4})/.exec(record)
  if (m === null) return undefined
  const month = MONTHS.indexOf(m[1]!) / 3
  const us = micros(Number(m[6]), month, Number(m[2]), Number(m[3]), Number(m[4]), Number(m[5]))
  return { us, severity: undefined }
}

const epochMs: Oracle = (record) => ({ us: Number(record.slice(0, 13)) * 1000, severity: 0 })

interface Source {
  readonly file: string
  readonly oracle: Oracle
  readonly formats: readonly string[]
  readonly year?: number
}

const TEXT = ['timestamped-text']
const SYSLOG = ['rfc3164', 'linux-kernel', 'logfmt', 'timestamped-text', 'json-lines']
const HOTSOS = 'hotsos_cloud'
const SOURCES: readonly Source[] = [
  { file: `${HOTSOS}/kubernetes/var/log/auth.log`, oracle: bsd(2022), formats: SYSLOG, year: 2022 },
  { file: `${HOTSOS}/kubernetes/var/log/kern.log`, oracle: bsd(2022), formats: SYSLOG, year: 2022 },
  { file: `${HOTSOS}/rabbitmq/var/log/auth.log`, oracle: bsd(2022), formats: SYSLOG, year: 2022 },
  { file: `${HOTSOS}/rabbitmq/var/log/syslog`, oracle: bsd(2022), formats: SYSLOG, year: 2022 },
  {
    file: `${HOTSOS}/rabbitmq/sos_commands/logs/journalctl_--no-pager.gz`,
    oracle: bsd(2022),
    formats: SYSLOG,
    year: 2022,
  },
  { file: 'plaso/syslog/syslog', oracle: bsd(2012), formats: SYSLOG, year: 2012 },
  { file: 'plaso/syslog/syslog_cron.log', oracle: bsd(2015), formats: SYSLOG, year: 2015 },
  {
    file: 'plaso/syslog/syslog_rsyslog_traditional',
    oracle: bsd(2016),
    formats: SYSLOG,
    year: 2016,
  },
  { file: 'plaso/syslog/syslog_rsyslog', oracle: iso(), formats: SYSLOG },
  { file: 'lnav/logfile_syslog.0', oracle: bsd(2012), formats: SYSLOG, year: 2012 },
  { file: 'lnav/logfile_syslog.1', oracle: bsd(2012), formats: SYSLOG, year: 2012 },
  { file: 'lnav/logfile_syslog.2', oracle: bsd(2012), formats: SYSLOG, year: 2012 },
  { file: 'lnav/logfile_syslog.3', oracle: bsd(2012), formats: SYSLOG, year: 2012 },
  { file: 'lnav/logfile_haproxy.0', oracle: bsd(2012), formats: SYSLOG, year: 2012 },
  { file: 'insights_core/messages.json', oracle: bsd(2016), formats: SYSLOG, year: 2016 },
  { file: `${HOTSOS}/kubernetes/var/log/dmesg`, oracle: dmesg, formats: ['linux-kernel'] },
  { file: 'lnav/logfile_journald.json', oracle: journald, formats: ['journald-json'] },
  ...['machine-4.log', 'unit-canal-2.log', 'unit-containerd-2.log', 'machine-lock.log'].map(
    (name) => ({
      file: `${HOTSOS}/kubernetes/var/log/juju/${name}`,
      oracle: iso(),
      formats: [...TEXT, 'openstack'],
    }),
  ),
  {
    file: `${HOTSOS}/kubernetes/var/log/juju/unit-kubernetes-master-0.log`,
    oracle: iso(),
    formats: [...TEXT, 'openstack'],
  },
  {
    file: `${HOTSOS}/rabbitmq/var/log/rabbitmq/rabbit@juju-04f1e3-1-lxd-5.log.gz`,
    oracle: iso(),
    formats: TEXT,
  },
  { file: 'lnav/logfile_java.0', oracle: iso(), formats: TEXT },
  { file: 'lnav/logfile_postgres.0', oracle: iso(-420), formats: TEXT },
  { file: 'lnav/logfile_multiline.0', oracle: iso(), formats: TEXT },
  { file: 'lnav/logfile_mysql_error.0', oracle: iso(), formats: TEXT },
  { file: 'lnav/logfile_epoch.0', oracle: epochMs, formats: TEXT },
  {
    file: 'plaso/cri.log',
    oracle: iso(),
    formats: ['cri', ...TEXT, 'logfmt', 'json-lines'],
  },
  { file: 'plaso/postgresql.log', oracle: iso(), formats: TEXT },
  { file: 'plaso/vsftpd.log', oracle: vsftpd, formats: TEXT },
  ...[
    'defense_evasion/host/cmd_bitsadmin_download_psh_script',
    'discovery/host/cmd_seatbelt_group_user',
  ]
    .concat('privilege_escalation/host/cmd_service_mod_fax')
    .concat('credential_access/host/cmd_psexec_lsa_secrets_dump')
    .map((name) => ({
      file: `otrf_windows_events/${name}.zip`,
      oracle: windows,
      formats: ['json-lines'],
    })),
]

/** The text of the first member of a zip archive (APPNOTE 4.3.7; sizes from its central directory). */
function unzip(archive: Buffer): string {
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  const directory = archive.readUInt32LE(end + 16)
  const size = archive.readUInt32LE(directory + 20)
  const local = archive.readUInt32LE(directory + 42)
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  return inflateRawSync(archive.subarray(start, start + size)).toString()
}

function read(file: string): string {
  const bytes = readFileSync(join(GUEST, file))
  if (file.endsWith('.gz')) return gunzipSync(bytes).toString()
  if (file.endsWith('.zip')) return unzip(bytes)
  if (!file.endsWith('messages.json')) return bytes.toString()
  return Object.values(JSON.parse(bytes.toString()) as Record<string, string>).join('\n')
}

/** The records of a file, joined as an import joins them. */
function recordsOf(file: string): string[] {
  const detector = new FormatDetector()
  const joiner = new LineJoiner<undefined>((line) => detector.continues(file, line))
  const lines = read(file).split('\n')
  const joined = lines.map((line) => joiner.offer(line, undefined, 0 as Micros))
  return [...joined, joiner.flush()].flatMap((j) =>
    j === undefined || j.text.trim() === '' ? [] : j.text,
  )
}

function complaint(
  source: Source,
  record: string,
  found: Detection | undefined,
): string | undefined {
  const expected = source.oracle(record)
  if (expected === undefined) return undefined
  const shown = JSON.stringify(record.slice(0, 120))
  if (found === undefined) return `not understood: ${shown}`
  if (!source.formats.includes(found.format)) return `taken for ${found.format}: ${shown}`
  const { year } = source
  const context = { received: RECEIVED, ...(year === undefined ? {} : { year }) }
  const time = completeStamp(found.parsed.stamp, context)
  const wanted = expected.us
  if (wanted === undefined ? time.timeFrom !== 'received' : time.us !== wanted) {
    return `at ${time.us} instead of ${wanted ?? 'receipt'}: ${shown}`
  }
  const severity = found.parsed.severity ?? 0
  if (expected.severity === undefined || severity === expected.severity) return undefined
  return `severity ${severity} instead of ${expected.severity}: ${shown}`
}

describe('real files of guests', () => {
  if (!existsSync(GUEST)) {
    test.skipIf(process.env['CI'] === undefined)('are there', () => {
      expect.fail(`the collected files are missing: ${GUEST}`)
    })
    process.stderr.write(`SKIPPED: no collected files, ${GUEST} is missing\n`)
    return
  }

  test.each(SOURCES)('$file has the right times and severities', (source) => {
    const detector = new FormatDetector()
    const records = recordsOf(source.file)
    const expected = records.filter((record) => source.oracle(record) !== undefined)
    const complaints = records.flatMap(
      (record) => complaint(source, record, detector.detect(source.file, record)) ?? [],
    )
    expect(expected.length).toBeGreaterThan(0)
    const share = 1 - complaints.length / expected.length
    expect(share, complaints.slice(0, 12).join('\n')).toBeGreaterThanOrEqual(SHARE)
  })
})
