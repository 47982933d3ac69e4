import { Button } from '../widgets/button.tsx'
import styles from './unread.module.css'

/** Says that the view was not read, why, and asks again. */
export function Unread({
  error,
  onRetry,
}: {
  /** Null: stopped by the reader. */
  readonly error: Error | null
  readonly onRetry: () => void
}) {
  const why =
    error === null ? 'Stopped before it was read.' : `Could not read this view: ${error.message}`
  return (
    <div role="alert" className={styles['unread']}>
      <span>{why}</span>
      <Button isSmall onClick={onRetry}>
        Try again
      </Button>
    </div>
  )
}
