import { useEffect, useRef } from 'react'
import type { ViewProps } from '../data/use-view.ts'

/** Layers, entities and their metrics on one time axis. */
export function Timeline({ answer, setPlotWidth }: ViewProps) {
  const plot = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setPlotWidth(entry!.contentRect.width))
    observer.observe(plot.current!)
    return () => observer.disconnect()
  }, [setPlotWidth])
  return (
    <div ref={plot}>
      {answer?.lanes.map((lane) => (
        <p key={lane.entity.id}>{lane.entity.name}</p>
      ))}
    </div>
  )
}
