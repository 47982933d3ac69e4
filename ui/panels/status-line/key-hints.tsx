import { Fragment, useEffect, useState } from 'react'
import { openOverlay } from '../../data/overlays.ts'
import { liveKeys } from '../../lib/keys.ts'
import { Kbd } from '../../widgets/kbd.tsx'
import styles from './status-line.module.css'

const HINTS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['w', 's'], does: 'zoom' },
  { keys: ['a', 'd'], does: 'pan' },
  { keys: ['f'], does: 'fit' },
  { keys: [',', '.'], does: 'previous, next' },
  { keys: ['[', ']'], does: 'related' },
  { keys: ['p'], does: 'pin' },
]

/** The keys one needs first, as far as something on the screen acts on them; and the way to all of them. */
export function KeyHints() {
  const [known, setKnown] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const look = (): void => setKnown(new Set(liveKeys().flatMap(({ keys }) => keys)))
    // Effects of children run before those of their parents, so the screen's keys are there a frame later.
    const frame = requestAnimationFrame(look)
    return () => cancelAnimationFrame(frame)
  }, [])
  return (
    <div className={styles['keys']}>
      {HINTS.filter(({ keys }) => keys.every((key) => known.has(key))).map(({ keys, does }) => (
        <span key={does} className={styles['hint']}>
          {keys.map((key) => (
            <Fragment key={key}>
              <Kbd>{key.toUpperCase()}</Kbd>
            </Fragment>
          ))}
          {does}
        </span>
      ))}
      <button type="button" className={styles['hint']} onClick={() => openOverlay('help')}>
        <Kbd>?</Kbd> all keys
      </button>
    </div>
  )
}
