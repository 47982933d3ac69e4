import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cell } from '../../model/aggregate.ts'
import type { LogRecord } from '../../model/record.ts'
import { severityFromWord } from '../../model/severity.ts'
import { formatTime, micros, MICROS_PER_SECOND, parseRfc3339 } from '../../model/time.ts'
import { parseQuery } from '../../search/query/parse.ts'
import { runQuery } from '../../search/query/run.ts'
import type { QueryStore } from '../../search/query/run.ts'
import { record } from './record.ts'
import { REPOSITORY } from './requirements.ts'

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
/** Where every script looks. */
export const SCRIPT_RANGE = { from: START, to: micros(START + 3600 * MICROS_PER_SECOND) }
export const SCRIPT_LIMIT = 100

const FOLDER = join(REPOSITORY, 'tests/queries')

/** All scripts there are, by the names of their files. */
export function queryScripts(): (readonly [string, QueryScript])[] {
  return readdirSync(FOLDER).map((file) => [
    file,
    readQueryScript(readFileSync(join(FOLDER, file), 'utf8')),
  ])
}

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

/** What a script needs of an answer: the times of records in RFC 3339, newest first, or a table. */
export type ScriptAnswer =
  | { readonly times: readonly string[] }
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] }

/** The lines a case's answer makes, to compare with what it expects; `ask` throws what the query is refused with. */
export async function answerLines(
  ask: (query: string) => Promise<ScriptAnswer>,
  query: string,
): Promise<string[]> {
  try {
    return linesOf(await ask(query))
  } catch (error) {
    return [`error ${String(error)}`]
  }
}

/** Asks a store itself. */
export const askStore =
  (store: QueryStore) =>
  async (query: string): Promise<ScriptAnswer> => {
    const asked = { range: SCRIPT_RANGE, order: 'newest', limit: SCRIPT_LIMIT } as const
    const answer = await runQuery(store, { query: parseQuery(query), ...asked }, {})
    return answer.kind === 'table'
      ? { columns: answer.columns.map(({ name }) => name), rows: answer.rows }
      : { times: answer.records.map(({ time, timeNs }) => formatTime(time, timeNs)) }
  }

function linesOf(answer: ScriptAnswer): string[] {
  if ('columns' in answer) {
    return [answer.columns.join(', '), ...answer.rows.map((row) => row.map(cellText).join(', '))]
  }
  return answer.times.map((time) => `${(parseRfc3339(time)!.us - START) / MICROS_PER_SECOND}s`)
}

const cellText = (cell: Cell): string => {
  const text = String(cell ?? '-')
  return text.startsWith(formatTime(START).slice(0, 11)) ? text.slice(11) : text
}
