import { useIsFetching } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useIsReadable } from './read-query.ts'
import { useSample } from './sample.ts'
import type { SearchView } from './search-view.ts'
import { USUAL_RANGE, type Changes } from './use-search-view.ts'
import { pauseTail, useTail, useTailFeed } from './use-tail.ts'
import type { ViewProps } from './use-view.ts'

/** Whether the view slides with the time: it says so, and its window ends now. */
export const isFollowing = (view: SearchView): boolean =>
  view.live === '1' && (view.to ?? USUAL_RANGE.to) === 'now'

/** The change that makes a view follow: as long as it is where it is relative, else the usual length. */
export function startFollowing(view: SearchView): Changes {
  const isRelative = view.from?.startsWith('now-') ?? false
  return { live: '1', from: isRelative ? view.from : USUAL_RANGE.from, to: undefined }
}

/** How long an answer stays before the next is asked for, milliseconds. */
const REST_MS = 2_000

/**
 * Follows what arrives while the view does: the tail of `query` runs, and the window takes the newest answers as soon
 * as the last are there. Once in a page.
 */
export function useLive(
  { view, refresh }: Pick<ViewProps, 'view' | 'refresh'>,
  query: string,
): { readonly isOn: boolean; readonly isPaused: boolean } {
  const isOn = isFollowing(view)
  const isPaused = useTail((tail) => tail.isPaused)
  const isSample = useSample().data?.shown ?? false
  useTailFeed(query, useIsReadable(query) && isOn, isSample)
  const isBusy = useIsFetching({ predicate: ({ queryKey }) => queryKey[0] !== 'sources' }) > 0
  const latest = useRef(refresh)
  latest.current = refresh
  useEffect(() => {
    if (!isOn || isPaused || isBusy) return
    const timer = setTimeout(() => {
      latest.current()
    }, REST_MS)
    return () => clearTimeout(timer)
  }, [isOn, isPaused, isBusy])
  useEffect(() => {
    if (!isOn) pauseTail(false)
  }, [isOn])
  return { isOn, isPaused }
}
