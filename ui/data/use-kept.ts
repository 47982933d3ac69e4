import { useState } from 'react'

/** A setting of this browser that is no part of a view: kept under `plumbline.<name>`. */
export function useKept<T>(
  name: string,
  usual: T,
  isValid: (value: unknown) => value is T,
): readonly [T, (value: T) => void] {
  const key = `plumbline.${name}`
  const [value, setValue] = useState(() => readKept(key, usual, isValid))
  return [
    value,
    (next) => {
      setValue(next)
      try {
        localStorage.setItem(key, JSON.stringify(next))
      } catch {
        // No room, or a private window: it holds until the page is left.
      }
    },
  ]
}

function readKept<T>(key: string, usual: T, isValid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    return isValid(value) ? value : usual
  } catch {
    // Not written by us, or by an older version: as if nothing were kept.
    return usual
  }
}
