import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { readSearchView, type SearchView } from '../data/search-view.ts'
import { printMillis } from '../data/use-search-view.ts'
import { useViewOf, type ViewProps } from '../data/use-view.ts'
import type { Millis } from '../lib/zoned-time.ts'
import { Timeline } from '../timeline/timeline.tsx'

interface EntityTimelineProps {
  readonly query: string
  readonly id: string
  readonly at: Millis
  readonly now: Millis
  readonly zone: string
}

/** Shown before and after the time that the page is of. */
const [BEFORE_MS, AFTER_MS] = [3_600_000, 1_800_000]

/** The lanes of one entity around the time. A selection is looked at on the Search screen. */
export function EntityTimeline({ query, id, at, now, zone }: EntityTimelineProps) {
  const navigate = useNavigate()
  const start = useMemo(
    (): SearchView => ({
      q: query,
      from: printMillis(at - BEFORE_MS),
      to: printMillis(Math.min(at + AFTER_MS, Math.max(now, at))),
      at: printMillis(at),
      open: [id],
      zone,
    }),
    [query, id, at, now, zone],
  )
  const [moved, setMoved] = useState<{ readonly of: SearchView; readonly view: SearchView } | null>(
    null,
  )
  // Where it was moved to holds for the page it was moved on.
  const view = moved?.of === start ? moved.view : start
  const change = useCallback<ViewProps['change']>(
    (part) => {
      const next = readSearchView({ ...view, ...part })
      if (part.sel !== undefined) void navigate({ to: '/', search: next })
      else setMoved({ of: start, view: next })
    },
    [view, start, navigate],
  )
  return <Timeline {...useViewOf(view, change)} />
}
