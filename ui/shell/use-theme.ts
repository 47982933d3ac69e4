import { useSyncExternalStore } from 'react'

export type Theme = 'dark' | 'light'

const KEY = 'plumbline.theme'
const listeners = new Set<() => void>()

function current(): Theme {
  const kept = localStorage.getItem(KEY)
  if (kept === 'dark' || kept === 'light') return kept
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
}

/** Writes the theme to the document; call once before the first paint. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = current()
}

/** The theme, and a function that changes to the other; kept in this browser. */
export function useTheme(): readonly [Theme, () => void] {
  const theme = useSyncExternalStore((heard) => {
    listeners.add(heard)
    return () => void listeners.delete(heard)
  }, current)
  const toggle = (): void => {
    localStorage.setItem(KEY, current() === 'dark' ? 'light' : 'dark')
    applyTheme()
    for (const heard of listeners) heard()
  }
  return [theme, toggle]
}
