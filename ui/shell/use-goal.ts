import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { openOverlay, openTopic } from '../data/overlays.ts'
import { lastView } from '../data/last-view.ts'
import { readSearchView, type SearchView } from '../data/search-view.ts'
import { useSampleActions } from '../data/sample.ts'
import { useSearchView } from '../data/use-search-view.ts'
import { startTour } from '../data/tour.ts'
import type { Goal } from './palette-items.ts'
import { useTheme } from './use-theme.ts'

/** Goes where an item of the palette leads. */
export function useGoal(): (goal: Goal) => void {
  const navigate = useNavigate()
  const { view } = useSearchView()
  const [, toggleTheme] = useTheme()
  const { load, show, remove } = useSampleActions()
  return useCallback(
    (goal: Goal): void => {
      // Away from Search the view that was looked at last is the one that goes on.
      const before: SearchView = location.pathname === '/' ? view : lastView()
      const doSample = (what: Extract<Goal, { kind: 'sample' }>['what']): void => {
        if (what === 'load') load.mutate()
        else if (what === 'remove') remove.mutate()
        else show.mutate(what === 'show')
      }
      const search = (change: SearchView): void =>
        void navigate({ to: '/', search: readSearchView({ ...before, ...change }) })
      switch (goal.kind) {
        case 'search':
          return search(goal.change)
        case 'add':
          return search({ add: [...new Set([...(before.add ?? []), goal.id])] })
        case 'field':
          return search({ q: `${before.q ?? ''} ${goal.name}:*`.trim() })
        case 'entity':
          return void navigate({
            to: '/entities/{-$id}',
            params: { id: goal.id },
            search: { ...momentOf(before), ...(goal.tab === undefined ? {} : { tab: goal.tab }) },
          })
        case 'screen':
          return void navigate({ to: goal.to, search: goal.to === '/' ? before : {} })
        case 'topic':
          return openTopic(goal.topic)
        case 'keys':
          return openOverlay('help')
        case 'theme':
          return toggleTheme()
        case 'tour':
          return startTour()
        case 'sample':
          return doSample(goal.what)
      }
    },
    [navigate, view, toggleTheme, load.mutate, show.mutate, remove.mutate],
  )
}

/** The time of a view as of which an entity is shown: the cursor, else the end where it is fixed. */
function momentOf({ at, to }: SearchView): { readonly at?: string } {
  const moment = at ?? to
  return moment === undefined || moment.startsWith('now') ? {} : { at: moment }
}
