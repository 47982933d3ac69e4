import { Search } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { Kbd } from './kbd.tsx'
import styles from './find-field.module.css'

interface FindFieldProps extends Omit<ComponentProps<'input'>, 'children' | 'className'> {
  /** What it finds, for screen readers. */
  readonly label: string
  /** At the right, before the key that leads here. */
  readonly children?: ReactNode
}

/** The field of a header: what is typed finds or filters; Escape leaves it. */
export function FindField({ label, children, ...input }: FindFieldProps) {
  return (
    <label className={styles['field']}>
      <Search size={14} aria-hidden="true" />
      <span className="visually-hidden">{label}</span>
      <input
        className={styles['input']}
        spellCheck={false}
        {...input}
        onKeyDown={(event) => {
          input.onKeyDown?.(event)
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      {children}
      <Kbd>/</Kbd>
    </label>
  )
}
