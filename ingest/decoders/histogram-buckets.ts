import { LimitError, LIMITS } from './limits.ts'

/** How many observations were at most `le`; the last bucket is the one of +Infinity. */
export interface Bucket {
  readonly le: number
  readonly count: number
}

export function checkBuckets(count: number): void {
  if (count > LIMITS.buckets) {
    const message = `a histogram has ${count} buckets, more than ${LIMITS.buckets}`
    throw new LimitError('buckets', message)
  }
}

/** Cumulative buckets of a histogram with explicit bounds: one count more than bounds. */
export function explicitBuckets(counts: readonly number[], bounds: readonly number[]): Bucket[] {
  checkBuckets(counts.length)
  let total = 0
  return counts.map((count, i) => {
    total += count
    return { le: bounds[i] ?? Infinity, count: total }
  })
}

/** One sign of an exponential histogram: `counts[i]` observations in `(base^(offset+i), base^(offset+i+1)]`. */
export interface ExponentialSide {
  readonly offset: number
  readonly counts: readonly number[]
}

/**
 * Cumulative buckets of an exponential histogram with base `2^(2^-scale)` (OpenTelemetry metrics data
 * model, "ExponentialHistogram"; Prometheus native histograms are the same with the upper bound one
 * index lower). Empty buckets are left out: the bounds on both sides say the same.
 */
export function exponentialBuckets(
  scale: number,
  positive: ExponentialSide,
  negative: ExponentialSide,
  zeroCount: number,
  zeroThreshold: number,
): Bucket[] {
  checkBuckets(positive.counts.length + negative.counts.length)
  const bound = (index: number): number => 2 ** (index * 2 ** -scale)
  const buckets: Bucket[] = []
  let total = 0
  const add = (le: number, count: number): void => {
    total += count
    if (count > 0) buckets.push({ le, count: total })
  }
  for (let i = negative.counts.length - 1; i >= 0; i--) {
    add(-bound(negative.offset + i), negative.counts[i]!)
  }
  add(zeroThreshold, zeroCount)
  positive.counts.forEach((count, i) => add(bound(positive.offset + i + 1), count))
  buckets.push({ le: Infinity, count: total })
  return buckets
}
