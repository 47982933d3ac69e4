import { useMemo } from 'react'
import { useRecord, useRelated } from '../data/questions.ts'
import { readSelection, type Selection } from '../data/search-view.ts'
import type { ViewProps } from '../data/use-view.ts'
import type { Viewport } from '../data/viewport.ts'
import { laneOfIn, type LaneOf } from './lane-of.ts'
import { linkedRecords, linkSet, relatedGroups, type SelectedRecord } from './link-set.ts'
import { layOutIn, type RowLayout } from './row-layout.ts'
import type { Scene } from './scene.ts'

const NO_ROWS: RowLayout = { pinned: [], pinnedHeight: 0, rows: [], height: 0 }
const NO_TIME: Viewport = { from: 0, to: 1 }

export interface SceneState {
  readonly scene: Scene
  readonly selection: Selection | null
  readonly selected: SelectedRecord | null
}

/**
 * The view as the painter takes it, with what the selected record is linked to.
 *
 * @param room height for the lanes, CSS pixels
 */
export function useScene(props: ViewProps, focused: string | null, room: number): SceneState {
  const { view, zone, isExact, isUnread } = props
  // Labels stay where they are while the view could not be read; nothing else is drawn of the view before.
  const answer = props.answer ?? props.before
  const selection = useMemo(() => readSelection(view.sel), [view.sel])
  const answered = useMemo(
    () =>
      answer === undefined ? NO_TIME : { from: Date.parse(answer.from), to: Date.parse(answer.to) },
    [answer],
  )
  const recordId = selection?.kind === 'record' ? selection.id : null
  const laneOf = useMemo(() => laneOfIn(answer), [answer])
  const selected = useSelected(recordId, laneOf, answered.from)
  const { data, isPlaceholderData } = useRelated(recordId)
  const related = useMemo(
    () => relatedGroups(isPlaceholderData ? undefined : data, laneOf),
    [data, isPlaceholderData, laneOf],
  )
  const links = useMemo(
    () => linkSet(answer?.links ?? [], selected, related, laneOf, answered.from),
    [answer, selected, related, laneOf, answered],
  )
  const layout = useMemo(() => {
    if (answer === undefined) return NO_ROWS
    const own = links.filter((link) => link.isOfSelection)
    const present = [
      ...(selection?.kind === 'entity' ? [selection.id] : []),
      ...(selected === null ? [] : [selected.entity]),
      ...own.flatMap(({ cause, effect }) => [cause.entity, effect.entity]),
    ]
    // What is shared shows the whole incident.
    const whole = answer.sharing === null ? [] : [answer.sharing.resource.id]
    return layOutIn(room, answer, view, { whole: new Set(whole), present: new Set(present) })
  }, [
    answer,
    room,
    selection,
    selected,
    links,
    view.fold,
    view.unfold,
    view.pin,
    view.hide,
    view.open,
    view.add,
  ])
  const scene = useMemo(
    (): Scene => ({
      answer,
      answered,
      layout,
      links,
      attention: { selected: recordId, linked: linkedRecords(links, related) },
      focused,
      marks: { a: readTime(view.a), b: readTime(view.b) },
      zone,
      isExact,
      isUnread,
    }),
    [
      answer,
      answered,
      layout,
      links,
      related,
      recordId,
      focused,
      view.a,
      view.b,
      zone,
      isExact,
      isUnread,
    ],
  )
  return { scene, selection, selected }
}

function readTime(word: string | undefined): number | null {
  const at = word === undefined ? NaN : Date.parse(word)
  return Number.isNaN(at) ? null : at
}

/** The selected record and where it is; null while it is not read or stands nowhere. */
function useSelected(id: string | null, laneOf: LaneOf, originMs: number): SelectedRecord | null {
  const { data } = useRecord(id)
  return useMemo(() => {
    if (id === null || data?.id !== id) return null
    const entity = laneOf(data)
    return entity === null ? null : { id, entity, atMs: Date.parse(data.time) - originMs }
  }, [id, laneOf, data, originMs])
}
