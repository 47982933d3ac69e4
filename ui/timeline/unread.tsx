import { Button } from '../widgets/button.tsx'
import styles from './unread.module.css'

/** Says that the view was not read, why, and asks again. */
export function Unread({
  error,
  isStopped,
  onRetry,
}: {
  readonly error: Error | null
  readonly isStopped: boolean
  readonly onRetry: () => void
}) {
  const why = isStopped
    ? 'Stopped before it was read.'
    : `Could not read this view: ${error?.message ?? ''}`
  return (
    <div role="alert" className={styles['unread']}>
      <span>{why}</span>
      <Button isSmall onClick={onRetry}>
        Try again
      </Button>
    </div>
  )
}
