import type { Facet } from '../../../model/api.ts'
import { LAYERS, type Layer } from '../../../model/entity.ts'
import { severityClass, SEVERITY_CLASSES, type SeverityClass } from '../../lib/severity-class.ts'
import { withoutDomain } from '../../lib/host-names.ts'
import { shortKey } from '../../lib/strong-key.ts'
import { equalsText } from '../../data/filter-edit.ts'

/** One value of a field. */
export interface FacetRow {
  /** For people. */
  readonly label: string
  /** The same in full. */
  readonly title: string
  /** As a part of a query. */
  readonly condition: string
  readonly count: number
  readonly severity?: SeverityClass
  readonly layer?: Layer | null
}

const SEVERITIES: Readonly<Record<SeverityClass, string>> = {
  fatal: 'severity:fatal',
  error: 'severity:error',
  warning: 'severity:warn',
  info: 'severity<warn',
}

/** The rows of a field: severities by class, worst first; other values as they were counted. */
export function rowsOf(
  { field, values }: Facet,
  entityOf: (id: string) => { readonly name: string; readonly layer: Layer | null } | undefined,
): FacetRow[] {
  if (field === 'severity') return severityRows(values)
  const texts = values.map(({ value }) => String(value))
  const short = field === 'host' ? withoutDomain(texts) : texts
  return values.map(({ count }, i) => {
    const text = texts[i]!
    const row = { label: short[i]!, title: text, condition: equalsText(field, text), count }
    if (field === 'layer') return { ...row, layer: LAYERS.find((layer) => layer === text) ?? null }
    if (field !== 'entity') return row
    const entity = entityOf(text)
    const name = entity?.name ?? text.slice(text.indexOf(':') + 1)
    return { ...row, label: shortKey(name), title: name, layer: entity?.layer ?? null }
  })
}

function severityRows(values: Facet['values']): FacetRow[] {
  return SEVERITY_CLASSES.toReversed().flatMap((severity) => {
    const ofClass = values.filter(({ value }) => severityClass(Number(value)) === severity)
    const sum = ofClass.reduce((all, { count }) => all + count, 0)
    return ofClass.length === 0
      ? []
      : [
          {
            label: severity,
            title: severity,
            condition: SEVERITIES[severity],
            count: sum,
            severity,
          },
        ]
  })
}
