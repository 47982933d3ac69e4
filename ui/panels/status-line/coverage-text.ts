import type { ApiSource, Coverage } from '../../../model/api.ts'
import { calendarDay, clockTime } from '../../lib/zoned-time.ts'

/** What an answer could not see, in words. */
export interface CoverageText {
  /** The first source that is behind; null where none is. */
  readonly worst: {
    readonly source: string
    readonly state: 'late' | 'silent'
    /** `, complete to 10:55:10`. */
    readonly since: string
  } | null
  /** Others behind. */
  readonly more: number
  /** `11 of 12 sources complete to 10:59:40`. */
  readonly complete: string
  /** What the answer says of itself: cut short, a name that nobody knows. */
  readonly notes: readonly string[]
}

export function coverageText(
  { sources: counts, late, notes }: Coverage,
  known: readonly ApiSource[],
  zone: string,
): CoverageText {
  const of = counts.complete + counts.late + counts.silent + counts.rejected
  const [first] = late
  // The answer tells apart only how many are late and how many silent; each source says which it is.
  const state = (source: string): 'late' | 'silent' =>
    counts.late === 0 || known.find((one) => one.source === source)?.state === 'silent'
      ? 'silent'
      : 'late'
  return {
    worst:
      first === undefined
        ? null
        : {
            source: first.source,
            state: state(first.source),
            since: sinceText(state(first.source), first.watermark, zone),
          },
    more: Math.max(0, counts.late + counts.silent - 1),
    complete: of === 0 ? 'no sources yet' : `${counts.complete} of ${of} sources complete`,
    notes,
  }
}

function sinceText(state: 'late' | 'silent', watermark: string | null, zone: string): string {
  if (watermark === null) return ', nothing in this range'
  const at = Date.parse(watermark)
  const isToday = calendarDay(at, zone) === calendarDay(Date.now(), zone)
  const time = `${isToday ? '' : `${calendarDay(at, zone)} `}${clockTime(at, zone)}`
  return state === 'late' ? `, complete to ${time}` : ` since ${time}`
}
