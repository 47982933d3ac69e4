import type { Engine } from './engine.ts'
import type { Block } from './block.ts'
import type { Partition } from './partition.ts'
import type { QueryContext } from '../store.ts'
import type { TimeRange } from '../../../model/time.ts'

/** One row of a partition's `logs`, as the columns have it. */
export interface Row {
  readonly partition: Partition
  readonly seq: number
  readonly time: number
  readonly timeNs: number
  readonly received: number
  readonly severity: number
  readonly stream: number
  readonly shape: number
  readonly template: number
  readonly variables: string
  readonly values: string
  /** The index has decided that it matches. */
  readonly isSure: boolean
}

/** What a query saw when it began: later rows stay out of it. */
export interface Snapshot {
  readonly partition: Partition
  readonly blocks: readonly Block[]
  readonly lastSeq: number
}

export function snapshotOf(partition: Partition): Snapshot {
  const blocks = partition.blocks
  return { partition, blocks, lastSeq: blocks.at(-1)?.lastSeq ?? -1 }
}

export interface RowQuery {
  readonly snapshot: Snapshot
  /** Blocks to look at; all of the snapshot's when absent. */
  readonly blocks?: readonly Block[]
  readonly range?: TimeRange
  /** The filter's condition on the columns. */
  readonly sql: string
  /** The part of it that needs no check; `FALSE` when absent. */
  readonly sure?: string
  readonly orderBy?: string
  readonly limit?: number
}

/** The FROM and WHERE of a query on one partition's rows. */
export function fromWhere({
  snapshot,
  blocks,
  range,
  sql,
}: Omit<RowQuery, 'sure' | 'orderBy' | 'limit'>): string {
  const conditions = [`seq <= ${snapshot.lastSeq}`]
  if (blocks !== undefined && blocks.length < snapshot.blocks.length) {
    conditions.push(`(${sequenceRanges(blocks)})`)
  }
  if (range !== undefined) conditions.push(`time >= ${range.from} AND time < ${range.to}`)
  if (sql !== 'TRUE') conditions.push(`(${sql})`)
  return `FROM ${snapshot.partition.database}.logs WHERE ${conditions.join(' AND ')}`
}

/** The sequences of blocks as conditions, neighbours joined. */
function sequenceRanges(blocks: readonly Block[]): string {
  const sorted = [...blocks].sort((a, b) => a.firstSeq - b.firstSeq)
  const ranges: { from: number; to: number }[] = []
  for (const block of sorted) {
    const last = ranges.at(-1)
    if (last !== undefined && block.firstSeq === last.to + 1) last.to = block.lastSeq
    else ranges.push({ from: block.firstSeq, to: block.lastSeq })
  }
  if (ranges.length === 0) return 'FALSE'
  return ranges.map(({ from, to }) => `seq BETWEEN ${from} AND ${to}`).join(' OR ')
}

const COLUMNS = 'seq, time, time_ns, received, severity, stream, shape, template, variables, vals'

/** Fetches whole rows. */
export async function fetchRows(
  engine: Engine,
  query: RowQuery,
  context: QueryContext,
): Promise<Row[]> {
  const order = query.orderBy === undefined ? '' : ` ORDER BY ${query.orderBy}`
  const limit = query.limit === undefined ? '' : ` LIMIT ${query.limit}`
  const columns = await engine.query(
    `SELECT ${COLUMNS}, (${query.sure ?? 'FALSE'}) ${fromWhere(query)}${order}${limit}`,
    context,
  )
  const { partition } = query.snapshot
  return Array.from({ length: columns.rows }, (_, row) => ({
    partition,
    seq: columns.number(0, row),
    time: columns.number(1, row),
    timeNs: columns.number(2, row),
    received: columns.number(3, row),
    severity: columns.number(4, row),
    stream: columns.number(5, row),
    shape: columns.number(6, row),
    template: columns.number(7, row),
    variables: columns.text(8, row),
    values: columns.text(9, row),
    isSure: columns.scalar(10, row) === true,
  }))
}
