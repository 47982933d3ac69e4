import type { Facet } from '../../../model/api.ts'
import { atLeast } from '../../lib/quantity.ts'
import { InertText } from '../../widgets/inert-text.tsx'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { choose, isChosen, unchoose } from '../../data/filter-choice.ts'
import { addCondition, hasCondition, removeCondition } from '../../data/filter-edit.ts'
import type { FacetRow } from './facet-rows.ts'
import styles from './filter-rail.module.css'

interface FacetGroupProps {
  readonly facet: Facet
  /** Some of what is counted was not seen. */
  readonly isPartial: boolean
  readonly rows: readonly FacetRow[]
  readonly query: string
  readonly onQuery: (query: string) => void
  /** Values that are known and not shown, and what shows them. */
  readonly more: number
  readonly onMore: () => void
}

/** A field with its commonest values. */
export function FacetGroup(props: FacetGroupProps) {
  const { facet, isPartial, rows, query, onQuery, more, onMore } = props
  const most = Math.max(...rows.map((row) => row.count), 1)
  return (
    <div role="group" aria-label={facet.field}>
      <p className={styles['field']} aria-hidden="true">
        {facet.field}
      </p>
      <ul>
        {rows.map((row) => (
          <Row
            key={row.condition}
            row={row}
            field={facet.field}
            most={most}
            isPartial={isPartial}
            query={query}
            onQuery={onQuery}
          />
        ))}
      </ul>
      {more > 0 && (
        <button type="button" className={styles['more']} onClick={onMore}>
          {more} more
        </button>
      )}
    </div>
  )
}

interface RowProps {
  readonly row: FacetRow
  readonly field: string
  readonly most: number
  readonly isPartial: boolean
  readonly query: string
  readonly onQuery: (query: string) => void
}

function Row({ row, field, most, isPartial, query, onQuery }: RowProps) {
  const { label, title, condition, severity, layer } = row
  const not = `not ${condition}`
  const [isOnly, isNot] = [isChosen(query, field, condition), hasCondition(query, not)]
  return (
    <li className={styles['row']} data-state={isOnly ? 'only' : isNot ? 'not' : undefined}>
      <span className={styles['mark']}>
        {severity !== undefined && <SeverityGlyph severity={severity} />}
        {layer !== undefined && <LayerSwatch layer={layer} />}
      </span>
      <span className={styles['value']} title={title}>
        <InertText text={label} most={200} canGrow={false} />
      </span>
      <span className={styles['bar']} aria-hidden="true">
        <span style={{ width: `${Math.max(3, (row.count / most) * 100)}%` }} />
      </span>
      <span className={styles['count']}>{atLeast(row.count, isPartial)}</span>
      <span className={styles['actions']}>
        <button
          type="button"
          aria-pressed={isOnly}
          aria-label={`Only ${field} ${label}`}
          onClick={() =>
            onQuery(isOnly ? unchoose(query, field, condition) : choose(query, field, condition))
          }
        >
          Only
        </button>
        <button
          type="button"
          aria-pressed={isNot}
          aria-label={`Not ${field} ${label}`}
          onClick={() =>
            onQuery(
              isNot
                ? removeCondition(query, not)
                : addCondition(unchoose(query, field, condition), not),
            )
          }
        >
          Not
        </button>
      </span>
    </li>
  )
}
