import { ListFilter } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Facet } from '../../../model/api.ts'
import { useFacets } from '../../data/questions.ts'
import type { ViewProps } from '../../data/use-view.ts'
import { useKeys } from '../../lib/keys.ts'
import { useMedia } from '../../lib/use-width.ts'
import { withoutField } from '../../data/filter-edit.ts'
import { filterPart } from '../../data/filter-part.ts'
import { useSeenFields } from '../query/use-seen-fields.ts'
import { NotRead } from '../../widgets/not-read.tsx'
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
/** How many fields, and values of each but the first, a pane shows without scrolling, as tall as it is. */
const ROOM = {
  low: { fields: 1, values: 4 },
  usual: { fields: 2, values: 2 },
  large: { fields: 3, values: 3 },
  tall: { fields: 6, values: 5 },
} as const
type Room = keyof typeof ROOM
const MANY = 50
/** Levels are added up by class, so all must come. */
const ALL_LEVELS = 25

/** The values of the view's fields, each with its count, and what makes it the only one or leaves it out. */
export function FilterRail(props: ViewProps) {
  const { view } = props
  const [isOpen, toggle] = useRailOpen()
  const [isAll, setAll] = useState(false)
  const isLow = useMedia('(max-width: 1599px)')
  const isLarge = useMedia('(min-width: 2400px) and (min-height: 1300px)')
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
  const room: Room =
    isAll || (view.split ?? 'small') !== 'small'
      ? 'tall'
      : isLow
        ? 'low'
        : isLarge
          ? 'large'
          : 'usual'
  const shown = isAll ? fields : fields.slice(0, ROOM[room].fields)
  const more = fields.length - shown.length
  return (
    <section className={styles['rail']} aria-labelledby="filter-rail">
      <div className={styles['head']}>
        <h2 id="filter-rail">Filter by field</h2>
        <span>{fields.length} fields</span>
      </div>
      <div className={styles['body']} tabIndex={0} role="region" aria-label="Fields">
        <Groups {...props} fields={shown} room={room} />
        <button type="button" className={styles['more']} onClick={() => setAll(!isAll)}>
          {isAll ? 'fewer fields' : `${more} more fields`}
        </button>
      </div>
    </section>
  )
}

function Groups({
  fields,
  room,
  ...view
}: ViewProps & { readonly fields: readonly string[]; readonly room: Room }) {
  const query = filterPart(view.view.q ?? '')
  const plain = fields.filter((field) => withoutField(query, field) === query)
  const [isLong, setLong] = useState<readonly string[]>([])
  const limit = isLong.length > 0 ? MANY : ALL_LEVELS
  const { data, error, refetch } = useFacets(
    { ...view.window, query, fields: plain, limit },
    plain.length > 0,
  )
  if (error !== null)
    return <NotRead what="the counts" error={error} onRetry={() => void refetch()} />
  return fields.map((field) => (
    <Group
      key={field}
      {...view}
      field={field}
      counted={plain.includes(field) ? data?.fields.find((facet) => facet.field === field) : 'own'}
      isPartial={data?.coverage.complete === false}
      room={room}
      few={isLong.includes(field) || field === 'severity' ? MANY : ROOM[room].values}
      onMore={() => setLong([...isLong, field])}
    />
  ))
}

interface GroupProps extends ViewProps {
  readonly field: string
  /** Counted with the other fields; `own` where the query narrows this field and it is counted as if it did not. */
  readonly counted: Facet | undefined | 'own'
  /** Some of what the others are counted in was not seen. */
  readonly isPartial: boolean
  readonly room: Room
  /** Most values that are shown. */
  readonly few: number
  readonly onMore: () => void
}

function Group(props: GroupProps) {
  const { field, counted, room, few, onMore, view, window, change, answer } = props
  const query = withoutField(filterPart(view.q ?? ''), field)
  const isOwn = counted === 'own'
  const own = useFacets({ ...window, query, fields: [field], limit: MANY }, isOwn)
  const facet = isOwn ? own.data?.fields.find((one) => one.field === field) : counted
  if (facet === undefined || facet.values.length === 0) return null
  const rows = rowsOf(facet, (id) => answer?.lanes.find(({ entity }) => entity.id === id)?.entity)
  return (
    <FacetGroup
      facet={facet}
      isPartial={isOwn ? own.data?.coverage.complete === false : props.isPartial}
      rows={rows.slice(0, few)}
      query={view.q ?? ''}
      onQuery={(q) => change({ q: q === '' ? undefined : q })}
      more={room === 'tall' ? Math.max(0, rows.length - few) : 0}
      onMore={onMore}
    />
  )
}
