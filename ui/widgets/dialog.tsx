import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './dialog.module.css'

interface DialogProps {
  readonly title: string
  /** Said to screen readers alone; the content has a heading of its own. */
  readonly isTitleHidden?: boolean
  readonly onClose: () => void
  /** CSS pixels. */
  readonly width: number
  readonly children: ReactNode
}

/** A window over the dimmed page, 96 from the top; Esc and a click beside it close it, focus returns to where it was. */
export function Dialog({ title, isTitleHidden = false, onClose, width, children }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles['shade']} />
        <Radix.Content
          className={styles['window']}
          style={{ width: `min(${width}px, calc(100vw - 24px))` }}
          aria-describedby={undefined}
        >
          <Radix.Title className={isTitleHidden ? 'visually-hidden' : styles['title']}>
            {title}
          </Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
