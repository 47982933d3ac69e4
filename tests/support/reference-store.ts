import { accumulator, setIndex, type Cell } from '../../model/aggregate.ts'
import { AppError } from '../../model/errors.ts'
import { cellReader } from '../../model/fields.ts'
import { keyColumn } from '../../model/group-table.ts'
import { matcher } from '../../model/match.ts'
import type { Aggregate, CountKey, Filter } from '../../model/query.ts'
import type { LogRecord, RecordId } from '../../model/record.ts'
import type { Micros, TimeRange } from '../../model/time.ts'
import { countedKey } from '../../model/counted-key.ts'
import { compileRegex } from '../../search/query/regex.ts'
import type {
  AggregateRequest,
  Around,
  AroundRequest,
  Counts,
  CountsRequest,
  PatternCount,
  PatternsRequest,
  QueryContext,
  SearchPage,
  SearchRequest,
  Store,
  Table,
  TailPage,
  TailPosition,
} from '../../search/store/store.ts'

/** A record's cells of a key: one of null where it has none. */
function cellsOf(key: CountKey, record: LogRecord): Cell[] {
  if (key.kind === 'bin') return [Math.floor(record.time / key.widthUs) * key.widthUs]
  const cells = cellReader(key.field)(record)
  if (cells.length === 0) return [null]
  const index = setIndex(key.kind === 'among' ? key.sets : [])
  return [...new Set(cells.map((cell) => (key.kind === 'among' ? index(cell) : cell)))]
}

const combinations = (lists: readonly Cell[][]): Cell[][] =>
  lists.reduce<Cell[][]>(
    (rows, list) => rows.flatMap((row) => list.map((cell) => [...row, cell])),
    [[]],
  )

/** Groups in code of its own: what the stores share must not agree with itself. */
function groupsOf(
  records: readonly LogRecord[],
  by: readonly CountKey[],
  aggregates: readonly Aggregate[],
): Cell[][] {
  const members = new Map<string, { readonly cells: Cell[]; readonly records: LogRecord[] }>()
  if (by.length === 0) members.set('[]', { cells: [], records: [] })
  for (const record of records) {
    for (const cells of combinations(by.map((key) => cellsOf(key, record)))) {
      const group = members.get(JSON.stringify(cells)) ?? { cells, records: [] }
      group.records.push(record)
      members.set(JSON.stringify(cells), group)
    }
  }
  return [...members.values()].map(({ cells, records: own }) => [
    ...cells,
    ...aggregates.map(({ function: name, field }) => {
      const result = accumulator(name)
      for (const record of own) result.add(field === undefined ? [] : cellReader(field)(record))
      return result.result()
    }),
  ])
}

/** What the reference can answer: the questions over records. */
export type AnsweringStore = Pick<Store, 'search' | 'aggregate' | 'patterns' | 'record' | 'tail'>

/**
 * A brute-force store over plain records, written from the words of the contract alone: the oracle other
 * stores are fuzzed against. Slow on purpose, right by inspection.
 */
export class ReferenceStore implements AnsweringStore {
  readonly kind = 'embedded'
  /** Oldest first by the contract's total order. */
  private records: LogRecord[] = []

  static of(records: readonly LogRecord[]): ReferenceStore {
    const store = new ReferenceStore()
    store.add(records)
    return store
  }

  /** Adds records; one whose id is known is skipped. */
  add(records: readonly LogRecord[]): void {
    const known = new Set(this.records.map((record) => record.id))
    for (const record of records) {
      if (known.has(record.id)) continue
      known.add(record.id)
      this.records.push(record)
    }
    this.records.sort(compareRecords)
  }

  async search(request: SearchRequest, context: QueryContext): Promise<SearchPage> {
    refuseIfAborted(context)
    const hits = this.hits(request.filter, request.range)
    if (request.order === 'newest') hits.reverse()
    const start = request.cursor === undefined ? 0 : placeAfter(hits, request.cursor, request.order)
    const records = hits.slice(start, start + request.limit)
    const last = records.at(-1)
    const more = start + request.limit < hits.length && last !== undefined
    return { records, notes: [], ...(more ? { next: cursorOf(last) } : {}) }
  }

  async around(request: AroundRequest, context: QueryContext): Promise<Around> {
    refuseIfAborted(context)
    const { filter, at, windowUs, nearest, ofRare, stretchUs } = request
    const hits = this.hits(filter, {
      from: (at - windowUs) as Micros,
      to: (at + windowUs) as Micros,
    })
    const idOf = ({ template }: LogRecord): string | null => template?.id ?? null
    const ofTemplate = (of: readonly LogRecord[], id: string | null): LogRecord[] =>
      of.filter((hit) => idOf(hit) === id)
    const worthReading = (side: readonly LogRecord[]): LogRecord[] => {
      const near = side.slice(0, nearest)
      const left = new Set(side.map(idOf).filter((id) => id !== null))
      for (const hit of near) left.delete(idOf(hit)!)
      let total = 0
      const rare = [...left]
        .map((id) => ofTemplate(side, id))
        .sort((a, b) => a.length - b.length || (idOf(a[0]!)! < idOf(b[0]!)! ? -1 : 1))
        .filter((records) => (total += records.length) <= ofRare)
      return [...near, ...rare.map((records) => records[0]!)]
    }
    const before = hits.filter(({ time }) => time < at).reverse()
    const after = hits.filter(({ time }) => time >= at)
    return {
      records: [...worthReading(before), ...worthReading(after)],
      templates: [...new Set(hits.map(idOf))].map((template) => {
        const records = ofTemplate(hits, template)
        const stretches = new Set(records.map(({ time }) => Math.floor(time / stretchUs)))
        return { template, count: records.length, stretches: stretches.size }
      }),
      notes: [],
    }
  }

  async aggregate(request: AggregateRequest, context: QueryContext): Promise<Table> {
    refuseIfAborted(context)
    const { filter, range, by, aggregates } = request
    const rows = groupsOf(this.hits(filter, range), by, aggregates)
    return { columns: [...by.map(keyColumn), ...aggregates.map((one) => one.as)], rows, notes: [] }
  }

  async counts(
    { filter, range, groupings }: CountsRequest,
    context: QueryContext,
  ): Promise<Counts[]> {
    refuseIfAborted(context)
    const hits = this.hits(filter, range)
    return groupings.map((by) => {
      const rows = groupsOf(hits, by, [{ function: 'count', as: 'count' }])
      return {
        keys: by.map((_, key) => countedKey(rows.map((row) => row[key]!))),
        counts: Float64Array.from(rows, (row) => row.at(-1) as number),
        notes: [],
      }
    })
  }

  /** Most frequent first, equal counts by template id; records without a template have no part in it. */
  async patterns(request: PatternsRequest, context: QueryContext): Promise<PatternCount[]> {
    refuseIfAborted(context)
    const byTemplate = new Map<string, PatternCount>()
    for (const record of this.hits(request.filter, request.range)) {
      if (record.template === null) continue
      const { id, text } = record.template
      const before = byTemplate.get(id)
      byTemplate.set(id, {
        template: id,
        text,
        count: (before?.count ?? 0) + 1,
        first: before?.first ?? record.time,
        last: record.time,
        severity: Math.max(before?.severity ?? 0, record.severity),
      })
    }
    return [...byTemplate.values()].sort(
      (a, b) => b.count - a.count || (a.template < b.template ? -1 : 1),
    )
  }

  async record(id: RecordId): Promise<LogRecord | undefined> {
    return this.records.find((record) => record.id === id)
  }

  async tail(
    after: TailPosition | null,
    filter: Filter,
    limit: number,
    context: QueryContext,
  ): Promise<TailPage> {
    refuseIfAborted(context)
    const matches = matcher(filter, compileRegex)
    const records: LogRecord[] = []
    let position = after ?? { day: '', sequence: -1 }
    for (const record of [...this.records].sort(compareArrival)) {
      const { day, sequence } = arrivalOf(record.id)
      if (day < position.day || (day === position.day && sequence <= position.sequence)) continue
      if (records.length === limit) break
      position = { day, sequence }
      if (matches(record)) records.push(record)
    }
    return { records, position }
  }

  private hits(filter: Filter, range: TimeRange): LogRecord[] {
    const matches = matcher(filter, compileRegex)
    return this.records.filter(
      (record) => record.time >= range.from && record.time < range.to && matches(record),
    )
  }
}

function refuseIfAborted(context: QueryContext): void {
  if (context.signal?.aborted) throw new AppError('cancelled', 'the query was cancelled')
}

/** The parts of `<yyyymmdd>-<node>-<sequence, base 36>`; `day` as `YYYY-MM-DD`. */
export function arrivalOf(id: RecordId): { day: string; node: string; sequence: number } {
  const end = id.lastIndexOf('-')
  return {
    day: `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}`,
    node: id.slice(9, end),
    sequence: parseInt(id.slice(end + 1), 36),
  }
}

const compareStrings = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function compareArrival(a: { id: RecordId }, b: { id: RecordId }): number {
  const x = arrivalOf(a.id)
  const y = arrivalOf(b.id)
  return compareStrings(x.day, y.day) || compareStrings(x.node, y.node) || x.sequence - y.sequence
}

type Place = Pick<LogRecord, 'time' | 'timeNs' | 'id'>

/** The contract's total order, oldest first. */
export function compareRecords(a: Place, b: Place): number {
  return a.time - b.time || a.timeNs - b.timeNs || compareArrival(a, b)
}

const cursorOf = ({ time, timeNs, id }: Place): string => JSON.stringify({ time, timeNs, id })

function placeAfter(
  hits: readonly LogRecord[],
  cursor: string,
  order: 'newest' | 'oldest',
): number {
  const place = JSON.parse(cursor) as Place
  const sign = order === 'newest' ? -1 : 1
  const index = hits.findIndex((record) => compareRecords(record, place) * sign > 0)
  return index < 0 ? hits.length : index
}
