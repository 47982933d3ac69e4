import { micros } from '../../model/time.ts'
import type { LogFormat } from './format.ts'
import { parseJsonObject } from './json-document.ts'
import type { JsonObject } from './json-document.ts'
import { readJournalFields } from './journald-fields.ts'

/** A value as `journalctl -o json` writes it: text, a list of bytes, null when too long, or repeated. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return typeof value === 'number' ? String(value) : undefined
  const list = value as unknown[]
  if (list.every((byte) => typeof byte === 'number' && byte >= 0 && byte < 256)) {
    return new TextDecoder().decode(Uint8Array.from(list as number[]))
  }
  return textOf(list[0])
}

function fieldsOf(object: JsonObject): Map<string, string> {
  const fields = new Map<string, string>()
  for (const name in object) {
    const text = textOf(object[name])
    if (text !== undefined) fields.set(name, text)
  }
  return fields
}

/** What `-o json-seq` (RFC 7464) and `-o json-sse` (server-sent events) write before an entry. */
function entryStart(line: string): number {
  const first = line.charCodeAt(0)
  if (first === 0x1e) return 1
  return first === 100 && line.startsWith('data: {') ? 6 : 0
}

/** Lines of `journalctl -o json`; `journald.__CURSOR` names the entry for good. */
export const journaldJson: LogFormat = {
  name: 'journald-json',
  title: 'systemd journal as JSON (journalctl -o json)',
  reference: 'https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format',
  envelope: true,
  sniff(line) {
    if (line.charCodeAt(entryStart(line)) !== 123) return 0
    return line.includes('"__REALTIME_TIMESTAMP"') || line.includes('"__CURSOR"') ? 0.97 : 0
  },
  parse(line) {
    const at = entryStart(line)
    if (line.charCodeAt(at) !== 123) return undefined
    const object = parseJsonObject(at === 0 ? line : line.slice(at))
    if (object === undefined) return undefined
    const isJournal = '__REALTIME_TIMESTAMP' in object || '__CURSOR' in object
    return isJournal ? readJournalFields(fieldsOf(object), line) : undefined
  },
  samples: [
    {
      line: '{"__CURSOR":"s=1f;i=2a;b=7c;m=1;t=5;x=9","__REALTIME_TIMESTAMP":"1795254120500000","_SOURCE_REALTIME_TIMESTAMP":"1795254120123456","PRIORITY":"4","SYSLOG_FACILITY":"3","SYSLOG_IDENTIFIER":"libvirtd","_PID":"901","_HOSTNAME":"kvm-03","_SYSTEMD_UNIT":"libvirtd.service","MESSAGE":"cannot acquire lock"}',
      parsed: {
        body: 'cannot acquire lock',
        stamp: {
          kind: 'instant',
          us: micros(1795254120123456),
          ns: 0,
          resolutionUs: 1,
          text: '1795254120123456',
        },
        host: 'kvm-03',
        app: 'libvirtd',
        severity: 13,
        attributes: {
          'process.pid': 901,
          'log.syslog.severity.code': 4,
          'log.syslog.facility.code': 3,
          'journald._SYSTEMD_UNIT': 'libvirtd.service',
          'journald.__CURSOR': 's=1f;i=2a;b=7c;m=1;t=5;x=9',
        },
      },
    },
    {
      line: '{ "__CURSOR" : "s=1f;i=2b", "__REALTIME_TIMESTAMP" : "1795254120500000", "_COMM" : "app", "MESSAGE" : [ 104, 105, 255 ] }',
      parsed: { body: 'hi\uFFFD', app: 'app' },
    },
    {
      line: 'data: {"__CURSOR":"s=1f;i=2d","__REALTIME_TIMESTAMP":"1795254120500000","PRIORITY":["3","4"],"_COMM":null,"MESSAGE":"one of the event stream"}',
      parsed: { body: 'one of the event stream', severity: 17 },
    },
    {
      line: '{"__CURSOR":"s=1f;i=2c","__REALTIME_TIMESTAMP":"1795254120500000","MESSAGE":null}',
      parsed: {
        body: '{"__CURSOR":"s=1f;i=2c","__REALTIME_TIMESTAMP":"1795254120500000","MESSAGE":null}',
      },
    },
  ],
}
