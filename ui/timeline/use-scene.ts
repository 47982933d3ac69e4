import { useMemo } from 'react'
import { useRecord, useRelated } from '../data/questions.ts'
import { readSelection, type Selection } from '../data/search-view.ts'
import type { ViewProps } from '../data/use-view.ts'
import type { Viewport } from '../data/viewport.ts'
import { linkedRecords, linkSet, type SelectedRecord } from './link-set.ts'
import { layOut, type RowLayout } from './row-layout.ts'
import type { Scene } from './scene.ts'

const NO_ROWS: RowLayout = { pinned: [], pinnedHeight: 0, rows: [], height: 0 }
const NO_TIME: Viewport = { from: 0, to: 1 }

/** What of a refused question lies in the query, not in the view. */
const isQueryError = (error: Error | null): boolean =>
  error !== null && 'code' in error && error.code === 'invalid_query'

export interface SceneState {
  readonly scene: Scene
  readonly selection: Selection | null
  readonly selected: SelectedRecord | null
  /** The query cannot be read: the last good answer stays, paler. */
  readonly isQueryError: boolean
  /** Taken back before it was answered. */
  readonly isStopped: boolean
}

/** The view as the painter takes it, with what the selected record is linked to. */
export function useScene(props: ViewProps, focused: string | null): SceneState {
  const { view, answer, zone, isExact, isLoading, error } = props
  const selection = useMemo(() => readSelection(view.sel), [view.sel])
  const answered = useMemo(
    () =>
      answer === undefined ? NO_TIME : { from: Date.parse(answer.from), to: Date.parse(answer.to) },
    [answer],
  )
  const recordId = selection?.kind === 'record' ? selection.id : null
  const selected = useSelected(recordId, answer, answered.from)
  const { data: related, isPlaceholderData } = useRelated(recordId)
  const links = useMemo(
    () =>
      linkSet(
        answer?.links ?? [],
        selected,
        isPlaceholderData ? undefined : related,
        answered.from,
      ),
    [answer, selected, related, isPlaceholderData, answered],
  )
  const layout = useMemo(
    () => (answer === undefined ? NO_ROWS : layOut(answer, view)),
    [answer, view.fold, view.pin, view.hide],
  )
  const isBadQuery = isQueryError(error)
  const isStopped = !isLoading && !isExact && error === null
  const isUnread = (error !== null && !isBadQuery) || (isStopped && answer !== undefined)
  const scene = useMemo(
    (): Scene => ({
      answer,
      answered,
      layout,
      links,
      attention: { selected: recordId, linked: linkedRecords(links) },
      focused,
      marks: { a: readTime(view.a), b: readTime(view.b) },
      zone,
      isExact,
      isUnread,
    }),
    [answer, answered, layout, links, recordId, focused, view.a, view.b, zone, isExact, isUnread],
  )
  return { scene, selection, selected, isQueryError: isBadQuery, isStopped }
}

function readTime(word: string | undefined): number | null {
  const at = word === undefined ? NaN : Date.parse(word)
  return Number.isNaN(at) ? null : at
}

/** Where the selected record is: in the answer if it has a glyph there, else as the record itself says. */
function useSelected(
  id: string | null,
  answer: ViewProps['answer'],
  originMs: number,
): SelectedRecord | null {
  const { data } = useRecord(id)
  return useMemo(() => {
    if (id === null) return null
    for (const { entity, events } of answer?.lanes ?? []) {
      const event = events?.find((one) => one.id === id)
      if (event !== undefined) return { id, entity: entity.id, atMs: event.atMs }
    }
    if (data?.id !== id || data.entity === null) return null
    return { id, entity: data.entity, atMs: Date.parse(data.time) - originMs }
  }, [id, answer, data, originMs])
}
