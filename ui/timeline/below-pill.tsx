import { atLeast } from '../lib/quantity.ts'
import { SeverityGlyph } from '../widgets/severity-glyph.tsx'
import type { Below } from './below.ts'
import styles from './below-pill.module.css'

/** Names what is below, with its warnings; a press goes there. */
export function BelowPill({ below, onGo }: { readonly below: Below; readonly onGo: () => void }) {
  const { names, more, errors, warnings, isPartial } = below
  return (
    <button type="button" className={styles['pill']} onClick={onGo}>
      Below: {names.join(', ')}
      {more > 0 && ` and ${more} more`}
      {errors > 0 && (
        <span className={styles['count']}>
          <SeverityGlyph severity="error" /> {atLeast(errors, isPartial)}
        </span>
      )}
      {warnings > 0 && (
        <span className={styles['count']}>
          <SeverityGlyph severity="warning" /> {atLeast(warnings, isPartial)}
        </span>
      )}
    </button>
  )
}
