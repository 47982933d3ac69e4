import type { Facet } from '../../../model/api.ts'
import { LAYERS } from '../../../model/entity.ts'
import { useFacets, type Window } from '../../data/questions.ts'
import { LAYER_NAMES } from '../../lib/layers.ts'
import { atLeast, count } from '../../lib/quantity.ts'
import { withoutDomain } from '../../lib/host-names.ts'
import { keyOfEntity, type EntityNames } from '../../lib/record-words.ts'
import { severityBand } from '../../lib/severity-class.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { spanText } from '../../lib/zoned-time.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { NotRead } from '../../widgets/not-read.tsx'
import styles from './statistics-tab.module.css'

const FIELDS = ['severity', 'layer', 'entity', 'host', 'app']
const TITLES: Readonly<Record<string, string>> = {
  severity: 'Severity',
  layer: 'Layer',
  entity: 'Entity',
  host: 'Host',
  app: 'Application',
}
const MOST = 10

interface StatisticsTabProps {
  readonly window: Window
  readonly names: EntityNames
}

/** The window's records by severity, layer, entity, host and application. */
export function StatisticsTab({ window, names }: StatisticsTabProps) {
  const { data, error, isFetching, refetch } = useFacets({ ...window, fields: FIELDS, limit: 25 })
  if (error !== null)
    return <NotRead what="the counts" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <p className={styles['note']}>The counts are being read.</p>
  const ms = Date.parse(window.to) - Date.parse(window.from)
  const severity = data.fields.find(({ field }) => field === 'severity')
  const total = severity === undefined ? 0 : totalOf(severity)
  const perMinute = total / (ms / 60_000)
  const isPartial = !data.coverage.complete
  return (
    <div
      className={styles['statistics']}
      aria-busy={isFetching}
      tabIndex={0}
      role="region"
      aria-label="Statistics"
    >
      <p className={styles['lead']}>
        {atLeast(total, isPartial)} records in {spanText(ms)},{' '}
        {perMinute >= 10 ? count(Math.round(perMinute)) : perMinute.toFixed(1)}
        {isPartial && '+'} a minute
      </p>
      <div className={styles['facets']}>
        {data.fields.map((facet) => (
          <FacetTable
            key={facet.field}
            facet={facet}
            total={total}
            isPartial={isPartial}
            names={names}
          />
        ))}
      </div>
    </div>
  )
}

const totalOf = ({ values, other, missing }: Facet): number =>
  values.reduce((sum, { count: n }) => sum + n, 0) + other + missing

interface FacetTableProps {
  readonly facet: Facet
  readonly total: number
  /** Some of what is counted was not seen. */
  readonly isPartial: boolean
  readonly names: EntityNames
}

function FacetTable({ facet, total, isPartial, names: entities }: FacetTableProps) {
  const shown = facet.field === 'severity' ? bySeverity(facet) : facet.values.slice(0, MOST)
  const listed = shown.reduce((sum, value) => sum + value.count, 0)
  const rest = totalOf(facet) - facet.missing - listed
  const most = Math.max(1, ...shown.map((value) => value.count))
  const names = shown.map(({ value }) => valueName(facet.field, value, entities))
  const labels = shortNames(facet.field, names)
  return (
    <table className={styles['table']}>
      <caption className={styles['title']}>{TITLES[facet.field] ?? facet.field}</caption>
      <tbody>
        {shown.map(({ value, count: n }, i) => (
          <tr key={String(value)}>
            <th scope="row" className={styles['name']} title={names[i]}>
              <InertText text={labels[i]!} most={60} canGrow={false} />
            </th>
            <td className={styles['bar']} aria-hidden="true">
              <span className={styles['fill']} style={{ width: `${(100 * n) / most}%` }} />
            </td>
            <td className={styles['number']}>{atLeast(n, isPartial)}</td>
            <td className={styles['share']}>{shareText(n, total)}</td>
          </tr>
        ))}
        {rest > 0 && <Remainder name="others" n={rest} total={total} isPartial={isPartial} />}
        {facet.missing > 0 && (
          <Remainder name="without" n={facet.missing} total={total} isPartial={isPartial} />
        )}
      </tbody>
    </table>
  )
}

interface RemainderProps {
  readonly name: string
  readonly n: number
  readonly total: number
  readonly isPartial: boolean
}

function Remainder({ name, n, total, isPartial }: RemainderProps) {
  return (
    <tr className={styles['rest']}>
      <th scope="row" className={styles['name']}>
        {name}
      </th>
      <td />
      <td className={styles['number']}>{atLeast(n, isPartial)}</td>
      <td className={styles['share']}>{shareText(n, total)}</td>
    </tr>
  )
}

const shareText = (n: number, total: number): string => {
  const percent = (100 * n) / Math.max(1, total)
  return percent > 0 && percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`
}

/** One row for each band, gravest first. */
function bySeverity({ values }: Facet): Facet['values'] {
  const bands = new Map<string, { value: string; count: number; severity: number }>()
  for (const { value, count: n } of values) {
    const severity = Number(value)
    const name = severityBand(severity)
    bands.set(name, { value: name, severity, count: (bands.get(name)?.count ?? 0) + n })
  }
  return [...bands.values()].sort((a, b) => b.severity - a.severity)
}

function shortNames(field: string, names: readonly string[]): readonly string[] {
  if (field === 'host') return withoutDomain(names)
  return field === 'entity' ? names.map(shortKey) : names
}

function valueName(
  field: string,
  value: Facet['values'][number]['value'],
  names: EntityNames,
): string {
  const text = String(value)
  if (field === 'entity') return names.get(text) ?? keyOfEntity(text)
  if (field === 'layer') {
    const layer = LAYERS.find((known) => known === text)
    return layer === undefined ? text : LAYER_NAMES[layer]
  }
  return text
}
