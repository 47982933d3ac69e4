import { ChevronDown, ChevronRight } from 'lucide-react'
import type { ApiSource } from '../../../model/api.ts'
import type { Layer } from '../../../model/entity.ts'
import { layerColour } from '../../lib/layers.ts'
import { quantity } from '../../lib/quantity.ts'
import { zoneLabel, type Millis } from '../../lib/zoned-time.ts'
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
import { lagText, momentText } from './source-words.ts'
import styles from './source-table.module.css'

interface SourceTableProps {
  readonly rows: readonly SourceRow[]
  readonly active: number
  readonly asOf: Millis
  readonly zone: string
  /** Whether any source says its zone: without, there is no column. */
  readonly hasZones: boolean
  readonly onActive: (index: number) => void
  readonly onOpen: (row: SourceRow) => void
  readonly onFold: (row: SourceRow) => void
}

/** Every source with its format, rate, completeness and ledger. */
export function SourceTable(props: SourceTableProps) {
  const { rows, active, asOf, zone, hasZones, onActive, onOpen, onFold } = props
  return (
    <div className={styles['table']} data-zones={hasZones}>
      <div className={styles['head']} aria-hidden="true">
        <span className={styles['name']}>{zoneLabel(zone, asOf)}</span>
        <span>format, parsed</span>
        <span>rate</span>
        <span>complete to</span>
        <span className={styles['bracket']}>records since they began</span>
        <span className={styles['number']}>received</span>
        <span className={styles['number']}>stored</span>
        <span className={styles['number']}>duplicate</span>
        <span className={styles['number']}>rejected</span>
        <span className={styles['number']}>dead letters</span>
        {hasZones && <span>zone, known from</span>}
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
        render={(row) => <Row row={row} asOf={asOf} zone={zone} hasZones={hasZones} />}
      />
    </div>
  )
}

interface RowProps {
  readonly row: SourceRow
  readonly asOf: Millis
  readonly zone: string
  readonly hasZones: boolean
}

function Row({ row, asOf, zone, hasZones }: RowProps) {
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
          hasZones={hasZones}
        />
      )
    case 'source':
      return (
        <OneRow
          source={row.source}
          trouble={row.trouble}
          asOf={asOf}
          zone={zone}
          hasZones={hasZones}
        />
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
  readonly hasZones: boolean
}

function OneRow({ source, trouble, asOf, zone, hasZones }: OneRowProps) {
  const { layer, format, host, rate, watermark, counts, zone: own } = source
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
      <span data-trouble={trouble === 'silent' ? trouble : undefined}>
        {quantity(trouble === 'silent' ? 0 : rate, '1/s')}
      </span>
      <span data-trouble={isBehind ? trouble : undefined}>
        <span>{watermark === null ? '–' : momentText(watermark, zone, asOf)}</span>
        <small>{lagText(source, asOf)}</small>
      </span>
      <LedgerCells ledger={ledgerOf([source])} />
      {hasZones && (
        <span>
          <span>{own.name ?? ''}</span>
          <small>{own.from ?? ''}</small>
        </span>
      )}
    </div>
  )
}

interface FoldRowProps {
  readonly title: string
  readonly members: readonly ApiSource[]
  readonly isOpen: boolean
  readonly asOf: Millis
  readonly zone: string
  readonly hasZones: boolean
}

function FoldRow({ title, members, isOpen, asOf, zone, hasZones }: FoldRowProps) {
  const formats = [...new Set(members.map(({ format }) => format))]
  const worst = members.reduce((a, b) => (parsedShare(b.counts) < parsedShare(a.counts) ? b : a))
  const [oldest] = members.flatMap(({ watermark }) => watermark ?? []).sort()
  const rate = members.reduce((sum, source) => sum + source.rate, 0)
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
        <span>{formats.map((format) => format ?? 'metrics').join(', ')}</span>
        <small>
          {parsedShare(worst.counts) < 1 && '≥ '}
          {parsedText(worst.counts)}
        </small>
      </span>
      <span>{quantity(Math.round(rate * 100) / 100, '1/s')}</span>
      <span>
        <span>{oldest === undefined ? '–' : momentText(oldest, zone, asOf)}</span>
        <small>{oldest === undefined ? '' : 'the one furthest behind'}</small>
      </span>
      <LedgerCells ledger={ledgerOf(members)} />
      {hasZones && <span />}
    </div>
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
