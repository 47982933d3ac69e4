import type { Coverage, SourceCondition } from '../../model/api.ts'
import {
  formatTime,
  MICROS_PER_DAY,
  MICROS_PER_MINUTE,
  type Micros,
  type TimeRange,
} from '../../model/time.ts'
import type { WatchedSource } from './source-watch.ts'

/** A source is silent after this many of its usual intervals without a receipt, and never sooner than… */
const SILENT_INTERVALS = 10
const SILENT_AFTER_US = 5 * MICROS_PER_MINUTE
/** …and late when its newest event lies further back than this many intervals, and never sooner than… */
const LATE_INTERVALS = 5
const LATE_AFTER_US = MICROS_PER_MINUTE
/** Events older than this when they are received are history being read in, not a clock running behind. */
const HISTORY_US = MICROS_PER_DAY
/** A source unheard of for this long before a window began is not expected in it. */
const FORGOTTEN_US = MICROS_PER_DAY
/** Most sources listed by name. */
const LISTED = 20

/** What the reader of one answer should know: `cuts` name what is missing from it, `remarks` do not. */
export interface AnswerNotes {
  readonly cuts: readonly string[]
  readonly remarks: readonly string[]
}

export const NO_NOTES: AnswerNotes = { cuts: [], remarks: [] }

/**
 * How complete an answer over `range` can be. Each source expected in the window counts once, as the
 * first of these that holds (E is the window's end, or now when that is earlier; the usual interval is
 * the smoothed time between the source's receipts):
 * - `silent`: nothing was received for 10 usual intervals, at least 5 minutes, before E;
 * - `late`: its newest event (watermark) lies 5 usual intervals, at least a minute, before E, the time
 *   since its last receipt not counted: its events arrive, but from further back;
 * - `rejected`: it sent something that was refused, dead-lettered or lost, ever;
 * - `complete`: none of these.
 *
 * Not expected are sources last heard of more than a day before the window began. A source whose newest
 * event was more than a day old when it was received is an import of history: complete as far as it goes.
 */
export function coverageOf(
  sources: readonly WatchedSource[],
  range: TimeRange,
  now: Micros,
  notes: AnswerNotes = NO_NOTES,
): Coverage {
  const counts = { complete: 0, late: 0, silent: 0, rejected: 0 }
  const behind: WatchedSource[] = []
  for (const source of sources) {
    if (!isExpected(source, range)) continue
    const condition = conditionOf(source, range, now)
    counts[condition]++
    if (condition === 'late' || condition === 'silent') behind.push(source)
  }
  behind.sort((a, b) => (a.watermark ?? 0) - (b.watermark ?? 0) || (a.source < b.source ? -1 : 1))
  return {
    complete: counts.late + counts.silent + counts.rejected === 0 && notes.cuts.length === 0,
    sources: counts,
    late: behind.slice(0, LISTED).map(({ source, watermark }) => ({
      source,
      watermark: watermark === null ? null : formatTime(watermark),
    })),
    notes: [...notes.cuts, ...notes.remarks, ...aboutRejected(counts.rejected)],
  }
}

/** Which of the four a source is for a window; see {@link coverageOf}. */
export function conditionOf(source: WatchedSource, range: TimeRange, now: Micros): SourceCondition {
  const end = Math.min(range.to, now)
  const usual = source.usualIntervalUs ?? 0
  const { watermark, lastReceived, counts } = source
  const isHistory =
    watermark !== null && lastReceived !== null && lastReceived - watermark > HISTORY_US
  if (!isHistory) {
    const silentAfter = Math.max(SILENT_AFTER_US, SILENT_INTERVALS * usual)
    if (lastReceived !== null && end - lastReceived > silentAfter) return 'silent'
    const lateAfter = Math.max(LATE_AFTER_US, LATE_INTERVALS * usual)
    const quietFor = lastReceived === null ? 0 : Math.max(0, now - lastReceived)
    if (watermark !== null && end - watermark - quietFor > lateAfter) return 'late'
  }
  return counts.rejected + counts.deadLettered + counts.lost > 0 ? 'rejected' : 'complete'
}

/** False for a source that was last heard of more than a day before the window began. */
export function isExpected(source: WatchedSource, range: TimeRange): boolean {
  return source.lastReceived === null || source.lastReceived >= range.from - FORGOTTEN_US
}

function aboutRejected(count: number): string[] {
  if (count === 0) return []
  const who = count === 1 ? '1 source' : `${count} sources`
  return [
    `${who} sent records that were refused or lost, counted since they began; see sources and dead letters`,
  ]
}
