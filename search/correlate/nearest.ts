import { and, type CountKey, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { MAX_TIME, MIN_TIME, type Micros, type TimeRange } from '../../model/time.ts'
import { cellOf } from '../../model/counted-key.ts'
import type { QueryContext, SearchRequest, Store } from '../store/store.ts'
import { HAPPENING_US, happeningOf } from './chance.ts'
import { Frequencies } from './frequencies.ts'

/** What of a store is asked. */
export type Reading = Pick<Store, 'search' | 'counts' | 'firstOfTemplates'>

/** Records read on each side of the one asked about, the nearest. */
const MOST_NEAR = 100
/** Of templates that these leave out, the rarest are looked for: those that have so many records together. */
const MOST_OF_KINDS = 400

/** The records of a filter around one. */
export interface Neighbourhood {
  /** The nearest, and the nearest of each rare template, without the one they are around. */
  readonly records: readonly LogRecord[]
  /** How many happenings of the window look like this record, without it. */
  othersLike(record: LogRecord): number
}

/**
 * The records of a filter within `windowUs` before and after a record: all of them where they are few. Of many,
 * the nearest on each side and beyond those the nearest of each rare template, so that what a busy device says
 * all the time does not push aside the one line that matters. All are counted once by template and time; what is then
 * read is known to nearly the record.
 */
export async function nearestTo(
  record: LogRecord,
  filter: Filter,
  windowUs: number,
  store: Reading,
  context: QueryContext,
): Promise<Neighbourhood> {
  const at = record.time
  const before = { from: Math.max(MIN_TIME, at - windowUs) as Micros, to: at }
  // The record itself is among these.
  const after = { from: at, to: Math.min(MAX_TIME, at + windowUs) as Micros }
  const bins = await countBins(filter, { from: before.from, to: after.to }, store, context)
  const seen = new Frequencies(2 * windowUs)
  for (const { template, happening, count } of bins) seen.add(template, happening, count)
  const read = async (range: TimeRange, order: 'newest' | 'oldest'): Promise<LogRecord[]> => {
    const { near, kinds } = worthReading(bins, happeningOf(at), order)
    const [nearest, ofKinds] = await Promise.all([
      readBins(near, { filter, range, order }, store, context),
      readFirsts(kinds, { filter, range, order }, store, context),
    ])
    return [...nearest, ...ofKinds]
  }
  const sides = await Promise.all([read(before, 'newest'), read(after, 'oldest')])
  const records = new Map(sides.flat().map((other) => [other.id, other]))
  records.delete(record.id)
  return { records: [...records.values()], othersLike: (other) => seen.othersLike(other) }
}

/** How many records of a template there are in a stretch of time. */
interface Bin {
  readonly template: string | null
  readonly happening: number
  readonly count: number
}

async function countBins(
  filter: Filter,
  range: TimeRange,
  store: Reading,
  context: QueryContext,
): Promise<Bin[]> {
  const by: CountKey[] = [
    { kind: 'field', field: 'template' },
    { kind: 'bin', widthUs: HAPPENING_US },
  ]
  const [counted] = await store.counts({ filter, range, groupings: [by] }, context)
  const { keys, counts } = counted!
  return Array.from(counts, (count, group) => ({
    template: cellOf(keys[0]!, group) as string | null,
    happening: happeningOf(Number(cellOf(keys[1]!, group))),
    count,
  }))
}

/**
 * On one side of a record: the bins that hold the nearest, as many as are read, and those of templates that these
 * leave out, the rarest.
 */
function worthReading(
  bins: readonly Bin[],
  at: number,
  order: 'newest' | 'oldest',
): { readonly near: readonly Bin[]; readonly kinds: readonly Bin[] } {
  const sign = order === 'newest' ? -1 : 1
  const side = bins.filter(({ happening }) => sign * happening >= sign * at)
  side.sort((a, b) => sign * (a.happening - b.happening))
  let read = 0
  let last = at
  const near = side.filter(({ happening, count }) => {
    // The rest of a moment that is partly read is read with it.
    if (read >= MOST_NEAR && happening !== last) return false
    read += count
    last = happening
    return true
  })
  const known = new Set(near.map(({ template }) => template))
  const kinds = new Map<string, Bin[]>()
  for (const bin of side.slice(near.length)) {
    if (bin.template === null || known.has(bin.template)) continue
    const kind = kinds.get(bin.template)
    if (kind === undefined) kinds.set(bin.template, [bin])
    else kind.push(bin)
  }
  const rarest = [...kinds]
    .map(([template, of]) => ({ template, of, total: of.reduce((sum, bin) => sum + bin.count, 0) }))
    .sort((a, b) => a.total - b.total || (a.template < b.template ? -1 : 1))
  let total = 0
  const few = rarest.filter((kind) => (total += kind.total) <= MOST_OF_KINDS)
  return { near, kinds: few.flatMap(({ of }) => of) }
}

type Asked = Pick<SearchRequest, 'filter' | 'range' | 'order'>

/** The nearest records of some bins and of those between them. */
async function readBins(
  bins: readonly Bin[],
  { filter, range, order }: Asked,
  store: Reading,
  context: QueryContext,
): Promise<LogRecord[]> {
  if (bins.length === 0) return []
  const templates = templatesOf(bins)
  const ofTemplates: Filter | undefined = templates.every((template) => template !== null)
    ? { kind: 'in', field: 'template', values: templates }
    : undefined
  const page = await store.search(
    {
      filter: ofTemplates === undefined ? filter : and(filter, ofTemplates),
      range: rangeOf(bins, range),
      order,
      limit: MOST_NEAR,
    },
    context,
  )
  return page.records
}

/** The nearest record of each template. */
async function readFirsts(
  bins: readonly Bin[],
  { filter, range, order }: Asked,
  store: Reading,
  context: QueryContext,
): Promise<LogRecord[]> {
  if (bins.length === 0) return []
  const templates = templatesOf(bins).filter((template) => template !== null)
  const firsts = await store.firstOfTemplates(
    { filter, range: rangeOf(bins, range), order, templates },
    context,
  )
  return firsts.records
}

const templatesOf = (bins: readonly Bin[]): (string | null)[] => [
  ...new Set(bins.map(({ template }) => template)),
]

/** From the first of the bins to the last, inside a range. */
function rangeOf(bins: readonly Bin[], { from, to }: TimeRange): TimeRange {
  const happenings = bins.map(({ happening }) => happening)
  const first = happenings.reduce((a, b) => Math.min(a, b)) * HAPPENING_US
  const end = (happenings.reduce((a, b) => Math.max(a, b)) + 1) * HAPPENING_US
  return { from: Math.max(from, first) as Micros, to: Math.min(to, end) as Micros }
}
