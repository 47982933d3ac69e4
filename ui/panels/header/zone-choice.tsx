import { useState } from 'react'
import { BROWSER_ZONE, zoneLabel, type Millis } from '../../lib/zoned-time.ts'
import { Kbd } from '../../widgets/kbd.tsx'
import { zonesLike } from './zones.ts'
import styles from './range-picker.module.css'

interface ZoneChoiceProps {
  readonly zone: string
  /** Offsets are told as of then. */
  readonly at: Millis
  /** Undefined for the browser's. */
  readonly onChoose: (zone: string | undefined) => void
}

/** The zone of every time on the screen: the browser's, UTC, or any other that is looked for. */
export function ZoneChoice({ zone, at, onChoose }: ZoneChoiceProps) {
  const [wanted, setWanted] = useState('')
  const offered = [...new Set([BROWSER_ZONE, 'UTC', zone])]
  const shown = wanted === '' ? offered : zonesLike(wanted)
  return (
    <div>
      <p className={styles['heading']}>
        Zone of all times <Kbd>U</Kbd> this browser’s or UTC
      </p>
      <input
        className={styles['field']}
        value={wanted}
        placeholder="Find a zone, such as Tokyo"
        aria-label="Find a zone"
        spellCheck={false}
        onChange={(event) => setWanted(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && shown[0] !== undefined) onChoose(shown[0])
        }}
      />
      <div className={styles['zones']}>
        {shown.map((name) => (
          <button
            key={name}
            type="button"
            className={styles['choice']}
            aria-pressed={name === zone}
            onClick={() => onChoose(name === BROWSER_ZONE ? undefined : name)}
          >
            {zoneLabel(name, at)} <span>{name === BROWSER_ZONE ? 'this browser' : ''}</span>
          </button>
        ))}
        {shown.length === 0 && <p className={styles['heading']}>No zone is called so.</p>}
      </div>
    </div>
  )
}
