import { accumulator, setIndex, type Accumulator, type Cell } from '../../../model/aggregate.ts'
import { cellReader } from '../../../model/fields.ts'
import type { Aggregate } from '../../../model/query.ts'
import type { LogRecord } from '../../../model/record.ts'
import { templateText } from '../../../model/template.ts'
import type { Micros } from '../../../model/time.ts'
import type {
  AggregateRequest,
  CountKey,
  Counts,
  CountsRequest,
  PatternCount,
  PatternsRequest,
  QueryContext,
  Table,
} from '../store.ts'
import { countGroups } from './count-groups.ts'
import { columnOfKey } from './group-column.ts'
import { visitMatches } from './matching.ts'
import type { Reading } from './reading.ts'
import { search } from './search.ts'

const keyName = (key: CountKey): string => (key.kind === 'bin' ? 'time' : key.field)

/** Records per page where the grouping needs whole records. */
const SCAN_PAGE = 10_000

/** The counts, and what else is asked for, of the matching records by group. */
export async function aggregate(
  reading: Reading,
  request: AggregateRequest,
  context: QueryContext,
): Promise<Table> {
  const keys = request.by.map((key) => columnOfKey(key, reading.dictionaries))
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
    ...counted!.keys.map((cells) => cells[group]!),
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
  const keys = groupings.map((by) => by.map((key) => columnOfKey(key, reading.dictionaries)))
  const inColumns = keys.filter((of) => of.every((key) => key !== undefined))
  const counted = await countGroups(reading, { filter, range }, inColumns, context)
  let next = 0
  return Promise.all(
    groupings.map(async (by, index) => {
      if (keys[index]!.every((key) => key !== undefined)) return counted[next++]!
      const rows = await scanRecords(reading, { filter, range, by, aggregates: [COUNT] }, context)
      return {
        keys: by.map((_, key) => rows.map((row) => row[key]!)),
        counts: Float64Array.from(rows, (row) => Number(row.at(-1))),
        notes: [],
      }
    }),
  )
}

const COUNT: Aggregate = { function: 'count', as: 'count' }

function columnNames({ by, aggregates }: AggregateRequest): string[] {
  return [...by.map(keyName), ...aggregates.map((one) => one.as)]
}

interface PatternExtent {
  readonly count: number
  readonly first: number
  readonly last: number
  readonly severity: number
}

const joined = (a: PatternExtent, b: PatternExtent): PatternExtent => ({
  count: a.count + b.count,
  first: Math.min(a.first, b.first),
  last: Math.max(a.last, b.last),
  severity: Math.max(a.severity, b.severity),
})

/** The templates of the matching records, most frequent first, equal counts by template id. */
export async function patterns(
  reading: Reading,
  request: PatternsRequest,
  context: QueryContext,
): Promise<PatternCount[]> {
  const found = new Map<number, PatternExtent>()
  const add = (template: number, more: PatternExtent): void => {
    const before = found.get(template)
    found.set(template, before === undefined ? more : joined(before, more))
  }
  await visitMatches(reading, request, context, {
    told: async (from) => {
      const rows = await reading.engine.query(
        `SELECT template, count(*), min(time), max(time), max(severity) ${from} GROUP BY template`,
        context,
      )
      for (let row = 0; row < rows.rows; row++) {
        const [template, count, first, last, severity] = [0, 1, 2, 3, 4].map((column) =>
          rows.number(column, row),
        ) as [number, number, number, number, number]
        add(template, { count, first, last, severity })
      }
    },
    checked: (rows) => {
      for (const { template, time, severity } of rows) {
        add(template, { count: 1, first: time, last: time, severity })
      }
    },
  })
  return [...found]
    .map(([number, { count, first, last, severity }]) => {
      const template = reading.dictionaries.templates.get(number)
      const text = templateText(template.pattern)
      return {
        template: template.id,
        text,
        count,
        first: first as Micros,
        last: last as Micros,
        severity,
      }
    })
    .sort((a, b) => b.count - a.count || (a.template < b.template ? -1 : 1))
}

// Whole records

type ScanRequest = Omit<AggregateRequest, 'by'> & { readonly by: readonly CountKey[] }

interface Group {
  readonly cells: readonly Cell[]
  readonly accumulators: readonly Accumulator[]
}

/** Reads every matching record, oldest first: the way for keys and functions that need whole records. */
async function scanRecords(
  reading: Reading,
  { filter, range, by, aggregates }: ScanRequest,
  context: QueryContext,
): Promise<Cell[][]> {
  const keys = by.map(cellsOfKey)
  const inputs = aggregates.map(({ field }) => (field === undefined ? () => [] : cellReader(field)))
  const groups = new Map<string, Group>()
  const groupOf = (cells: readonly Cell[]): Group => {
    const name = JSON.stringify(cells)
    let group = groups.get(name)
    if (group === undefined) {
      group = { cells, accumulators: aggregates.map((one) => accumulator(one.function)) }
      groups.set(name, group)
    }
    return group
  }
  if (by.length === 0) groupOf([])
  for await (const record of oldestFirst(reading, { filter, range }, context)) {
    const values = inputs.map((read) => read(record))
    for (const cells of combinations(keys.map((read) => read(record)))) {
      groupOf(cells).accumulators.forEach((one, index) => one.add(values[index]!))
    }
  }
  return [...groups.values()].map(({ cells, accumulators }) => [
    ...cells,
    ...accumulators.map((one) => one.result()),
  ])
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

/** A record without the field stands in the group null, one with several values in a group for each. */
function cellsOfKey(key: CountKey): (record: LogRecord) => readonly Cell[] {
  if (key.kind === 'bin') return (record) => [Math.floor(record.time / key.widthUs) * key.widthUs]
  const read = cellReader(key.field)
  const index = key.kind === 'among' ? setIndex(key.sets) : (cell: Cell) => cell
  return (record) => {
    const cells = read(record)
    return cells.length === 0 ? [null] : [...new Set(cells.map(index))]
  }
}

/** Every way to take one cell of each list. */
function combinations(lists: readonly (readonly Cell[])[]): Cell[][] {
  return lists.reduce<Cell[][]>(
    (rows, list) => rows.flatMap((row) => list.map((cell) => [...row, cell])),
    [[]],
  )
}
