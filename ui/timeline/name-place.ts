import type { MetricLane } from '../../model/timeline.ts'

/** Heights inside a metric lane where the middle of a name may stand, CSS pixels from its top, the best first. */
const PLACES = [24, 17, 10] as const
/** A line so near to the middle of a name touches it: half its height. */
const TOUCHES_PX = 6

/**
 * Where the name of a second series touches no line: not the threshold, not the median and not the series itself under
 * it. Null where there is no such height: then it is left out.
 *
 * @param under columns that the name covers, both included
 * @param y height of a value in the lane, CSS pixels from its top
 */
export function namePlace(
  { column, value, min, max, threshold, second }: MetricLane,
  under: { readonly from: number; readonly to: number },
  y: (value: number) => number,
): number | null {
  const isUnder = (at: number): boolean => at >= under.from && at <= under.to
  const spans = [
    ...(threshold === null ? [] : [[y(threshold), y(threshold)]]),
    ...column.flatMap((at, i) =>
      isUnder(at) ? [[y(max[i] ?? value[i]!), y(min[i] ?? value[i]!)]] : [],
    ),
    ...(second?.column ?? []).flatMap((at, i) => {
      const at0 = y(second!.value[i]!)
      return isUnder(at) ? [[at0, at0]] : []
    }),
  ]
  const isFree = (middle: number): boolean =>
    spans.every(([top, foot]) => foot! < middle - TOUCHES_PX || top! > middle + TOUCHES_PX)
  return PLACES.find(isFree) ?? null
}
