import { useState } from 'react'
import type { ApiSource, DeadLetterReading } from '../../../model/api.ts'
import { useDeadLetterReadings, useDeadLetters, useReplay } from '../../data/questions.ts'
import type { Millis } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import { InertText } from '../../widgets/inert-text.tsx'
import { Menu, MenuChoice } from '../../widgets/menu.tsx'
import { faultyPart, reasonsOf, type Reason } from './dead-letter-words.ts'
import { momentText } from './source-words.ts'
import styles from './source-dock.module.css'

interface DeadLettersProps {
  readonly source: ApiSource
  readonly asOf: Millis
  readonly zone: string
}

/** What of a source was refused, by why, and what could be read of it after all. */
export function DeadLetters({ source, asOf, zone }: DeadLettersProps) {
  const { data, error } = useDeadLetters(true)
  const reasons = reasonsOf(data?.deadLetters ?? [], source.source)
  const listed = reasons.reduce((sum, { letters }) => sum + letters.length, 0)
  return (
    <section>
      <h3>
        Dead letters <span>{listed} kept as received</span>
      </h3>
      {error !== null && <p>Could not read them: {error.message}</p>}
      {reasons.map((each) => (
        <OneReason key={each.reason} of={each} asOf={asOf} zone={zone} />
      ))}
      {data?.next !== undefined && (
        <p>Only the first 1,000 of all sources are listed; /api/v1/dead-letters has them all.</p>
      )}
      {data !== undefined && data.next === undefined && listed === 0 && (
        <p>All of them were read again or deleted since.</p>
      )}
    </section>
  )
}

interface OneReasonProps {
  readonly of: Reason
  readonly asOf: Millis
  readonly zone: string
}

function OneReason({ of: { reason, letters }, asOf, zone }: OneReasonProps) {
  const [first] = letters
  const last = letters.at(-1)!
  const [from, to] = [first!, last].map(({ received }) => momentText(received, zone, asOf))
  const { text, spans } = faultyPart(first!)
  return (
    <div className={styles['reason']}>
      <p>
        <b>{letters.length}</b> <InertText text={reason} most={200} />{' '}
        <small>{from === to ? from : `${from} – ${to}`}</small>
      </p>
      <p className={styles['sample']}>
        <InertText text={text} spans={spans} most={160} canGrow={false} />
      </p>
      <ReadAgain ids={letters.map(({ id }) => id)} />
    </div>
  )
}

/** Which format reads how many of them; nothing is stored before it is asked for. */
function ReadAgain({ ids }: { readonly ids: readonly string[] }) {
  const { data, error } = useDeadLetterReadings(ids)
  const replay = useReplay()
  const [chosen, setChosen] = useState<string | null>(null)
  if (error !== null) return <p>Could not try the formats: {error.message}</p>
  if (data === undefined) return <p>Trying every format</p>
  const reading = data.formats.find(({ format }) => format === chosen) ?? data.formats[0]
  if (reading === undefined) return <p>No format reads them.</p>
  const says = ({ reads }: DeadLetterReading): string => `${reads} of ${data.of}`
  return (
    <>
      <div className={styles['again']}>
        <span>Read again with</span>
        <Menu trigger={<Button isSmall>{reading.format} ▾</Button>}>
          <MenuChoice
            value={reading.format}
            onChange={setChosen}
            options={data.formats.map((each) => ({
              value: each.format,
              label: `${each.format}, reads ${says(each)}`,
            }))}
          />
        </Menu>
        <span role="status">reads {says(reading)}</span>
        <Button
          isSmall
          disabled={replay.isPending}
          onClick={() => replay.mutate({ ids, format: reading.format })}
        >
          Store {ids.length === 1 ? 'it' : `all ${ids.length}`}
        </Button>
      </div>
      <p className={styles['sample']}>
        <InertText text={`→ ${reading.first}`} most={160} canGrow={false} />
      </p>
      {replay.error !== null && <p role="alert">Could not store them: {replay.error.message}</p>}
    </>
  )
}
