import { useState } from 'react'

const KEY = 'plumbline.filter-rail'

/** Whether the rail is open, and what toggles it; kept in this browser. */
export function useRailOpen(): readonly [boolean, () => void] {
  const [isOpen, setOpen] = useState(() => localStorage.getItem(KEY) !== 'closed')
  const toggle = (): void => {
    localStorage.setItem(KEY, isOpen ? 'closed' : 'open')
    setOpen(!isOpen)
  }
  return [isOpen, toggle]
}
