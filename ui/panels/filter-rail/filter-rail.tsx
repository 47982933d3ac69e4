import { ListFilter } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Facet } from '../../../model/api.ts'
import { useFacets } from '../../data/questions.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { useKeys } from '../../lib/keys.ts'
import { filterPart, withoutField } from '../query/filter-edit.ts'
import { useSeenFields } from '../query/use-seen-fields.ts'
import { FacetGroup } from './facet-group.tsx'
import { rowsOf } from './facet-rows.ts'
import { useRailOpen } from './use-rail-open.ts'
import styles from './filter-rail.module.css'

/** Fields of the language with values few enough to choose from, the most asked for first. */
const FIELDS = [
  'severity',
  'layer',
  'entity',
  'host',
  'app',
  'eventName',
  'source',
  'format',
  'kind',
]
const [SHOWN_SMALL, SHOWN_TALL] = [2, 6]
const [FEW, MANY] = [5, 50]
/** Levels are added up by class, so all must come. */
const ALL_LEVELS = 25

/** The values of the view's fields, each with its count, and what makes it the only one or leaves it out. */
export function FilterRail(props: ViewProps) {
  const { view } = props
  const [isOpen, toggle] = useRailOpen()
  const [isAll, setAll] = useState(false)
  const seen = useSeenFields(props.window)
  const fields = useMemo(() => [...FIELDS, ...seen], [seen])
  useKeys([{ keys: ['e'], does: 'filter rail', run: toggle }])
  if (!isOpen) {
    return (
      <button
        type="button"
        className={styles['closed']}
        aria-label="Filter by field"
        onClick={toggle}
      >
        <ListFilter size={14} aria-hidden="true" />
      </button>
    )
  }
  const usual = (view.split ?? 'small') === 'small' ? SHOWN_SMALL : SHOWN_TALL
  const shown = isAll ? fields : fields.slice(0, usual)
  const more = fields.length - shown.length
  return (
    <section className={styles['rail']} aria-labelledby="filter-rail">
      <div className={styles['head']}>
        <h2 id="filter-rail">Filter by field</h2>
        <span>{fields.length} fields</span>
      </div>
      <div className={styles['body']} tabIndex={0} role="region" aria-label="Fields">
        <Groups {...props} fields={shown} />
        <button type="button" className={styles['more']} onClick={() => setAll(!isAll)}>
          {isAll ? 'fewer fields' : `${more} more fields`}
        </button>
      </div>
    </section>
  )
}

function Groups({ fields, ...view }: ViewProps & { readonly fields: readonly string[] }) {
  const query = filterPart(view.view.q ?? '')
  const plain = fields.filter((field) => withoutField(query, field) === query)
  const [isLong, setLong] = useState<readonly string[]>([])
  const limit = isLong.length > 0 ? MANY : ALL_LEVELS
  const { data } = useFacets({ ...view.window, query, fields: plain, limit }, plain.length > 0)
  return fields.map((field) => (
    <Group
      key={field}
      {...view}
      field={field}
      counted={plain.includes(field) ? data?.fields.find((facet) => facet.field === field) : 'own'}
      isLong={isLong.includes(field)}
      onMore={() => setLong([...isLong, field])}
    />
  ))
}

interface GroupProps extends ViewProps {
  readonly field: string
  /** Counted with the other fields; `own` where the query narrows this field and it is counted as if it did not. */
  readonly counted: Facet | undefined | 'own'
  readonly isLong: boolean
  readonly onMore: () => void
}

function Group({ field, counted, isLong, onMore, view, window, change, answer }: GroupProps) {
  const query = withoutField(filterPart(view.q ?? ''), field)
  const isOwn = counted === 'own'
  const own = useFacets({ ...window, query, fields: [field], limit: MANY }, isOwn)
  const facet = isOwn ? own.data?.fields.find((one) => one.field === field) : counted
  if (facet === undefined || facet.values.length === 0) return null
  const rows = rowsOf(facet, (id) => answer?.lanes.find(({ entity }) => entity.id === id)?.entity)
  const isCut = !isLong && rows.length > FEW
  return (
    <FacetGroup
      facet={facet}
      rows={isCut ? rows.slice(0, FEW) : rows}
      query={view.q ?? ''}
      onQuery={(q) => change({ q: q === '' ? undefined : q })}
      onMore={isCut ? onMore : undefined}
    />
  )
}
