import { useState } from 'react'
import type { ApiLink, ApiRecord } from '../../../model/api.ts'
import { layerColour } from '../../lib/layers.ts'
import { orderText, speakerOf, type EntityNames } from '../../lib/record-words.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { Section } from './dock-frame.tsx'
import styles from './dock.module.css'

interface BelongsWithProps {
  readonly record: ApiRecord
  readonly links: readonly ApiLink[]
  readonly isLoading: boolean
  readonly error: Error | null
  readonly names: EntityNames
  readonly onRecord: (id: string) => void
  readonly onEntity: (id: string) => void
}

/** Links shown before "more". */
const FEW = 5

/** What belongs with a record, strongest first: records, then the entities that its identifiers name. */
export function BelongsWith(props: BelongsWithProps) {
  const { links, isLoading, error } = props
  const [isWhole, setWhole] = useState(false)
  const records = links.filter((link) => link.record !== undefined)
  const entities = links.filter((link) => link.entity !== undefined)
  const shown = isWhole ? records : records.slice(0, FEW)
  return (
    <Section title="Belongs with" note={noteOf(records.length)}>
      {error !== null && <p className={styles['caution']}>{error.message}</p>}
      {links.length === 0 && error === null && (
        <p className={styles['quiet']}>
          {isLoading
            ? 'being read'
            : 'Nothing carries its identifiers, and nothing its entities depend on warned.'}
        </p>
      )}
      <ul className={styles['links']}>
        {[...shown, ...entities].map((link) => (
          <li key={link.record?.id ?? link.entity!.id}>
            <LinkRow {...props} link={link} />
          </li>
        ))}
      </ul>
      {shown.length < records.length && (
        <button type="button" className={styles['more']} onClick={() => setWhole(true)}>
          {records.length - shown.length} more
        </button>
      )}
    </Section>
  )
}

const noteOf = (n: number): string =>
  n === 0 ? '' : n === 1 ? '1 record' : `${n} records, strongest first`

function LinkRow({
  record,
  link,
  names,
  onRecord,
  onEntity,
}: BelongsWithProps & { link: ApiLink }) {
  const { record: other, entity, kind, order, reason, value } = link
  const why = namedReason(reason, value, names)
  if (other === undefined) {
    return (
      <button type="button" className={styles['link']} onClick={() => onEntity(entity!.id)}>
        <Dash kind={kind} strength={link.strength} />
        <svg width="8" height="8" aria-hidden="true">
          <rect width="8" height="8" rx="1.5" fill={layerColour(entity!.layer)} />
        </svg>
        <span className={styles['who']}>
          <b>{shortKey(entity!.name)}</b> {entity!.type.replaceAll('_', ' ')}
        </span>
        <span className={styles['when']}>{entity!.layer}</span>
        <span className={styles['why']}>{why}</span>
      </button>
    )
  }
  const distance = Math.abs(Date.parse(other.time) - Date.parse(record.time))
  return (
    <button
      type="button"
      className={styles['link']}
      data-related={other.id}
      onClick={() => onRecord(other.id)}
    >
      <Dash kind={kind} strength={link.strength} />
      <SeverityGlyph severity={other.severity} />
      <span className={styles['who']}>
        <b>{speakerOf(other, names)}</b> {other.app}{' '}
        <InertText text={other.body} most={100} canGrow={false} />
      </span>
      <span className={styles['when']}>{orderText(order.verdict, distance)}</span>
      <span className={styles['why']}>{why}</span>
    </button>
  )
}

/** A reason with the names of entities in place of their ids, and long identifiers cut in their middle. */
function namedReason(reason: string, value: string, names: EntityNames): string {
  let text = reason
  for (const [id, name] of names) text = text.replaceAll(id, shortKey(name))
  return text.replaceAll(value, shortKey(value))
}

/** The line that the plot draws for a link of this kind. */
function Dash({ kind, strength }: Pick<ApiLink, 'kind' | 'strength'>) {
  return (
    <svg width="24" height="8" role="img" aria-label={`${kind} link`}>
      <line
        x1="0"
        y1="4"
        x2="24"
        y2="4"
        stroke="var(--accent)"
        strokeWidth={0.7 + 1.1 * strength}
        strokeDasharray={kind === 'topology' ? '6 3' : undefined}
      />
    </svg>
  )
}
