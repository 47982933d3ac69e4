import { ChevronDown, ChevronRight } from 'lucide-react'
import type { ApiSource, ApiSourceRate } from '../../../model/api.ts'
import type { Layer } from '../../../model/entity.ts'
import { layerColour } from '../../lib/layers.ts'
import { clockMinute, rangeText, zoneLabel, type Millis } from '../../lib/zoned-time.ts'
import { RowList } from '../../widgets/row-list.tsx'
import {
  exact,
  ledgerOf,
  parsedShare,
  parsedText,
  TROUBLE_WORDS,
  type Ledger,
  type SourceRow,
  type Trouble,
} from './source-rows.ts'
import { RateSpark } from './rate-spark.tsx'
import {
  isClockDoubtful,
  lastRate,
  originText,
  rateText,
  silentFrom,
  summedRate,
  uncertaintyText,
  usualFrom,
  usualText,
} from './rate-words.ts'
import { formatsText, lagText, momentText } from './source-words.ts'
import styles from './source-table.module.css'

/** The rates of one window, by source. */
export interface Rates {
  readonly window: { readonly from: Millis; readonly to: Millis }
  readonly of: ReadonlyMap<string, ApiSourceRate>
}

interface SourceTableProps {
  readonly rows: readonly SourceRow[]
  readonly active: number
  readonly asOf: Millis
  readonly zone: string
  readonly rates: Rates
  readonly onActive: (index: number) => void
  readonly onOpen: (row: SourceRow) => void
  readonly onFold: (row: SourceRow) => void
}

/** Every source with its format, rate, completeness and ledger. */
export function SourceTable(props: SourceTableProps) {
  const { rows, active, asOf, zone, rates, onActive, onOpen, onFold } = props
  const { from, to } = rates.window
  return (
    <div className={styles['table']}>
      <div className={styles['head']} aria-hidden="true">
        <span className={styles['name']}>{zoneLabel(zone, asOf)}</span>
        <span>format, parsed</span>
        <span title={rangeText(from, to, zone)}>
          rate, {clockMinute(from, zone)} – {clockMinute(to, zone)}
        </span>
        <span>complete to</span>
        <span>time ±, zone from</span>
        <span className={styles['bracket']}>records since they began</span>
        <span className={styles['number']}>received</span>
        <span className={styles['number']}>stored</span>
        <span className={styles['number']}>duplicate</span>
        <span className={styles['number']}>rejected</span>
        <span className={styles['number']}>dead letters</span>
      </div>
      <RowList<SourceRow>
        label="Sources"
        rows={rows}
        keyOf={({ key }) => key}
        rowHeight={({ kind }) => (kind === 'group' ? 24 : 32)}
        active={active}
        onActive={onActive}
        onOpen={(row) => (row.kind === 'source' ? onOpen(row) : onFold(row))}
        onKey={({ key }, row) => {
          const isFold = row.kind !== 'source'
          const isWanted =
            key === ' ' ||
            (key === 'ArrowRight' && isFold && !row.isOpen) ||
            (key === 'ArrowLeft' && isFold && row.isOpen)
          if (!isWanted) return false
          if (isFold) onFold(row)
          else onOpen(row)
          return true
        }}
        render={(row) => <Row row={row} asOf={asOf} zone={zone} rates={rates} />}
      />
    </div>
  )
}

interface RowProps {
  readonly row: SourceRow
  readonly asOf: Millis
  readonly zone: string
  readonly rates: Rates
}

function Row({ row, asOf, zone, rates }: RowProps) {
  switch (row.kind) {
    case 'group':
      return (
        <div className={styles['group']}>
          <Fold isOpen={row.isOpen} />
          <b>{row.key === 'worse' ? 'Worse than usual' : 'As usual'}</b>
          <span>
            {row.n} of {row.of}
            {row.key === 'usual' && ', folded by kind'}
          </span>
        </div>
      )
    case 'fold':
      return (
        <FoldRow
          title={row.title}
          members={row.members}
          isOpen={row.isOpen}
          asOf={asOf}
          zone={zone}
          rates={rates}
        />
      )
    case 'source':
      return (
        <OneRow source={row.source} trouble={row.trouble} asOf={asOf} zone={zone} rates={rates} />
      )
  }
}

function Fold({ isOpen }: { readonly isOpen: boolean }) {
  const Icon = isOpen ? ChevronDown : ChevronRight
  return <Icon size={12} role="img" aria-label={isOpen ? 'open' : 'closed'} />
}

interface OneRowProps {
  readonly source: ApiSource
  readonly trouble: Trouble
  readonly asOf: Millis
  readonly zone: string
  readonly rates: Rates
}

function OneRow({ source, trouble, asOf, zone, rates }: OneRowProps) {
  const { layer, format, host, watermark, counts } = source
  const known = rates.of.get(source.source)
  const isBehind = trouble === 'silent' || trouble === 'late'
  return (
    <div className={styles['row']}>
      <span
        className={styles['name']}
        style={{ borderLeftColor: layerColour(layer as Layer | null) }}
      >
        <span>
          <b>{source.source}</b>
          {trouble !== 'usual' && <em data-trouble={trouble}>{TROUBLE_WORDS[trouble]}</em>}
        </span>
        <small>{host !== null && host !== source.source ? host : (layer ?? '')}</small>
      </span>
      <span>
        <span>{format ?? 'metrics, inventory'}</span>
        <small data-trouble={trouble === 'unparsed' ? trouble : undefined}>
          {format === null ? '' : parsedText(counts)}
        </small>
      </span>
      <RateCell source={source} known={known} rates={rates} />
      <span data-trouble={isBehind ? trouble : undefined}>
        <span>{watermark === null ? '–' : momentText(watermark, zone, asOf)}</span>
        <small>{lagText(source, asOf)}</small>
      </span>
      <ClockCell known={known === undefined ? [] : [known]} />
      <LedgerCells ledger={ledgerOf([source])} />
    </div>
  )
}

interface FoldRowProps {
  readonly title: string
  readonly members: readonly ApiSource[]
  readonly isOpen: boolean
  readonly asOf: Millis
  readonly zone: string
  readonly rates: Rates
}

function FoldRow({ title, members, isOpen, asOf, zone, rates }: FoldRowProps) {
  const formats = [...new Set(members.map(({ format }) => format))]
  const worst = members.reduce((a, b) => (parsedShare(b.counts) < parsedShare(a.counts) ? b : a))
  const [oldest] = members.flatMap(({ watermark }) => watermark ?? []).sort()
  const known = members.flatMap(({ source }) => rates.of.get(source) ?? [])
  const perSecond = summedRate(known)
  return (
    <div className={styles['row']}>
      <span
        className={styles['name']}
        style={{ borderLeftColor: layerColour(members[0]!.layer as Layer | null) }}
      >
        <span>
          <Fold isOpen={isOpen} />
          <b>{title}</b>
        </span>
        <small />
      </span>
      <span>
        <span title={formats.join(', ')}>{formatsText(formats)}</span>
        <small>
          {parsedShare(worst.counts) < 1 && '≥ '}
          {parsedText(worst.counts)}
        </small>
      </span>
      <span className={styles['rate']}>
        <RateSpark perSecond={perSecond} usual={null} silentFrom={null} />
        <span>{perSecond.length === 0 ? '–' : rateText(lastRate({ perSecond }))}</span>
      </span>
      <span>
        <span>{oldest === undefined ? '–' : momentText(oldest, zone, asOf)}</span>
        <small>{oldest === undefined ? '' : 'the one furthest behind'}</small>
      </span>
      <ClockCell known={known} />
      <LedgerCells ledger={ledgerOf(members)} />
    </div>
  )
}

interface RateCellProps {
  readonly source: ApiSource
  /** Undefined for one that logged nothing in the window. */
  readonly known: ApiSourceRate | undefined
  readonly rates: Rates
}

/** How much it logs and how much is usual; of metrics how many values came in the last minute. */
function RateCell({ source, known, rates }: RateCellProps) {
  const isSilent = source.state === 'silent'
  const rate = isSilent ? 0 : known === undefined ? source.rate : lastRate(known)
  return (
    <span className={styles['rate']}>
      <RateSpark
        perSecond={known?.perSecond ?? []}
        usual={known?.usual ?? null}
        silentFrom={silentFrom(source, rates.window)}
      />
      <span>
        <span data-trouble={isSilent ? 'silent' : undefined}>{rateText(rate)}</span>
        <small title={known === undefined ? undefined : usualFrom(known, rates.window)}>
          {known === undefined ? '' : usualText(known)}
        </small>
      </span>
    </span>
  )
}

/** How sure the times are, of several the least sure, and where their zone is from. */
function ClockCell({ known }: { readonly known: readonly ApiSourceRate[] }) {
  const [worst] = [...known].sort((a, b) => b.uncertaintyMs - a.uncertaintyMs)
  if (worst === undefined) return <span />
  const origins = [...new Set(known.map(originText))]
  return (
    <span data-trouble={isClockDoubtful(worst) ? 'late' : undefined}>
      <span>{uncertaintyText(worst, known.length > 1)}</span>
      <small>{origins.length === 1 ? origins[0] : 'zones not all alike'}</small>
    </span>
  )
}

/** `received = stored + duplicate + rejected + dead`, a cell each. */
function LedgerCells({ ledger }: { readonly ledger: Ledger }) {
  const { received, stored, duplicate, rejected, dead } = ledger
  return (
    <>
      <span className={styles['number']}>{exact(received)}</span>
      <span className={styles['number']}>
        <i>=</i> {exact(stored)}
      </span>
      <span className={styles['number']}>
        <i>+</i> {exact(duplicate)}
      </span>
      <span className={styles['number']} data-trouble={rejected > 0 ? 'rejected' : undefined}>
        <i>+</i> {exact(rejected)}
      </span>
      <span className={styles['number']} data-trouble={dead > 0 ? 'rejected' : undefined}>
        <i>+</i> {exact(dead)}
      </span>
    </>
  )
}
