import { Button } from './button.tsx'
import styles from './not-read.module.css'

interface NotReadProps {
  /** `the records`. */
  readonly what: string
  readonly error: Error
  readonly onRetry: () => void
}

/** In place of a part of the screen that could not be read: which, why, and the way to ask again. */
export function NotRead({ what, error, onRetry }: NotReadProps) {
  return (
    <div role="alert" className={styles['part']}>
      <span>
        Could not read {what}: {error.message}
      </span>
      <Button isSmall onClick={onRetry}>
        Try again
      </Button>
    </div>
  )
}
