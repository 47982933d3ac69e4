import { cellOf } from '../../../model/counted-key.ts'
import { GroupTable, groupingOfRecords, keyColumn } from '../../../model/group-table.ts'
import type { Aggregate, CountKey } from '../../../model/query.ts'
import type { LogRecord } from '../../../model/record.ts'
import type { AggregateRequest, Counts, CountsRequest, QueryContext, Table } from '../store.ts'
import { NOTHING } from './clause.ts'
import { compileFilter } from './compile.ts'
import { countBuckets, sourcesOf, type Bucketed, type BucketSource } from './count-buckets.ts'
import { CountTable } from './count-table.ts'
import type { Reading } from './reading.ts'
import { Budget } from './scan.ts'
import { walk, walkUnsure } from './search.ts'

const COUNT: Aggregate = { function: 'count', as: 'count' }

/** Groups the matching records. Counts by what has columns come from Elasticsearch, all else from the records. */
export async function aggregate(
  reading: Reading,
  { filter, range, by, aggregates }: AggregateRequest,
  context: QueryContext,
): Promise<Table> {
  const columns = [...by.map(keyColumn), ...aggregates.map((one) => one.as)]
  if (aggregates.every((one) => one.function === 'count')) {
    const [counted] = await counts(reading, { filter, range, groupings: [by] }, context)
    const { keys, counts: found, notes } = counted!
    const rows = Array.from(found, (count, group) => [
      ...keys.map((key) => cellOf(key, group)),
      ...aggregates.map(() => count),
    ])
    return { columns, rows, notes }
  }
  const table = new GroupTable(groupingOfRecords(by, aggregates))
  const notes = new Set<string>()
  const query = compileFilter(filter, range, reading.compileRegex).cover
  const matching = walk(reading, { filter, range, query, notes }, new Budget(context))
  for await (const record of matching) table.add(record)
  return { columns, rows: table.rows(), notes: [...notes] }
}

/** The counts of each grouping. */
export async function counts(
  reading: Reading,
  { filter, range, groupings }: CountsRequest,
  context: QueryContext,
): Promise<Counts[]> {
  const budget = new Budget(context)
  const notes = new Set<string>()
  const all = groupings.map((by): Counted => {
    return { by, sources: sourcesOf(by), table: new CountTable(by.length) }
  })
  const bucketed = all.filter((one): one is Counted & Bucketed => one.sources !== undefined)
  const read = all.filter(({ sources }) => sources === undefined)
  const matched = { filter, range, ...compileFilter(filter, range, reading.compileRegex), notes }
  if (bucketed.length > 0 && matched.sure !== NOTHING) {
    await countBuckets(reading, matched.sure, bucketed, budget, notes)
  }
  if (bucketed.length > 0) await addRecords(bucketed, walkUnsure(reading, matched, budget))
  if (read.length > 0) {
    await addRecords(read, walk(reading, { ...matched, query: matched.cover }, budget))
  }
  return all.map(({ table }) => ({ ...table.columns(), notes: [...notes] }))
}

/** A grouping, and its counts so far. */
interface Counted {
  readonly by: readonly CountKey[]
  readonly sources: readonly BucketSource[] | undefined
  readonly table: CountTable
}

async function addRecords(
  groupings: readonly Counted[],
  records: AsyncIterable<LogRecord>,
): Promise<void> {
  const groups = groupings.map(({ by }) => new GroupTable(groupingOfRecords(by, [COUNT])))
  for await (const record of records) for (const one of groups) one.add(record)
  for (const [index, { table }] of groupings.entries()) {
    for (const row of groups[index]!.rows()) table.addCells(row.slice(0, -1), Number(row.at(-1)))
  }
}
