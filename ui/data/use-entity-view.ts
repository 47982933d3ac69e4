import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { readEntityView, type EntityView } from './entity-view.ts'

export type EntityChanges = { readonly [K in keyof EntityView]?: EntityView[K] | undefined }

/** Which entity the address names, what of it is shown, and how to change it. */
export interface UseEntityView {
  /** Null: the list of entities. */
  readonly id: string | null
  readonly view: EntityView
  readonly change: (part: EntityChanges, how?: 'push' | 'replace') => void
  /** To another entity, or to the list, as of the same time. */
  readonly goTo: (id: string | null, part?: EntityChanges) => void
}

export function useEntityView(): UseEntityView {
  const params: { readonly id?: string } = useParams({ strict: false })
  const search = useSearch({ strict: false, select: (all: Record<string, unknown>) => all })
  const view = useMemo(() => readEntityView(search), [search])
  const id = params.id ?? null
  const navigate = useNavigate()
  const go = useCallback(
    (to: string | null, next: EntityChanges, how: 'push' | 'replace') => {
      void navigate({
        to: '/entities/{-$id}',
        params: to === null ? {} : { id: to },
        search: readEntityView(next),
        replace: how === 'replace',
      })
    },
    [navigate],
  )
  return {
    id,
    view,
    change: useCallback(
      (part: EntityChanges, how: 'push' | 'replace' = 'push') => go(id, { ...view, ...part }, how),
      [go, id, view],
    ),
    goTo: useCallback(
      (to: string | null, part: EntityChanges = {}) => {
        const { at, zone, tab } = view
        go(to, { at, zone, ...(to === null ? {} : { tab }), ...part }, 'push')
      },
      [go, view],
    ),
  }
}
