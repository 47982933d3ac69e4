import type { EntityId } from '../../model/entity.ts'
import type { CoverageGap, MetricLane } from '../../model/timeline.ts'
import { formatTime, type Micros, type TimeRange } from '../../model/time.ts'
import { msOf, type Grid } from './grid.ts'
import type { Voices } from './voices.ts'

/** A source that is behind at the end of the view. */
export interface SourceBehind {
  readonly source: string
  readonly host: string | null
  readonly state: 'late' | 'silent'
  /** Its newest event; null where nothing came at all. */
  readonly watermark: Micros | null
}

/**
 * Where lanes hold less than happened: from the newest event of a source that is late or silent to the
 * end of the view. `now` cuts it, for nothing is missing from the future.
 */
export function sourceGaps(
  behind: readonly SourceBehind[],
  voices: Voices,
  range: TimeRange,
  grid: Grid,
  now: Micros,
): ReadonlyMap<EntityId, CoverageGap[]> {
  const gaps = new Map<EntityId, CoverageGap[]>()
  const end = Math.min(range.to, now)
  for (const { source, host, state, watermark } of behind) {
    const start = Math.max(range.from, watermark ?? range.from)
    if (start >= end) continue
    const lane = voices.laneAt({ source, host, entity: null }, end - 1, end)
    const gap = {
      fromMs: msOf(start, grid),
      toMs: msOf(end, grid),
      state,
      since: watermark === null ? null : formatTime(watermark),
    }
    gaps.set(lane, [...(gaps.get(lane) ?? []), gap])
  }
  return gaps
}

/** Shorter gaps are the screen's to draw: so many usual distances, and this part of the view. */
const LONG_INTERVALS = 10
const LONG_PART = 0.05

/**
 * Where none of an entity's metrics has a sample for long: between two samples, and after the last one
 * while other entities (up to `lastColumn`) have theirs.
 */
export function sampleGaps(
  metrics: readonly Pick<MetricLane, 'column' | 'everyColumns'>[],
  lastColumn: number,
  grid: Grid,
): CoverageGap[] {
  const isSampled = new Uint8Array(grid.columns)
  for (const { column } of metrics) for (const at of column) isSampled[at] = 1
  const columns = [...isSampled.keys()].filter((at) => isSampled[at] === 1)
  if (columns.length < 2) return []
  const every = Math.min(...metrics.map(({ everyColumns }) => everyColumns))
  const long = Math.max(LONG_INTERVALS * every, LONG_PART * grid.columns)
  const msAt = (column: number): number => (column * grid.widthUs) / 1_000
  return [...columns.slice(1), lastColumn].flatMap((next, i) => {
    const last = columns[i]!
    if (next - last <= long) return []
    const since = formatTime((grid.from + last * grid.widthUs) as Micros)
    return [{ fromMs: msAt(last + every), toMs: msAt(next), state: 'no samples' as const, since }]
  })
}
