import type { CSSProperties } from 'react'
import { ChevronDown, ChevronRight } from 'lucide-react'
import type { MetricLane } from '../../model/timeline.ts'
import { layerColour, LAYER_NAMES } from '../lib/layers.ts'
import { isPartial } from '../lib/lane-rows.ts'
import { atLeast, quantity, unitOf } from '../lib/quantity.ts'
import { shortKey } from '../lib/strong-key.ts'
import { Button } from '../widgets/button.tsx'
import { LayerSwatch } from '../widgets/layer-swatch.tsx'
import { SeverityGlyph } from '../widgets/severity-glyph.tsx'
import { laneScaleOf } from './lane-scale.ts'
import { standingOf, type Standing } from '../lib/standing.ts'
import { BAND_ORIGIN, partText, ratioText, usualText, worstText } from './metric-words.ts'
import { layerOf, type EntityRow, type LayerRow, type MetricRow, type Row } from './row-layout.ts'
import { rowWords, type Reading } from './row-words.ts'
import styles from './label-row.module.css'

interface LabelRowProps {
  readonly row: Row
  /** Place among all rows, from 1. */
  readonly index: number
  /** The one row that Tab reaches. */
  readonly isTabStop: boolean
  readonly isSelected: boolean
  /** All metrics of the entity are shown. */
  readonly isOpen: boolean
  /** How an entity's name is told apart: the largest user amber, a resource at its limit red. */
  readonly tone: Standing
  readonly reading: Reading
  readonly onFocus: () => void
  readonly onSelect: () => void
  readonly onFold: () => void
  readonly onMore: () => void
  /** Asks again for what could not be read. */
  readonly onRetry: () => void
}

/** One row of the treegrid: its label at the left of the plot, its scale at the right. */
export function LabelRow(props: LabelRowProps) {
  const { row, index, isTabStop, isSelected, isOpen, onFocus } = props
  const isKnown = props.reading !== 'not read'
  return (
    <div
      role="row"
      className={styles['row']}
      data-kind={row.kind}
      data-row={row.key}
      style={styleOf(row)}
      tabIndex={isTabStop ? 0 : -1}
      aria-level={row.kind === 'layer' ? 1 : row.kind === 'entity' ? 2 : 3}
      aria-rowindex={index}
      aria-selected={isSelected}
      aria-expanded={expanded(row, isOpen)}
      aria-label={rowWords(row, props.reading)}
      onFocus={onFocus}
    >
      <div role="gridcell" className={styles['label']} onClick={props.onSelect}>
        <Label {...props} />
      </div>
      {row.kind === 'unread' && row.isFirst && (
        <div role="gridcell" className={styles['why']}>
          <span>Could not read the metrics: {row.reason}</span>
          <Button isSmall onClick={props.onRetry}>
            Try again
          </Button>
        </div>
      )}
      <div role="gridcell" className={styles['scale']}>
        {isKnown && row.kind === 'metric' && <Scale row={row} />}
        {isKnown && row.kind === 'entity' && <Folded row={row} onFold={props.onFold} />}
      </div>
    </div>
  )
}

function styleOf(row: Row): CSSProperties & Record<`--${string}`, string> {
  return { top: row.y, height: row.height, '--spine': layerColour(layerOf(row)) }
}

function expanded(row: Row, isOpen: boolean): boolean | undefined {
  if (row.kind === 'layer') return row.canFold ? !row.isFolded : undefined
  if (row.kind !== 'entity') return undefined
  return row.lane.moreMetrics.length + row.folded.length > 0 || isOpen ? isOpen : undefined
}

function Label(props: LabelRowProps) {
  const { row } = props
  if (row.kind === 'layer') return <LayerLabel {...props} row={row} />
  if (row.kind === 'entity') return <EntityLabel {...props} row={row} />
  if (row.kind === 'metric') return <MetricLabel metric={row.metric} reading={props.reading} />
  return (
    <span className={styles['metric']}>
      <span className={styles['what']}>Metrics</span>
      <b className={styles['worst']} data-tone="unusual">
        not read
      </b>
    </span>
  )
}

function LayerLabel({ row, onFold, onMore }: LabelRowProps & { readonly row: LayerRow }) {
  const { layer, shown, entities } = row.summary
  const Chevron = row.isFolded ? ChevronRight : ChevronDown
  const hasMore = shown > 0 && shown < entities
  return (
    <>
      {row.canFold ? (
        <button
          type="button"
          className={styles['fold']}
          tabIndex={-1}
          aria-label={`${row.isFolded ? 'Open' : 'Close'} ${LAYER_NAMES[layer]}`}
          onClick={onFold}
        >
          <Chevron size={12} aria-hidden="true" />
        </button>
      ) : (
        <span className={styles['fold']} />
      )}
      <LayerSwatch layer={layer} />
      <span className={styles['layer']}>{LAYER_NAMES[layer]}</span>
      {hasMore ? (
        <button
          type="button"
          className={styles['of']}
          tabIndex={-1}
          title="Show more lanes"
          onClick={onMore}
        >
          {shown} of {entities}
        </button>
      ) : (
        <span className={styles['of']}>
          {shown === 0 ? `${entities} entities` : `${shown} of ${entities}`}
        </span>
      )}
    </>
  )
}

function EntityLabel({ row, tone, reading }: LabelRowProps & { readonly row: EntityRow }) {
  const { entity, relation, counts } = row.lane
  const shown = (n: number): string => atLeast(n, isPartial(row.lane))
  return (
    <>
      <span className={styles['names']}>
        <span className={styles['name']} data-tone={tone} title={entity.name}>
          {shortKey(entity.name)}
        </span>
        {relation !== null && <span className={styles['relation']}>{relation}</span>}
      </span>
      {reading === 'read' ? (
        <span className={styles['counts']}>
          {counts.fatal > 0 && <Count kind="fatal" text={shown(counts.fatal)} />}
          {counts.error > 0 && <Count kind="error" text={shown(counts.error)} />}
          {counts.warning > 0 && <Count kind="warning" text={shown(counts.warning)} />}
        </span>
      ) : (
        row.lane.metrics.length === row.folded.length && (
          <span className={styles['reading']}>{reading}</span>
        )
      )}
    </>
  )
}

/** How many metrics that are worse than usual have no row, and the way to them. */
function Folded({ row, onFold }: { readonly row: EntityRow; readonly onFold: () => void }) {
  const folded = row.folded.filter((metric) => standingOf(metric.worst, metric) !== 'usual')
  if (folded.length === 0) return null
  const text = `Show its other metrics: ${folded.map(foldedText).join(', ')}`
  return (
    <button
      type="button"
      className={styles['folded']}
      tabIndex={-1}
      title={text}
      aria-label={text}
      onClick={onFold}
    >
      +{folded.length}
    </button>
  )
}

/** `Kernel latency 27.3 ms × 14`. */
const foldedText = (metric: MetricLane): string =>
  `${metric.label} ${worstText(metric)} ${ratioText(metric)}`.trim()

interface CountProps {
  readonly kind: 'fatal' | 'error' | 'warning'
  readonly text: string
}

function Count({ kind, text }: CountProps) {
  return (
    <span className={styles['count']}>
      <SeverityGlyph severity={kind} />
      {text}
    </span>
  )
}

interface MetricLabelProps {
  readonly metric: MetricLane
  readonly reading: Reading
}

/** What is measured, its worst value, what is usual for it and how far it was from that. */
export function MetricLabel({ metric, reading }: MetricLabelProps) {
  const { share, usual } = metric
  const title = usual === null || reading === 'not read' ? undefined : BAND_ORIGIN[usual.from]
  const tone = standingOf(metric.worst, metric)
  return (
    <span className={styles['metric']} title={title}>
      <span className={styles['what']}>{metric.label}</span>
      <b
        className={styles['worst']}
        data-tone={
          reading === 'loading'
            ? 'usual'
            : reading === 'not read' || share !== null
              ? 'unusual'
              : tone
        }
      >
        {reading === 'read' ? worstText(metric) : reading}
      </b>
      {reading !== 'not read' && (
        <Compared metric={metric} tone={tone} isRead={reading === 'read'} />
      )}
    </span>
  )
}

interface ComparedProps {
  readonly metric: MetricLane
  readonly tone: Standing
  readonly isRead: boolean
}

/** What is usual and how much worse it was; of a lane of shares, who used how much. */
function Compared({ metric, tone, isRead }: ComparedProps) {
  const { share } = metric
  return share === null ? (
    <>
      <span className={styles['usual']}>{usualText(metric)}</span>
      <span className={styles['ratio']} data-tone={tone}>
        {tone === 'limit' || !isRead ? '' : ratioText(metric)}
      </span>
    </>
  ) : (
    <>
      <span className={styles['usual']} data-tone="unusual">
        {share.largest.name} {partText(share.worstPart)}
      </span>
      <span className={styles['usual']}>
        {share.others} others {partText(1 - share.worstPart)}
      </span>
    </>
  )
}

/** Greatest and least of the lane's scale. */
function Scale({ row }: { readonly row: MetricRow }) {
  const { most, least, isLog } = laneScaleOf(row.metric)
  return (
    <span className={styles['range']}>
      <span>{bare(most, unitOf(row.metric))}</span>
      <span>
        {isLog && 'log '}
        {bare(least, unitOf(row.metric))}
      </span>
    </span>
  )
}

/** Without the unit, which stands in the label. */
function bare(value: number, unit: string): string {
  return unit === '1' ? String(Math.round(value * 100)) : quantity(value, '')
}
