import { useFacets } from '../../data/questions.ts'
import type { ViewProps } from '../../data/use-view.ts'

const FIELDS = ['severity', 'layer']

/** The values of the view's fields, each with its count. */
export function FilterRail({ window }: ViewProps) {
  const { data } = useFacets({ ...window, fields: FIELDS, limit: 5 })
  return (
    <section aria-label="Filter by field">
      {data?.fields.map((facet) => (
        <p key={facet.field}>
          {facet.field}: {facet.values.map((v) => `${String(v.value)} ${v.count}`).join(', ')}
        </p>
      ))}
    </section>
  )
}
