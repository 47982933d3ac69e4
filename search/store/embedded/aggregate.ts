import type { Cell } from '../../../model/aggregate.ts'
import { GroupTable, groupingOfRecords, keyColumn } from '../../../model/group-table.ts'
import type { Aggregate, CountKey } from '../../../model/query.ts'
import type { LogRecord } from '../../../model/record.ts'
import { templateText } from '../../../model/template.ts'
import type {
  AggregateRequest,
  Counts,
  CountsRequest,
  PatternCount,
  PatternsRequest,
  QueryContext,
  Table,
} from '../store.ts'
import { cellOf, countedKey } from '../../../model/counted-key.ts'
import { PatternTally } from '../pattern-tally.ts'
import { countGroups } from './count-groups.ts'
import { columnOfKey } from './group-column.ts'
import { queriesOn, visitMatches } from './matching.ts'
import type { Reading } from './reading.ts'
import { search } from './search.ts'

/** Records per page where the grouping needs whole records. */
const SCAN_PAGE = 10_000

/** The counts, and what else is asked for, of the matching records by group. */
export async function aggregate(
  reading: Reading,
  request: AggregateRequest,
  context: QueryContext,
): Promise<Table> {
  const keys = request.by.map((key) => columnOfKey(key, reading.dictionaries, request))
  const countsOnly = request.aggregates.every((one) => one.function === 'count')
  if (!countsOnly || !keys.every((key) => key !== undefined)) {
    return {
      columns: columnNames(request),
      rows: await scanRecords(reading, request, context),
      notes: [],
    }
  }
  const [counted] = await countGroups(reading, request, [keys], context)
  const rows = Array.from(counted!.counts, (count, group) => [
    ...counted!.keys.map((key) => cellOf(key, group)),
    ...request.aggregates.map(() => count),
  ])
  return { columns: columnNames(request), rows, notes: [] }
}

/** Counts by several groupings: what stands in columns of numbers in one pass over the rows. */
export async function counts(
  reading: Reading,
  { filter, range, groupings }: CountsRequest,
  context: QueryContext,
): Promise<Counts[]> {
  const asked = { filter, range }
  const keys = groupings.map((by) => by.map((key) => columnOfKey(key, reading.dictionaries, asked)))
  const inColumns = keys.filter((of) => of.every((key) => key !== undefined))
  const counted = await countGroups(reading, asked, inColumns, context)
  let next = 0
  return Promise.all(
    groupings.map(async (by, index) => {
      if (keys[index]!.every((key) => key !== undefined)) return counted[next++]!
      const rows = await scanRecords(reading, { filter, range, by, aggregates: [COUNT] }, context)
      return {
        keys: by.map((_, key) => countedKey(rows.map((row) => row[key]!))),
        counts: Float64Array.from(rows, (row) => Number(row.at(-1))),
        notes: [],
      }
    }),
  )
}

const COUNT: Aggregate = { function: 'count', as: 'count' }

function columnNames({ by, aggregates }: AggregateRequest): string[] {
  return [...by.map(keyColumn), ...aggregates.map((one) => one.as)]
}

/** The templates of the matching records, most frequent first, equal counts by template id. */
export async function patterns(
  reading: Reading,
  request: PatternsRequest,
  context: QueryContext,
): Promise<PatternCount[]> {
  const tally = new PatternTally<number>()
  await visitMatches(reading, request, context, {
    told: (told) =>
      queriesOn(told).map((from) => async () => {
        const rows = await reading.engine.query(
          `SELECT template, count(*), min(time), max(time), max(severity) ${from} GROUP BY template`,
          context,
        )
        for (let row = 0; row < rows.rows; row++) {
          const [template, count, first, last, severity] = [0, 1, 2, 3, 4].map((column) =>
            rows.number(column, row),
          ) as [number, number, number, number, number]
          tally.add(template, { count, first, last, severity })
        }
      }),
    checked: (rows) => {
      for (const row of rows) tally.addRecord(row.template, row)
    },
  })
  return tally.counts((number) => {
    const template = reading.dictionaries.templates.get(number)
    return { template: template.id, text: templateText(template.pattern) }
  })
}

// Whole records

type ScanRequest = Omit<AggregateRequest, 'by'> & { readonly by: readonly CountKey[] }

/** Reads every matching record, oldest first: the way for keys and functions that need whole records. */
async function scanRecords(
  reading: Reading,
  { filter, range, by, aggregates }: ScanRequest,
  context: QueryContext,
): Promise<Cell[][]> {
  const table = new GroupTable(groupingOfRecords(by, aggregates))
  for await (const record of oldestFirst(reading, { filter, range }, context)) table.add(record)
  return table.rows()
}

async function* oldestFirst(
  reading: Reading,
  request: Pick<ScanRequest, 'filter' | 'range'>,
  context: QueryContext,
): AsyncGenerator<LogRecord> {
  let cursor: string | undefined
  do {
    const page = await search(
      reading,
      {
        ...request,
        order: 'oldest',
        limit: SCAN_PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      },
      context,
    )
    yield* page.records
    cursor = page.next
  } while (cursor !== undefined)
}
