import { useEffect, useMemo } from 'react'
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

/** What is loaded, undefined while unknown or nothing is there, and why it could not be read. */
export interface LoadedAnswer {
  readonly loaded: Loaded | undefined
  readonly error: Error | null
  readonly retry: () => void
}

/** How long an answer stays while the view follows what arrives, milliseconds. */
const REST_MS = 10_000

/** All records over all time, in one question that the server fits to them; asked again while what arrives is followed. */
export function useLoaded(isFollowed: boolean): LoadedAnswer {
  // Another question only with another day.
  const latest = new Date(Math.ceil(Date.now() / DAY_MS + 1) * DAY_MS).toISOString()
  const { data, error, isFetching, refetch } = useHistogram({
    query: '',
    from: EARLIEST,
    to: latest,
    buckets: BUCKETS,
    by: 'severity',
    fit: true,
  })
  useEffect(() => {
    if (!isFollowed || isFetching) return
    const timer = setTimeout(() => void refetch(), REST_MS)
    return () => clearTimeout(timer)
  }, [isFollowed, isFetching, refetch])
  const loaded = useMemo(() => loadedOf(data), [data])
  return { loaded, error, retry: () => void refetch() }
}

/** What a fitted histogram says is loaded; undefined where that is nothing, or not known. */
export function loadedOf(answer: HistogramAnswer | undefined): Loaded | undefined {
  const [first, last] = [answer?.buckets[0], answer?.buckets.at(-1)]
  if (answer === undefined || first === undefined || last === undefined) return undefined
  const extent = { from: Date.parse(first.from), to: Date.parse(last.to) }
  return {
    extent,
    buckets: answer.buckets.filter(({ count }) => count > 0).map(bucketOf),
    behind: behindIn(answer.coverage, extent),
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
