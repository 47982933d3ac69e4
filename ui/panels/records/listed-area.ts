import { addCondition } from '../../data/filter-edit.ts'
import { filterPart } from '../../data/filter-part.ts'
import type { Selection } from '../../data/search-view.ts'
import { readMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import type { Viewport } from '../../data/viewport.ts'

/** A part of the view that the list is narrowed to. */
export interface ListedArea {
  readonly range: Viewport
  readonly query: string
  /** What beside the time narrows it; '' for nothing. */
  readonly where: string
}

/** The stretch of time that is selected, as a question: what the list is narrowed to. */
export function areaOf(
  { range, window }: Pick<ViewProps, 'range' | 'window'>,
  selection: Selection | null,
): ListedArea | null {
  if (selection?.kind !== 'area') return null
  const times = [selection.from, selection.to].map((word) => readMillis(word, range.to))
  const [from, to] = [times[0] ?? range.from, times[1] ?? range.to]
  const where = selection.where ?? ''
  const query = addCondition(filterPart(window.query), where)
  return { range: { from: Math.min(from, to), to: Math.max(from, to) }, query, where }
}
