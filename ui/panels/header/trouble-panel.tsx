import { Button } from '../../widgets/button.tsx'
import { Kbd } from '../../widgets/kbd.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import type { Trouble } from './query-trouble.ts'
import styles from './query-bar.module.css'

interface TroublePanelProps {
  readonly id: string
  /** From the bar's left edge, CSS pixels. */
  readonly x: number
  readonly trouble: Trouble
  /** Characters of the query. */
  readonly length: number
  readonly onFix: (text: string) => void
}

/** What is wrong with the query, under the place where it is, with the ways out. */
export function TroublePanel({ id, x, trouble, length, onFix }: TroublePanelProps) {
  const { sentence, hint, span, fixes } = trouble
  return (
    <div id={id} className={styles['panel']} style={{ left: x }} role="alert">
      <p className={styles['sentence']}>
        <SeverityGlyph severity="error" />
        <span>
          <Ticked text={sentence} />
        </span>
      </p>
      {hint !== '' && (
        <p className={styles['hint']}>
          <Ticked text={`${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`} />
        </p>
      )}
      {fixes.length > 0 && (
        <div className={styles['fixes']}>
          {fixes.map(({ label, text }, i) => (
            <Button
              key={label}
              isSmall
              kind={i === 0 ? 'primary' : 'plain'}
              onClick={() => onFix(text)}
            >
              {label}
              {i === 0 && <Kbd>Tab</Kbd>}
            </Button>
          ))}
        </div>
      )}
      <p className={styles['foot']}>
        <span>
          character {span.from + 1} of {length}
        </span>
        <span>
          <Kbd>Esc</Kbd> last good query
        </span>
      </p>
    </div>
  )
}

/** Text in which what stands between backticks is set as code. */
function Ticked({ text }: { readonly text: string }) {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : <code key={i}>{part}</code>))
}
