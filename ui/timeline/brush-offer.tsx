import { useEffect, useRef } from 'react'
import type { ViewProps } from '../data/use-view.ts'
import { printMillis } from '../data/use-search-view.ts'
import { printSelection } from '../data/search-view.ts'
import type { Viewport } from '../data/viewport.ts'
import { useKeys } from '../lib/keys.ts'
import { spanText } from '../lib/zoned-time.ts'
import { Button } from '../widgets/button.tsx'
import styles from './brush-offer.module.css'

interface BrushOfferProps {
  readonly brush: Viewport
  /** Place of the brush's right end in the plot, CSS pixels. */
  readonly x: number
  readonly plotWidth: number
  readonly change: ViewProps['change']
  readonly onDone: () => void
}

/** Half its width, CSS pixels. */
const HALF_PX = 170

/** What can be done with a stretch of time. */
export function BrushOffer({ brush, x, plotWidth, change, onDone }: BrushOfferProps) {
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus({ preventScroll: true }), [])
  useKeys([{ keys: ['Escape'], run: onDone }])
  const [from, to] = [printMillis(brush.from), printMillis(brush.to)]
  const offer = (part: Parameters<typeof change>[0]) => () => {
    change(part)
    onDone()
  }
  const middle = Math.min(Math.max(HALF_PX, x), Math.max(HALF_PX, plotWidth - HALF_PX))
  return (
    <div
      role="group"
      aria-label={`Stretch of ${spanText(brush.to - brush.from)}`}
      className={styles['offer']}
      style={{ left: `calc(var(--left) + ${middle}px)` }}
    >
      <span className={styles['span']}>{spanText(brush.to - brush.from)}</span>
      <Button ref={first} isSmall onClick={offer({ from, to, live: undefined })}>
        Zoom
      </Button>
      <Button isSmall onClick={offer({ sel: printSelection({ kind: 'area', from, to }) })}>
        Only these records
      </Button>
      <Button isSmall onClick={offer({ a: from, b: to, tab: 'patterns' })}>
        What changed
      </Button>
    </div>
  )
}
