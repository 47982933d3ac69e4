import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { closeOverlay, openOverlay, useOverlay, useTopic } from '../data/overlays.ts'
import { keepQuery } from '../data/kept.ts'
import { rememberView } from '../data/last-view.ts'
import { useAskingAnew } from '../data/sample.ts'
import { useSearchView } from '../data/use-search-view.ts'
import { listenForKeys, useKeys } from '../lib/keys.ts'
import { DroppedFiles } from '../panels/import/dropped-files.tsx'
import { TopicDialog } from '../panels/help/topic-dialog.tsx'
import { KeyOverview } from './key-overview.tsx'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { Tour } from './tour.tsx'
import { useGoKeys } from './use-go-keys.ts'
import { useRegionKeys } from './use-region-keys.ts'
import styles from './shell.module.css'

/** The rail with the screens, the screen beside it, and what lies over it. */
export function Shell() {
  useEffect(() => listenForKeys(window), [])
  useGoKeys()
  useRegionKeys()
  useRemembering()
  useAskingAnew()
  useKeys([
    {
      keys: ['Ctrl+k'],
      does: 'go to anything by its name',
      inText: true,
      run: () => openOverlay('palette'),
    },
    { keys: ['?'], does: 'all keys', run: () => openOverlay('help') },
  ])
  return (
    <div className={styles['shell']}>
      <Rail />
      <div className={styles['screen']}>
        <Outlet />
      </div>
      <DroppedFiles />
      <Tour />
      <Overlays />
    </div>
  )
}

function Overlays() {
  const open = useOverlay()
  const topic = useTopic()
  // Back and forward lead to another screen, over which nothing lies.
  useEffect(() => {
    addEventListener('popstate', closeOverlay)
    return () => removeEventListener('popstate', closeOverlay)
  }, [])
  switch (open) {
    case 'palette':
      return <Palette />
    case 'help':
      return <KeyOverview />
    case 'topic':
      return <TopicDialog id={topic} />
    case null:
      return null
  }
}

/** How long a view rests before it counts as looked at. */
const LOOKED_AT_MS = 1_500

function useRemembering(): void {
  const { view } = useSearchView()
  useEffect(() => {
    if (location.pathname !== '/') return
    rememberView(view)
    const timer = setTimeout(() => keepQuery(view.q ?? '', Date.now()), LOOKED_AT_MS)
    return () => clearTimeout(timer)
  }, [view])
}
