import type { ApiRecord, Coverage } from '../../model/api.ts'
import { severityName } from '../../model/severity.ts'
import { printable, shownText } from './terminal.ts'

/** One record as a line: time, severity, who, program, message. */
export function recordLine(record: ApiRecord): string {
  const who = record.host ?? record.source
  const app = record.app === null ? '' : ` ${printable(record.app)}`
  const severity = severityName(record.severity).padEnd(7)
  return `${record.time} ${severity} ${printable(who)}${app}: ${shownText(record.body)}\n`
}

/** Most late or silent sources that are named. */
const NAMED = 3

/** A sentence about what an answer could not see; undefined when there is nothing to say. */
export function coverageLine(coverage: Coverage): string | undefined {
  const { late, silent } = coverage.sources
  const parts = [...(late > 0 ? [`${late} late`] : []), ...(silent > 0 ? [`${silent} silent`] : [])]
  const names = coverage.late.slice(0, NAMED).map(({ source }) => source)
  const more = late + silent > names.length ? ', …' : ''
  const sources =
    parts.length === 0 ? [] : [`sources: ${parts.join(', ')} (${names.join(', ')}${more})`]
  const all = [...sources, ...coverage.notes]
  return all.length === 0 ? undefined : printable(all.join('; '))
}
