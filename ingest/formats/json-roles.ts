/**
 * What a member of a JSON document means by its name, over the loggers and shippers of our field. Of
 * several with one role the lowest rank is it, the others stay attributes.
 */
export type Role = 'time' | 'level' | 'message' | 'host' | 'app' | 'event'

export interface Meaning {
  readonly role: Role
  readonly rank: number
}

/** Names by role, the most telling first. */
const ROLES: Readonly<Record<Role, readonly string[]>> = {
  time: [
    '@timestamp',
    'timeUnixNano',
    'time_unix_nano',
    'Timestamp',
    'timestamp',
    'EventTime',
    'TimeCreated',
    'time',
    'Time',
    'ts',
    '@t',
    'ISODATE',
    'timereported',
    'timegenerated',
    'timeMillis',
    'eventTime',
    'datetime',
    'created',
    'asctime',
    'date',
    'log_time',
    '_time',
    't',
    'record.time.timestamp',
    'winlog.time_created',
    'Event.System.TimeCreated.#attributes.SystemTime',
    'Event.System.TimeCreated.@SystemTime',
    'eventtime',
    'observedTimeUnixNano',
    'observed_time_unix_nano',
  ],
  level: [
    'severityNumber',
    'severity_number',
    'SeverityNumber',
    'SeverityValue',
    'log.level',
    'level',
    'levelname',
    'severity',
    'severityText',
    'severity_text',
    'SeverityText',
    'Severity',
    'loglevel',
    'log_level',
    'logLevel',
    'lvl',
    '@l',
    '@level',
    'LogLevel',
    'LEVEL',
    'Level',
    'levelno',
    'record.level.name',
    'winlog.level',
    'LevelDisplayName',
    'EventLevelName',
    'Event.System.Level',
    'severity_label',
    'log.syslog.severity.name',
    'syslogseverity-text',
    'PRIORITY',
    'priority',
  ],
  message: [
    'message',
    'msg',
    'Message',
    'body',
    'body.stringValue',
    'Body',
    'log.message',
    'MESSAGE',
    '@m',
    '@mt',
    '@message',
    'short_message',
    'record.message',
    'log',
    'text',
    'event.original',
    // structlog calls its message so.
    'event',
  ],
  host: [
    'winlog.computer_name',
    'host.name',
    'hostname',
    'Hostname',
    'host.hostname',
    'host',
    'computer_name',
    'MachineName',
    'Event.System.Computer',
    'logsource',
    'Computer',
    'HOSTNAME',
    'HOST',
    'hostName',
    'nodename',
    'node',
  ],
  app: [
    'service.name',
    'process.name',
    'app',
    'application',
    'appname',
    'app_name',
    'program',
    'programname',
    'PROGRAM',
    'processName',
    'service',
    'syslog_identifier',
    'component',
  ],
  event: ['eventName', 'event_name', 'event.name'],
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(ROLES).flatMap(([role, names]) =>
    names.map((name, rank): [string, Meaning] => [name, { role: role as Role, rank }]),
  ),
)

/** What a dotted name means, if it is one of those that mean something. */
export function meaningOf(name: string): Meaning | undefined {
  return MEANINGS.get(name)
}

/** Other loggers' names for what OpenTelemetry or ECS has a name for. */
const CANONICAL: ReadonlyMap<string, string> = new Map([
  ['trace.id', 'trace_id'],
  ['traceId', 'trace_id'],
  ['TraceId', 'trace_id'],
  ['traceid', 'trace_id'],
  ['span.id', 'span_id'],
  ['spanId', 'span_id'],
  ['SpanId', 'span_id'],
  ['spanid', 'span_id'],
  ['pid', 'process.pid'],
  ['logger', 'log.logger'],
  ['logger_name', 'log.logger'],
  ['loggerName', 'log.logger'],
  ['@module', 'log.logger'],
  ['thread', 'process.thread.name'],
  ['thread_name', 'process.thread.name'],
  ['threadName', 'process.thread.name'],
  ['stack_trace', 'error.stack_trace'],
  ['stack', 'error.stack_trace'],
])

/** The name an attribute is kept under. */
export function canonicalName(name: string): string {
  return CANONICAL.get(name) ?? name
}
