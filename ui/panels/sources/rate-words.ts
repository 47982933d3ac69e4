import type { ApiSource, ApiSourceRate } from '../../../model/api.ts'
import type { TimeOrigin } from '../../../model/record.ts'
import { readMillis } from '../../data/use-search-view.ts'
import { quantity } from '../../lib/quantity.ts'
import { spanText, type Millis } from '../../lib/zoned-time.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** Newer than this, what is complete is of now. */
const OLD_MS = HOUR_MS

/** The hour of which rates are told: the last one, and of a past that was read in the last of that. */
export function rateWindow(
  sources: readonly ApiSource[],
  now: Millis,
): { readonly from: Millis; readonly to: Millis } {
  const newest = Math.max(0, ...sources.map(({ watermark }) => Date.parse(watermark ?? '') || 0))
  const isPast = newest > 0 && now - newest > OLD_MS
  const to = Math.ceil((isPast ? newest : now) / MINUTE_MS) * MINUTE_MS
  return { from: to - HOUR_MS, to }
}

/** Longer than this the server tells no rates. */
const LONGEST_MS = 7 * 24 * HOUR_MS

/** The window that an address names, in whole minutes and no longer than a week up to its end; undefined where it names none. */
export function askedWindow(
  view: { readonly from?: string; readonly to?: string },
  now: Millis,
): { readonly from: Millis; readonly to: Millis } | undefined {
  const minute = Math.ceil(now / MINUTE_MS) * MINUTE_MS
  const [from, to] = [readMillis(view.from, minute), readMillis(view.to ?? 'now', minute)]
  if (from === undefined || to === undefined || from >= to) return undefined
  const end = Math.ceil(to / MINUTE_MS) * MINUTE_MS
  const begin = Math.floor(from / MINUTE_MS) * MINUTE_MS
  return { from: Math.max(begin, end - LONGEST_MS), to: end }
}

/** Buckets at the end of which the mean is the rate of a source: five minutes of an hour in sixty. */
const LAST = 5

/** Records a second at the end of the window. */
export function lastRate({ perSecond }: Pick<ApiSourceRate, 'perSecond'>): number {
  const last = perSecond.slice(-LAST)
  return last.reduce((sum, rate) => sum + rate, 0) / Math.max(1, last.length)
}

/** `3–6 /s`, a rate under one in a minute: `2–4 /min`. */
export function usualText({ usual }: Pick<ApiSourceRate, 'usual'>): string {
  if (usual === null) return ''
  const isSlow = usual.high < 1
  const [low, high] = [usual.low, usual.high].map((each) => round(isSlow ? each * 60 : each))
  const unit = isSlow ? '/min' : '/s'
  return low === high ? `${high} ${unit}` : `${low}–${high} ${unit}`
}

/** `31 /s`, under one `12 /min`. */
export const rateText = (perSecond: number): string =>
  perSecond > 0 && perSecond < 1
    ? `${round(perSecond * 60)} /min`
    : quantity(Math.round(perSecond * 100) / 100, '1/s')

const round = (value: number): number =>
  value >= 10 ? Math.round(value) : Math.round(value * 10) / 10

/** The server takes what is usual from a window before, so many times as long. */
const BEFORE = 4

/** From where it is known what is usual. */
export const usualFrom = (
  { usual }: Pick<ApiSourceRate, 'usual'>,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): string =>
  usual === null
    ? 'nothing earlier is known'
    : usual.from === 'hour_of_week'
      ? 'usual in this hour of the week'
      : `as in the ${spanText(BEFORE * (to - from))} before`

/** Where the zone of most times comes from. */
const ORIGINS: Readonly<Record<TimeOrigin, string>> = {
  explicit: 'zone in the record',
  configured: 'zone configured',
  inferred: 'zone from its name',
  assumed: 'UTC assumed',
  received: 'time of receipt',
}

export const originText = ({ timeFrom }: Pick<ApiSourceRate, 'timeFrom'>): string =>
  ORIGINS[timeFrom]

/** `± 15 ms`; as the largest of several `≤ 15 ms`. */
export const uncertaintyText = (
  { uncertaintyMs }: Pick<ApiSourceRate, 'uncertaintyMs'>,
  isOfSeveral: boolean,
): string => `${isOfSeveral ? '≤' : '±'} ${spanText(uncertaintyMs)}`

/** Whether its times say too little to order anything by them: a zone that was not written, or none at all. */
export const isClockDoubtful = ({
  timeFrom,
  uncertaintyMs,
}: Pick<ApiSourceRate, 'timeFrom' | 'uncertaintyMs'>): boolean =>
  (timeFrom === 'assumed' || timeFrom === 'received') && uncertaintyMs >= MINUTE_MS

/** The rates of several sources in one: nothing is said of what is usual for their sum. */
export function summedRate(rates: readonly ApiSourceRate[]): readonly number[] {
  const [first] = rates
  if (first === undefined) return []
  return first.perSecond.map((_, i) => rates.reduce((sum, { perSecond }) => sum + perSecond[i]!, 0))
}

/** What a spark draws, in a box of so many pixels: y grows downwards. */
export interface SparkShape {
  /** Points of the line. */
  readonly line: string
  /** Top and height of the usual band. */
  readonly band: { readonly y: number; readonly height: number } | null
}

/** The line of a spark from 0 to the greatest of its values and of its band. */
export function sparkShape(
  perSecond: readonly number[],
  usual: ApiSourceRate['usual'],
  size: { readonly width: number; readonly height: number },
): SparkShape {
  const top = Math.max(usual?.high ?? 0, ...perSecond)
  const y = (value: number): number =>
    top === 0 ? size.height : Math.round((1 - value / top) * size.height * 10) / 10
  const step = size.width / Math.max(1, perSecond.length - 1)
  const line = perSecond
    .map((value, i) => `${Math.round(i * step * 10) / 10},${y(value)}`)
    .join(' ')
  if (usual === null) return { line, band: null }
  // Also a band of one value is to be seen.
  const height = Math.max(1, y(usual.low) - y(usual.high))
  return { line, band: { y: Math.min(y(usual.high), size.height - height), height } }
}

/** Where the hatch of a source that is silent begins, as a share of the window; null while it is not. */
export function silentFrom(
  source: Pick<ApiSource, 'state' | 'watermark'>,
  window: { readonly from: Millis; readonly to: Millis },
): number | null {
  if (source.state !== 'silent') return null
  const since = source.watermark === null ? window.from : Date.parse(source.watermark)
  return Math.min(1, Math.max(0, (since - window.from) / (window.to - window.from)))
}
