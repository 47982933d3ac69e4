import { useEffect, useMemo, useRef, useState } from 'react'
import type { TimelineAnswer } from '../../model/timeline.ts'
import { filterPart } from './filter-part.ts'
import type { Window } from './questions.ts'
import { useStopTimeline, useTimeline } from './questions.ts'
import { useQueryFault } from './read-query.ts'
import type { SearchView } from './search-view.ts'
import {
  printMillis,
  readMillis,
  USUAL_RANGE,
  useSearchView,
  zoneOf,
  type Changes,
} from './use-search-view.ts'
import { moving, type Viewport } from './viewport.ts'

/** How wide a column of the plot is drawn, CSS pixels. */
export const COLUMN_PX = 2
/** Lanes the server answers unless it is asked for more, and the most it answers. */
const [USUAL_LANES, MOST_LANES] = [40, 200]

/** One view and all that belongs to it: every part of the Search screen gets this and nothing else. */
export interface ViewProps {
  readonly view: SearchView
  readonly change: (part: Changes, how?: 'push' | 'replace') => void
  /** IANA zone of every time that is shown. */
  readonly zone: string
  /** The window as the address has it, edges resolved; what moves with a gesture is in `moving`. */
  readonly range: Viewport
  /** The same as a question: what records, facets and patterns are asked for. */
  readonly window: Window
  /** The last answer, which stays while the next is on its way; undefined before the first, and where this view was not read. */
  readonly answer: TimelineAnswer | undefined
  /** Where this view was not read: the one before of the same query, of which only the names may be shown. */
  readonly before: TimelineAnswer | undefined
  /** The query that the last answer is of. */
  readonly answeredQuery: string
  readonly isLoading: boolean
  /** `answer` is of this view, not of the one before. */
  readonly isExact: boolean
  /** The query cannot be read: the last good view stays. */
  readonly isQueryError: boolean
  /** Stopped or failed: nothing of this view is known. */
  readonly isUnread: boolean
  /** Takes the question back that is on its way; the answer before stays. */
  readonly stop: () => void
  /** Why the last question was refused or failed; the answer before stays. */
  readonly error: Error | null
  readonly retry: () => void
  /** The plot says how wide it is, CSS pixels. */
  readonly setPlotWidth: (px: number) => void
  /** Asks for more lanes than were answered. */
  readonly moreLanes: () => void
  /** Takes the newest answers: the relative window is resolved anew and everything is asked again. */
  readonly refresh: () => void
}

/** The view of the address, its window in absolute time, and the timeline's answer to it. */
export function useView(): ViewProps {
  const { view, change } = useSearchView()
  return useViewOf(view, change)
}

/** The same of a view that stands somewhere else. */
export function useViewOf(view: SearchView, change: ViewProps['change']): ViewProps {
  const [now, setNow] = useState(() => Date.now())
  const [plotWidth, setPlotWidth] = useState(0)
  const [lanes, setLanes] = useState(USUAL_LANES)
  const range = useMemo((): Viewport => {
    const to = readMillis(view.to ?? USUAL_RANGE.to, now) ?? now
    const from = readMillis(view.from ?? USUAL_RANGE.from, now) ?? to - 900_000
    return from < to ? { from, to } : { from: to - 900_000, to }
  }, [view.from, view.to, now])
  // A gesture that goes on is ahead of the address, which would throw it back.
  useEffect(() => {
    if (!moving.getState().isMoving) moving.setState({ viewport: range })
  }, [range])

  const window = useMemo(
    () => ({ query: view.q ?? '', from: printMillis(range.from), to: printMillis(range.to) }),
    [view.q, range],
  )
  const columns = Math.min(4_000, Math.max(1, Math.round(plotWidth / COLUMN_PX)))
  const request = {
    ...window,
    // Pipes make tables of records; lanes show the records.
    query: filterPart(window.query),
    columns,
    ...(view.add === undefined && view.pin === undefined
      ? {}
      : { include: [...new Set([...(view.add ?? []), ...(view.pin ?? [])])] }),
    ...(view.open === undefined ? {} : { open: view.open }),
    ...(lanes === USUAL_LANES ? {} : { lanes }),
  }
  const fault = useQueryFault(window.query)
  const timeline = useTimeline(request, plotWidth > 0 && fault === null)
  const stop = useStopTimeline()
  // A question that fails takes its placeholder with it; what was answered before stays.
  const last = useRef<{ readonly answer: TimelineAnswer | undefined; readonly query: string }>({
    answer: undefined,
    query: '',
  })
  const isExact = fault === null && timeline.data !== undefined && !timeline.isPlaceholderData
  if (isExact) last.current = { answer: timeline.data, query: window.query }
  const { isFetching: isLoading } = timeline
  const error = fault ?? timeline.error
  const isQueryError = error !== null && 'code' in error && error.code === 'invalid_query'
  const isStopped = plotWidth > 0 && !isLoading && !isExact && error === null
  const isUnread = (error !== null && !isQueryError) || isStopped
  return {
    view,
    change,
    zone: zoneOf(view),
    range,
    window,
    answer: isUnread ? undefined : last.current.answer,
    before: isUnread && last.current.query === window.query ? last.current.answer : undefined,
    answeredQuery: last.current.query,
    isLoading,
    isExact,
    isQueryError,
    isUnread,
    stop,
    error,
    retry: () => void timeline.refetch(),
    setPlotWidth,
    moreLanes: () => setLanes((n) => Math.min(MOST_LANES, n * 2)),
    refresh: () => setNow(Date.now()),
  }
}
