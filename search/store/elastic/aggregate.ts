import { accumulator, setIndex, type Accumulator, type Cell } from '../../../model/aggregate.ts'
import { cellReader } from '../../../model/fields.ts'
import type { Aggregate, Filter } from '../../../model/query.ts'
import type { LogRecord } from '../../../model/record.ts'
import type { TimeRange } from '../../../model/time.ts'
import type {
  AggregateRequest,
  CountKey,
  Counts,
  CountsRequest,
  QueryContext,
  Table,
} from '../store.ts'
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
  const columns = [...by.map(keyName), ...aggregates.map((one) => one.as)]
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
    keys: groupings[index]!.map((_, key) => rows.map((row) => row[key]!)),
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
  const tables = groupings.map(({ by, aggregates }) => new GroupTable(by, aggregates))
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
        if (sources === undefined) tables[index]!.addRecord(record)
      })
    }
  }
  if (!isAll && undecided !== NOTHING) {
    for await (const record of walk(reading, { ...matched, query: undecided, notes }, budget)) {
      counted.forEach((sources, index) => {
        if (sources !== undefined) tables[index]!.addRecord(record)
      })
    }
  }
  return tables.map((table) => ({ rows: table.rows(), notes: [...notes] }))
}

/** What the matcher has to look at. */
export function unsureOf(clause: Clause): Query {
  return isExact(clause) ? NOTHING : allOf([clause.cover, noneOf(clause.sure)])
}

const keyName = (key: CountKey): string => (key.kind === 'bin' ? 'time' : key.field)

interface Group {
  readonly cells: readonly Cell[]
  readonly results: readonly Accumulator[]
  /** Records that Elasticsearch has counted. */
  counted: number
}

/** Groups as they fill. */
class GroupTable {
  readonly #keys: readonly ((record: LogRecord) => readonly Cell[])[]
  readonly #aggregates: readonly Aggregate[]
  readonly #inputs: readonly ((record: LogRecord) => readonly Cell[])[]
  readonly #groups = new Map<string, Group>()

  constructor(by: readonly CountKey[], aggregates: readonly Aggregate[]) {
    this.#keys = by.map(cellsOfKey)
    this.#aggregates = aggregates
    this.#inputs = aggregates.map(({ field }) =>
      field === undefined ? () => [] : cellReader(field),
    )
    if (by.length === 0) this.#groupOf([])
  }

  addCount(cells: readonly Cell[], count: number): void {
    this.#groupOf(cells).counted += count
  }

  addRecord(record: LogRecord): void {
    const values = this.#inputs.map((read) => read(record))
    for (const cells of combinations(this.#keys.map((read) => read(record)))) {
      this.#groupOf(cells).results.forEach((one, index) => one.add(values[index]!))
    }
  }

  rows(): Cell[][] {
    return [...this.#groups.values()].map(({ cells, results, counted }) => [
      ...cells,
      ...results.map((one) => (counted > 0 ? Number(one.result()) + counted : one.result())),
    ])
  }

  #groupOf(cells: readonly Cell[]): Group {
    const name = JSON.stringify(cells)
    let group = this.#groups.get(name)
    if (group === undefined) {
      const results = this.#aggregates.map((one) => accumulator(one.function))
      group = { cells, results, counted: 0 }
      this.#groups.set(name, group)
    }
    return group
  }
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
