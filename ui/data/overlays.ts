import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** What lies over every screen. At most one is open. */
export type Overlay = 'palette' | 'help'

interface Overlays {
  readonly open: Overlay | null
}

export const overlays = createStore<Overlays>()(() => ({ open: null }))

export const useOverlay = (): Overlay | null => useStore(overlays, ({ open }) => open)

/** Opens one; the one that was open closes. */
export const openOverlay = (open: Overlay): void => overlays.setState({ open })

export const closeOverlay = (): void => overlays.setState({ open: null })
