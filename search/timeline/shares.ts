import type { EntityId } from '../../model/entity.ts'
import { catalogued, type CatalogueEntry } from '../../model/metric-catalogue.ts'
import type { MetricLane } from '../../model/timeline.ts'
import type { EntitySummary } from '../../model/api.ts'
import type { SeriesData } from '../store/store.ts'
import { columnsOf, round, rounded, usualGap } from './metric-lanes.ts'
import { msOf, type Grid } from './grid.ts'
import { ratioOf, runsBeyond, usualBand, type Extremes } from './usual-band.ts'

/** Who uses a resource, and what each did. */
export interface Usage {
  readonly resource: EntityId
  readonly metric: string
  readonly attributes: Readonly<Record<string, string>>
  /** One series each, over the view and the window before it. */
  readonly users: readonly SeriesData[]
}

/** A sample counts until the next one, but no longer than so many usual intervals. */
const HOLD_INTERVALS = 2.5

/** The sum of many series wherever one of them has a sample, and each one's part of it. */
interface Summed {
  readonly times: readonly number[]
  readonly total: readonly number[]
  /** Beside `times`, by user. */
  readonly parts: readonly (readonly number[])[]
}

/** Collectors sample at moments of their own: what a user did holds until its next sample. */
export function sumOf(users: readonly SeriesData[]): Summed {
  const times = [...new Set(users.flatMap((user) => Array.from(user.times)))].sort((a, b) => a - b)
  const parts = users.map((user) => {
    const hold = HOLD_INTERVALS * usualGap(Array.from(user.times))
    let next = 0
    return times.map((time) => {
      while (next < user.times.length && user.times[next]! <= time) next++
      const isHeld = next > 0 && time - user.times[next - 1]! <= hold
      return isHeld ? user.values[next - 1]! : 0
    })
  })
  const total = times.map((_, i) => parts.reduce((sum, part) => sum + part[i]!, 0))
  return { times, total, parts }
}

/** A lane of shares, and its largest user against its own usual. */
export interface ShareLane {
  readonly lane: MetricLane
  readonly largest: EntityId
  readonly largestRatio: number | null
}

/**
 * `Writes by VM` of one resource: the sum of its users, and the part of the one who used most while the sum
 * was beyond its usual, else in the whole view. Undefined where nobody used anything in the view.
 */
export function shareLane(
  { metric, attributes, users }: Usage,
  grid: Grid,
  summary: (id: EntityId) => EntitySummary,
): ShareLane | undefined {
  const { times, total, parts } = sumOf(users)
  const first = times.findIndex((time) => time + grid.widthUs > grid.from)
  if (first < 0) return undefined
  const entry = catalogued(metric, users[0]?.series.unit ?? '1')
  const before = total.slice(0, first)
  const value = total.slice(first)
  const usual = usualBand([], same(before), same(value))
  const runs = usual === null ? [] : runsBeyond(value, usual, entry)
  const stretch = runs.length === 0 ? [[0, value.length] as const] : runs
  const used = parts.map((part) => sumWithin(part, first, stretch))
  const all = used.reduce((a, b) => a + b, 0)
  if (all <= 0) return undefined
  const most = used.indexOf(Math.max(...used))
  const largest = users[most]!.series.entity
  const ownUse = parts[most]!.slice(first)
  const ownBefore = parts[most]!.slice(0, first)
  const own = usualBand([], same(ownBefore), same(ownUse))
  const ownPart = value.map((sum, i) => (sum > 0 ? ownUse[i]! / sum : 0))
  const column = columnsOf(times.slice(first), grid)
  const worst = greatest(value)
  const left = runs[0]?.[0]
  return {
    largest,
    largestRatio: own === null ? null : round(ratioOf(greatest(ownUse), own, entry)),
    lane: {
      ...frameOf(entry, metric, attributes, users),
      column,
      value: rounded(value),
      min: rounded(value),
      max: rounded(value),
      everyColumns: usualGap(column),
      usual: usual && { ...usual, low: round(usual.low), high: round(usual.high) },
      worst: round(worst),
      ratio: usual === null ? null : round(ratioOf(worst, usual, entry)),
      leftMs: left === undefined ? null : msOf(times[first + left]!, grid),
      share: {
        largest: summary(largest),
        others: users.length - 1,
        part: rounded(ownPart),
        worstPart: round(used[most]! / all),
      },
    },
  }
}

const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b))

const same = (values: readonly number[]): Extremes => ({ min: values, max: values })

function frameOf(
  entry: CatalogueEntry,
  metric: string,
  attributes: Readonly<Record<string, string>>,
  users: readonly SeriesData[],
) {
  return {
    metric,
    label: entry.sharedAs ?? entry.label,
    unit: users[0]!.series.unit,
    attributes,
    kind: entry.kind,
    threshold: null,
    limit: null,
    second: null,
  }
}

function sumWithin(
  part: readonly number[],
  first: number,
  stretches: readonly (readonly [number, number])[],
): number {
  let sum = 0
  for (const [from, to] of stretches) {
    for (let i = from; i < to; i++) sum += part[first + i]!
  }
  return sum
}
