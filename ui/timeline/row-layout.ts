import type { EntityId, Layer } from '../../model/entity.ts'
import type { Lane, LayerSummary, MetricLane, TimelineAnswer } from '../../model/timeline.ts'
import { fitTo, NOTHING_LEFT_OUT, type Fit, type Kept } from './fit.ts'
import { stackIntervals, type StackedIntervals } from './intervals.ts'

interface Placed {
  /** The same row in every answer. */
  readonly key: string
  /** From the top of its block (pinned or scrolled), CSS pixels. */
  readonly y: number
  readonly height: number
  readonly isPinned: boolean
}

export interface LayerRow extends Placed {
  readonly kind: 'layer'
  readonly summary: LayerSummary
  /** One lane with the layer's sum. */
  readonly isFolded: boolean
  /** Has lanes to fold or unfold. */
  readonly canFold: boolean
}

export interface EntityRow extends Placed {
  readonly kind: 'entity'
  readonly lane: Lane
  readonly intervals: StackedIntervals
  /** Metrics of the answer that have no row for want of room. */
  readonly folded: readonly MetricLane[]
}

export interface MetricRow extends Placed {
  readonly kind: 'metric'
  readonly lane: Lane
  readonly metric: MetricLane
}

/** In place of an entity's metrics where they could not be read. */
export interface UnreadRow extends Placed {
  readonly kind: 'unread'
  readonly lane: Lane
  readonly reason: string
  /** Says why and offers to ask again, for all of the view. */
  readonly isFirst: boolean
}

export type Row = LayerRow | EntityRow | MetricRow | UnreadRow

export interface RowLayout {
  /** Stick under the axis. */
  readonly pinned: readonly Row[]
  readonly pinnedHeight: number
  readonly rows: readonly Row[]
  readonly height: number
}

export const LAYER_HEIGHT = 24
export const ENTITY_HEIGHT = 24
export const METRIC_HEIGHT = 34
/** A bar of an interval with the gap below it; the first one makes a lane of 36. */
export const INTERVAL_HEIGHT = 14
const [FIRST_INTERVAL, NEXT_INTERVAL] = [12, 15]

/** What of the view decides about rows. */
export interface Arrangement {
  /** Layers that are closed, and those that stay open however little room there is. */
  readonly fold?: readonly string[]
  readonly unfold?: readonly string[]
  readonly open?: readonly EntityId[]
  readonly add?: readonly EntityId[]
  readonly pin?: readonly EntityId[]
  readonly hide?: readonly EntityId[]
}

type Answered = Pick<TimelineAnswer, 'layers' | 'lanes'> &
  Partial<Pick<TimelineAnswer, 'metricsUnread'>>

/**
 * The rows for a room: what matters less is left out where not all fits ({@link fitTo}).
 *
 * @param kept beside what the arrangement opens, adds and pins
 */
export function layOutIn(
  room: number,
  answer: Answered,
  arrangement: Arrangement,
  kept: Kept,
): RowLayout {
  const { pin = [], add = [], open = [], hide = [], unfold = [] } = arrangement
  const isOpen = ({ entity }: Lane): boolean =>
    entity.layer !== null && unfold.includes(entity.layer)
  const shown = answer.lanes.filter(({ entity }) => !hide.includes(entity.id))
  const whole = new Set([
    ...kept.whole,
    ...pin,
    ...add,
    ...open,
    ...shown.filter(isOpen).map(({ entity }) => entity.id),
  ])
  const fit = fitTo(room, { ...answer, lanes: shown }, { ...kept, whole }, (part) => {
    const { pinnedHeight, height } = layOut(answer, arrangement, part)
    return pinnedHeight + height
  })
  return layOut(answer, arrangement, fit)
}

/** Rows from top to bottom, gapless: each layer, its entities, their metrics; pinned entities in a block of their own. */
export function layOut(
  answer: Answered,
  { fold = [], pin = [], hide = [] }: Arrangement,
  { closed, folded }: Fit = NOTHING_LEFT_OUT,
): RowLayout {
  const { metricsUnread = null } = answer
  const unread = metricsUnread === null ? [] : answer.lanes.filter(isMissed(answer.lanes))
  const rowsOf = (lane: Lane): Loose[] => {
    const rows = rowsOfLane(lane, folded)
    if (metricsUnread === null || !unread.includes(lane)) return rows
    return [...rows, unreadRow(lane, metricsUnread)]
  }
  const shown = answer.lanes.filter(({ entity }) => !hide.includes(entity.id))
  const pinnedRows = pin
    .flatMap((id) => shown.filter(({ entity }) => entity.id === id))
    .flatMap(rowsOf)
  const free = shown.filter(({ entity }) => !pin.includes(entity.id))
  const rows = answer.layers.flatMap((summary): Loose[] => {
    const lanes = free.filter(({ entity }) => entity.layer === summary.layer)
    const isFolded = fold.includes(summary.layer) || closed.has(summary.layer) || lanes.length === 0
    const head: Loose = {
      kind: 'layer',
      key: `layer ${summary.layer}`,
      height: LAYER_HEIGHT,
      summary,
      isFolded,
      canFold: lanes.length > 0,
    }
    return isFolded ? [head] : [head, ...lanes.flatMap(rowsOf)]
  })
  const [above, below] = withFirstUnread(pinnedRows, rows)
  const [pinned, scrolled] = [stack(above, true), stack(below, false)]
  return {
    pinned: pinned.rows,
    pinnedHeight: pinned.height,
    rows: scrolled.rows,
    height: scrolled.height,
  }
}

type WithoutPlace<T> = T extends Placed ? Omit<T, 'y' | 'isPinned'> : never
type Loose = WithoutPlace<Row>

function rowsOfLane(lane: Lane, folded: Fit['folded']): Loose[] {
  const intervals = stackIntervals(lane.intervals)
  const bars = intervals.rows.length
  const extra = bars === 0 ? 0 : FIRST_INTERVAL + (bars - 1) * NEXT_INTERVAL
  return [
    {
      kind: 'entity',
      key: lane.entity.id,
      height: ENTITY_HEIGHT + extra,
      lane,
      intervals,
      folded: lane.metrics.filter((metric) => folded.has(metric)),
    },
    ...lane.metrics
      .filter((metric) => !folded.has(metric))
      .map((metric): Loose => ({
        kind: 'metric',
        key: metricKey(lane, metric),
        height: METRIC_HEIGHT,
        lane,
        metric,
      })),
  ]
}

/** Lanes whose metrics are looked for: those of the way, where there is one. */
function isMissed(lanes: readonly Lane[]): (lane: Lane) => boolean {
  const hasWay = lanes.some(({ step }) => step !== null)
  return ({ metrics, step }) => metrics.length === 0 && (!hasWay || step !== null)
}

const unreadRow = (lane: Lane, reason: string): Loose => ({
  kind: 'unread',
  key: `unread ${lane.entity.id}`,
  height: METRIC_HEIGHT,
  lane,
  reason,
  isFirst: false,
})

/** Marks the uppermost of the rows that stand for what could not be read. */
function withFirstUnread(pinned: readonly Loose[], rows: readonly Loose[]): [Loose[], Loose[]] {
  const first = [...pinned, ...rows].find(({ kind }) => kind === 'unread')
  const marked = (row: Loose): Loose =>
    row === first && row.kind === 'unread' ? { ...row, isFirst: true } : row
  return [pinned.map(marked), rows.map(marked)]
}

const metricKey = ({ entity }: Lane, { metric, attributes, share }: MetricLane): string =>
  JSON.stringify([entity.id, metric, attributes, share !== null])

function stack(loose: readonly Loose[], isPinned: boolean): { rows: Row[]; height: number } {
  let y = 0
  const rows = loose.map((row): Row => {
    const placed = { ...row, y, isPinned }
    y += row.height
    return placed
  })
  return { rows, height: y }
}

/** The rows that a stretch of a block shows, by halving. */
export function rowsBetween(rows: readonly Row[], top: number, bottom: number): readonly Row[] {
  return rows.slice(firstBelow(rows, top), firstBelow(rows, bottom - 0.001) + 1)
}

/** Index of the row that covers `y`, the last one for all that is below. */
function firstBelow(rows: readonly Row[], y: number): number {
  let [low, high] = [0, Math.max(0, rows.length - 1)]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]!.y + rows[middle]!.height > y) high = middle
    else low = middle + 1
  }
  return low
}

/** What the words on the rows below need under the last lane, CSS pixels. */
export const BELOW_ROOM = 28

/**
 * The height in which the rows scroll: all of `room` where they fit. Else it ends with a whole row, and what says which are
 * below has its place under that; where there is no room for a row and those words, all of it again.
 */
export function bodyHeight({ rows, height, pinnedHeight }: RowLayout, room: number): number {
  if (pinnedHeight + height <= room) return room
  const most = room - pinnedHeight - BELOW_ROOM
  const last = rows.findLast((row) => row.y + row.height <= most)
  return last === undefined ? room : pinnedHeight + last.y + last.height
}

/** The layer of a row; null where an entity has none. */
export function layerOf(row: Row): Layer | null {
  return row.kind === 'layer' ? row.summary.layer : row.lane.entity.layer
}
