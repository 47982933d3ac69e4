import { setIndex, type Cell } from '../../../model/aggregate.ts'
import { canonicalField } from '../../../model/fields.ts'
import type { CountKey } from '../../../model/query.ts'
import type { Query } from './clause.ts'
import type { CountTable } from './count-table.ts'
import type { DescriptorKind, Descriptors, DescriptorTypes } from './descriptors.ts'
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
  layer: valued('layer'),
  kind: valued('kind'),
  app: described('shape', ({ app }) => app),
  severityText: described('shape', ({ severityText }) => severityText),
  eventName: described('shape', ({ eventName }) => eventName),
  timeFrom: valued('timeFrom'),
  uncertaintyMs: described('shape', ({ uncertaintyUs }) => uncertaintyUs / 1000),
  template: described('template', ({ id }) => id),
}

/** Buckets of one answer; `search.max_buckets` is 65,536. */
const MOST_BUCKETS = 60_000

type BucketKey = Readonly<Record<string, string | number | null>>

interface Buckets {
  readonly after_key?: BucketKey
  readonly buckets: readonly { readonly key: BucketKey; readonly doc_count: number }[]
}

/** What a query is counted by, and where the counts go. */
export interface Bucketed {
  readonly sources: readonly BucketSource[]
  readonly table: CountTable
}

/** How far the counting is. */
interface Counting extends Bucketed {
  /** Of each source the place of what it has given before. */
  readonly places: readonly Map<string | number | null, number>[]
  readonly after?: BucketKey
}

/** Counts the documents of a query in several ways at once: exact, however many groups there are. */
export async function countBuckets(
  { connection, descriptors, indices }: Reading,
  query: Query,
  groupings: readonly Bucketed[],
  budget: Budget,
  notes: Set<string>,
): Promise<void> {
  const place = { index: indices.allOf('logs') }
  let open = groupings.map(({ sources, table }): Counting => {
    return { sources, table, places: sources.map(() => new Map<string | number | null, number>()) }
  })
  while (open.length > 0) {
    const size = Math.floor(MOST_BUCKETS / open.length)
    const body = {
      query,
      size: 0,
      track_total_hits: open.some(isTotal),
      aggs: Object.fromEntries(
        open.flatMap((one, index) => (isTotal(one) ? [] : [[`g${index}`, composite(one, size)]])),
      ),
    }
    const answer = await searchOnce<never, Record<string, Buckets>>(
      connection,
      place,
      body,
      budget,
      notes,
    )
    const unfinished: Counting[] = []
    for (const [index, one] of open.entries()) {
      if (isTotal(one)) {
        one.table.add([], answer.hits.total!.value)
        continue
      }
      // Without an index there are no aggregations.
      const { buckets = [], after_key: after } = answer.aggregations?.[`g${index}`] ?? {}
      await addBuckets(one, buckets, descriptors, notes)
      if (buckets.length === size && after !== undefined) unfinished.push({ ...one, after })
    }
    open = unfinished
  }
}

const isTotal = ({ sources }: Bucketed): boolean => sources.length === 0

function composite({ sources, after }: Counting, size: number): object {
  const keyed = sources.map(({ source }, index) => ({ [`k${index}`]: source }))
  return { composite: { size, sources: keyed, ...(after === undefined ? {} : { after }) } }
}

async function addBuckets(
  { sources, table, places }: Counting,
  buckets: Buckets['buckets'],
  descriptors: Descriptors,
  notes: Set<string>,
): Promise<void> {
  for (const [index, { kind, cell }] of sources.entries()) {
    const known = places[index]!
    const news = new Set<string | number | null>()
    for (const { key } of buckets) {
      const value = key[`k${index}`] ?? null
      if (!known.has(value)) news.add(value)
    }
    const named = kind === undefined ? undefined : await descriptors.read(kind, news as Set<string>)
    for (const value of news) {
      const meant: BucketValue | undefined =
        named === undefined ? value : named.get(value as string)
      if (meant !== undefined) known.set(value, table.placeOf(index, cell(meant)))
    }
  }
  for (const { key, doc_count: count } of buckets) {
    const found = places.map((known, index) => known.get(key[`k${index}`] ?? null))
    if (found.every((place) => place !== undefined)) table.add(found, count)
    else noteUnreadable(notes)
  }
}
