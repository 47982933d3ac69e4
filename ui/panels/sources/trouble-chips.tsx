import { SampleOffer } from '../first-start/sample-offer.tsx'
import type { ApiSource } from '../../../model/api.ts'
import { openTopic } from '../../data/overlays.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import { clockTime } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import { TROUBLE_WORDS, TROUBLES, troubleOf, type Trouble } from './source-rows.ts'
import { troubleDetail } from './source-words.ts'
import styles from './trouble-chips.module.css'

interface TroubleChipsProps {
  readonly sources: readonly ApiSource[]
  readonly asOf: Millis
  readonly zone: string
  readonly q: string
  readonly onFilter: (q: string | undefined) => void
}

/** What the chips say where a word alone would not. */
const SAID: Readonly<Partial<Record<Trouble, string>>> = { unparsed: 'reads badly' }

/** How many sources are in which trouble; each filters. */
export function TroubleChips({ sources, asOf, zone, q, onFilter }: TroubleChipsProps) {
  const kinds = TROUBLES.map((trouble) => ({
    trouble,
    of: sources.filter((source) => troubleOf(source) === trouble),
  })).filter(({ of }) => of.length > 0)
  const worse = sources.filter((source) => troubleOf(source) !== 'usual').length
  return (
    <section className={styles['strip']} aria-label="Kinds of trouble">
      <div className={styles['subject']}>
        <h1>Sources</h1>
        <p>
          {sources.length}, as of {clockTime(asOf, zone)}
          {worse > 0 && `, ${worse} worse`}
        </p>
      </div>
      <div className={styles['chips']}>
        {kinds.map(({ trouble, of }) => {
          const filter = `state:${trouble}`
          const isOn = q === filter
          return (
            <button
              type="button"
              key={trouble}
              className={styles['chip']}
              data-trouble={trouble}
              aria-pressed={isOn}
              onClick={() => onFilter(isOn ? undefined : filter)}
            >
              <b>
                {of.length} {SAID[trouble] ?? TROUBLE_WORDS[trouble]}
              </b>
              <span>{troubleDetail(trouble, of, asOf)}</span>
            </button>
          )
        })}
        <div className={styles['add']}>
          <SampleOffer />
          <Button onClick={() => openTopic('send')}>Add a source</Button>
        </div>
      </div>
    </section>
  )
}
