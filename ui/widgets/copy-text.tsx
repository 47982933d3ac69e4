import { useEffect, useState } from 'react'
import styles from './copy-text.module.css'

interface CopyTextProps {
  readonly text: string
  /** What is copied, for screen readers: `Syslog address`. */
  readonly what: string
  readonly children?: string
}

/** Copies a text, and says for a moment that it did. */
export function CopyText({ text, what, children = 'Copy' }: CopyTextProps) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready')
  useEffect(() => {
    if (state === 'ready') return
    const timer = setTimeout(() => setState('ready'), 1_500)
    return () => clearTimeout(timer)
  }, [state])
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  const said = { ready: children, copied: 'Copied', refused: 'Not allowed' }[state]
  return (
    <button type="button" className={styles['copy']} onClick={copy}>
      <span aria-live="polite">{said}</span>
      <span className="visually-hidden"> {what}</span>
    </button>
  )
}
