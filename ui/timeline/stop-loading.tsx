import { useLasting } from './use-lasting.ts'
import styles from './stop-loading.module.css'

/** A question that takes longer can be taken back, milliseconds. */
const PATIENCE_MS = 1_000

/** The line of progress under the axis, and after a second the way to stop. */
export function StopLoading({
  isLoading,
  onStop,
}: {
  readonly isLoading: boolean
  readonly onStop: () => void
}) {
  const isLong = useLasting(isLoading, PATIENCE_MS)
  return (
    <div className={styles['cell']}>
      {isLoading && (
        <div className={styles['progress']} role="progressbar" aria-label="Reading the view" />
      )}
      {isLong && (
        <button type="button" className={styles['stop']} onClick={onStop}>
          Stop
        </button>
      )}
    </div>
  )
}
