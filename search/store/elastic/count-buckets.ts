import { setIndex, type Cell } from '../../../model/aggregate.ts'
import { canonicalField } from '../../../model/fields.ts'
import type { CountKey } from '../../../model/query.ts'
import type { Query } from './clause.ts'
import type { DescriptorKind, DescriptorTypes } from './descriptors.ts'
import type { Reading } from './reading.ts'
import { noteUnreadable } from './records.ts'
import { searchOnce, type Budget } from './scan.ts'

/** A key as a source of a composite aggregation, and the cell of what it gives. */
export interface BucketSource {
  readonly source: object
  /** Where the value is the id of a descriptor. */
  readonly kind?: DescriptorKind
  /** Of the value, or of its descriptor. */
  readonly cell: (value: BucketValue) => Cell
}

type BucketValue = string | number | null | DescriptorTypes[DescriptorKind]

/** The sources of keys that all have columns; undefined where one has none. */
export function sourcesOf(keys: readonly CountKey[]): BucketSource[] | undefined {
  const sources = keys.map(sourceOf)
  return sources.every((source) => source !== undefined) ? sources : undefined
}

function sourceOf(key: CountKey): BucketSource | undefined {
  if (key.kind === 'bin') {
    // Bins of numbers are `floor(value / interval) * interval`, as ours are.
    const source = { histogram: { field: 'time', interval: key.widthUs } }
    return { source, cell: (value) => value as number }
  }
  const plain = PLAIN_SOURCES[canonicalField(key.field)]
  if (plain === undefined || key.kind !== 'among') return plain
  const among = setIndex(key.sets)
  return { ...plain, cell: (value) => among(plain.cell(value)) }
}

const column = (field: string): object => ({ terms: { field, missing_bucket: true } })
const valued = (field: string): BucketSource => ({
  source: column(field),
  cell: (value) => value as string | number | null,
})
const described = <Kind extends DescriptorKind>(
  kind: Kind,
  cell: (descriptor: DescriptorTypes[Kind]) => Cell,
): BucketSource => ({
  source: column(COLUMN_OF[kind]),
  kind,
  cell: (value) => cell(value as DescriptorTypes[Kind]),
})

const COLUMN_OF = { stream: 'stream', shape: 'shape', template: 'pattern' } as const

/** Fields that records can be counted by without being read. Several descriptors may give the same cell. */
const PLAIN_SOURCES: Readonly<Record<string, BucketSource>> = {
  time: valued('time'),
  received: valued('received'),
  severity: valued('severity'),
  entity: valued('speaker'),
  source: described('stream', ({ source }) => source),
  format: described('stream', ({ format }) => format),
  host: described('stream', ({ host }) => host),
  layer: described('stream', ({ layer }) => layer),
  kind: described('stream', ({ kind }) => kind),
  app: described('shape', ({ app }) => app),
  severityText: described('shape', ({ severityText }) => severityText),
  eventName: described('shape', ({ eventName }) => eventName),
  timeFrom: described('shape', ({ timeFrom }) => timeFrom),
  uncertaintyMs: described('shape', ({ uncertaintyUs }) => uncertaintyUs / 1000),
  template: described('template', ({ id }) => id),
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
  { connection, descriptors, indices }: Reading,
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
  const keyed = sources.map(({ source }, index) => ({ [`k${index}`]: source }))
  let after: Readonly<Record<string, unknown>> | undefined
  do {
    const composite = { size: PAGE, sources: keyed, ...(after === undefined ? {} : { after }) }
    const body = { query, size: 0, track_total_hits: false, aggs: { groups: { composite } } }
    const answer = await searchOnce<never, Composite>(connection, place, body, budget, notes)
    const groups = answer.aggregations?.groups
    const buckets = groups?.buckets ?? []
    const named = await Promise.all(
      sources.map(async ({ kind }, index) => {
        const ids = (): string[] => buckets.map(({ key }) => key[`k${index}`] as string)
        return kind === undefined ? undefined : descriptors.read(kind, ids())
      }),
    )
    for (const { key, doc_count: count } of buckets) {
      const values = named.map((some, index): BucketValue | undefined => {
        const value = key[`k${index}`] ?? null
        return some === undefined ? value : some.get(value as string)
      })
      if (values.includes(undefined)) noteUnreadable(notes)
      else yield { cells: sources.map(({ cell }, index) => cell(values[index]!)), count }
    }
    after = groups?.after_key
  } while (after !== undefined)
}
