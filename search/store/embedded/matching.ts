import { matcher } from '../../../model/match.ts'
import type { Filter } from '../../../model/query.ts'
import type { TimeRange } from '../../../model/time.ts'
import type { QueryContext } from '../store.ts'
import type { Stretch } from './block.ts'
import { byPlanAndPartition, candidatesOf, planBoth, type Candidate } from './candidates.ts'
import { isExact, numbersOf, readsText } from './condition.ts'
import type { Partition } from './partition.ts'
import type { Reading } from './reading.ts'
import { fetchRows, fromWhere, joinStretches, MAX_RANGES, type Row, type Snapshot } from './rows.ts'

/** Rows that SQL tells: those of a range, in some stretches of a partition, that pass a condition. */
export interface ToldRows {
  readonly snapshot: Snapshot
  /** By place; no two have a row in common. */
  readonly stretches: readonly Stretch[]
  readonly range: TimeRange
  readonly sql: string
  /** Rows between two stretches, and outside of all, that may be looked at too: none of them passes. */
  readonly widestGap: number
}

/** Takes what matches; each row is told or checked once. */
export interface Matches {
  /** Answers what there is to do for rows that SQL tells. */
  readonly told: (rows: ToldRows) => readonly (() => Promise<void>)[]
  /** Rows that were looked at one by one. */
  readonly checked: (rows: readonly Row[]) => void
}

/** Queries of one question that wait for DuckDB at once. */
const LANES = 3

/** Rows among which the undecided ones are fetched at once; few of a block stay undecided. */
const MAX_CHECKED = 524_288

/**
 * A range of rows costs a query 0.1 ms or more. So many rows between two are read as fast: 2 ns a row
 * where only numbers are compared; of text DuckDB unpacks 2,048 rows at once.
 */
const WIDEST_GAP = 50_000
const WIDEST_GAP_OF_TEXT = 2_048

/** Finds all rows that match, in no order: those that the index and SQL decide as queries, the others as they are. */
export async function visitMatches(
  reading: Reading,
  { filter, range }: { readonly filter: Filter; readonly range: TimeRange },
  context: QueryContext,
  { told, checked }: Matches,
): Promise<void> {
  const plans = planBoth(filter, reading, 'decide')
  const candidates = candidatesOf(reading, plans, range.from, range.to)
  const matches = matcher(filter, reading.compileRegex)
  const tasks: (() => Promise<void>)[] = []
  const seen = new Map<Partition, Set<number>>()
  // Parts of a plan may find the same row.
  const isNew = ({ partition, pos }: Row): boolean => {
    let places = seen.get(partition)
    if (places === undefined) seen.set(partition, (places = new Set()))
    const before = places.size
    return places.add(pos).size > before
  }
  for (const part of byPlanAndPartition(candidates)) {
    const [{ snapshot, plan }] = part as [Candidate]
    const stretches = part.map(({ stretch }) => stretch)
    // What lies between is no candidate; but where some block is accented, the condition may not hold for it.
    const isUniform = snapshot.blocks.every((block) => block.accented === 0)
    if (plan.sure !== 'FALSE') {
      const widest = readsText(plan.sure) ? WIDEST_GAP_OF_TEXT : WIDEST_GAP
      const widestGap = isUniform ? widest : 0
      tasks.push(...told({ snapshot, stretches, range, sql: plan.sure, widestGap }))
    }
    if (isExact(plan)) continue
    const unsure = plan.sure === 'FALSE' ? plan.sql : `(${plan.sql}) AND NOT (${plan.sure})`
    const widest = isUniform ? WIDEST_GAP_OF_TEXT : 0
    for (const some of chunksOf(
      joinStretches(snapshot, stretches, widest, MAX_CHECKED),
      MAX_CHECKED,
    )) {
      const query = { snapshot, stretches: some, range, sql: unsure, numbers: numbersOf(plan) }
      tasks.push(async () => {
        const rows = await fetchRows(reading.engine, query, context)
        checked(rows.filter((row) => matches(reading.reader.view(row)) && isNew(row)))
      })
    }
  }
  await inLanes(tasks, LANES)
}

/** Queries that together are on all of these rows, from FROM on. */
export function queriesOn({ snapshot, stretches, range, sql, widestGap }: ToldRows): string[] {
  const joined = joinStretches(snapshot, stretches, widestGap, Infinity)
  return chunksOf(joined).map((some) => fromWhere({ snapshot, stretches: some, range, sql }))
}

/** Runs tasks, at most so many at once; the first failure ends it. */
async function inLanes(tasks: readonly (() => Promise<void>)[], lanes: number): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < tasks.length) await tasks[next++]!()
  }
  await Promise.all(Array.from({ length: Math.min(lanes, tasks.length) }, lane))
}

/** Stretches in groups that one query can read, each of at most `most` rows if it is of several. */
function chunksOf(stretches: readonly Stretch[], most = Infinity): Stretch[][] {
  const chunks: Stretch[][] = []
  let rows = 0
  for (const stretch of stretches) {
    const last = chunks.at(-1)
    rows += stretch.rows
    if (last === undefined || last.length === MAX_RANGES || rows > most) {
      chunks.push([stretch])
      rows = stretch.rows
    } else last.push(stretch)
  }
  return chunks
}
