import type { ReactNode } from 'react'
import { openOverlay } from '../../data/overlays.ts'
import { Kbd } from '../../widgets/kbd.tsx'
import styles from './screen-status.module.css'

interface ScreenStatusProps {
  /** Keys, parted by blanks, and what they do here. */
  readonly keys: readonly (readonly [string, string])[]
  readonly children: ReactNode
}

/** The status line of a screen that is no timeline: what is to be known at the left, its keys at the right. */
export function ScreenStatus({ keys, children }: ScreenStatusProps) {
  return (
    <div className={styles['line']}>
      {children}
      <span className={styles['keys']}>
        {keys.map(([names, does]) => (
          <span key={names}>
            {names.split(' ').map((name) => (
              <Kbd key={name}>{name}</Kbd>
            ))}
            {does}
          </span>
        ))}
        <button type="button" onClick={() => openOverlay('help')}>
          <Kbd>?</Kbd> all keys
        </button>
      </span>
    </div>
  )
}
