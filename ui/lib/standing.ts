import type { MetricLane } from '../../model/timeline.ts'

/** How a value stands: in its usual band, worse than it, past what hurts people, at what cannot be exceeded. */
export type Standing = 'usual' | 'unusual' | 'over' | 'limit'

/** So near to a limit is at it. */
const AT_LIMIT = 0.98

type Judged = Pick<MetricLane, 'usual' | 'threshold' | 'limit'>

/** In the band is usual whatever the threshold says: ink is for what is worse than usual. */
export function standingOf(value: number, { usual, threshold, limit }: Judged): Standing {
  if (usual !== null && value <= usual.high) return 'usual'
  if (limit !== null && value >= limit * AT_LIMIT) return 'limit'
  if (threshold !== null && value > threshold) return 'over'
  return usual === null ? 'usual' : 'unusual'
}
