import { useEffect, useState } from 'react'
import { copyText } from '../../data/copy-text.ts'
import styles from './copy-button.module.css'

interface CopyButtonProps {
  readonly text: string
  /** What is copied, for screen readers: `Syslog address`. */
  readonly what: string
  readonly children?: string
}

/** Copies a text, and says for a moment that it did. */
export function CopyButton({ text, what, children = 'Copy' }: CopyButtonProps) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready')
  useEffect(() => {
    if (state === 'ready') return
    const timer = setTimeout(() => setState('ready'), 1_500)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async (): Promise<void> => setState((await copyText(text)) ? 'copied' : 'refused')
  const said = { ready: children, copied: 'Copied', refused: 'Not allowed' }[state]
  return (
    <button type="button" className={styles['copy']} onClick={() => void copy()}>
      <span aria-live="polite">{said}</span>
      <span className="visually-hidden"> {what}</span>
    </button>
  )
}
