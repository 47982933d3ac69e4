import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { lastView } from '../data/last-view.ts'
import { useKeys } from '../lib/keys.ts'

/** How long after `G` the second key counts, milliseconds. */
const PATIENCE_MS = 1_000

/** `G`, then the letter of a screen; the second key is taken only after the first. */
export function useGoKeys(): void {
  const navigate = useNavigate()
  const armedAt = useRef(-PATIENCE_MS)
  const isArmed = (): boolean => performance.now() - armedAt.current < PATIENCE_MS
  const go = (key: string, to: '/' | '/entities/{-$id}' | '/sources') => ({
    keys: [key],
    isOn: isArmed,
    isFirst: true,
    run: () => {
      armedAt.current = -PATIENCE_MS
      // Search as it was last, as by its link in the rail.
      void navigate(to === '/' ? { to, search: lastView() } : { to })
    },
  })
  useKeys([
    {
      keys: ['g'],
      does: 'then S, E or O: Search, Entities, Sources',
      run: () => {
        armedAt.current = performance.now()
      },
    },
    go('s', '/'),
    go('e', '/entities/{-$id}'),
    go('o', '/sources'),
  ])
}
