import type { LaneEvent, SeverityCounts } from '../../model/timeline.ts'
import type { Viewport } from '../data/viewport.ts'
import { LAYER_NAMES } from '../lib/layers.ts'
import { atLeast, quantity, unitOf } from '../lib/quantity.ts'
import { shortKey } from '../lib/strong-key.ts'
import { clockTime, spanText } from '../lib/zoned-time.ts'
import { SeverityGlyph } from '../widgets/severity-glyph.tsx'
import { bandText, BAND_ORIGIN, partText, ratioText } from './metric-words.ts'
import type { MetricRow } from './row-layout.ts'
import styles from './hover-card.module.css'

/** What a card is about. */
export type Hovered =
  | {
      readonly kind: 'events'
      readonly entity: string
      readonly events: readonly LaneEvent[]
      readonly worst: LaneEvent
      /** Of its time, and of the view, records may be missing. */
      readonly isPartial: { readonly here: boolean; readonly inView: boolean }
      readonly links: number
      /** By keyboard, not under the pointer. */
      readonly isFocused: boolean
    }
  | {
      readonly kind: 'counts'
      readonly entity: string
      readonly span: Viewport
      readonly counts: SeverityCounts
      /** Records of that time may be missing. */
      readonly isPartial: boolean
    }
  | { readonly kind: 'metric'; readonly row: MetricRow }
  | {
      readonly kind: 'link'
      readonly cause: string
      readonly effect: string
      readonly reason: string
      readonly value: string
      readonly strength: number
      /** Null where which came first cannot be told. */
      readonly apartMs: number | null
    }

interface HoverCardProps {
  readonly hovered: Hovered
  /** The point that it stands beside, CSS pixels from the corner of the lanes. */
  readonly x: number
  readonly y: number
  readonly room: { readonly width: number; readonly height: number }
  readonly zone: string
}

const [WIDTH, BESIDE, HEIGHT] = [296, 16, 150]

/** Says what lies under the pointer or the keyboard's ring, and what a click does. */
export function HoverCard({ hovered, x, y, room, zone }: HoverCardProps) {
  const isLeft = x + BESIDE + WIDTH > room.width
  const style = {
    left: `calc(var(--left) + ${isLeft ? Math.max(0, x - BESIDE - WIDTH) : x + BESIDE}px)`,
    top: Math.max(0, Math.min(y + BESIDE, room.height - HEIGHT)),
  }
  return (
    <div role="tooltip" className={styles['card']} style={style}>
      {hovered.kind === 'events' && <EventsCard {...hovered} zone={zone} />}
      {hovered.kind === 'counts' && <CountsCard {...hovered} zone={zone} />}
      {hovered.kind === 'metric' && <MetricCard {...hovered} />}
      {hovered.kind === 'link' && <LinkCard {...hovered} />}
    </div>
  )
}

type OfKind<K extends Hovered['kind']> = Extract<Hovered, { kind: K }>

function EventsCard({
  entity,
  events,
  worst,
  isPartial,
  links,
  isFocused,
  zone,
}: OfKind<'events'> & { readonly zone: string }) {
  const [first, last] = [events[0]!, events.at(-1)!]
  const time = (event: LaneEvent): string => clockTime(Date.parse(event.time), zone, 3)
  const isOne = events.length === 1
  return (
    <>
      <p className={styles['head']}>
        <b>{entity}</b>
        <span>{isOne ? time(first) : `${time(first)} – ${time(last)}`}</span>
      </p>
      <p className={styles['message']}>
        <SeverityGlyph severity={worst.severity} /> {worst.title}
      </p>
      <ul className={styles['facts']}>
        {!isOne && <li>{atLeast(events.length, isPartial.here)} records here</li>}
        {worst.uncertaintyMs > 0 && <li>± {spanText(worst.uncertaintyMs)}</li>}
        {worst.ofPattern > 1 && (
          <li>{atLeast(worst.ofPattern, isPartial.inView)} of this pattern in view</li>
        )}
        {links > 0 && <li>{links} related</li>}
      </ul>
      <p className={styles['does']}>{doesText(isOne, isFocused)}</p>
    </>
  )
}

function doesText(isOne: boolean, isFocused: boolean): string {
  if (isFocused) return isOne ? 'Enter opens the record' : 'Enter lists these records'
  return isOne ? 'Click opens the record' : 'Click zooms to these records'
}

const CLASSES = ['fatal', 'error', 'warning', 'info'] as const

function CountsCard({
  entity,
  span,
  counts,
  isPartial,
  zone,
}: OfKind<'counts'> & { readonly zone: string }) {
  const digits = span.to - span.from < 1_000 ? 3 : 0
  return (
    <>
      <p className={styles['head']}>
        <b>{entity}</b>
        <span>
          {clockTime(span.from, zone, digits)} – {clockTime(span.to, zone, digits)}
        </span>
      </p>
      <ul className={styles['counts']}>
        {CLASSES.filter((kind) => counts[kind] > 0).map((kind) => (
          <li key={kind}>
            <SeverityGlyph severity={kind} />
            <span>{kind}</span>
            <span>{atLeast(counts[kind], isPartial)}</span>
          </li>
        ))}
      </ul>
      <p className={styles['does']}>Double click zooms to this time</p>
    </>
  )
}

function MetricCard({ row: { lane, metric } }: OfKind<'metric'>) {
  const { usual, threshold, limit, kind } = metric
  const unit = unitOf(metric)
  return (
    <>
      <p className={styles['head']}>
        <b>{lane.entity.name}</b>
        <span>{lane.entity.layer === null ? '' : LAYER_NAMES[lane.entity.layer]}</span>
      </p>
      <p className={styles['message']}>
        {metric.label}: worst {quantity(metric.worst, unit)} {ratioText(metric)}
      </p>
      <ul className={styles['facts']}>
        <li>
          {metric.metric}, {kind}
        </li>
        {usual !== null && (
          <li>
            {BAND_ORIGIN[usual.from]}: {bandText(usual, unit)}
          </li>
        )}
        {threshold !== null && <li>Hurts people from {quantity(threshold, unit)} on</li>}
        {limit !== null && <li>Cannot exceed {quantity(limit, unit)}</li>}
      </ul>
      <p className={styles['does']}>Click selects {lane.entity.name}</p>
    </>
  )
}

function LinkCard({ cause, effect, reason, value, strength, apartMs }: OfKind<'link'>) {
  const order = apartMs === null ? 'cannot tell which came first' : `${spanText(apartMs)} before`
  return (
    <>
      <p className={styles['head']}>
        <b>
          {shortKey(cause)} {apartMs === null ? '–' : '→'} {shortKey(effect)}
        </b>
        <span>{partText(strength)}</span>
      </p>
      <p className={styles['message']}>
        {reason} {shortKey(value)}
      </p>
      <ul className={styles['facts']}>
        <li>{order}</li>
      </ul>
    </>
  )
}
