import type { Lane, TimelineAnswer } from '../../model/timeline.ts'
import { runsOf } from './metric-path.ts'

/**
 * From the first metric that left its usual band for the worse to the last that came back, milliseconds after the view's `from`; of
 * each metric the stretch in which it left first. Null where none has left.
 */
export function unusualSpan({
  lanes,
  columnMs,
}: Pick<TimelineAnswer, 'columnMs'> & {
  readonly lanes: readonly Pick<Lane, 'metrics'>[]
}): { readonly fromMs: number; readonly toMs: number } | null {
  const spans = lanes.flatMap(({ metrics }) =>
    metrics.flatMap((metric) => {
      const { leftMs, column } = metric
      if (leftMs === null) return []
      const at = (i: number): number => column[i]! * columnMs
      const runs = runsOf(metric)
      const first = runs.findIndex(({ standing, to }) => standing !== 'usual' && at(to) >= leftMs)
      if (first < 0) return []
      const back = runs.findIndex(
        ({ standing, isJoined }, i) => i > first && (standing === 'usual' || !isJoined),
      )
      return [{ fromMs: leftMs, toMs: at((runs[back - 1] ?? runs.at(-1)!).to) }]
    }),
  )
  if (spans.length === 0) return null
  return {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  }
}
