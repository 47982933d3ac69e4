import type { StartFacts } from '../../../model/api.ts'
import { openOverlay } from '../../data/overlays.ts'
import { Kbd } from '../../widgets/kbd.tsx'
import styles from './waiting-status.module.css'

/** The status line while nothing has arrived. */
export function WaitingStatus({ start }: { readonly start: StartFacts }) {
  const n = start.listeners.length
  return (
    <div className={styles['line']}>
      <span>
        Listening on {n} {n === 1 ? 'address' : 'addresses'}
      </span>
      <span>0 received</span>
      <span className={styles['keys']}>
        <button type="button" onClick={() => openOverlay('palette')}>
          <Kbd>Ctrl</Kbd> <Kbd>K</Kbd> go to
        </button>
        <button type="button" onClick={() => openOverlay('help')}>
          <Kbd>?</Kbd> all keys
        </button>
      </span>
    </div>
  )
}
