import { AppError, type ErrorCode } from '../../model/errors.ts'
import type { EntityId } from '../../model/entity.ts'
import type { Filter } from '../../model/query.ts'
import {
  METRICS_UNREAD,
  type Lane,
  type TimelineAnswer,
  type TimelineRequest,
} from '../../model/timeline.ts'
import { formatTime, MICROS_PER_MS, type Micros, type TimeRange } from '../../model/time.ts'
import type { QueryContext, Store } from '../store/store.ts'
import type { Topology } from '../topology/topology.ts'
import { countView, speakersOf } from './counts.ts'
import { countDensities, MOST_CELLS } from './densities.ts'
import { notableOf, readEvents, type Events } from './events.ts'
import { sourceGaps, type SourceBehind } from './gaps.ts'
import { gridOf, type Grid } from './grid.ts'
import { chooseLanes } from './lane-order.ts'
import { claimsOf, lanesOf, layersOf } from './lanes.ts'
import { linksOf } from './links.ts'
import { measure, measureUsage } from './measure.ts'
import { candidatesOf, type Measured } from './metric-lanes.ts'
import type { Standing } from './relation-text.ts'
import { ResourceUse, sharingOf } from './sharing.ts'
import { pathOf, subjectOf } from './subject.ts'
import { laneSummary, Voices } from './voices.ts'

const DEFAULT_LANES = 40
const DEFAULT_EVENTS = 200

/** A view that was read and understood. */
export interface ViewRequest extends Omit<TimelineRequest, 'query' | 'from' | 'to'> {
  readonly query: string
  /** As it was written: `entity:` and `near:` say who it is about. */
  readonly written: Filter
  /** As a store takes it. */
  readonly filter: Filter
  readonly range: TimeRange
  readonly now: Micros
  /** Sources that are late or silent in the range. */
  readonly behind: readonly SourceBehind[]
}

/** What a view is answered from. */
export interface Viewing {
  readonly store: Pick<Store, 'counts' | 'search' | 'series'>
  readonly topology: Topology
  readonly context: QueryContext
}

/** The answer but for its closing. */
export interface View {
  readonly answer: Omit<TimelineAnswer, 'coverage' | 'tookMs'>
  /** What is missing from it. */
  readonly notes: readonly string[]
}

/**
 * Answers one view: first who said what and what is shared, which says who has a lane; then the density and the
 * metrics of those, and the records worth showing one by one. So many questions to the store, however many lanes and records.
 */
export async function viewOf(request: ViewRequest, viewing: Viewing): Promise<View> {
  const { range } = request
  const { store, topology, context } = viewing
  const grid = gridOf(range, request.columns)
  const middle = Math.floor((range.from + range.to) / 2) as Micros
  const at: TimeRange = { from: middle, to: (middle + 1) as Micros }
  const subject = subjectOf(request.query, request.written, topology, range)
  const path = subject === undefined ? [] : pathOf(subject, topology, at)
  const steps = path.map(({ id }) => id)
  const use = new ResourceUse(steps, topology, at)
  const counting = { filter: request.filter, range, store, context }
  const metrics = new MetricReading()
  const [counted, usage] = await Promise.all([
    countView(counting, speaksOfFew(subject, topology, range, grid) ? grid : undefined),
    metrics.read(measureUsage(use.users, range, grid, store, context), []),
  ])
  const voices = new Voices(topology, range)
  const speakers = speakersOf(counted.speeches, voices)
  const onPath = use.sharesOf(usage, grid)
  const claims = chooseLanes(
    claimsOf({
      ...{
        written: request.written,
        include: request.include ?? [],
        range,
        at,
        topology,
        speakers,
      },
      ...{ subject, path: steps, largest: onPath.map(({ share }) => share.largest) },
    }),
    request.lanes ?? DEFAULT_LANES,
  )
  const ids = claims.map(({ id }) => id)
  const mostEvents = request.events ?? DEFAULT_EVENTS
  const notable = notableOf(
    counted.patterns,
    ids.map((id) => speakers.get(id)),
    mostEvents,
  )
  const laneUse = new ResourceUse(subject === undefined ? ids : [], topology, at)
  const [densities, measured, events, laneUsage] = await Promise.all([
    countDensities(
      counting,
      grid,
      { cells: subject === undefined ? undefined : counted.cells, speakers, voices },
      ids,
    ),
    metrics.read(measure(ids, range, grid, store, context), NOTHING_MEASURED),
    readEvents(counting, notable, voices),
    metrics.read(measureUsage(laneUse.users, range, grid, store, context), []),
  ])
  const candidates = candidatesOf(measured, grid, (id, attribute) => {
    const said = topology.entity(id)?.attributes[attribute]
    return typeof said === 'number' ? said : null
  })
  const sharing = sharingOf(onPath, candidates, topology, at)
  const standing: Standing = {
    topology,
    at,
    subject,
    path: steps,
    resource: sharing?.resource.id,
    largest: sharing?.largest.id,
    metric: sharing?.metric,
  }
  const lanes = lanesOf(claims, {
    open: request.open ?? [],
    range,
    grid,
    densities,
    candidates,
    shares: subject === undefined ? laneUse.sharesOf(laneUsage, grid) : onPath,
    standing,
    mostEvents,
    events,
    areMetricsRead: metrics.unread === null,
    gaps: sourceGaps(request.behind, voices, range, grid, request.now),
  })
  return {
    answer: {
      from: formatTime(grid.from),
      to: formatTime(range.to),
      columns: grid.columns,
      columnMs: grid.widthUs / MICROS_PER_MS,
      subject: subject === undefined ? null : laneSummary(subject, topology, at),
      path,
      sharing: sharing ?? null,
      layers: layersOf(densities, speakers, lanes, topology),
      lanes,
      metricsUnread: metrics.unread,
      links: linksOf(drawnOf(lanes, events), topology, grid),
      total: densities.total.counts(),
    },
    notes: [
      ...new Set([
        ...counted.notes,
        ...densities.notes,
        ...events.notes,
        ...(metrics.unread === null ? [] : [METRICS_UNREAD]),
      ]),
    ],
  }
}

const NOTHING_MEASURED: Measured = { view: [], before: new Map(), weeks: [] }

/** Reads metrics beside the records: where only they cannot be read, the view is answered without them and says why. */
class MetricReading {
  #unread: string | null = null

  /** Why the first of what was read could not be; null while all could. */
  get unread(): string | null {
    return this.#unread
  }

  async read<T>(asked: Promise<T>, none: T): Promise<T> {
    try {
      return await asked
    } catch (error) {
      if (!(error instanceof AppError) || !PASSING.has(error.code)) throw error
      this.#unread ??= error.message
      return none
    }
  }
}

/** What may be otherwise when it is asked again. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['storage_unavailable', 'budget_exceeded'])

/** The records behind the events that are drawn. */
function drawnOf(lanes: readonly Lane[], { records }: Events): Events['records'] {
  const drawn = new Set(lanes.flatMap(({ events }) => (events ?? []).map(({ id }) => id)))
  return records.filter(({ record }) => drawn.has(record.id))
}

/** Whether few speak near the subject, so that one look at them counts their columns too. */
function speaksOfFew(
  subject: EntityId | undefined,
  topology: Topology,
  range: TimeRange,
  { columns }: Grid,
): boolean {
  return subject !== undefined && topology.near(subject, range).length * columns <= MOST_CELLS
}
