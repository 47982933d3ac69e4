import { parseRecordId } from './batch-record.ts'
import { compareText } from './match.ts'
import type { LogRecord } from './record.ts'

/** The total order of records that every store keeps: time, then arrival. Negative when `a` comes first. */
export function compareRecords(a: LogRecord, b: LogRecord): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.timeNs !== b.timeNs) return a.timeNs - b.timeNs
  const [x, y] = [parseRecordId(a.id), parseRecordId(b.id)]
  if (x === undefined || y === undefined) return compareText(a.id, b.id)
  return compareText(x.day, y.day) || compareText(x.node, y.node) || x.sequence - y.sequence
}
