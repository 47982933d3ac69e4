import type { MetricLane, UsualBand } from '../../model/timeline.ts'
import { quantity, times, unitOf } from '../lib/quantity.ts'
import { standingOf } from '../lib/standing.ts'

/** `2–9 ms`, the unit once where both ends have the same. */
export function bandText({ low, high }: Pick<UsualBand, 'low' | 'high'>, unit: string): string {
  const [a, b] = [quantity(low, unit), quantity(high, unit)]
  if (a === b) return a
  const tail = / ?[^\d.]*$/.exec(b)?.[0] ?? ''
  return a.endsWith(tail) ? `${a.slice(0, a.length - tail.length)}–${b}` : `${a} – ${b}`
}

/** What the band is made of, in one word before it. */
const BAND_WORDS: Readonly<Record<UsualBand['from'], string>> = {
  hour_of_week: 'usual',
  before: 'before',
  view: 'mostly',
}

/** `usual 2–9 ms`; `before 2–9 ms` and `mostly 2–9 ms` say that no history was there; '' without a band. */
export function usualText(metric: Pick<MetricLane, 'usual' | 'unit' | 'kind'>): string {
  const { usual } = metric
  return usual === null ? '' : `${BAND_WORDS[usual.from]} ${bandText(usual, unitOf(metric))}`
}

/** Where the band comes from, as a sentence. */
export const BAND_ORIGIN: Readonly<Record<UsualBand['from'], string>> = {
  hour_of_week: 'Usual at this hour of the week',
  before: 'Usual in four times this window before it; no earlier weeks',
  view: 'Usual in this window without its outliers; nothing earlier',
}

/** `118 ms`, at its limit `64, full`. */
export function worstText(metric: MetricLane): string {
  const value = quantity(metric.worst, unitOf(metric))
  return standingOf(metric.worst, metric) === 'limit' ? `${value}, full` : value
}

/** `× 22`, at a limit nothing; '' where it was as usual. */
export function ratioText({ ratio }: Pick<MetricLane, 'ratio'>): string {
  return ratio === null || ratio < 1.05 ? '' : times(ratio)
}

/** A part of a whole: `94 %`. */
export const partText = (part: number): string => `${Math.round(part * 100)} %`
