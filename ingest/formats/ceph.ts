import { SEVERITY, severityFromWord } from '../../model/severity.ts'
import type { Severity } from '../../model/severity.ts'
import { micros } from '../../model/time.ts'
import type { LogFormat, ParsedLine, Stamp } from './format.ts'
import { attributes, parsedLine, wholeNumber } from './parsed-line.ts'
import { readIso } from './read-stamp.ts'

/** `7f12c6f8b700 -1 `: thread and level of a daemon's line. */
const DAEMON = /^([0-9a-f]{8,16}) +(-1|\d{1,2}) /

/**
 * `mon.a (mon.0) 9766581 : cluster [WRN] `, before Luminous `mon.a mon.0 10.0.0.5:6789/0 12 : …`, before
 * Hammer `mon.0 10.0.0.5:6789/0 12 : [INF] `; Quincy writes the level as a number, `cluster 3 `. [K]
 */
const CLUSTER =
  /^([a-z-]{1,16}\.[^\s:]{1,100}) (?:\(\S{1,100}\) |\S{1,60} (?:\S{1,60} )?)?(\d{1,19}) : (?:([a-z]{1,20}) )?(?:\[([A-Z]{3})\]|([0-4])(?= )) ?/

/** The levels of `clog_type` (`include/ceph_fs.h` and `common/LogEntry.h`). */
const CLUSTER_LEVELS = ['DBG', 'INF', 'SEC', 'WRN', 'ERR'] as const

/** `log_channel(cluster) log [WRN] : `, a daemon's copy of what it sends to the cluster log. */
const LOG_CHANNEL = /^(?:log_channel\(([a-z]{1,20})\) )?log \[([A-Z]{3})\] : /

/** `[pg_autoscaler WARNING root] `, a Python module of ceph-mgr. */
const MGR_MODULE = /^\[(?:([a-z_]{1,40}) )?(DEBUG|INFO|WARNING|ERROR|CRITICAL) ([\w.]{1,60})\] /

/** The daemon that speaks, where its line begins with its name. */
const DAEMON_NAME = /^((?:osd|mon|mgr|mds|client|rgw)\.[\w.-]{1,60})(?=[ :(@])/

/** Debug levels of a daemon: -1 is an error, up to 5 what it tells by itself, above that debugging. */
function severityOfLevel(level: number): Severity {
  if (level < 0) return SEVERITY.error
  if (level <= 5) return SEVERITY.info
  return level < 20 ? SEVERITY.debug : SEVERITY.trace
}

/** Levels of the cluster log; SEC is a security notice (`common/LogEntry.h`). */
function severityOfChannel(level: string): Severity {
  return level === 'SEC' ? SEVERITY.alert : severityFromWord(level)
}

/** Messages that say a health check's name without its code. [K] */
const SAID_WITHOUT_CODE: readonly (readonly [string, string])[] = [
  ['Slow OSD heartbeats on back', 'OSD_SLOW_PING_TIME_BACK'],
  ['Slow OSD heartbeats on front', 'OSD_SLOW_PING_TIME_FRONT'],
  ['get_health_metrics reporting ', 'SLOW_OPS'],
  ['slow requests', 'SLOW_OPS'],
  ['slow request ', 'SLOW_OPS'],
  ['slow operation observed for', 'BLUESTORE_SLOW_OP_ALERT'],
  ['clock skew', 'MON_CLOCK_SKEW'],
]

/** A health code: capitals joined by underscores (docs.ceph.com, "Health checks"). */
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/

function codeIn(text: string): string | undefined {
  return CODE.test(text) ? text : undefined
}

/** What follows `Health check ` and the phase of the event it tells. */
const PHASES: Readonly<Record<string, string>> = {
  failed: 'start',
  update: 'update',
  cleared: 'end',
}

interface Health {
  readonly code: string | undefined
  readonly phase?: string | undefined
}

/** The health check a message is about. Its code ends the message in parentheses or begins it. */
function healthOf(body: string): Health | undefined {
  const check = /^Health check ([a-z]{1,10}): /.exec(body)
  if (check !== null) {
    const rest = body.slice(check[0].length)
    const open = rest.lastIndexOf('(')
    const code =
      check[1] === 'cleared'
        ? codeIn(rest.split(' ', 1)[0]!)
        : codeIn(rest.slice(open + 1, rest.lastIndexOf(')')))
    return { code, phase: PHASES[check[1]!] }
  }
  const detail = /^(?:\[[A-Z]{3}\] )?([A-Z0-9_]{5,60}): /.exec(body)
  const code = detail === null ? undefined : codeIn(detail[1]!)
  if (code !== undefined) return { code }
  const said = SAID_WITHOUT_CODE.find(([words]) => body.includes(words))
  return said && { code: said[1] }
}

/** What cephadm puts before the lines a daemon prints: their kind, then the line with its time. */
const PRINTED = /^(?:debug|cluster|audit) (?=\d{4}-)/

/** Where the line's own text starts. */
function textStart(line: string): number {
  const first = line.charCodeAt(0)
  return first >= 97 && first <= 100 ? (PRINTED.exec(line)?.[0].length ?? 0) : 0
}

interface Spoken {
  readonly body: string
  readonly severity: Severity
  readonly severityText: string
  readonly logger?: string | undefined
  readonly channel?: string | undefined
}

/** Body and level of a daemon's line; a level inside the text wins. */
function spokenBy(text: string, level: string): Spoken {
  const channel = LOG_CHANNEL.exec(text)
  if (channel !== null && channel[0].length < text.length) {
    return {
      body: text.slice(channel[0].length),
      severity: severityOfChannel(channel[2]!),
      severityText: channel[2]!,
      channel: channel[1],
    }
  }
  const module = MGR_MODULE.exec(text)
  if (module !== null && module[0].length < text.length) {
    return {
      body: text.slice(module[0].length),
      severity: severityFromWord(module[2]!),
      severityText: module[2]!,
      logger: module[1] ?? module[3],
    }
  }
  return { body: text, severity: severityOfLevel(Number(level)), severityText: level }
}

function parseDaemon(stamp: Stamp | undefined, rest: string): ParsedLine | undefined {
  const header = DAEMON.exec(rest)
  if (header === null) return undefined
  const text = rest.slice(header[0].length)
  // The first line of a dump is empty behind its header.
  const spoken = spokenBy(text === '' ? header[0].trimEnd() : text, header[2]!)
  const daemon = DAEMON_NAME.exec(spoken.body)?.[1]
  return said(spoken, {
    stamp,
    daemon,
    attributes: { 'thread.id': header[1], 'log.logger': spoken.logger },
  })
}

function parseCluster(stamp: Stamp | undefined, rest: string): ParsedLine | undefined {
  const header = CLUSTER.exec(rest)
  if (header === null || header[0].length === rest.length) return undefined
  const level = header[4] ?? CLUSTER_LEVELS[Number(header[5])]!
  if (header[3] === undefined && header[4] === undefined) return undefined
  const spoken: Spoken = {
    body: rest.slice(header[0].length),
    severity: severityOfChannel(level),
    severityText: header[4] ?? header[5]!,
    channel: header[3],
  }
  return said(spoken, {
    stamp,
    daemon: header[1],
    attributes: { 'event.sequence': wholeNumber(header[2]) },
  })
}

function said(
  spoken: Spoken,
  line: {
    readonly stamp: Stamp | undefined
    readonly daemon: string | undefined
    readonly attributes: Record<string, string | number | undefined>
  },
): ParsedLine {
  const health = healthOf(spoken.body)
  return parsedLine(spoken.body, {
    stamp: line.stamp,
    app: line.daemon && `ceph-${line.daemon.slice(0, line.daemon.indexOf('.'))}`,
    severity: spoken.severity,
    severityText: spoken.severityText,
    eventName: health?.code && `ceph:${health.code}`,
    attributes: attributes({
      'ceph.daemon': line.daemon,
      'ceph.channel': spoken.channel,
      'event.phase': health?.phase,
      ...line.attributes,
    }),
  })
}

function parse(line: string): ParsedLine | undefined {
  const at = textStart(line)
  const stamp = readIso(line, at)
  const behind = at + (stamp === undefined ? 0 : stamp.text.length + 1)
  const rest = line.slice(behind)
  return parseDaemon(stamp, rest) ?? parseCluster(stamp, rest)
}

function sniff(line: string): number {
  const at = textStart(line)
  const first = line.charCodeAt(at)
  const dated = line.charCodeAt(at + 4) === 45
  if (!dated && !(first >= 97 && first <= 122) && !(first >= 48 && first <= 57)) return 0
  const stamp = dated ? readIso(line, at) : undefined
  const rest = line.slice(stamp === undefined ? at : at + stamp.text.length + 1, 400)
  if (CLUSTER.test(rest)) return 0.95
  return DAEMON.test(rest) ? (stamp === undefined ? 0.5 : 0.9) : 0
}

/**
 * Ceph daemon logs and the cluster log. Times carry an offset since Octopus and none before. The body
 * of a line that a daemon copies to the cluster log is the cluster log's message. Health checks are
 * events: `ceph:SLOW_OPS` from failed (start) over update to cleared (end).
 */
export const ceph: LogFormat = {
  name: 'ceph',
  title: 'Ceph daemons and cluster log',
  reference: 'https://docs.ceph.com/en/latest/rados/troubleshooting/log-and-debug/',
  layer: 'storage',
  sniff,
  parse,
  /** The dump of recent events and the backtrace of a crash, indented or between rules. */
  continues: (line) => /^(?: |\t|--- |\/build\/|\/usr\/src\/)/.test(line),
  samples: [
    {
      line: '2026-02-11T18:35:14.293172+0000 mon.cmon-2 (mon.0) 976581 : cluster [WRN] Health check update: 3 slow ops, oldest one blocked for 65 sec, daemons [osd.12,osd.22] have slow ops. (SLOW_OPS)',
      parsed: {
        body: 'Health check update: 3 slow ops, oldest one blocked for 65 sec, daemons [osd.12,osd.22] have slow ops. (SLOW_OPS)',
        stamp: {
          kind: 'instant',
          us: micros(1770834914293172),
          ns: 0,
          resolutionUs: 1,
          text: '2026-02-11T18:35:14.293172+0000',
        },
        app: 'ceph-mon',
        severity: 13,
        severityText: 'WRN',
        eventName: 'ceph:SLOW_OPS',
        attributes: {
          'ceph.daemon': 'mon.cmon-2',
          'ceph.channel': 'cluster',
          'event.sequence': 976581,
          'event.phase': 'update',
        },
      },
    },
    {
      line: '2026-02-11T18:41:02.000118+0000 mon.cmon-2 (mon.0) 976640 : cluster [INF] Health check cleared: OSD_DOWN (was: 2 osds down)',
      parsed: {
        body: 'Health check cleared: OSD_DOWN (was: 2 osds down)',
        severity: 9,
        eventName: 'ceph:OSD_DOWN',
        attributes: { 'event.phase': 'end' },
      },
    },
    {
      line: '2026-02-11T19:20:32.695+0100 7fc34e229700  0 bluestore(/var/lib/ceph/osd/ceph-40) log_latency_fn slow operation observed for _txc_committed_kv, latency = 8.28s, txc = 0x55d8c3280f00',
      parsed: {
        body: 'bluestore(/var/lib/ceph/osd/ceph-40) log_latency_fn slow operation observed for _txc_committed_kv, latency = 8.28s, txc = 0x55d8c3280f00',
        stamp: {
          kind: 'instant',
          us: micros(1770834032695000),
          ns: 0,
          resolutionUs: 1000,
          text: '2026-02-11T19:20:32.695+0100',
        },
        severity: 9,
        severityText: '0',
        eventName: 'ceph:BLUESTORE_SLOW_OP_ALERT',
        attributes: { 'thread.id': '7fc34e229700' },
      },
    },
    {
      line: '2015-06-30 09:09:30.334033 7f12c6f8b700 -1 osd.9 1042 heartbeat_check: no reply from 10.1.26.9:6806 osd.4',
      parsed: {
        body: 'osd.9 1042 heartbeat_check: no reply from 10.1.26.9:6806 osd.4',
        stamp: {
          kind: 'local',
          year: 2015,
          month: 6,
          day: 30,
          hour: 9,
          minute: 9,
          second: 30,
          microsecond: 334033,
          ns: 0,
          resolutionUs: 1,
          text: '2015-06-30 09:09:30.334033',
        },
        app: 'ceph-osd',
        severity: 17,
        severityText: '-1',
        attributes: { 'ceph.daemon': 'osd.9' },
      },
    },
    {
      line: '2026-02-11T18:16:05.663454+0000 7fa713903700  0 log_channel(cluster) log [DBG] : map e319481 wrongly marked me down at e319480',
      parsed: {
        body: 'map e319481 wrongly marked me down at e319480',
        severity: 5,
        severityText: 'DBG',
        attributes: { 'ceph.channel': 'cluster', 'thread.id': '7fa713903700' },
      },
    },
    {
      line: 'debug 2026-02-11T18:16:06.001+0000 7f641f7e3700  0 [pg_autoscaler WARNING root] pool 4 contains an overlapping root -1... skipping scaling',
      parsed: {
        body: 'pool 4 contains an overlapping root -1... skipping scaling',
        severity: 13,
        severityText: 'WARNING',
        attributes: { 'log.logger': 'pg_autoscaler' },
      },
    },
    {
      line: '2016-01-08 19:24:23.876485 mon.test mon.1 10.230.16.55:6789/0 16486802 : cluster [INF] mon.test calling monitor election',
      parsed: {
        body: 'mon.test calling monitor election',
        app: 'ceph-mon',
        severity: 9,
        attributes: { 'event.sequence': 16486802 },
      },
    },
    {
      line: 'cluster 2026-02-11T18:35:16.000118+0000 mgr.cmgr-1 (mgr.4100) 511 : cluster [DBG] pgmap v279285: 385 pgs: 4 active+clean+laggy, 381 active+clean',
      parsed: {
        body: 'pgmap v279285: 385 pgs: 4 active+clean+laggy, 381 active+clean',
        app: 'ceph-mgr',
        severity: 5,
        attributes: { 'ceph.daemon': 'mgr.cmgr-1', 'event.sequence': 511 },
      },
    },
    {
      line: '2026-02-11T18:35:14.293172+0000 mon.cmon-2 (mon.0) 976581 : cluster 3 Health check failed: 1 osds down (OSD_DOWN)',
      parsed: {
        body: 'Health check failed: 1 osds down (OSD_DOWN)',
        app: 'ceph-mon',
        severity: 13,
        severityText: '3',
        eventName: 'ceph:OSD_DOWN',
      },
    },
    {
      line: '2014-03-04 10:20:30.405060 7f00aa11b700  0 log [WRN] : slow request 31.7 seconds old',
      parsed: { body: 'slow request 31.7 seconds old', severity: 13, severityText: 'WRN' },
    },
    {
      line: '2013-02-11 18:16:05.663454 mon.0 10.0.0.3:6789/0 22 : [INF] pgmap v12: 192 pgs',
      parsed: { body: 'pgmap v12: 192 pgs', app: 'ceph-mon', severity: 9 },
    },
    {
      line: '2026-02-11T18:16:05.663+0000 7fa713903640 -1 ',
      parsed: { body: '7fa713903640 -1', severity: 17 },
    },
    {
      line: 'mon.a (mon.0) 512 : cluster [ERR] Health check failed: 1 full osd(s) (OSD_FULL)',
      parsed: {
        body: 'Health check failed: 1 full osd(s) (OSD_FULL)',
        severity: 17,
        eventName: 'ceph:OSD_FULL',
        attributes: { 'event.phase': 'start' },
      },
    },
  ],
}
