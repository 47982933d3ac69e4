import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { formatTime, micros, parseTimeWord } from '../../model/time.ts'
import { BROWSER_ZONE, isZone, type Millis } from '../lib/zoned-time.ts'
import { readSearchView, type SearchView } from './search-view.ts'

/** The window that is shown when the address names none. */
export const USUAL_RANGE = { from: 'now-15m', to: 'now' } as const

/** What the address shows and how to change it. */
export interface UseSearchView {
  readonly view: SearchView
  /**
   * Changes a part of the view; `undefined` takes a part away. `push` makes a step to which Back returns (the
   * default), `replace` does not (a cursor that moves, a pan that goes on).
   */
  readonly change: (part: Changes, how?: 'push' | 'replace') => void
}

export type Changes = { readonly [K in keyof SearchView]?: SearchView[K] | undefined }

export function useSearchView(): UseSearchView {
  const search = useSearch({
    strict: false,
    select: (all: Record<string, unknown>) => all,
  })
  const view = useMemo(() => readSearchView(search), [search])
  const navigate = useNavigate()
  const change = useCallback(
    (part: Changes, how: 'push' | 'replace' = 'push') => {
      void navigate({
        to: '/',
        search: (before: Record<string, unknown>) => readSearchView({ ...before, ...part }),
        replace: how === 'replace',
      })
    },
    [navigate],
  )
  return { view, change }
}

/** The zone of a view. */
export function zoneOf(view: { readonly zone?: string }): string {
  return view.zone !== undefined && isZone(view.zone) ? view.zone : BROWSER_ZONE
}

/** Milliseconds of a time in an address, relative words as of `now`; undefined when it cannot be read. */
export function readMillis(word: string | undefined, now: Millis): Millis | undefined {
  if (word === undefined) return undefined
  const us = parseTimeWord(word, micros(Math.round(now * 1_000)))
  return us === undefined ? undefined : us / 1_000
}

/** RFC 3339 of a time on the screen, to the microsecond. */
export const printMillis = (at: Millis): string => formatTime(micros(Math.round(at * 1_000)))
