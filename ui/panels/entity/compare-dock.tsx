import type { ApiEntity } from '../../../model/api.ts'
import { printMillis } from '../../data/use-search-view.ts'
import { RELATION_WORDS, typeWord } from '../../lib/entity-words.ts'
import { quantity } from '../../lib/quantity.ts'
import { calendarDay, clockTime, type Millis } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { CopyButton } from '../copy/copy-button.tsx'
import { AsOf } from './as-of.tsx'
import {
  between,
  comparisonReport,
  comparisonText,
  type Changed,
  type Comparison,
} from './moves.ts'
import { MeasuredAt } from './measured-at.tsx'
import { sinceText } from './since-text.ts'
import { largestAt } from './state-at.ts'
import { useStateAt } from './use-state-at.ts'
import { useStanding } from './use-standing.ts'
import styles from './compare-dock.module.css'

interface CompareDockProps {
  readonly entity: ApiEntity
  readonly a: Millis
  readonly b: Millis
  readonly zone: string
  readonly stops: readonly Millis[]
  readonly onMarks: (marks: {
    readonly a?: string | undefined
    readonly b?: string | undefined
  }) => void
  readonly onOpen: (id: string) => void
  readonly onSearch: (from: string, to: string) => void
}

const NO_OTHERS: readonly string[] = []
type Largest = ReturnType<typeof largestAt>

/** What is another at B than at A. */
export function CompareDock(props: CompareDockProps) {
  const { entity, a, b, zone, stops, onMarks, onSearch } = props
  const atA = useStanding(entity.id, printMillis(a))
  const atB = useStanding(entity.id, printMillis(b))
  const comparison =
    atA === undefined || atB === undefined ? undefined : between(entity.id, atA, atB)
  const [stateA, stateB] = [
    useStateAt(entity.id, a, NO_OTHERS, true),
    useStateAt(entity.id, b, NO_OTHERS, true),
  ]
  const largest = stateB === undefined ? undefined : largestAt(entity.id, stateB)
  const said = (at: Millis): string => `${calendarDay(at, zone)} ${clockTime(at, zone)}`
  return (
    <div className={styles['dock']}>
      <h2>A and B</h2>
      <div className={styles['times']}>
        <AsOf label="A" at={a} zone={zone} stops={stops} onChange={(at) => onMarks({ a: at })} />
        <AsOf label="B" at={b} zone={zone} stops={stops} onChange={(at) => onMarks({ b: at })} />
      </div>
      <p className={styles['lead']} role="status">
        {comparison === undefined ? 'Reading both times' : comparisonText(comparison)}
        {largest !== undefined && (
          <>
            {' '}
            <b>{largest.name}</b> makes <b>{quantity(largest.part, '1')}</b> of all at B (
            {largest.what}).
          </>
        )}
      </p>
      <div className={styles['buttons']}>
        <Button isSmall onClick={() => onSearch(printMillis(a), printMillis(b))}>
          Search between A and B
        </Button>
        <Button isSmall onClick={() => onMarks({ a: printMillis(b), b: printMillis(a) })}>
          Swap
        </Button>
        {comparison !== undefined && (
          <CopyButton
            what="the comparison"
            text={comparisonReport(entity.name, comparison, { a: said(a), b: said(b) })}
          >
            Copy as text
          </CopyButton>
        )}
      </div>
      <MeasuredAt entity={entity} a={stateA} b={stateB} />
      {comparison !== undefined && <Parts {...props} comparison={comparison} largest={largest} />}
    </div>
  )
}

interface PartsProps extends CompareDockProps {
  readonly comparison: Comparison
  readonly largest: Largest
}

function Parts({ comparison, largest, zone, onOpen }: PartsProps) {
  const { on, off, changed, same, couldNotSee } = comparison
  return (
    <>
      <Part title="Moved on" mark="+" rows={on} largest={largest} zone={zone} onOpen={onOpen} />
      <Part title="Moved off" mark="−" rows={off} zone={zone} onOpen={onOpen} />
      {changed.length > 0 && (
        <section>
          <h3>
            Changed <span>{changed.length}</span>
          </h3>
          {changed.map(({ relation, from, to, at }) => (
            <p key={relation} className={styles['change']}>
              <span>{RELATION_WORDS[relation]}</span>
              <span>
                {from.name} → <Name id={to.id} name={to.name} onOpen={onOpen} />
                {at !== null && <small> {sinceText(at, zone)}</small>}
              </span>
            </p>
          ))}
        </section>
      )}
      <section>
        <h3>
          The same at A and B <span>{same.length}</span>
        </h3>
      </section>
      {couldNotSee.length > 0 && (
        <section>
          <h3>Could not see</h3>
          {couldNotSee.map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </section>
      )}
    </>
  )
}

/** Most rows of a part. */
const LISTED = 100

interface PartProps {
  readonly title: string
  readonly mark: string
  readonly rows: readonly Changed[]
  /** Whose share of the load at B is told; nobody's who has gone. */
  readonly largest?: Largest
  readonly zone: string
  readonly onOpen: (id: string) => void
}

function Part({ title, mark, rows, largest, zone, onOpen }: PartProps) {
  if (rows.length === 0) return null
  return (
    <section>
      <h3>
        {title} <span>{rows.length}</span>
      </h3>
      <ul>
        {rows.slice(0, LISTED).map(({ entity, relation, at }) => (
          <li key={`${relation.type} ${entity.id}`}>
            <span aria-hidden="true">{mark}</span>
            <LayerSwatch layer={entity.layer} />
            <Name id={entity.id} name={entity.name} onOpen={onOpen} />
            <span>
              {typeWord(entity.type)}
              {at === null ? '' : `, ${sinceText(at, zone)}`}
              {largest?.id === entity.id && `, ${quantity(largest.part, '1')} at B`}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > LISTED && <p>{rows.length - LISTED} more; Copy as text has them all.</p>}
    </section>
  )
}

function Name({
  id,
  name,
  onOpen,
}: {
  readonly id: string
  readonly name: string
  readonly onOpen: (id: string) => void
}) {
  return (
    <button type="button" className={styles['name']} onClick={() => onOpen(id)}>
      {name}
    </button>
  )
}
