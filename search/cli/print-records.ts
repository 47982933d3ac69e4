import type { ApiRecord, Coverage } from '../../model/api.ts'
import { severityName } from '../../model/severity.ts'
import { printable } from './terminal.ts'

/** Most characters of a body shown on a terminal line; `--json` has all of it. */
const SHOWN = 2_000

/** One record as a line: time, severity, who, program, message. */
export function recordLine(record: ApiRecord): string {
  const who = record.host ?? record.source
  const app = record.app === null ? '' : ` ${printable(record.app)}`
  const severity = severityName(record.severity).padEnd(7)
  return `${record.time} ${severity} ${printable(who)}${app}: ${printable(clipped(record.body))}\n`
}

function clipped(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`
}

/** A sentence about what an answer could not see; undefined when there is nothing to say. */
export function coverageLine(coverage: Coverage): string | undefined {
  const { late, silent } = coverage.sources
  const parts = [...(late > 0 ? [`${late} late`] : []), ...(silent > 0 ? [`${silent} silent`] : [])]
  const sources = parts.length === 0 ? [] : [`sources: ${parts.join(', ')}`]
  const all = [...sources, ...coverage.notes]
  return all.length === 0 ? undefined : printable(all.join('; '))
}
