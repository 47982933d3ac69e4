import { entityTypeOf, type EntityId } from '../../model/entity.ts'
import { SHARED_METRICS } from '../../model/metric-catalogue.ts'
import type { Sharing } from '../../model/timeline.ts'
import type { TimeRange } from '../../model/time.ts'
import type { SeriesData } from '../store/store.ts'
import { keyOf, type Topology } from '../topology/topology.ts'
import { isOff } from './choose-metrics.ts'
import type { Grid } from './grid.ts'
import type { Candidate } from './metric-lanes.ts'
import { shareLane, type ShareLane } from './shares.ts'
import { hostOf, usersOf } from './subject.ts'
import { laneSummary } from './voices.ts'

/** The lane of shares of one resource. */
export interface ResourceShare {
  readonly resource: EntityId
  readonly share: ShareLane
}

/** Resources whose users are measured: each may have hundreds. */
const MOST_RESOURCES = 8

/** Which of some entities VMs share, and which VMs. */
export class ResourceUse {
  readonly #topology: Topology
  readonly #at: TimeRange
  readonly #users: ReadonlyMap<EntityId, ReadonlySet<EntityId>>

  /** The first eight volumes, and datastores that no known volume backs, of some entities as of an instant. */
  constructor(ids: readonly EntityId[], topology: Topology, at: TimeRange) {
    this.#topology = topology
    this.#at = at
    const isBacked = (id: EntityId): boolean =>
      topology.causesOf(id, at).some(({ type }) => type === 'backed_by')
    const resources = ids.filter((id) => {
      const type = entityTypeOf(id)
      return type === 'volume' || (type === 'datastore' && !isBacked(id))
    })
    this.#users = new Map(
      resources.slice(0, MOST_RESOURCES).map((id) => [id, new Set(usersOf(id, topology, at))]),
    )
  }

  /** Everybody who uses one of them. */
  get users(): EntityId[] {
    return [...new Set([...this.#users.values()].flatMap((users) => [...users]))]
  }

  /** For each resource, the lane of the use that is furthest from its usual. */
  sharesOf(usage: readonly SeriesData[], grid: Grid): ResourceShare[] {
    return [...this.#users].flatMap(([resource, users]) => {
      const volume = keyOf(resource)
      const ofResource = usage.filter(
        ({ series }) => users.has(series.entity) && this.#isOf(resource, series.attributes),
      )
      const shares = SHARED_METRICS.flatMap((metric) => {
        const ofMetric = ofResource.filter(({ series }) => series.name === metric)
        const share = shareLane(
          { resource, metric, attributes: { volume }, users: ofMetric },
          grid,
          (id) => laneSummary(id, this.#topology, this.#at),
        )
        return share === undefined ? [] : [{ resource, share }]
      })
      const ratio = ({ share }: ResourceShare): number => share.lane.ratio ?? 1
      const most = ({ share }: ResourceShare): number => share.lane.worst
      return shares.sort((a, b) => ratio(b) - ratio(a) || most(b) - most(a)).slice(0, 1)
    })
  }

  /** A series that names no volume is of all that its VM uses. */
  #isOf(resource: EntityId, attributes: Readonly<Record<string, unknown>>): boolean {
    const volume = attributes['volume']
    if (typeof volume !== 'string') return true
    return volume === keyOf(resource) || this.#topology.resolve(volume, this.#at).includes(resource)
  }
}

/**
 * Who else uses the worst of the shared resources: the one whose waits, queue or utilisation are furthest
 * from their usual, or at their limit. Undefined where none is.
 */
export function sharingOf(
  shares: readonly ResourceShare[],
  candidates: readonly Candidate[],
  topology: Topology,
  at: TimeRange,
): Sharing | undefined {
  const [worst] = shares
    .map(({ resource, share }) => ({
      resource,
      share,
      strain: strainOf(candidates.filter(({ entity }) => entity === resource)),
    }))
    .filter(({ strain }) => strain > 0)
    .sort((a, b) => b.strain - a.strain || (a.resource < b.resource ? -1 : 1))
  if (worst === undefined) return undefined
  const { largest, lane } = worst.share
  const host = hostOf(largest, topology, at)
  return {
    resource: laneSummary(worst.resource, topology, at),
    users: usersOf(worst.resource, topology, at).length,
    largest: laneSummary(largest, topology, at),
    largestOn: host === undefined ? null : laneSummary(host, topology, at),
    metric: lane.metric,
    share: lane.share!.worstPart,
    ratio: worst.share.largestRatio,
  }
}

/** How much worse than usual a resource is for those who wait for it; 0 where it is not. */
function strainOf(candidates: readonly Candidate[]): number {
  const strained = candidates.filter(
    ({ entry, lane }) => entry.kind !== 'demand' && entry.kind !== 'capacity' && isOff(lane),
  )
  return strained.reduce((worst, { lane }) => Math.max(worst, lane.ratio ?? 1), 0)
}
