import { useId } from 'react'
import type { ApiSourceRate } from '../../../model/api.ts'
import { sparkShape } from './rate-words.ts'
import styles from './rate-spark.module.css'

const SIZE = { width: 72, height: 18 }

interface RateSparkProps {
  readonly perSecond: readonly number[]
  readonly usual: ApiSourceRate['usual']
  /** From which share of the window on nothing has come; null for never. */
  readonly silentFrom: number | null
}

/** The rate over the window on the band of what is usual, hatched since it is silent; its figures stand beside it. */
export function RateSpark({ perSecond, usual, silentFrom }: RateSparkProps) {
  const hatch = useId()
  const { line, band } = sparkShape(perSecond, usual, SIZE)
  const silentX = silentFrom === null ? SIZE.width : silentFrom * SIZE.width
  return (
    <svg className={styles['spark']} width={SIZE.width} height={SIZE.height} aria-hidden="true">
      {band !== null && <rect className={styles['band']} width={SIZE.width} {...band} />}
      {line !== '' && <polyline points={line} />}
      {silentX < SIZE.width && (
        <>
          <pattern
            id={hatch}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <path d="M0 0V6" />
          </pattern>
          <rect
            x={silentX}
            width={SIZE.width - silentX}
            height={SIZE.height}
            fill={`url(#${hatch})`}
          />
        </>
      )}
    </svg>
  )
}
