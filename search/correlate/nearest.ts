import { and, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { MAX_TIME, MIN_TIME, type Micros, type TimeRange } from '../../model/time.ts'
import type { QueryContext, Store } from '../store/store.ts'

/** Records of the rarest templates that are read whole. */
const MOST_RARE = 60
/** Of the others, the nearest on each side. */
const MOST_NEAR = 20

/** The records of a filter around one. */
export interface Neighbourhood {
  /** Those of rare templates and the nearest of the others, without the one they are around. */
  readonly records: readonly LogRecord[]
  /** How many other records of the window have the template of this one. */
  othersLike(record: LogRecord): number
}

/**
 * The records of a filter within `windowUs` before and after a record. Rare templates first: what a busy
 * device says all the time must not push aside the one line that matters.
 */
export async function nearestTo(
  record: LogRecord,
  filter: Filter,
  windowUs: number,
  store: Pick<Store, 'search' | 'aggregate'>,
  context: QueryContext,
): Promise<Neighbourhood> {
  const at = record.time
  const from = Math.max(MIN_TIME, at - windowUs) as Micros
  const to = Math.min(MAX_TIME, at + windowUs) as Micros
  const counts = await store.aggregate(
    {
      filter,
      range: { from, to },
      by: [{ kind: 'field', field: 'template' }],
      aggregates: [{ function: 'count', as: 'count' }],
    },
    context,
  )
  const byTemplate = new Map(counts.rows.map(([template, count]) => [template, Number(count)]))
  const rare: Filter = { kind: 'in', field: 'template', values: rarest(byTemplate) }
  const search = (part: Filter, order: 'newest' | 'oldest', range: TimeRange, limit: number) =>
    store.search({ filter: and(filter, part), range, order, limit }, context)
  const common: Filter = { kind: 'not', filter: rare }
  const pages = await Promise.all([
    search(rare, 'oldest', { from, to }, MOST_RARE),
    // One more than wanted: the record itself may be among them.
    search(common, 'newest', { from, to: (at + 1) as Micros }, MOST_NEAR + 1),
    search(common, 'oldest', { from: at, to }, MOST_NEAR + 1),
  ])
  const records = new Map<string, LogRecord>()
  for (const other of pages.flatMap((page) => page.records)) {
    if (other.id !== record.id) records.set(other.id, other)
  }
  return {
    records: [...records.values()],
    othersLike: (other) => (byTemplate.get(other.template?.id ?? null) ?? 1) - 1,
  }
}

/** The templates of fewest records, as many as {@link MOST_RARE} records are of. */
function rarest(byTemplate: ReadonlyMap<unknown, number>): string[] {
  const templates = [...byTemplate].flatMap(([template, count]) =>
    typeof template === 'string' ? [{ template, count }] : [],
  )
  templates.sort((a, b) => a.count - b.count || (a.template < b.template ? -1 : 1))
  let left = MOST_RARE
  return templates.flatMap(({ template, count }) => ((left -= count) >= 0 ? [template] : []))
}
