import { useEffect, useState, type RefObject } from 'react'

interface Sizes {
  /** Of the plot, CSS pixels. */
  readonly width: number
  /** Height that lanes may take. */
  readonly room: number
}

/** Follows the width of the plot and the height that is there for lanes. */
export function usePlotSize(
  plot: RefObject<HTMLElement | null>,
  room: RefObject<HTMLElement | null>,
): Sizes {
  const [sizes, setSizes] = useState<Sizes>({ width: 0, room: 0 })
  useEffect(() => {
    const measure = (): void => {
      const width = Math.round(plot.current!.clientWidth)
      const height = Math.round(room.current!.clientHeight)
      setSizes((now) =>
        now.width === width && now.room === height ? now : { width, room: height },
      )
    }
    const observer = new ResizeObserver(measure)
    observer.observe(plot.current!)
    observer.observe(room.current!)
    return () => observer.disconnect()
  }, [plot, room])
  return sizes
}
