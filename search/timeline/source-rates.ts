import type { TimeOrigin } from '../../model/record.ts'
import type { UsualBand } from '../../model/timeline.ts'
import { ALL } from '../../model/query.ts'
import { MICROS_PER_DAY, MICROS_PER_SECOND, type Micros, type TimeRange } from '../../model/time.ts'
import type { QueryContext, Store } from '../store/store.ts'
import { usualBand } from './usual-band.ts'

/** How a source's records are spread over a window, and how well their times are known. */
export interface SourceRate {
  readonly source: string
  /** Records per second in each bucket, gapless. */
  readonly perSecond: readonly number[]
  /** Of the same unit; null where nothing earlier is known. */
  readonly usual: UsualBand | null
  /** Where most of its times have their zone from, and their median half-width, milliseconds. */
  readonly timeFrom: TimeOrigin
  readonly uncertaintyMs: number
}

export interface SourceRates {
  readonly rates: readonly SourceRate[]
  /** What is missing from them. */
  readonly notes: readonly string[]
}

const WEEKS = [1, 2, 3, 4]
const WEEK_US = 7 * MICROS_PER_DAY
/** The window before is so many times as long. */
const BEFORE = 4

/**
 * The rates of every source that logged in the window, by event time, with what is usual for it: the same hours of at
 * least three of the last four weeks, else four times the window before, each between the 5th and 95th percentile
 * of its buckets. A source that began within the time before counts from its first record on.
 */
export async function sourceRates(
  store: Store,
  range: TimeRange,
  widthUs: number,
  context: QueryContext,
): Promise<SourceRates> {
  const span = range.to - range.from
  const shifted = (from: number, to: number): TimeRange => ({
    from: from as Micros,
    to: to as Micros,
  })
  const before = shifted(range.from - BEFORE * span, range.from)
  const weeks = WEEKS.map((n) => shifted(range.from - n * WEEK_US, range.to - n * WEEK_US))
  const [view, earlier, times, ...ago] = await Promise.all([
    countsIn(store, range, widthUs, context),
    countsIn(store, before, widthUs, context),
    timesIn(store, range, context),
    ...weeks.map((week) => countsIn(store, week, widthUs, context)),
  ])
  const perSecond = (count: number): number => (count * MICROS_PER_SECOND) / widthUs
  const rates = [...view.counts].map(([source, counts]): SourceRate => {
    const extremes = (of: ReadonlyMap<string, readonly number[]>) => {
      const values = sinceFirst(of.get(source) ?? []).map(perSecond)
      return { min: values, max: values }
    }
    const band = usualBand(
      ago.map(({ counts: of }) => extremes(of)),
      extremes(earlier.counts),
      { min: [], max: [] },
    )
    return {
      source,
      perSecond: counts.map(perSecond),
      usual: band,
      ...times.bySource.get(source)!,
    }
  })
  const notes = [view, earlier, times, ...ago].flatMap((answer) => answer.notes)
  return { rates, notes: [...new Set(notes)] }
}

/** Records of every source in each bucket of a range, from its first bucket to its last. */
async function countsIn(
  store: Store,
  range: TimeRange,
  widthUs: number,
  context: QueryContext,
): Promise<{ readonly counts: Map<string, number[]>; readonly notes: readonly string[] }> {
  const { rows, notes } = await store.aggregate(
    {
      filter: ALL,
      range,
      by: [
        { kind: 'field', field: 'source' },
        { kind: 'bin', widthUs },
      ],
      aggregates: [{ function: 'count', as: 'count' }],
    },
    context,
  )
  const first = Math.floor(range.from / widthUs)
  const buckets = Math.ceil(range.to / widthUs) - first
  const bySource = new Map<string, number[]>()
  for (const [source, time, count] of rows) {
    const name = String(source)
    let counts = bySource.get(name)
    if (counts === undefined) bySource.set(name, (counts = new Array<number>(buckets).fill(0)))
    counts[Number(time) / widthUs - first] = Number(count)
  }
  return { counts: bySource, notes }
}

type SourceTimes = Pick<SourceRate, 'timeFrom' | 'uncertaintyMs'>

async function timesIn(
  store: Store,
  range: TimeRange,
  context: QueryContext,
): Promise<{ readonly bySource: Map<string, SourceTimes>; readonly notes: readonly string[] }> {
  const { rows, notes } = await store.aggregate(
    {
      filter: ALL,
      range,
      by: [
        { kind: 'field', field: 'source' },
        { kind: 'field', field: 'timeFrom' },
      ],
      aggregates: [
        { function: 'count', as: 'count' },
        { function: 'p50', field: 'uncertaintyMs', as: 'uncertainty' },
      ],
    },
    context,
  )
  const most = new Map<string, number>()
  const bySource = new Map<string, SourceTimes>()
  for (const [source, timeFrom, count, uncertainty] of rows) {
    const name = String(source)
    if (Number(count) <= (most.get(name) ?? 0)) continue
    most.set(name, Number(count))
    bySource.set(name, { timeFrom: timeFrom as TimeOrigin, uncertaintyMs: Number(uncertainty) })
  }
  return { bySource, notes }
}

/** From the first bucket that holds something; none of none. */
function sinceFirst(counts: readonly number[]): readonly number[] {
  const first = counts.findIndex((count) => count > 0)
  return first < 0 ? [] : counts.slice(first)
}
