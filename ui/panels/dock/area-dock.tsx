import type { Facet, Pattern } from '../../../model/api.ts'
import { LAYERS } from '../../../model/entity.ts'
import { SEVERITY_BANDS } from '../../../model/severity.ts'
import { useFacets, usePatterns } from '../../data/questions.ts'
import { printSelection } from '../../data/search-view.ts'
import { printMillis } from '../../data/use-search-view.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { LAYER_NAMES } from '../../lib/layers.ts'
import { leftText, leftUsualIn } from '../../lib/left-usual.ts'
import { changeText, isNew, newFirst } from '../../lib/pattern-windows.ts'
import { count, quantity, times, unitOf } from '../../lib/quantity.ts'
import { severityBand } from '../../lib/severity-class.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { clockTime, spanText, type Millis } from '../../lib/zoned-time.ts'
import { Button } from '../../widgets/button.tsx'
import { InertText } from '../../widgets/inert-text.tsx'
import { LayerSwatch } from '../../widgets/layer-swatch.tsx'
import { SeverityGlyph } from '../../widgets/severity-glyph.tsx'
import { addCondition, equalsText, onlyCondition } from '../../data/filter-edit.ts'
import { filterPart } from '../../data/filter-part.ts'
import { DockFrame, Section } from './dock-frame.tsx'
import { useDockKeys } from './use-dock-keys.ts'
import styles from './dock.module.css'

const FIELDS = ['severity', 'layer']
const MOST_PATTERNS = 12

interface AreaDockProps extends ViewProps {
  readonly from: Millis
  readonly to: Millis
  /** What its records also match; '' for all. */
  readonly where: string
}

/** A stretch of the view: what is in it, and what of that was not there before. */
export function AreaDock(props: AreaDockProps) {
  const { from, to, where, view, change, zone, window, answer } = props
  const query = addCondition(filterPart(window.query), where)
  const span = { query, from: printMillis(from), to: printMillis(to) }
  const facets = useFacets({ ...span, fields: FIELDS, limit: 25 })
  const patterns = usePatterns({
    ...span,
    baseline: { from: printMillis(2 * from - to), to: printMillis(from) },
    limit: 500,
  })
  const onClose = (): void => change({ sel: undefined })
  useDockKeys({ onClose, current: null, related: [], onRecord: () => undefined })
  const onEntity = (id: string): void => change({ sel: printSelection({ kind: 'entity', id }) })
  const left = answer === undefined ? [] : leftUsualIn(answer, from, to)
  const rows = newFirst(patterns.data?.patterns ?? []).slice(0, MOST_PATTERNS)
  const onlyThese = (): void => {
    const inArea = addCondition(view.q ?? '', `time>=${span.from} time<${span.to}`)
    change({ q: addCondition(inArea, where) })
  }
  return (
    <DockFrame
      title={`${clockTime(from, zone)} – ${clockTime(to, zone)}`}
      about={spanText(to - from)}
      onClose={onClose}
    >
      <div className={styles['section']}>
        <div className={styles['buttons']}>
          <Button isSmall onClick={() => change({ from: span.from, to: span.to, sel: undefined })}>
            Zoom to it
          </Button>
          <Button isSmall onClick={onlyThese}>
            Only these records
          </Button>
        </div>
      </div>
      <Section
        title="Records"
        note={facets.data === undefined ? '' : totalText(facets.data.fields)}
      >
        {facets.error !== null && <p className={styles['caution']}>{facets.error.message}</p>}
        <table className={styles['bars']}>
          <tbody>
            {rowsOf(facets.data?.fields ?? []).map(({ name, n }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{count(n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section title="Left their usual band" note="in order of time">
        {left.length === 0 && (
          <p className={styles['quiet']}>No metric of the view left its usual band in it.</p>
        )}
        <ul>
          {left.map(({ lane, metric, at }) => (
            <li key={`${lane.entity.id} ${metric.metric} ${JSON.stringify(metric.attributes)}`}>
              <button
                type="button"
                className={styles['pattern']}
                onClick={() => onEntity(lane.entity.id)}
              >
                <LayerSwatch layer={lane.entity.layer} />
                <span>
                  {leftText(at, answer!.columnMs, zone)} {shortKey(lane.entity.name)}{' '}
                  {metric.label.toLowerCase()}
                </span>
                <span className={styles['unusual']}>
                  {quantity(metric.worst, unitOf(metric))}
                  {metric.ratio !== null && `, ${times(metric.ratio)}`}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Patterns" note="against as long before it">
        {patterns.error !== null && <p className={styles['caution']}>{patterns.error.message}</p>}
        {patterns.error === null && rows.length === 0 && (
          <p className={styles['quiet']}>{patterns.isFetching ? 'being read' : 'none'}</p>
        )}
        <ul>
          {rows.map((pattern) => (
            <li key={pattern.template}>
              <PatternRow
                pattern={pattern}
                onPick={() =>
                  change({
                    q: onlyCondition(
                      view.q ?? '',
                      'template',
                      equalsText('template', pattern.template),
                    ),
                    tab: undefined,
                  })
                }
              />
            </li>
          ))}
        </ul>
      </Section>
    </DockFrame>
  )
}

function PatternRow({ pattern, onPick }: { pattern: Pattern; onPick: () => void }) {
  return (
    <button type="button" className={styles['pattern']} onClick={onPick}>
      <SeverityGlyph severity={pattern.severity} />
      <span className={`${styles['mono']} ${styles['said']}`}>
        <InertText text={pattern.text} most={120} canGrow={false} />
      </span>
      <span className={styles['quiet']}>
        {count(pattern.count)} {isNew(pattern) ? 'new' : changeText(pattern)}
      </span>
    </button>
  )
}

const totalText = (fields: readonly Facet[]): string => {
  const [first] = fields
  if (first === undefined) return ''
  const listed = first.values.reduce((sum, value) => sum + value.count, 0)
  return count(listed + first.other + first.missing)
}

/** Bands of severity, gravest first, then layers from top to bottom. */
function rowsOf(
  fields: readonly Facet[],
): readonly { readonly name: string; readonly n: number }[] {
  const sumOf = (field: string, is: (value: Facet['values'][number]['value']) => boolean): number =>
    (fields.find((facet) => facet.field === field)?.values ?? [])
      .filter(({ value }) => is(value))
      .reduce((sum, value) => sum + value.count, 0)
  const bands = [...SEVERITY_BANDS].reverse().map(({ from }) => ({
    name: severityBand(from),
    n: sumOf('severity', (value) => severityBand(Number(value)) === severityBand(from)),
  }))
  const layers = LAYERS.map((layer) => ({
    name: LAYER_NAMES[layer],
    n: sumOf('layer', (value) => value === layer),
  }))
  return [...bands, ...layers].filter(({ n }) => n > 0)
}
