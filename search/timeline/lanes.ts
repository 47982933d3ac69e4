import { entityTypeOf, LAYERS, type EntityId, type EntityType } from '../../model/entity.ts'
import type { Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import type { CoverageGap, Lane, LayerSummary } from '../../model/timeline.ts'
import type { TimeRange } from '../../model/time.ts'
import { entitiesNamed } from '../topology/resolve-query.ts'
import { summaryOf } from '../topology/summary.ts'
import { keyOf, type Topology } from '../topology/topology.ts'
import { byEntity, chooseMetrics, isOff, worstRatio } from './choose-metrics.ts'
import type { Speaker } from './counts.ts'
import type { Densities } from './densities.ts'
import { compareCounts, DensityBuilder } from './density.ts'
import { eventsOfLane, type Events } from './events.ts'
import { sampleGaps } from './gaps.ts'
import type { Grid } from './grid.ts'
import { intervalsOf } from './intervals.ts'
import { compareLanes, type LaneClaim } from './lane-order.ts'
import type { Candidate } from './metric-lanes.ts'
import { relationText, type Standing } from './relation-text.ts'
import type { ResourceShare } from './sharing.ts'
import { hostOf } from './subject.ts'
import { laneSummary } from './voices.ts'

/** Who may have a lane before anything was measured. */
export interface Claiming {
  readonly written: Filter
  readonly include: readonly EntityId[]
  readonly range: TimeRange
  readonly at: TimeRange
  readonly topology: Topology
  readonly speakers: ReadonlyMap<EntityId, Speaker>
  readonly subject: EntityId | undefined
  readonly path: readonly EntityId[]
  /** The largest users of what the path shares. */
  readonly largest: readonly EntityId[]
}

/**
 * With a subject: what is near it, the largest users of what it shares and where they run, and of whoever else
 * warns the worst of each layer. Without one: whoever the query names or has a record of.
 */
export function claimsOf(claiming: Claiming): LaneClaim[] {
  const { written, include, range, at, topology, speakers, subject, path, largest } = claiming
  const onWay = new Set([...path, ...largest.flatMap((id) => [id, hostOf(id, topology, at) ?? id])])
  const named = new Set(
    subject === undefined
      ? (entitiesNamed(written, topology, range) ?? [])
      : topology.near(subject, range),
  )
  const nothing = new DensityBuilder().counts()
  const claims: LaneClaim[] = []
  for (const id of new Set([...include, ...onWay, ...named, ...speakers.keys()])) {
    const spoken = speakers.get(id)
    const counts = spoken?.counted.counts() ?? nothing
    const claim: LaneClaim = {
      id,
      layer: spoken?.layer ?? summaryOf(id, topology, range).layer ?? 'service',
      counts,
      isAsked: include.includes(id),
      isSubject: id === subject,
      isOnWay: onWay.has(id),
      isNamed: named.has(id),
    }
    claims.push(claim)
  }
  return subject === undefined ? claims : [...claims.filter(isExpected), ...worstOthers(claims)]
}

const isExpected = ({ isAsked, isOnWay, isNamed }: LaneClaim): boolean =>
  isAsked || isOnWay || isNamed

/** Of whoever else warns the worst of each layer: more would push what matters off the screen. */
function worstOthers(claims: readonly LaneClaim[]): LaneClaim[] {
  const worst = new Map<string, LaneClaim>()
  for (const claim of claims) {
    const { counts, layer } = claim
    if (isExpected(claim) || counts.warning + counts.error + counts.fatal === 0) continue
    const known = worst.get(layer)
    if (known === undefined || compareCounts(counts, known.counts) < 0) worst.set(layer, claim)
  }
  return [...worst.values()]
}

/** Everything that the lanes are made of. */
export interface LaneParts {
  readonly open: readonly EntityId[]
  readonly range: TimeRange
  readonly grid: Grid
  readonly densities: Densities
  readonly candidates: readonly Candidate[]
  readonly shares: readonly ResourceShare[]
  readonly standing: Standing
  /** Most single events of a lane. */
  readonly mostEvents: number
  readonly events: Events
  readonly areMetricsRead: boolean
  readonly gaps: ReadonlyMap<EntityId, readonly CoverageGap[]>
}

/** The lanes that have something to show, in the order in which they are drawn. */
export function lanesOf(claims: readonly LaneClaim[], parts: LaneParts): Lane[] {
  const measured = byEntity(parts.candidates)
  const events = eventsByLane(parts)
  const lastColumn = parts.candidates.reduce(
    (last, { lane }) => Math.max(last, lane.column.at(-1) ?? 0),
    0,
  )
  const lanes = claims.flatMap((claim) => {
    const lane = laneOf(claim, measured.get(claim.id) ?? [], events, lastColumn, parts)
    return isWorthDrawing(lane, claim, parts) ? [lane] : []
  })
  return lanes.sort(compareLanes(parts.standing.subject))
}

function laneOf(
  claim: LaneClaim,
  candidates: readonly Candidate[],
  events: ReadonlyMap<EntityId, readonly LogRecord[]>,
  lastColumn: number,
  parts: LaneParts,
): Lane {
  const { id, layer } = claim
  const { topology, path, at, largest, subject } = parts.standing
  const share = parts.shares.find(({ resource }) => resource === id)?.share.lane
  const { metrics, more } = chooseMetrics(candidates, {
    isOpen: parts.open.includes(id),
    // Of whoever is only there for its warnings the measurements would push aside those of the path.
    isSilent: subject !== undefined && !isExpected(claim),
    volumes: volumesOf(parts.standing),
    ...(id === largest && parts.standing.metric !== undefined
      ? { always: parts.standing.metric }
      : {}),
    ...(share === undefined ? {} : { told: 'load' }),
  })
  const shown = share === undefined ? metrics : [...metrics, share]
  const step = path.indexOf(id)
  const counted = parts.densities.lanes.get(id) ?? new DensityBuilder()
  const counts = counted.counts()
  const severe = counts.warning + counts.error + counts.fatal
  return {
    entity: { ...laneSummary(id, topology, at), layer },
    relation: relationText(id, parts.standing),
    step: step < 0 ? null : step,
    ratio: worstRatio(shown),
    counts,
    density: counted.density(),
    events: eventsOfLane(events.get(id) ?? [], severe, parts.mostEvents, parts.grid),
    intervals: intervalsOf(id, topology, parts.range, parts.grid),
    metrics: shown,
    moreMetrics: more,
    coverage: [
      ...(parts.gaps.get(id) ?? []),
      ...sampleGaps(
        candidates.map(({ lane }) => lane),
        lastColumn,
        parts.grid,
      ),
    ],
  }
}

/** Every name by which the attribute `volume` may call what is on the way down. */
function volumesOf({ path, topology }: Standing): ReadonlySet<string> {
  const ids = path.filter((id) => ['volume', 'datastore'].includes(entityTypeOf(id)!))
  const names = ids.flatMap((id) => [
    keyOf(id),
    ...(topology.entity(id)?.aliases ?? []).flatMap(({ scope, value }) =>
      scope === undefined ? [value] : [],
    ),
  ])
  return new Set(names)
}

function eventsByLane({ events }: LaneParts): Map<EntityId, LogRecord[]> {
  const lanes = new Map<EntityId, LogRecord[]>()
  for (const { lane, record } of events.records) {
    const list = lanes.get(lane) ?? []
    if (list.length === 0) lanes.set(lane, list)
    list.push(record)
  }
  return lanes
}

/**
 * An entity that said nothing has a lane where it was asked for, is the subject or the largest user, or
 * was measured; beside the way down only where it was worse than usual.
 */
function isWorthDrawing(
  lane: Lane,
  claim: LaneClaim,
  { standing: { subject, largest }, areMetricsRead }: LaneParts,
): boolean {
  // What cannot be told of the way is not told by leaving it out.
  if (claim.isOnWay && !areMetricsRead) return true
  if (claim.isAsked || claim.isSubject || claim.id === largest) return true
  if (lane.density.column.length > 0 || lane.coverage.length > 0) return true
  if (lane.intervals.length > 0 || lane.metrics.some(isOff)) return true
  const isBeside = subject !== undefined && !claim.isOnWay
  return !isBeside && lane.metrics.length > 0
}

/** What nobody looks for in a lane: they own, group or stand behind what has one. */
const WITHOUT_LANE: ReadonlySet<EntityType> = new Set(['user', 'team', 'change'])

/** The six layers in their order, with the records of entities that have no lane too. */
export function layersOf(
  { layers }: Densities,
  speakers: ReadonlyMap<EntityId, Speaker>,
  lanes: readonly Lane[],
  topology: Topology,
): LayerSummary[] {
  const entities = new Map(LAYERS.map((layer) => [layer, new Set<EntityId>()]))
  for (const { id, type, layer } of topology.entities) {
    if (layer !== null && !WITHOUT_LANE.has(type)) entities.get(layer)!.add(id)
  }
  for (const [id, { layer }] of speakers) entities.get(layer)!.add(id)
  return LAYERS.map((layer): LayerSummary => {
    const counted = layers.get(layer)!
    return {
      layer,
      entities: entities.get(layer)!.size,
      shown: lanes.filter((lane) => lane.entity.layer === layer).length,
      counts: counted.counts(),
      density: counted.density(),
    }
  })
}
