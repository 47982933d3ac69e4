import { useMemo, useState } from 'react'
import type { Coverage, HistogramAnswer, HistogramBucket } from '../../model/api.ts'
import { useHistogram } from '../data/questions.ts'
import type { Viewport } from '../data/viewport.ts'
import { severityClass, type SeverityClass } from '../lib/severity-class.ts'

/** Nothing that is searched here was written before. */
const EARLIEST = '2000-01-01T00:00:00Z'
const DAY_MS = 86_400_000
const BUCKETS = 400

export interface LoadedBucket extends Viewport {
  readonly counts: Readonly<Record<SeverityClass, number>>
}

/** Everything that is loaded, from the first record to the last. */
export interface Loaded {
  readonly extent: Viewport
  readonly buckets: readonly LoadedBucket[]
  /** From where on a source is late or silent, to the end; null when all are complete. */
  readonly behind: Viewport | null
}

/**
 * All records over all time. Nobody says when the first was, so it is asked in three steps, each inside the first and last
 * bucket that the one before found: years, then hours, then what is drawn. Undefined while unknown or nothing is there.
 */
export function useLoaded(): Loaded | undefined {
  const [latest] = useState(() =>
    new Date(Math.ceil(Date.now() / DAY_MS + 1) * DAY_MS).toISOString(),
  )
  const years = useHistogram({ query: '', from: EARLIEST, to: latest, buckets: BUCKETS })
  const rough = edges(years.data)
  const hours = useHistogram({ query: '', ...(rough ?? NO_TIME), buckets: BUCKETS }, rough !== null)
  const fine = rough === null ? null : edges(hours.data)
  const drawn = useHistogram(
    { query: '', ...(fine ?? NO_TIME), buckets: BUCKETS, by: 'severity' },
    fine !== null && !hours.isPlaceholderData,
  )
  return useMemo(
    () => (fine === null ? undefined : loadedOf(drawn.data)),
    [fine === null, drawn.data],
  )
}

/** Asked for nothing: the question is off. */
const NO_TIME = { from: EARLIEST, to: EARLIEST }

/** From the first bucket with a record to the last. */
function edges(
  answer: HistogramAnswer | undefined,
): { readonly from: string; readonly to: string } | null {
  const first = answer?.buckets.find(({ count }) => count > 0)
  const last = answer?.buckets.findLast(({ count }) => count > 0)
  return first === undefined || last === undefined ? null : { from: first.from, to: last.to }
}

function loadedOf(answer: HistogramAnswer | undefined): Loaded | undefined {
  const edge = edges(answer)
  if (edge === null) return undefined
  return {
    extent: { from: Date.parse(edge.from), to: Date.parse(edge.to) },
    buckets: answer!.buckets.filter(({ count }) => count > 0).map(bucketOf),
    behind: behindIn(answer!.coverage, { from: Date.parse(edge.from), to: Date.parse(edge.to) }),
  }
}

/** The part of a stretch that is not complete: from where the source that is furthest behind stands. */
export function behindIn({ late }: Coverage, { from, to }: Viewport): Viewport | null {
  const marks = late.flatMap(({ watermark }) => (watermark === null ? [] : [Date.parse(watermark)]))
  const start = Math.max(from, Math.min(...marks))
  return marks.length > 0 && start < to ? { from: start, to } : null
}

function bucketOf({ from, to, count, by = {} }: HistogramBucket): LoadedBucket {
  const counts = { info: 0, warning: 0, error: 0, fatal: 0 }
  for (const [severity, n] of Object.entries(by)) counts[severityClass(Number(severity) || 0)] += n
  counts.info += Math.max(0, count - Object.values(by).reduce((sum, n) => sum + n, 0))
  return { from: Date.parse(from), to: Date.parse(to), counts }
}
