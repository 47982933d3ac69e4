import type { EntitySummary } from '../../../model/api.ts'
import type { CoverageGap, Lane, MetricLane } from '../../../model/timeline.ts'
import { isPartial } from '../../lib/lane-rows.ts'
import { atLeast, quantity, unitOf } from '../../lib/quantity.ts'
import { shortKey } from '../../lib/strong-key.ts'

/** How bad it is: cannot be higher, past its threshold, outside its usual band, none of them; nothing known. */
export type ChipLevel = 'full' | 'over' | 'unusual' | 'usual' | 'unknown'

/** What a step of the path says of itself. */
export interface ChipValue {
  readonly level: ChipLevel
  /** `disk latency 110 ms`, `queue depth full, 65 ms`, `as usual`. */
  readonly text: string
  /** The same where room is short: `latency 110 ms`. */
  readonly short?: string
}

const RANK: Readonly<Record<ChipLevel, number>> = {
  full: 4,
  over: 3,
  unusual: 2,
  usual: 1,
  unknown: 0,
}

/**
 * The worst of a lane's metrics at a column of the plot, or, with null, of its worst values in the view. A lane
 * without metrics tells its errors and warnings of the view.
 */
export function chipValue(lane: Lane | undefined, column: number | null): ChipValue {
  if (lane === undefined) return { level: 'unknown', text: 'no data' }
  const own = lane.metrics.filter(({ share }) => share === null)
  const states = own
    .flatMap((metric) => metricState(metric, column) ?? [])
    .sort((a, b) => RANK[b.level] - RANK[a.level] || b.ratio - a.ratio)
  const [worst] = states
  if (worst === undefined) {
    return own.length > 0 ? { level: 'unknown', text: 'no samples' } : countsOf(lane)
  }
  if (worst.level === 'usual') return { level: 'usual', text: 'as usual' }
  const { label } = worst.metric
  const unit = unitOf(worst.metric)
  if (worst.level !== 'full') {
    const said = quantity(worst.value, unit)
    const last = label.slice(label.lastIndexOf(' ') + 1)
    return {
      level: worst.level,
      text: `${inSentence(label)} ${said}`,
      short: `${inSentence(last)} ${said}`,
    }
  }
  const waited = states.find(({ metric, level }) => metric.kind === 'wait' && level === 'over')
  const wait = waited === undefined ? '' : `, ${quantity(waited.value, unitOf(waited.metric))}`
  return { level: 'full', text: `${inSentence(label)} full${wait}` }
}

/** What a metric is at a moment; `ratio` against the upper edge of what is usual. */
export interface MetricState {
  readonly metric: MetricLane
  readonly level: ChipLevel
  readonly value: number
  readonly ratio: number
}

/** A metric at a column of the plot, or with null at its worst; undefined in a gap. */
export function metricState(metric: MetricLane, column: number | null): MetricState | undefined {
  const value = column === null ? metric.worst : valueAt(metric, column)
  if (value === undefined) return undefined
  const high = metric.usual?.high ?? 0
  return { metric, value, level: levelOf(metric, value), ratio: high > 0 ? value / high : 1 }
}

/** A mean over a column reaches its limit hardly ever exactly. */
const NEARLY = 0.99

function levelOf({ limit, threshold, usual, leftMs }: MetricLane, value: number): ChipLevel {
  if (limit !== null && value >= limit * NEARLY) return 'full'
  if (threshold !== null && value > threshold) return 'over'
  // One sample a little above the band is nothing; the server says whether it left for longer.
  return usual !== null && value > usual.high && leftMs !== null ? 'unusual' : 'usual'
}

/** The value of the sample nearest to a column; undefined in a gap. */
export function valueAt(metric: MetricLane, column: number): number | undefined {
  let nearest = -1
  for (const [i, at] of metric.column.entries()) {
    const isNearer =
      nearest < 0 || Math.abs(at - column) < Math.abs(metric.column[nearest]! - column)
    if (isNearer) nearest = i
  }
  const reach = Math.max(1, metric.everyColumns * 1.25)
  if (nearest < 0 || Math.abs(metric.column[nearest]! - column) > reach) return undefined
  return metric.value[nearest]
}

/** What its records say; where some may be missing, none that is bad is not calm. */
function countsOf({ counts, coverage }: Lane): ChipValue {
  const isLow = isPartial({ coverage })
  const errors = counts.error + counts.fatal
  if (errors > 0) return { level: 'over', text: many(errors, 'error', isLow) }
  if (counts.warning > 0) return { level: 'unusual', text: many(counts.warning, 'warning', isLow) }
  if (isLow) return { level: 'unknown', text: coverage.find(isOfRecords)!.state }
  return counts.info > 0
    ? { level: 'usual', text: 'as usual' }
    : { level: 'unknown', text: 'no records' }
}

const isOfRecords = ({ state }: CoverageGap): boolean => state !== 'no samples'

const many = (n: number, word: string, isLow: boolean): string =>
  `${atLeast(n, isLow)} ${word}${n === 1 && !isLow ? '' : 's'}`

/** A label inside a sentence: `disk latency`, but `CPU ready`. */
const inSentence = (label: string): string =>
  /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label

/** The name on a chip: of a session its user's, of a LUN the ends of its key. */
export function chipName({ type, name }: EntitySummary, isWide = false): string {
  if (type === 'vdi_session') return name.split(' on ', 1)[0]!
  return isWide ? name : shortKey(name)
}

/** A chip as it is laid out. */
export interface Foldable {
  /** CSS pixels, the way to the next included. */
  readonly width: number
  /** Which are left out first where room is short; null for never. */
  readonly order: 0 | 1 | 2 | null
}

const ORDERS: Readonly<Record<ChipLevel, Foldable['order']>> = {
  unknown: 0,
  usual: 0,
  unusual: 1,
  over: 2,
  full: null,
}

/** When a step is left out: first what is not wrong, then what is worse, never what is at its limit. */
export const foldOrder = (level: ChipLevel): Foldable['order'] => ORDERS[level]

/**
 * Which chips are shown in `room` pixels: all where they fit; else they are left out in their order, from the cause
 * upwards, and counted on a chip of `foldWidth`, until the others fit or no more may go.
 */
export function shownChips(
  chips: readonly Foldable[],
  room: number,
  foldWidth: number,
): readonly boolean[] {
  const shown = chips.map(() => true)
  let width = chips.reduce((sum, chip) => sum + chip.width, 0)
  if (width <= room) return shown
  width += foldWidth
  const orders = [0, 1, 2].map((order) =>
    chips.flatMap((chip, i) => (chip.order === order ? [i] : [])).reverse(),
  )
  const going = orders.flat()
  // One step in place of one says less and takes as much room.
  if (going.length < 2) return shown
  for (const [folded, i] of going.entries()) {
    if (folded >= 2 && width <= room) break
    shown[i] = false
    width -= chips[i]!.width
  }
  return shown
}

/** What the chip says that stands for those left out. */
export function foldedText(levels: readonly ChipLevel[]): ChipValue {
  const worse = levels.filter((level) => level === 'unusual' || level === 'over')
  if (worse.length > 0) {
    const level = worse.includes('over') ? 'over' : 'unusual'
    return { level, text: `${worse.length} worse than usual` }
  }
  return levels.includes('unknown')
    ? { level: 'unknown', text: 'usual or no data' }
    : { level: 'usual', text: 'as usual' }
}
