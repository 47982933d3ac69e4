import { isJsonObject } from './json-document.ts'
import type { JsonObject } from './json-document.ts'

/** Records looked at for the time and level of a document that holds many. */
const MAX_RECORDS = 10_000

const objectsIn = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? (value as unknown[]).filter(isJsonObject) : []

/**
 * The record of an OTLP export request as the collector's file exporter writes it, one a line, with the
 * attributes of its resource. A request of several records is one line and so stays one record: it has
 * the first one's time, the gravest one's severity and its own text as body. Undefined for any other
 * document.
 */
export function otlpRecordOf(document: JsonObject): JsonObject | undefined {
  if (!Array.isArray(document['resourceLogs'])) return undefined
  const [resourceLogs, ...others] = objectsIn(document['resourceLogs'])
  const records = [resourceLogs, ...others].flatMap((logs) => recordsIn(logs))
  const [first] = records
  if (first === undefined) return undefined
  const resource = resourceLogs?.['resource']
  const attributes = isJsonObject(resource) ? resource['attributes'] : undefined
  const isShared = others.length === 0 && attributes !== undefined
  const shared = isShared ? { 'resource.attributes': attributes } : {}
  if (records.length === 1) return { ...shared, ...first }
  const severities = records.slice(0, MAX_RECORDS).map((record) => Number(record['severityNumber']))
  const severityNumber = severities.reduce((worst, n) => (n > worst ? n : worst), 0)
  return { ...shared, timeUnixNano: first['timeUnixNano'], severityNumber }
}

function recordsIn(resourceLogs: JsonObject | undefined): readonly JsonObject[] {
  const scopes = objectsIn(resourceLogs?.['scopeLogs'])
  return scopes.flatMap((scope) => objectsIn(scope['logRecords']))
}
