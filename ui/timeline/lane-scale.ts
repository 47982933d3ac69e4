import { unitOf } from '../lib/quantity.ts'
import { scaleLinear, scaleSymlog } from 'd3-scale'
import type { MetricLane } from '../../model/timeline.ts'

/** Value to height above the lane's foot. */
export interface LaneScale {
  readonly least: number
  readonly most: number
  readonly isLog: boolean
  /** 0 at `least`, 1 at `most`; values outside are cut. */
  readonly part: (value: number) => number
}

/** From this ratio of the worst to the usual on, a linear lane would show the usual as nothing. */
const LOG_FROM = 200
/** A threshold so much higher than all that was measured would press the line to the foot. */
const THRESHOLD_IN_SIGHT = 4

const known = new WeakMap<MetricLane, LaneScale>()

/** From 0 (or the least, where that is negative) to a round value above the worst. */
export function laneScaleOf(metric: MetricLane): LaneScale {
  const scale = known.get(metric) ?? laneScale(metric)
  known.set(metric, scale)
  return scale
}

function laneScale(metric: MetricLane): LaneScale {
  const highest = metric.max.reduce((most, value) => Math.max(most, value), metric.worst)
  const lowest = metric.min.reduce((least, value) => Math.min(least, value), 0)
  const most = topOf(metric, highest)
  const least = lowest < 0 ? -roundAbove(-lowest) : 0
  const usual = metric.usual?.high ?? 0
  const isLog = least === 0 && usual > 0 && highest / usual > LOG_FROM
  const scale = isLog
    ? scaleSymlog([0, most], [0, 1]).constant(usual / 10)
    : scaleLinear([least, most], [0, 1])
  return { least, most, isLog, part: scale.clamp(true) }
}

function topOf(metric: MetricLane, highest: number): number {
  const { limit, threshold } = metric
  if (unitOf(metric) === '1' && highest <= 1 && (limit === null || limit <= 1)) return 1
  const named = threshold !== null && threshold <= highest * THRESHOLD_IN_SIGHT ? threshold : 0
  const top = Math.max(highest, named, limit !== null && limit <= highest * 2 ? limit : 0)
  return roundAbove(top * 1.04)
}

const ROUND = [1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 3, 3.6, 4, 4.5, 5, 6, 7, 8, 9, 10] as const

/** The next round number; 1 for nothing. */
export function roundAbove(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1
  const size = 10 ** Math.floor(Math.log10(value))
  const factor = ROUND.find((round) => round * size >= value * (1 - 1e-9)) ?? 10
  return Number((factor * size).toPrecision(3))
}
