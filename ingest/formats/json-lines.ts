import type { LogFormat } from './format.ts'
import { parseJsonObject } from './json-document.ts'
import { JSON_SAMPLES } from './json-samples.ts'
import { readDocument } from './read-document.ts'

/** Marks structured syslog messages (CEE, rsyslog's mmjsonparse). */
const CEE_COOKIE = '@cee:'

function documentStart(line: string): number {
  return line.startsWith(CEE_COOKIE) ? (line.charCodeAt(5) === 32 ? 6 : 5) : 0
}

/** One JSON document a line, read by the usual names of its members ({@link readDocument}). */
export const jsonLines: LogFormat = {
  name: 'json-lines',
  title: 'JSON lines (ECS, OpenTelemetry, winlogbeat, nxlog, pino, bunyan, others)',
  reference:
    'https://www.elastic.co/guide/en/ecs/current; https://opentelemetry.io/docs/specs/otel/logs/data-model',
  envelope: true,
  multiline: true,
  sniff(line) {
    const at = documentStart(line)
    if (line.charCodeAt(at) !== 123) return 0
    let end = line.length - 1
    while (end > at && line.charCodeAt(end) <= 32) end--
    if (line.charCodeAt(end) !== 125) return 0
    return line.includes('"', at) ? 0.9 : 0.3
  },
  parse(line) {
    const at = documentStart(line)
    if (line.charCodeAt(at) !== 123) return undefined
    const object = parseJsonObject(at === 0 ? line : line.slice(at))
    return object && readDocument(object, line)
  },
  samples: JSON_SAMPLES,
}
