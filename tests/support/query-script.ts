import type { Cell } from '../../model/aggregate.ts'
import { fieldReader } from '../../model/fields.ts'
import type { LogRecord } from '../../model/record.ts'
import { severityFromWord } from '../../model/severity.ts'
import { formatTime, micros, MICROS_PER_SECOND } from '../../model/time.ts'
import { parseQuery } from '../../search/query/parse.ts'
import { runQuery } from '../../search/query/run.ts'
import type { Answer, QueryStore } from '../../search/query/run.ts'
import { record } from './record.ts'

/**
 * Query tests as text, for any store:
 *
 *     load
 *       0s esx-01 error op=read latency=5 | Lost access to volume
 *     eval host:esx-01 lost
 *       0s
 *     eval | stats count() by host
 *       host, count()
 *       esx-01, 1
 *
 * A loaded line is second, host (`-` for none), level, attributes, then the body. Expected records are their
 * seconds, newest first; a table is its header and rows; `error <text>` is part of a refusal.
 */
export interface QueryScript {
  readonly records: readonly LogRecord[]
  readonly cases: readonly { readonly query: string; readonly expected: readonly string[] }[]
}

/** Second 0 of every script: 2026-11-18T11:06:40Z. */
const START = micros(1_795_000_000_000_000)
const RANGE = { from: START, to: micros(START + 3600 * MICROS_PER_SECOND) }

export function readQueryScript(text: string): QueryScript {
  const records: LogRecord[] = []
  const cases: { query: string; expected: string[] }[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#') || line === 'load') continue
    if (line.startsWith('eval ')) cases.push({ query: line.slice(5), expected: [] })
    else if (!line.startsWith('  '))
      throw new Error(`cannot read the script line ${JSON.stringify(line)}`)
    else if (cases.length === 0) records.push(recordOf(line.trim(), records.length))
    else cases.at(-1)!.expected.push(line.trim())
  }
  return { records, cases }
}

function recordOf(line: string, index: number): LogRecord {
  const bar = line.indexOf(' |')
  const [seconds, host, level, ...pairs] = line.slice(0, bar).trim().split(/\s+/)
  const time = micros(START + parseFloat(seconds!) * MICROS_PER_SECOND)
  return record({
    id: `20261118-n1-${(index + 1).toString(36)}`,
    time,
    received: time,
    host: host === '-' ? null : host!,
    entity: host === '-' ? null : `hypervisor:${host}`,
    severity: severityFromWord(level!),
    severityText: level!,
    attributes: Object.fromEntries(pairs.map(attributeOf)),
    body: line.slice(bar + 3),
  })
}

function attributeOf(pair: string): [string, string | number] {
  const [name, value] = pair.split('=') as [string, string]
  return [name, /^\d+$/.test(value) ? Number(value) : value]
}

/** The lines a case's answer makes, to compare with what it expects. */
export async function answerLines(store: QueryStore, query: string): Promise<string[]> {
  try {
    const request = { query: parseQuery(query), range: RANGE, order: 'newest' as const, limit: 100 }
    return linesOf(await runQuery(store, request, {}))
  } catch (error) {
    return [`error ${String(error)}`]
  }
}

function linesOf(answer: Answer): string[] {
  if (answer.kind === 'table') {
    const header = answer.columns.map((column) => column.name).join(', ')
    return [header, ...answer.rows.map((row) => row.map(cellText).join(', '))]
  }
  const read = fieldReader('time')
  return answer.records.map((one) => `${(Number(read(one)[0]) - START) / MICROS_PER_SECOND}s`)
}

const cellText = (cell: Cell): string => {
  const text = String(cell ?? '-')
  return text.startsWith(formatTime(START).slice(0, 11)) ? text.slice(11) : text
}
