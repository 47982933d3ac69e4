import { useEffect, useRef, useState } from 'react'

/** A value that changes with every frame, taken up at most every `everyMs`; the last one always arrives. */
export function usePaced<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value)
  const due = useRef(0)
  useEffect(() => {
    const wait = Math.max(0, due.current - performance.now())
    const timer = setTimeout(() => {
      due.current = performance.now() + everyMs
      setShown(value)
    }, wait)
    return () => clearTimeout(timer)
  }, [value, everyMs])
  return shown
}
