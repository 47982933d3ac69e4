import { MICROS_PER_SECOND, type Micros, type TimeRange } from '../../../model/time.ts'
import type { Stretch } from './block.ts'
import { asksTallied } from './condition.ts'
import type { ToldRows } from './matching.ts'
import { MAX_RANGES } from './rows.ts'
import type { SlotSeconds } from './tally-table.ts'

/** Rows of which much is known without looking at each, and those that have to be looked at. */
export interface Tallied {
  /** The rows that tallies stand for: a part of the snapshot's, in a part of the range. */
  readonly range: TimeRange
  readonly rest: readonly ToldRows[]
}

/** Undefined where the condition asks for more than tallies have, or where they do not spare enough. */
export function talliedOf(rows: ToldRows, seconds: SlotSeconds): Tallied | undefined {
  const { snapshot, stretches, range, sql } = rows
  const inner = wholeSlots(range, seconds * MICROS_PER_SECOND)
  if (inner.from >= inner.to || snapshot.talliedRows === 0) return undefined
  if (!asksTallied(sql) || !areAllOfRange(rows)) return undefined
  const tallied = cut(stretches, 0, snapshot.talliedRows)
  const rest = [
    among(rows, cut(stretches, snapshot.talliedRows, snapshot.rows), range),
    among(rows, tallied, { from: range.from, to: inner.from }),
    among(rows, tallied, { from: inner.to, to: range.to }),
  ].filter((some) => some !== undefined)
  if (rest.some((some) => rangesOf(some.stretches) > MAX_RANGES)) return undefined
  return { range: inner, rest }
}

/** How many rows each template has, and the rows of which that is not known; undefined where those are too many. */
export interface CountedTemplates {
  readonly numbers: Float64Array
  readonly counts: Float64Array
  readonly rest: readonly ToldRows[]
}

/** Of every row of a range: blocks that lie in it know their templates. */
export function templatesOf(rows: ToldRows): CountedTemplates | undefined {
  const { snapshot, stretches, range } = rows
  if (rows.sql !== 'TRUE' || !areAllOfRange(rows)) return undefined
  const byTemplate: number[] = []
  const take = (template: number, count: number): void => {
    while (byTemplate.length <= template) byTemplate.push(0)
    byTemplate[template]! += count
  }
  const known = new Set<number>()
  for (const { firstPos, rows: count, minTime, maxTime, templates } of snapshot.blocks) {
    if (minTime < range.from || maxTime >= range.to) continue
    if (templates.countInto(count, take)) known.add(firstPos)
  }
  const unknown = stretches.filter(({ firstPos }) => !known.has(firstPos))
  const rest = among(rows, unknown, range)
  if (rest !== undefined && rangesOf(rest.stretches) > MAX_RANGES) return undefined
  const numbers = Float64Array.from(byTemplate.keys()).filter((number) => byTemplate[number]! > 0)
  return {
    numbers,
    counts: numbers.map((number) => byTemplate[number]!),
    rest: rest === undefined ? [] : [rest],
  }
}

/** Whether the stretches are all blocks that have a row in the range, as they are where nothing else is asked. */
function areAllOfRange({ snapshot: { blocks }, stretches, range }: ToldRows): boolean {
  const held = blocks.reduce(
    (sum, { rows, minTime, maxTime }) =>
      maxTime < range.from || minTime >= range.to ? sum : sum + rows,
    0,
  )
  return stretches.reduce((sum, { rows }) => sum + rows, 0) === held
}

/** The part of a range that whole slots fill. */
const wholeSlots = ({ from, to }: TimeRange, slotUs: number): TimeRange => ({
  from: (Math.ceil(from / slotUs) * slotUs) as Micros,
  to: (Math.floor(to / slotUs) * slotUs) as Micros,
})

/** What of the stretches lies in `[from, to)`; of a part, times are as wide as they were. */
function cut(stretches: readonly Stretch[], from: number, to: number): Stretch[] {
  return stretches.flatMap((stretch) => {
    const first = Math.max(stretch.firstPos, from)
    const end = Math.min(stretch.firstPos + stretch.rows, to)
    return first < end ? [{ ...stretch, firstPos: first, rows: end - first }] : []
  })
}

/** Only these of the rows: what lies between is counted otherwise. */
function among(
  rows: ToldRows,
  stretches: readonly Stretch[],
  range: TimeRange,
): ToldRows | undefined {
  const held = stretches.filter(
    ({ minTime, maxTime }) => minTime < range.to && maxTime >= range.from,
  )
  if (held.length === 0 || range.from >= range.to) return undefined
  return { ...rows, stretches: held, range, widestGap: 0 }
}

/** How many ranges of places the stretches are, neighbours being one. */
function rangesOf(stretches: readonly Stretch[]): number {
  let ranges = 0
  let end = -1
  for (const { firstPos, rows } of stretches) {
    if (firstPos !== end) ranges++
    end = firstPos + rows
  }
  return ranges
}
