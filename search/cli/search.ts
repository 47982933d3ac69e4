import type { Command } from 'commander'
import type { ApiRecord, Cell, Coverage } from '../../model/api.ts'
import { AppError, quote } from '../../model/errors.ts'
import { microsFromMillis } from '../../model/time.ts'
import { readRange } from '../api/question.ts'
import type { ApiClient } from './client.ts'
import { coverageLine, recordLine } from './print-records.ts'
import { addTargetOptions, withServer, type TargetOptions } from './target.ts'
import { textTable, write } from './terminal.ts'

interface SearchOptions extends TargetOptions {
  readonly from?: string
  readonly to?: string
  readonly limit?: number
  readonly json?: boolean
}

/** The last line of a stream. */
interface StreamEnd {
  readonly end: true
  readonly next?: string
  readonly coverage: Coverage
}

export function addSearch(program: Command): void {
  const command = program
    .command('search')
    .description('find records, or a table when the query ends in one')
    .argument('<query>', "e.g. 'apd timeout layer:storage | top 10 host'")
    .option('--from <time>', 'start: RFC 3339, a date, or now-15m')
    .option('--to <time>', 'end, exclusive, written like --from')
    .option('--limit <n>', 'most records (default 100)', readCount)
    .option('--json', 'one JSON object a line')
  addTargetOptions(command).action((query: string, options: SearchOptions) =>
    withServer(options, (client) => search(client, query, options)),
  )
}

/** Reads a flag that is a count. */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new AppError('configuration', `cannot read ${quote(text)} as a count; give a number from 1`)
}

async function search(client: ApiClient, query: string, options: SearchOptions): Promise<void> {
  const { from, to, limit, json = false } = options
  checkWindow(options)
  const lines = client.stream('/api/v1/search', { query, from, to, limit })
  let columns: string[] | undefined
  const rows: Cell[][] = []
  for await (const line of lines) {
    if (isEnd(line)) {
      if (columns !== undefined && !json) await write(textTable(columns, rows))
      if (json) await write(`${JSON.stringify(line)}\n`)
      else reportEnd(line)
    } else if (json) await write(`${JSON.stringify(line)}\n`)
    else if (Array.isArray(line)) rows.push(line as Cell[])
    else if (isColumns(line)) columns = line.columns.map(({ name }) => name)
    else await write(recordLine(line as ApiRecord))
  }
}

/** Says before anything is asked that the window is no window: the server would call it a bad request. */
function checkWindow(window: { readonly from?: string; readonly to?: string }): void {
  try {
    readRange(window, microsFromMillis(Date.now()))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    throw new AppError('configuration', error.message, { cause: error, ...hint })
  }
}

/** To stderr, so that the records can be piped on. */
function reportEnd(end: StreamEnd): void {
  if (end.next !== undefined) process.stderr.write('more records match; raise --limit\n')
  const line = coverageLine(end.coverage)
  if (line !== undefined) process.stderr.write(`${line}\n`)
}

function isEnd(line: unknown): line is StreamEnd {
  return typeof line === 'object' && line !== null && 'end' in line
}

function isColumns(line: unknown): line is { columns: { name: string }[] } {
  return typeof line === 'object' && line !== null && 'columns' in line
}
