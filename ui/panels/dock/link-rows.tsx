import { ChevronDown, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ApiLink, ApiRecord } from '../../../model/api.ts'
import { layerColour } from '../../lib/layers.ts'
import type { RecordLink } from '../../lib/link-groups.ts'
import { count } from '../../lib/quantity.ts'
import { orderText, recordTime, speakerOf, type EntityNames } from '../../lib/record-words.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import styles from './dock.module.css'

interface RowProps {
  /** The record that is asked about. */
  readonly record: ApiRecord
  readonly names: EntityNames
  readonly zone: string
  readonly isRaw: boolean
  readonly onRecord: (id: string) => void
  readonly onEntity: (id: string) => void
}

type OfRecord = RowProps & { readonly link: RecordLink }

/** A record, when it was against the one asked about, and why it belongs to it. */
export function RecordLinkRow(props: OfRecord) {
  const { link, onRecord } = props
  return (
    <button
      type="button"
      className={styles['link']}
      data-related={link.record.id}
      onClick={() => onRecord(link.record.id)}
    >
      <Said {...props} />
    </button>
  )
}

/** Records of one pattern of one speaker: the strongest speaks for them, and a press opens to all. */
export function GroupRow(
  props: OfRecord & {
    readonly n: number
    readonly isOpen: boolean
    readonly onToggle: () => void
  },
) {
  const { link, n, isOpen, onToggle } = props
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <button
      type="button"
      className={styles['link']}
      data-related={link.record.id}
      aria-expanded={isOpen}
      onClick={onToggle}
    >
      <Said
        {...props}
        times={<b>×{count(n)} </b>}
        mark={<Chevron size={12} aria-hidden="true" />}
      />
    </button>
  )
}

function Said({
  record,
  link,
  names,
  times,
  mark,
}: OfRecord & { readonly times?: ReactNode; readonly mark?: ReactNode }) {
  const { record: other, kind, strength, order } = link
  return (
    <>
      <Dash kind={kind} strength={strength} />
      <SeverityGlyph severity={other.severity} />
      <span className={styles['who']}>
        <b>{speakerOf(other, names)}</b> {times}
        {other.app} <InertText text={other.body} most={100} canGrow={false} />
      </span>
      <span className={styles['when']}>
        {orderText(order.verdict, distanceOf(record, other))}
        {mark}
      </span>
      <span className={styles['why']}>{reasonOf(link, names)}</span>
    </>
  )
}

/** One of several: its time and its distance. */
export function MemberRow({ record, link, zone, isRaw, onRecord }: OfRecord) {
  const { record: other, order } = link
  return (
    <button
      type="button"
      className={styles['member']}
      data-related={other.id}
      onClick={() => onRecord(other.id)}
    >
      <SeverityGlyph severity={other.severity} />
      <span className={styles['time']}>{recordTime(other, zone, { isRaw, withDay: false })}</span>
      <span className={styles['said']}>
        <InertText text={other.body} most={120} canGrow={false} />
      </span>
      <span className={styles['when']}>{orderText(order.verdict, distanceOf(record, other))}</span>
    </button>
  )
}

/** An entity that an identifier of the record names. */
export function EntityLinkRow({ link, names, onEntity }: RowProps & { readonly link: ApiLink }) {
  const entity = link.entity!
  return (
    <button type="button" className={styles['link']} onClick={() => onEntity(entity.id)}>
      <Dash kind={link.kind} strength={link.strength} />
      <svg width="8" height="8" aria-hidden="true">
        <rect width="8" height="8" rx="1.5" fill={layerColour(entity.layer)} />
      </svg>
      <span className={styles['who']}>
        <b>{shortKey(entity.name)}</b> {entity.type.replaceAll('_', ' ')}
      </span>
      <span className={styles['when']}>{entity.layer}</span>
      <span className={styles['why']}>{reasonOf(link, names)}</span>
    </button>
  )
}

const distanceOf = (record: ApiRecord, other: ApiRecord): number =>
  Math.abs(Date.parse(other.time) - Date.parse(record.time))

/** The reason with the names of entities in place of their ids, and long identifiers cut in their middle. */
function reasonOf({ reason, value }: ApiLink, names: EntityNames): string {
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
