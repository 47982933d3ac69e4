import type { ApiSource } from '../../../model/api.ts'
import { count } from '../../lib/quantity.ts'
import { calendarDay, clockTime, spanText, type Millis } from '../../lib/zoned-time.ts'
import { parsedShare, troubleOf, type Trouble } from './source-rows.ts'

/** Events older than this when they came are history that was read in: no clock and no sender is behind. */
const HISTORY_MS = 86_400_000

const isHistory = ({ lagMs }: ApiSource): boolean => lagMs !== null && lagMs > HISTORY_MS

/** `10:59:50`, with the day where it is not today. */
export function momentText(time: string, zone: string, now: Millis): string {
  const at = Date.parse(time)
  const [day, today] = [calendarDay(at, zone), calendarDay(now, zone)]
  return day === today ? clockTime(at, zone) : `${day} ${clockTime(at, zone)}`
}

/** Second line under "complete to": how far behind, or why that is no question. */
export function lagText(source: ApiSource, now: Millis): string {
  const { lastReceived, lagMs } = source
  switch (troubleOf(source)) {
    case 'silent':
      return lastReceived === null ? 'silent' : `silent ${spanText(now - Date.parse(lastReceived))}`
    case 'late':
      return `${spanText(lagMs ?? 0)} late`
    default:
      if (lagMs === null) return ''
      return isHistory(source) ? 'history, read in later' : spanText(lagMs)
  }
}

/** A sentence in parts; what is strong is the number that matters. */
export type Sentence = readonly { readonly text: string; readonly isStrong?: true }[]

/** What there is to say about a source, in one sentence. */
export function sentenceOf(source: ApiSource, zone: string, now: Millis): Sentence {
  const { counts, watermark, lastReceived } = source
  const moment = (time: string | null): string =>
    time === null ? 'an unknown time' : momentText(time, zone, now)
  switch (troubleOf(source)) {
    case 'silent':
      return [
        { text: 'Nothing has come ' },
        { text: `since ${moment(lastReceived)}`, isStrong: true },
        { text: `; it is complete to ${moment(watermark)}.` },
      ]
    case 'late':
      return [
        { text: 'What it sends is ' },
        { text: `${spanText(source.lagMs ?? 0)} old`, isStrong: true },
        { text: ` when it comes; it is complete to ${moment(watermark)}.` },
      ]
    case 'rejected': {
      const refused = counts.rejected + counts.deadLettered + counts.lost
      return [
        { text: `${count(refused)} lines`, isStrong: true },
        { text: ` of ${count(counts.received + counts.lost)} could not be stored.` },
      ]
    }
    case 'unparsed':
      return [
        { text: `${Math.round((1 - parsedShare(counts)) * 100)} %`, isStrong: true },
        {
          text: ' of its lines fit no format; they are stored as they came and found by their words.',
        },
      ]
    case 'usual':
      return [
        {
          text: `As usual: all of its ${count(counts.received)} records are accounted for${watermark === null ? '' : `, complete to ${moment(watermark)}`}.`,
        },
      ]
  }
}

/** Characters of formats that a cell has room for. */
const MOST_FORMATS = 24

/** Formats one after the other; where those are too many the first, and how many more. Null is of what has none. */
export function formatsText(formats: readonly (string | null)[]): string {
  const names = formats.map((format) => format ?? 'metrics')
  const all = names.join(', ')
  return all.length <= MOST_FORMATS || names.length < 2
    ? all
    : `${names[0]} and ${names.length - 1} more`
}

/** Second line of a chip: what is worst among the sources of a trouble. */
export function troubleDetail(
  trouble: Trouble,
  sources: readonly ApiSource[],
  now: Millis,
): string {
  const most = (of: (source: ApiSource) => number): number => Math.max(0, ...sources.map(of))
  switch (trouble) {
    case 'silent':
      return spanText(most((s) => (s.lastReceived === null ? 0 : now - Date.parse(s.lastReceived))))
    case 'late':
      return spanText(most((s) => s.lagMs ?? 0))
    case 'rejected': {
      const n = sources.reduce(
        (sum, { counts: c }) => sum + c.rejected + c.deadLettered + c.lost,
        0,
      )
      return `${count(n)} ${n === 1 ? 'record' : 'records'}`
    }
    case 'unparsed':
      return `${Math.round(most(({ counts }) => 1 - parsedShare(counts)) * 100)} % unparsed`
    case 'usual': {
      const lag = most((s) => (isHistory(s) ? 0 : (s.lagMs ?? 0)))
      return lag === 0 ? 'nothing behind' : `≤ ${spanText(lag)} behind`
    }
  }
}
