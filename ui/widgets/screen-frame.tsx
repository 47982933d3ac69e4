import type { ReactNode } from 'react'
import styles from './screen-frame.module.css'

interface ScreenFrameProps {
  readonly header: ReactNode
  readonly children: ReactNode
  readonly status: ReactNode
  /** At the right; null while nothing is selected. */
  readonly dock?: ReactNode
  readonly dockLabel?: string
  /** Where the dock goes in a window too narrow for both. */
  readonly dockNarrow?: 'over' | 'below'
}

/** The regions of a screen that is no timeline: header, main part, dock, status line. */
export function ScreenFrame(props: ScreenFrameProps) {
  const { header, children, status, dock = null, dockLabel, dockNarrow = 'over' } = props
  return (
    <div className={styles['screen']}>
      <header className={styles['header']}>{header}</header>
      <main className={styles['main']}>{children}</main>
      {dock !== null && (
        <aside className={styles['dock']} data-narrow={dockNarrow} aria-label={dockLabel}>
          {dock}
        </aside>
      )}
      <footer className={styles['status']}>{status}</footer>
    </div>
  )
}
