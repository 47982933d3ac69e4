import { useEffect, useRef, type RefObject } from 'react'
import type { Viewport } from '../data/viewport.ts'
import { Painter } from './painter.ts'
import type { Scene } from './scene.ts'

/** The painter of two canvases, told of every change of what it draws. */
export function usePainter(
  lanes: RefObject<HTMLCanvasElement | null>,
  overlay: RefObject<HTMLCanvasElement | null>,
  what: {
    readonly scene: Scene
    readonly brush: Viewport | null
    readonly width: number
    readonly height: number
  },
): RefObject<Painter | null> {
  const { scene, brush, width, height } = what
  const painter = useRef<Painter | null>(null)
  useEffect(() => {
    const created = new Painter(lanes.current!, overlay.current!)
    painter.current = created
    return () => created.dispose()
  }, [lanes, overlay])
  useEffect(
    () => painter.current!.resize({ width, height, ratio: devicePixelRatio }),
    [width, height],
  )
  useEffect(() => painter.current!.show(scene), [scene])
  useEffect(() => painter.current!.brush(brush), [brush])
  return painter
}
