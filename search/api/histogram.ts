import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Cell, HistogramAnswer, HistogramBucket } from '../../model/api.ts'
import { AppError, quote } from '../../model/errors.ts'
import type { Filter, GroupKey } from '../../model/query.ts'
import {
  formatTime,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_MS,
  MICROS_PER_SECOND,
  parseDuration,
  type Micros,
  type TimeRange,
} from '../../model/time.ts'
import { fieldType } from '../../model/fields.ts'
import { finishedCell } from '../query/table.ts'
import type { Store, Table } from '../store/store.ts'
import { closing, signalOf, type ApiParts } from './parts.ts'
import { readFilter, type Question } from './question.ts'
import {
  answer,
  boundedWindowFields,
  budgetField,
  QUESTION_ERRORS,
  queryField,
  requestBody,
  responses,
  wireTime,
  type SchemaTypes,
} from './schemas.ts'

const DEFAULT_BUCKETS = 60
export const MAX_BUCKETS = 10_000
/** Most values told apart by `by`; the rest is summed under {@link OTHER}. */
const MAX_SPLIT = 20
const OTHER = '(other)'
const MISSING = '(none)'

const body = requestBody({
  ...queryField,
  ...boundedWindowFields,
  buckets: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_BUCKETS,
      description: 'at most so many, of a round width; default 60',
    }),
  ),
  width: Type.Optional(Type.String({ description: 'exact width, e.g. 30s, 5m', maxLength: 32 })),
  by: Type.Optional(Type.String({ description: 'field to split by', minLength: 1 })),
  fit: Type.Optional(
    Type.Boolean({
      description:
        'from the bucket of the first record to that of the last instead of the whole window; no bucket where none matches',
    }),
  ),
  ...budgetField,
})

const response = answer({
  buckets: Type.Array(
    Type.Object({
      from: wireTime('inclusive'),
      to: wireTime('exclusive'),
      count: Type.Integer(),
      by: Type.Optional(
        Type.Record(Type.String(), Type.Integer(), {
          description: `counts by value: the 20 largest, the rest as ${OTHER}, without value as ${MISSING}`,
        }),
      ),
    }),
  ),
})

export function histogramRoutes(app: FastifyInstance, parts: ApiParts): void {
  app.withTypeProvider<SchemaTypes>().post(
    '/api/v1/histogram',
    {
      schema: {
        tags: ['search'],
        summary: 'Count records over time',
        description:
          'Buckets are aligned to the epoch and cover the window without gaps; the first and last are cut at its edges. Empty buckets are listed.',
        body,
        response: responses(response, ...QUESTION_ERRORS),
      },
    },
    async (request, reply): Promise<HistogramAnswer> => {
      const startedAt = performance.now()
      const { by } = request.body
      const question = await readFilter(parts, request.body, signalOf(reply))
      const fit = request.body.fit === true
      const held = fit ? await extentOf(parts.store, question) : { range: question.range, cuts: [] }
      if (held.range === null) {
        const notes = { cuts: held.cuts, remarks: question.remarks }
        return { buckets: [], ...(await closing(parts, question.range, startedAt, notes)) }
      }
      const widthUs = chooseWidth(request.body, held.range)
      const range = fit ? wholeBuckets(held.range, widthUs, question.range) : held.range
      const keys: GroupKey[] = [{ kind: 'bin', widthUs }]
      if (by !== undefined) keys.push({ kind: 'field', field: by })
      const table = await parts.store.aggregate(
        {
          filter: question.filter,
          range,
          by: keys,
          aggregates: [{ function: 'count', as: 'count' }],
        },
        question.context,
      )
      const cuts = [...new Set([...held.cuts, ...table.notes])]
      const notes = { cuts, remarks: question.remarks }
      return {
        buckets: bucketsOf(table, range, widthUs, by),
        ...(await closing(parts, range, startedAt, notes)),
      }
    },
  )
}

/** From the first to the last record of a question, null where there is none, and what was not seen for it. */
async function extentOf(
  store: Store,
  { filter, range, context }: Pick<Question, 'range' | 'context'> & { readonly filter: Filter },
): Promise<{ readonly range: TimeRange | null; readonly cuts: readonly string[] }> {
  // One record from either end: a store finds that without reading all that match, as a minimum would have it.
  const pages = await Promise.all(
    (['oldest', 'newest'] as const).map((order) =>
      store.search({ filter, range, order, limit: 1 }, context),
    ),
  )
  const [first, last] = pages.map(({ records }) => records[0]?.time)
  const held =
    first === undefined || last === undefined ? null : { from: first, to: (last + 1) as Micros }
  return { range: held, cuts: pages.flatMap(({ notes }) => notes) }
}

/** A range made longer to whole buckets, within another. */
export function wholeBuckets(range: TimeRange, widthUs: number, within: TimeRange): TimeRange {
  return {
    from: Math.max(Math.floor(range.from / widthUs) * widthUs, within.from) as Micros,
    to: Math.min(Math.ceil(range.to / widthUs) * widthUs, within.to) as Micros,
  }
}

/** Widths a person reads easily, ascending. */
const ROUND_WIDTHS_US = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((n) => n * MICROS_PER_MS),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MICROS_PER_SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MICROS_PER_MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * MICROS_PER_HOUR),
  ...[1, 2, 7, 30, 90, 365].map((n) => n * MICROS_PER_DAY),
]

/** The smallest round width that cuts the range into at most `count` pieces. */
export function roundWidth(range: TimeRange, count: number): number {
  const pieces = (width: number) => Math.ceil(range.to / width) - Math.floor(range.from / width)
  return (
    ROUND_WIDTHS_US.find((width) => pieces(width) <= count) ??
    Math.ceil((range.to - range.from) / count / MICROS_PER_DAY + 1) * MICROS_PER_DAY
  )
}

function chooseWidth(
  fields: { readonly buckets?: number; readonly width?: string },
  range: TimeRange,
): number {
  if (fields.width !== undefined && fields.buckets !== undefined) {
    throw new AppError('invalid_request', 'give either buckets or width')
  }
  if (fields.width === undefined) return roundWidth(range, fields.buckets ?? DEFAULT_BUCKETS)
  const widthUs = parseDuration(fields.width)
  if (widthUs === undefined || widthUs < 1) {
    throw new AppError(
      'invalid_request',
      `cannot read width ${quote(fields.width)} as a duration; use 30s, 5m or 1h`,
    )
  }
  if ((range.to - range.from) / widthUs > MAX_BUCKETS) {
    throw new AppError(
      'invalid_request',
      `width ${quote(fields.width)} cuts the window into more than ${MAX_BUCKETS} buckets; choose a wider one`,
    )
  }
  return widthUs
}

/** Rows `[bin, value?, count]` as gapless buckets cut at the edges of the range. */
export function bucketsOf(
  table: Table,
  range: TimeRange,
  widthUs: number,
  by?: string,
): HistogramBucket[] {
  const names = by === undefined ? undefined : splitNames(table, by)
  const counts = new Map<number, { count: number; readonly by: Map<string, number> }>()
  for (const row of table.rows) {
    const bin = Number(row[0])
    const count = Number(row[row.length - 1])
    let bucket = counts.get(bin)
    if (bucket === undefined) counts.set(bin, (bucket = { count: 0, by: new Map() }))
    bucket.count += count
    if (names !== undefined) {
      const name = names(row[1])
      bucket.by.set(name, (bucket.by.get(name) ?? 0) + count)
    }
  }
  const buckets: HistogramBucket[] = []
  const first = Math.floor(range.from / widthUs) * widthUs
  for (let bin = first; bin < range.to; bin += widthUs) {
    const bucket = counts.get(bin)
    buckets.push({
      from: formatTime(Math.max(bin, range.from) as Micros),
      to: formatTime(Math.min(bin + widthUs, range.to) as Micros),
      count: bucket?.count ?? 0,
      ...(names === undefined ? {} : { by: Object.fromEntries(bucket?.by ?? []) }),
    })
  }
  return buckets
}

/** Names the values with the largest totals; all others share one name. */
function splitNames(table: Table, by: string): (value: Cell | undefined) => string {
  const isTime = fieldType(by) === 'time'
  const nameOf = (value: Cell | undefined): string =>
    value === null || value === undefined ? MISSING : String(finishedCell(value, isTime))
  const totals = new Map<string, number>()
  for (const row of table.rows) {
    const name = nameOf(row[1])
    totals.set(name, (totals.get(name) ?? 0) + Number(row[2]))
  }
  const largest = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const kept = new Set(largest.slice(0, MAX_SPLIT).map(([name]) => name))
  return (value) => {
    const name = nameOf(value)
    return kept.has(name) ? name : OTHER
  }
}
