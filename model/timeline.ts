import type { Coverage, EntitySummary, WireTime } from './api.ts'
import type { EntityId, Layer } from './entity.ts'
import type { RecordId } from './record.ts'

/**
 * What one view of the timeline asks and is answered (`POST /api/v1/timeline`): everything that the screen
 * draws, cut into columns of pixels on the server, in one answer. Times are RFC 3339; positions inside the view are
 * whole columns from 0, or milliseconds after `from` where a column would be too coarse.
 */
export interface TimelineRequest {
  readonly query: string
  readonly from: WireTime
  readonly to: WireTime
  /** Columns of density and of metrics: the width of the plot divided by how wide a column is drawn. */
  readonly columns: number
  /** Entities whose lanes are wanted whatever the query says: pinned or added ones. */
  readonly include?: readonly EntityId[]
  /** Entities of which every metric is wanted, not only the worst. */
  readonly open?: readonly EntityId[]
  /** Most entity lanes; what is left out is counted in its layer. */
  readonly lanes?: number
  /** Most single events of a lane; a lane with more is answered as density alone. */
  readonly events?: number
}

/**
 * The screen's answer. Columns are aligned to the epoch, so column 0 begins at `from`, which is less than a
 * column before what was asked for, and there may be one column more; nothing before what was asked for is in
 * it. `to` is as asked. `lanes` are in the order they are drawn: by layer, the subject first, then the worst.
 */
export interface TimelineAnswer {
  readonly from: WireTime
  readonly to: WireTime
  readonly columns: number
  /** Width of a column, milliseconds. */
  readonly columnMs: number
  /** The one entity that the query is about, by `entity:` or `near:` or a word that is its whole name. */
  readonly subject: EntitySummary | null
  /** What the subject depends on as of the middle of the view, effect to cause, itself included. */
  readonly path: readonly PathStep[]
  /** Who else uses what the subject depends on: the largest user of the worst shared resource. */
  readonly sharing: Sharing | null
  readonly layers: readonly LayerSummary[]
  readonly lanes: readonly Lane[]
  /** Why the metrics could not be read while the records were; lanes are without them then. Null where they were. */
  readonly metricsUnread: string | null
  /** Strongest first. */
  readonly links: readonly ViewLink[]
  /** Records that match, in all and by class of severity. */
  readonly total: SeverityCounts
  readonly coverage: Coverage
  readonly tookMs: number
}

/** What `coverage` notes where `metricsUnread` says why: no record is missing for that. */
export const METRICS_UNREAD = 'the metrics were not read'

export interface PathStep extends EntitySummary {
  /** How the step before depends on this one (`runs_on`, …); null for the first. */
  readonly relation: string | null
  /** Since when, where the inventory says so. */
  readonly since: WireTime | null
}

export interface Sharing {
  /** What is shared. */
  readonly resource: EntitySummary
  /** How many use it as of the middle of the view. */
  readonly users: number
  readonly largest: EntitySummary
  /** Where the largest runs, when it is a VM. */
  readonly largestOn: EntitySummary | null
  readonly metric: string
  /** Its part of all use while it used most, 0 to 1. */
  readonly share: number
  /** Against its usual; null when that is not known. */
  readonly ratio: number | null
}

export interface LayerSummary {
  readonly layer: Layer
  /** Entities of the layer that the inventory knows, and those that only their records tell of. */
  readonly entities: number
  /** Of them, how many have a lane in this answer. */
  readonly shown: number
  readonly counts: SeverityCounts
  /** All records of the layer that match, also of entities without a lane. */
  readonly density: Density
}

/** Records by class: below warning, warning, error, fatal. */
export interface SeverityCounts {
  readonly info: number
  readonly warning: number
  readonly error: number
  readonly fatal: number
}

/** Only columns that hold something, ascending; the four counts stand beside each. */
export interface Density {
  readonly column: readonly number[]
  readonly info: readonly number[]
  readonly warning: readonly number[]
  readonly error: readonly number[]
  readonly fatal: readonly number[]
}

export interface Lane {
  readonly entity: EntitySummary
  /** Its part in the view, for people: `runs VDI-0417`, `same LUN`, `39 VMs`. */
  readonly relation: string | null
  /** Place on the path from 0; null off it. */
  readonly step: number | null
  /** The worst ratio of its metrics; 1 is as usual. */
  readonly ratio: number
  readonly counts: SeverityCounts
  readonly density: Density
  /** Warnings and worse, and rare records, one by one; null when there are more than were asked for. */
  readonly events: readonly LaneEvent[] | null
  readonly intervals: readonly LaneInterval[]
  readonly metrics: readonly MetricLane[]
  /** Metrics that are there and not in `metrics`, by name. */
  readonly moreMetrics: readonly string[]
  readonly coverage: readonly CoverageGap[]
}

export interface LaneEvent {
  readonly id: RecordId
  readonly time: WireTime
  /** Milliseconds after the view's `from`. */
  readonly atMs: number
  readonly uncertaintyMs: number
  readonly severity: number
  readonly template: string | null
  /** What it says, short: the pattern with its first values, without a frame; at most 60 characters. */
  readonly title: string
  /** Of its pattern among the events of the lane in the view. */
  readonly ofPattern: number
}

/** Something that lasted: a relation as of the view that began or ended in it. */
export interface LaneInterval {
  readonly fromMs: number
  readonly toMs: number
  /** False where it began before the view or its end is unknown. */
  readonly begins: boolean
  readonly ends: boolean
  /** When it began, where the inventory says so: the screen writes it behind the label. */
  readonly since: WireTime | null
  readonly label: string
}

export interface MetricLane {
  readonly metric: string
  /** For people: `Disk latency`. */
  readonly label: string
  readonly unit: string
  readonly attributes: Readonly<Record<string, string>>
  readonly kind: 'wait' | 'demand' | 'utilisation' | 'error' | 'capacity' | 'state'
  /** Column, then its mean, least and greatest value; ascending, columns without a sample left out. */
  readonly column: readonly number[]
  readonly value: readonly number[]
  readonly min: readonly number[]
  readonly max: readonly number[]
  /** Columns between two samples at the usual rate: a longer gap is drawn as one. */
  readonly everyColumns: number
  readonly usual: UsualBand | null
  /** Past this it hurts people, whatever is usual; null where none is known. */
  readonly threshold: number | null
  /** It cannot go higher: a queue's depth, a whole. */
  readonly limit: number | null
  /** The worst value in the view. */
  readonly worst: number
  /** The worst against the usual band's edge; null without a band. */
  readonly ratio: number | null
  /** When it left its band in the bad direction (three samples or more), first in the view. */
  readonly leftMs: number | null
  /** A second series drawn thin behind: kernel latency under device latency. */
  readonly second: {
    readonly label: string
    readonly column: readonly number[]
    readonly value: readonly number[]
  } | null
  /** For a lane of shares (`Writes by VM`): the largest user and its part of every column. */
  readonly share: {
    readonly largest: EntitySummary
    readonly others: number
    /** 0 to 1, beside `column`. */
    readonly part: readonly number[]
    /** Over the stretch outside the band, else the view. */
    readonly worstPart: number
  } | null
}

export interface UsualBand {
  readonly low: number
  readonly high: number
  /**
   * `hour_of_week`: these hours of earlier weeks. `before`: four times the view's length before it. Both from
   * the 5th percentile of the least to the 95th of the greatest values of their steps. `view`: no earlier
   * data; the view itself without its outliers (Tukey's fences).
   */
  readonly from: 'hour_of_week' | 'before' | 'view'
}

/** A stretch that must not be taken for calm. */
export interface CoverageGap {
  readonly fromMs: number
  readonly toMs: number
  readonly state: 'late' | 'silent' | 'no samples'
  /** Complete up to then, or silent since then; null where nothing came at all. */
  readonly since: WireTime | null
}

export interface ViewLink {
  readonly from: ViewLinkEnd
  readonly to: ViewLinkEnd
  readonly kind: 'identifier' | 'topology'
  readonly reason: string
  readonly value: string
  readonly strength: number
  /** Of `from` before `to`. */
  readonly order: {
    readonly verdict: 'before' | 'after' | 'undecided'
    readonly probability: number
  }
}

export interface ViewLinkEnd {
  readonly record: RecordId
  readonly entity: EntityId
  readonly atMs: number
}
