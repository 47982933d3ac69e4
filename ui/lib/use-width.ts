import { useCallback, useState, useSyncExternalStore } from 'react'

/** A ref for an element, and how wide it is, CSS pixels; 0 before it is there. */
export function useWidth(): readonly [React.RefCallback<HTMLElement>, number] {
  const [width, setWidth] = useState(0)
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (heard: () => void) => {
      const media = matchMedia(query)
      media.addEventListener('change', heard)
      return () => media.removeEventListener('change', heard)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches)
}

let context: CanvasRenderingContext2D | null | undefined

/** Width of a text on a chip, CSS pixels: 12 px and half bold for a name, else 11 px. */
export function textWidth(text: string, isName = false): number {
  context ??= document.createElement('canvas').getContext('2d')
  if (context === null) return text.length * 7
  context.font = isName ? '500 12px "Inter Variable"' : '400 11px "Inter Variable"'
  return Math.ceil(context.measureText(text).width)
}
