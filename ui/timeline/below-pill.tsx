import { count } from '../lib/quantity.ts'
import { SeverityGlyph } from '../widgets/severity-glyph.tsx'
import type { Below } from './below.ts'
import styles from './below-pill.module.css'

/** Names what is below, with its warnings; a press goes there. */
export function BelowPill({ below, onGo }: { readonly below: Below; readonly onGo: () => void }) {
  const { names, more, errors, warnings } = below
  return (
    <button type="button" className={styles['pill']} onClick={onGo}>
      Below: {names.join(', ')}
      {more > 0 && ` and ${more} more`}
      {errors > 0 && (
        <span className={styles['count']}>
          <SeverityGlyph severity="error" /> {count(errors)}
        </span>
      )}
      {warnings > 0 && (
        <span className={styles['count']}>
          <SeverityGlyph severity="warning" /> {count(warnings)}
        </span>
      )}
    </button>
  )
}
