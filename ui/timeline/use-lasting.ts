import { useEffect, useState } from 'react'

/** True once something has been so for a time, milliseconds; false as soon as it is not: what is quick does not flicker. */
export function useLasting(isSo: boolean, ms: number): boolean {
  const [isLasting, setLasting] = useState(false)
  useEffect(() => {
    setLasting(false)
    if (!isSo) return
    const timer = setTimeout(() => setLasting(true), ms)
    return () => clearTimeout(timer)
  }, [isSo, ms])
  return isSo && isLasting
}
