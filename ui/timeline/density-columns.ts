import { SEVERITY_CLASSES, type SeverityClass } from '../lib/severity-class.ts'
import type { Density } from '../../model/timeline.ts'

/** Heights of the parts of one column, CSS pixels, from the foot upwards: info, warning, error, fatal. */
export type ColumnHeights = Readonly<Record<SeverityClass, number>>

/** Least height of a part that is not empty: rare bad news beside a flood stays visible. */
const LEAST: ColumnHeights = { info: 1, warning: 3, error: 4, fatal: 4 }

/**
 * `height · log(1+n) / log(1+max(100, most))`, or in proportion; shared among the classes by their counts. A warning, error
 * or fatal part has its least height, taken from info.
 *
 * @param most records in the fullest column of the lane
 */
export function columnHeights(
  counts: Readonly<Record<SeverityClass, number>>,
  most: number,
  height: number,
  growth: 'log' | 'linear' = 'log',
): ColumnHeights {
  const n = SEVERITY_CLASSES.reduce((sum, kind) => sum + counts[kind], 0)
  if (n === 0) return { info: 0, warning: 0, error: 0, fatal: 0 }
  const whole =
    growth === 'linear'
      ? (height * n) / most
      : (height * Math.log1p(n)) / Math.log1p(Math.max(100, most))
  const part = (kind: SeverityClass): number =>
    counts[kind] === 0 ? 0 : Math.max(LEAST[kind], (whole * counts[kind]) / n)
  const [warning, error, fatal] = [part('warning'), part('error'), part('fatal')]
  const info = counts.info === 0 ? 0 : Math.max(LEAST.info, whole - warning - error - fatal)
  const sum = info + warning + error + fatal
  const fit = sum > height ? height / sum : 1
  return { info: info * fit, warning: warning * fit, error: error * fit, fatal: fatal * fit }
}

/** Records in the fullest column. */
export function fullestColumn(density: Density): number {
  return density.column.reduce((most, _, i) => Math.max(most, columnTotal(density, i)), 0)
}

export function columnTotal(density: Density, i: number): number {
  return density.info[i]! + density.warning[i]! + density.error[i]! + density.fatal[i]!
}

/** A diamond or square above a column that holds an error or worse. */
export interface Beacon {
  readonly column: number
  readonly kind: 'error' | 'fatal'
}

/** One beacon per `apart` columns at most; among neighbours the worst, then the fullest, stands for all. */
export function beaconsOf(density: Density, apart: number): Beacon[] {
  const beacons: (Beacon & { readonly n: number })[] = []
  for (const [i, column] of density.column.entries()) {
    const isFatal = density.fatal[i]! > 0
    const n = isFatal ? density.fatal[i]! : density.error[i]!
    if (n === 0) continue
    const beacon = { column, kind: isFatal ? ('fatal' as const) : ('error' as const), n }
    const last = beacons.at(-1)
    if (last === undefined || column - last.column >= apart) beacons.push(beacon)
    else if (weight(beacon) > weight(last)) {
      beacons[beacons.length - 1] = { ...beacon, column: last.column }
    }
  }
  return beacons.map(({ column, kind }) => ({ column, kind }))
}

const weight = ({ kind, n }: { readonly kind: string; readonly n: number }): number =>
  (kind === 'fatal' ? 1e12 : 0) + n
