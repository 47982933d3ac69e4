import type { AttributeValue } from '../../model/record.ts'
import { severityFromSyslog } from '../../model/severity.ts'
import type { ParsedLine } from './format.ts'
import { kernelEvent } from './kernel-events.ts'
import { readEpoch } from './read-stamp.ts'

/** Fields that become fields of the line, so that they are not repeated among its attributes. */
const CONSUMED: ReadonlySet<string> = new Set([
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_FACILITY',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_TIMESTAMP',
  '_HOSTNAME',
  '_PID',
  '_SOURCE_REALTIME_TIMESTAMP',
])

const small = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined

/**
 * What a journal entry says (systemd.journal-fields(7)). Its time is the emitter's where it gave one,
 * else the journal's; both count microseconds. `whole` is the body of an entry without MESSAGE.
 */
export function readJournalFields(fields: ReadonlyMap<string, string>, whole: string): ParsedLine {
  const attributes: Record<string, AttributeValue> = {}
  for (const [name, value] of fields) {
    if (!CONSUMED.has(name)) attributes[`journald.${name}`] = value
  }
  const message = fields.get('MESSAGE') ?? ''
  const line: { -readonly [K in keyof ParsedLine]: ParsedLine[K] } = {
    body: message === '' ? whole : message,
    attributes,
  }
  const time = fields.get('_SOURCE_REALTIME_TIMESTAMP') ?? fields.get('__REALTIME_TIMESTAMP')
  const stamp = time === undefined ? undefined : readEpoch(time, 0, 'us')
  if (stamp !== undefined) line.stamp = stamp
  const host = fields.get('_HOSTNAME')
  if (host !== undefined) line.host = host
  const app = fields.get('SYSLOG_IDENTIFIER') ?? fields.get('_COMM')
  if (app !== undefined) line.app = app
  const priority = small(fields.get('PRIORITY'))
  if (priority !== undefined && priority <= 7) {
    line.severity = severityFromSyslog(priority)
    attributes['log.syslog.severity.code'] = priority
  }
  const event = app === 'kernel' ? kernelEvent(message) : undefined
  if (event !== undefined) line.eventName = event.name
  const facility = small(fields.get('SYSLOG_FACILITY'))
  if (facility !== undefined) attributes['log.syslog.facility.code'] = facility
  const pid = small(fields.get('_PID') ?? fields.get('SYSLOG_PID'))
  if (pid !== undefined) attributes['process.pid'] = pid
  return line
}
