import { layerColour } from '../../lib/layers.ts'
import { clockTime, type Millis } from '../../lib/zoned-time.ts'
import { moverBars, moverWindow, type MoverBar } from './mover-bars.ts'
import type { Move } from './moves.ts'
import styles from './mover-rows.module.css'

interface MoverRowsProps {
  readonly moves: readonly Move[]
  readonly marks: { readonly a: Millis; readonly b: Millis }
  readonly zone: string
  readonly onOpen: (id: string) => void
}

/** Most rows; the list below has every move. */
const MOST = 12

/** Who came and who went about A and B, one bar each: a cap at the end that is known, its time at the cap. */
export function MoverRows({ moves, marks, zone, onOpen }: MoverRowsProps) {
  const window = moverWindow(marks.a, marks.b)
  const bars = moverBars(moves, window)
  if (bars.length === 0) return null
  const place = (at: Millis): string => `${((at - window.from) / (window.to - window.from)) * 100}%`
  return (
    <section className={styles['rows']} aria-label="Who came and went">
      {bars.slice(0, MOST).map((bar) => (
        <div key={bar.key} className={styles['row']}>
          <button
            type="button"
            style={{ borderLeftColor: layerColour(bar.layer) }}
            onClick={() => onOpen(bar.id)}
          >
            {bar.name}
            <span>{wordOf(bar)}</span>
          </button>
          <div className={styles['plot']}>
            <span className={styles['mark']} style={{ left: place(marks.a) }} aria-hidden="true" />
            <span className={styles['mark']} style={{ left: place(marks.b) }} aria-hidden="true" />
            <Bar bar={bar} zone={zone} />
          </div>
        </div>
      ))}
      {bars.length > MOST && <p>{bars.length - MOST} more are in the list below.</p>}
    </section>
  )
}

const wordOf = ({ came, went }: MoverBar): string =>
  went === null ? 'came' : came === null ? 'went' : 'came and went'

/** Beyond this share of the window a time has no room behind its cap. */
const NEAR_END = 0.9

function Bar({ bar, zone }: { readonly bar: MoverBar; readonly zone: string }) {
  const { from, to, came, went } = bar
  return (
    <>
      <span
        className={styles['bar']}
        data-came={came !== null}
        data-went={went !== null}
        style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
      />
      {came !== null && (
        <time style={{ right: `${(1 - from) * 100}%` }}>{clockTime(came, zone)}</time>
      )}
      {went !== null &&
        (to > NEAR_END ? (
          <time style={{ right: `${(1 - to) * 100}%` }}>{clockTime(went, zone)}</time>
        ) : (
          <time style={{ left: `${to * 100}%` }}>{clockTime(went, zone)}</time>
        ))}
    </>
  )
}
