import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { readSourcesView, type SourcesView } from './sources-view.ts'

type Changes = { readonly [K in keyof SourcesView]?: SourcesView[K] | undefined }

export interface UseSourcesView {
  readonly view: SourcesView
  readonly change: (part: Changes, how?: 'push' | 'replace') => void
}

/** What the address shows of the sources and how to change it. */
export function useSourcesView(): UseSourcesView {
  const search = useSearch({ strict: false, select: (all: Record<string, unknown>) => all })
  const view = useMemo(() => readSourcesView(search), [search])
  const navigate = useNavigate()
  const change = useCallback(
    (part: Changes, how: 'push' | 'replace' = 'push') => {
      void navigate({
        to: '/sources',
        search: (before: Record<string, unknown>) => readSourcesView({ ...before, ...part }),
        replace: how === 'replace',
      })
    },
    [navigate],
  )
  return { view, change }
}
