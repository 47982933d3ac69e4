import type { Filter } from '../../../model/query.ts'
import type { Block, Stretch } from './block.ts'
import {
  asksTallied,
  isExact,
  partsOf,
  type Plan,
  type PlanContext,
  type Rows,
} from './condition.ts'
import type { Partition } from './partition.ts'
import { planFilter } from './plan.ts'
import type { Reading } from './reading.ts'
import { snapshotOf, type Snapshot } from './rows.ts'
import type { Segment } from './segment.ts'
import type { GranuleSet } from './token-pages.ts'

/** A filter planned for both kinds of blocks, see {@link Block.accented}. */
export interface Plans {
  readonly plain: Plan
  readonly accented: Plan
}

export function planBoth(
  filter: Filter,
  { dictionaries, compileRegex }: Reading,
  effort: PlanContext['effort'],
): Plans {
  const context = { dictionaries, compileRegex, effort }
  const plain = planFilter(filter, { ...context, accented: false })
  const accented = planFilter(filter, { ...context, accented: true })
  // One plan for all blocks, where nothing in them tells the two apart.
  const isOne = isExact(plain) && plain.sql === accented.sql && asksTallied(plain.sql)
  return { plain, accented: isOne && isExact(accented) ? plain : accented }
}

/** The plan that holds in a block. */
const planFor = (plans: Plans, block: Block): Plan =>
  block.accented > 0 ? plans.accented : plans.plain

/** Rows of one block that may hold matches of a plan or a part of one, with the partition they are in. */
export interface Candidate {
  readonly snapshot: Snapshot
  readonly stretch: Stretch
  readonly plan: Plan
}

/** The rows of all partitions that may hold matches in `[from, to)`, by partition and place. */
export function candidatesOf(
  reading: Reading,
  plans: Plans,
  from: number,
  to: number,
): Candidate[] {
  const candidates: Candidate[] = []
  for (const snapshot of reading.partitions().map(snapshotOf)) {
    for (const segment of snapshot.segments) {
      const rows = new SegmentRows(segment)
      let nextGranule = 0
      for (const block of segment.blocks) {
        const firstGranule = nextGranule
        nextGranule += block.granules.length
        if (block.maxTime < from || block.minTime >= to) continue
        for (const plan of partsOf(planFor(plans, block))) {
          const stretch = rows.narrow(plan, block, firstGranule)
          if (stretch !== undefined) candidates.push({ snapshot, stretch, plan })
        }
      }
    }
  }
  return candidates
}

/** Asks a plan about the rows of a segment's blocks; each token is looked up once. */
class SegmentRows implements Rows {
  readonly #segment: Segment
  readonly #tokens = new Map<number, GranuleSet>()
  #block!: Block
  /** Number of the block's first granule. */
  #first = 0
  /** The granules of the block asked about, `[from, to)`. */
  #from = 0
  #to = 0
  #askedForTokens = false

  constructor(segment: Segment) {
    this.#segment = segment
  }

  /** What of a block may match: from the first to the last granule that may; undefined for nothing. */
  narrow(plan: Plan, block: Block, firstGranule: number): Stretch | undefined {
    const { granules } = block
    this.#block = block
    this.#first = firstGranule
    this.#askedForTokens = false
    if (!this.#mayMatch(plan, 0, granules.length)) return undefined
    // Without tokens the granules differ by template alone, and that is a column which DuckDB reads fast.
    if (!this.#askedForTokens) return block
    let first = 0
    while (first < granules.length && !this.#mayMatch(plan, first, first + 1)) first++
    if (first === granules.length) return undefined
    let last = granules.length - 1
    while (last > first && !this.#mayMatch(plan, last, last + 1)) last--
    const from = granules[first]!
    const to = granules[last + 1] ?? block.rows
    const { firstPos, minTime, maxTime } = block
    return { firstPos: firstPos + from, rows: to - from, minTime, maxTime }
  }

  #mayMatch(plan: Plan, from: number, to: number): boolean {
    this.#from = from
    this.#to = to
    return plan.mayMatch(this)
  }

  hasAnyTemplate(wanted: ReadonlySet<number>): boolean {
    const { templates, granules } = this.#block
    if (this.#to - this.#from === granules.length) return templates.hasAny(wanted)
    const end = granules[this.#to] ?? this.#block.rows
    return templates.mayHaveAnyIn(wanted, granules[this.#from]!, end)
  }

  mayHaveToken(hash: number): boolean {
    this.#askedForTokens = true
    let found = this.#tokens.get(hash)
    if (found === undefined) {
      found = this.#segment.find(hash)
      this.#tokens.set(hash, found)
    }
    return found.hasAny(this.#first + this.#from, this.#first + this.#to)
  }
}

/** Splits candidates into runs that one query can answer. */
export function byPlanAndPartition(candidates: readonly Candidate[]): Candidate[][] {
  const parts = new Map<Partition, Map<Plan, Candidate[]>>()
  for (const candidate of candidates) {
    const ofPartition = parts.get(candidate.snapshot.partition) ?? new Map<Plan, Candidate[]>()
    parts.set(candidate.snapshot.partition, ofPartition)
    const part = ofPartition.get(candidate.plan) ?? []
    ofPartition.set(candidate.plan, part)
    part.push(candidate)
  }
  return [...parts.values()].flatMap((ofPartition) => [...ofPartition.values()])
}
