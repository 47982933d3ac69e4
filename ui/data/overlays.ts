import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** What lies over every screen. At most one is open; `topic` is a page of help. */
export type Overlay = 'palette' | 'help' | 'topic'

interface Overlays {
  readonly open: Overlay | null
  /** Which page of help, by its id in `ui/lib/help-topics.ts`. */
  readonly topic: string
}

export const overlays = createStore<Overlays>()(() => ({ open: null, topic: '' }))

export const useOverlay = (): Overlay | null => useStore(overlays, ({ open }) => open)

export const useTopic = (): string => useStore(overlays, ({ topic }) => topic)

/** Opens one; the one that was open closes. */
export const openOverlay = (open: Exclude<Overlay, 'topic'>): void => overlays.setState({ open })

/** Opens a page of help. */
export const openTopic = (topic: string): void => overlays.setState({ open: 'topic', topic })

export const closeOverlay = (): void => overlays.setState({ open: null })
