import { setIndex, type Cell } from '../../../model/aggregate.ts'
import { canonicalField } from '../../../model/fields.ts'
import type { CountKey } from '../../../model/query.ts'
import type { Query } from './clause.ts'
import type { Reading } from './reading.ts'
import { searchOnce, type Budget } from './scan.ts'
import { isChoiceField, isTextField } from './value-index.ts'

/** A key as a source of a composite aggregation, and the cell of what it gives. */
export interface BucketSource {
  readonly source: object
  readonly cell: (value: string | number | null) => Cell
}

/** The sources of keys that all have columns; undefined where one has none. */
export function sourcesOf(keys: readonly CountKey[]): BucketSource[] | undefined {
  const sources = keys.map(sourceOf)
  return sources.every((source) => source !== undefined) ? sources : undefined
}

function sourceOf(key: CountKey): BucketSource | undefined {
  if (key.kind === 'bin') {
    // Bins of numbers are `floor(value / interval) * interval`, as ours are.
    const source = { histogram: { field: 'time', interval: key.widthUs } }
    return { source, cell: (value) => value }
  }
  const field = canonicalField(key.field)
  const column = field === 'uncertaintyMs' ? 'uncertaintyUs' : field
  const isNumber = ['severity', 'uncertaintyMs', 'time', 'received'].includes(field)
  if (!isNumber && !isTextField(field) && !isChoiceField(field)) return undefined
  const plain = (value: string | number | null): Cell =>
    field === 'uncertaintyMs' && value !== null ? Number(value) / 1000 : value
  const among = key.kind === 'among' ? setIndex(key.sets) : (cell: Cell) => cell
  return {
    source: { terms: { field: column, missing_bucket: true } },
    cell: (value) => among(plain(value)),
  }
}

/** Buckets of one request; `search.max_buckets` is 65,536. */
const PAGE = 10_000

interface Composite {
  readonly groups: {
    readonly after_key?: Readonly<Record<string, unknown>>
    readonly buckets: readonly {
      readonly key: Readonly<Record<string, string | number | null>>
      readonly doc_count: number
    }[]
  }
}

/** Counts the documents of a query by what sources give: exact, however many groups there are. */
export async function* countBuckets(
  { connection, indices }: Reading,
  query: Query,
  sources: readonly BucketSource[],
  budget: Budget,
  notes: Set<string>,
): AsyncGenerator<{ readonly cells: Cell[]; readonly count: number }> {
  const place = { index: indices.allOf('logs') }
  if (sources.length === 0) {
    const body = { query, size: 0, track_total_hits: true }
    const answer = await searchOnce(connection, place, body, budget, notes)
    yield { cells: [], count: answer.hits.total!.value }
    return
  }
  const named = sources.map(({ source }, index) => ({ [`k${index}`]: source }))
  let after: Readonly<Record<string, unknown>> | undefined
  do {
    const composite = { size: PAGE, sources: named, ...(after === undefined ? {} : { after }) }
    const body = { query, size: 0, track_total_hits: false, aggs: { groups: { composite } } }
    const answer = await searchOnce<never, Composite>(connection, place, body, budget, notes)
    const groups = answer.aggregations?.groups
    for (const { key, doc_count: count } of groups?.buckets ?? []) {
      yield { cells: sources.map(({ cell }, index) => cell(key[`k${index}`] ?? null)), count }
    }
    after = groups?.after_key
  } while (after !== undefined)
}
