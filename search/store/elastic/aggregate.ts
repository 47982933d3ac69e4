import { countedKey } from '../../../model/counted-key.ts'
import { GroupTable, groupingOfRecords, keyColumn } from '../../../model/group-table.ts'
import type { Aggregate, CountKey, Filter } from '../../../model/query.ts'
import type { TimeRange } from '../../../model/time.ts'
import type { AggregateRequest, Counts, CountsRequest, QueryContext, Table } from '../store.ts'
import { allOf, isExact, noneOf, NOTHING, type Clause, type Query } from './clause.ts'
import { compileFilter } from './compile.ts'
import { countBuckets, sourcesOf } from './count-buckets.ts'
import type { Reading } from './reading.ts'
import { Budget } from './scan.ts'
import { walk } from './search.ts'

const COUNT: Aggregate = { function: 'count', as: 'count' }

/** Groups the matching records. Counts by what has columns come from Elasticsearch, all else from the records. */
export async function aggregate(
  reading: Reading,
  { filter, range, by, aggregates }: AggregateRequest,
  context: QueryContext,
): Promise<Table> {
  const columns = [...by.map(keyColumn), ...aggregates.map((one) => one.as)]
  const [table] = await tabulate(reading, { filter, range }, [{ by, aggregates }], context)
  return { ...table!, columns }
}

/** The counts of each grouping. */
export async function counts(
  reading: Reading,
  { filter, range, groupings }: CountsRequest,
  context: QueryContext,
): Promise<Counts[]> {
  const all = groupings.map((by) => ({ by, aggregates: [COUNT] }))
  const tables = await tabulate(reading, { filter, range }, all, context)
  return tables.map(({ rows, notes }, index) => ({
    keys: groupings[index]!.map((_, key) => countedKey(rows.map((row) => row[key]!))),
    counts: Float64Array.from(rows, (row) => Number(row.at(-1))),
    notes,
  }))
}

interface Grouping {
  readonly by: readonly CountKey[]
  readonly aggregates: readonly Aggregate[]
}

interface Matched {
  readonly filter: Filter
  readonly range: TimeRange
}

async function tabulate(
  reading: Reading,
  matched: Matched,
  groupings: readonly Grouping[],
  context: QueryContext,
): Promise<Omit<Table, 'columns'>[]> {
  const budget = new Budget(context)
  const clause = compileFilter(matched.filter, matched.range, reading.compileRegex)
  const notes = new Set<string>()
  const tables = groupings.map(
    ({ by, aggregates }) => new GroupTable(groupingOfRecords(by, aggregates)),
  )
  const counted = groupings.map(({ by, aggregates }) =>
    aggregates.every((one) => one.function === 'count') ? sourcesOf(by) : undefined,
  )
  for (const [index, sources] of counted.entries()) {
    if (sources === undefined || clause.sure === NOTHING) continue
    for await (const { cells, count } of countBuckets(
      reading,
      clause.sure,
      sources,
      budget,
      notes,
    )) {
      tables[index]!.addCount(cells, count)
    }
  }
  const isAll = counted.every((sources) => sources === undefined)
  const undecided = unsureOf(clause)
  if (counted.some((sources) => sources === undefined)) {
    for await (const record of walk(reading, { ...matched, query: clause.cover, notes }, budget)) {
      counted.forEach((sources, index) => {
        if (sources === undefined) tables[index]!.add(record)
      })
    }
  }
  if (!isAll && undecided !== NOTHING) {
    for await (const record of walk(reading, { ...matched, query: undecided, notes }, budget)) {
      counted.forEach((sources, index) => {
        if (sources !== undefined) tables[index]!.add(record)
      })
    }
  }
  return tables.map((table) => ({ rows: table.rows(), notes: [...notes] }))
}

/** What the matcher has to look at. */
export function unsureOf(clause: Clause): Query {
  return isExact(clause) ? NOTHING : allOf([clause.cover, noneOf(clause.sure)])
}
