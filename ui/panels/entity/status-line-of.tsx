import { openOverlay } from '../../data/overlays.ts'
import { useSources } from '../../data/questions.ts'
import { Kbd } from '../../widgets/kbd.tsx'
import styles from './status-line-of.module.css'

interface StatusLineOfProps {
  /** Keys, parted by blanks, and what they do here. */
  readonly keys: readonly (readonly [string, string])[]
}

/** What the sources leave unseen at the left, the keys of the screen at the right. */
export function StatusLineOf({ keys }: StatusLineOfProps) {
  const { data } = useSources()
  const sources = data?.sources ?? []
  const complete = sources.filter(({ state }) => state === 'complete').length
  return (
    <div className={styles['line']}>
      <span data-worse={complete < sources.length}>
        {data === undefined ? '' : `${complete} of ${sources.length} sources complete`}
      </span>
      <span className={styles['keys']}>
        {keys.map(([names, does]) => (
          <span key={names}>
            {names.split(' ').map((name) => (
              <Kbd key={name}>{name}</Kbd>
            ))}
            {does}
          </span>
        ))}
        <button type="button" onClick={() => openOverlay('help')}>
          <Kbd>?</Kbd> all keys
        </button>
      </span>
    </div>
  )
}
