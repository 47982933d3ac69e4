import { templateText } from '../../../model/template.ts'
import type { Micros } from '../../../model/time.ts'
import type { PatternCount, PatternsRequest, QueryContext } from '../store.ts'
import { unsureOf } from './aggregate.ts'
import { NOTHING, type Query } from './clause.ts'
import { compileFilter } from './compile.ts'
import type { Reading } from './reading.ts'
import { Budget, searchOnce } from './scan.ts'
import { walk } from './search.ts'
import type { StateIndex } from './state-index.ts'

interface Extent {
  readonly count: number
  readonly first: number
  readonly last: number
  readonly severity: number
}

const joined = (a: Extent | undefined, b: Extent): Extent =>
  a === undefined
    ? b
    : {
        count: a.count + b.count,
        first: Math.min(a.first, b.first),
        last: Math.max(a.last, b.last),
        severity: Math.max(a.severity, b.severity),
      }

/** The templates of the matching records, most frequent first, equal counts by template id. */
export async function patterns(
  reading: Reading,
  state: StateIndex,
  { filter, range }: PatternsRequest,
  context: QueryContext,
): Promise<PatternCount[]> {
  const budget = new Budget(context)
  const clause = compileFilter(filter, range, reading.compileRegex)
  const found = new Map<string, Extent>()
  const texts = new Map<string, string>()
  if (clause.sure !== NOTHING) {
    for await (const [template, extent] of extents(reading, clause.sure, budget)) {
      found.set(template, extent)
    }
  }
  const query = unsureOf(clause)
  if (query !== NOTHING) {
    for await (const { template, time, severity } of walk(reading, { filter, query }, budget)) {
      if (template === null) continue
      texts.set(template.id, template.text)
      const extent = { count: 1, first: time, last: time, severity }
      found.set(template.id, joined(found.get(template.id), extent))
    }
  }
  const unknown = [...found.keys()].filter((id) => !texts.has(id))
  for (const [id, pattern] of await state.many('template', unknown)) {
    texts.set(id, templateText(pattern))
  }
  return [...found]
    .map(([template, { count, first, last, severity }]) => ({
      template,
      text: texts.get(template) ?? '',
      count,
      first: first as Micros,
      last: last as Micros,
      severity,
    }))
    .sort((a, b) => b.count - a.count || (a.template < b.template ? -1 : 1))
}

interface Value {
  readonly value: number
}

interface Buckets {
  readonly groups: {
    readonly after_key?: object
    readonly buckets: readonly {
      readonly key: { readonly template: string }
      readonly doc_count: number
      readonly first: Value
      readonly last: Value
      readonly severity: Value
    }[]
  }
}

async function* extents(
  { connection, indices }: Reading,
  query: Query,
  budget: Budget,
): AsyncGenerator<[template: string, extent: Extent]> {
  let after: object | undefined
  do {
    const sources = [{ template: { terms: { field: 'template' } } }]
    const body = {
      query,
      size: 0,
      track_total_hits: false,
      aggs: {
        groups: {
          composite: { size: 10_000, sources, ...(after === undefined ? {} : { after }) },
          aggs: {
            first: { min: { field: 'time' } },
            last: { max: { field: 'time' } },
            severity: { max: { field: 'severity' } },
          },
        },
      },
    }
    const place = { index: indices.allOf('logs') }
    const answer = await searchOnce<never, Buckets>(connection, place, body, budget)
    const groups = answer.aggregations?.groups
    for (const { key, doc_count: count, first, last, severity } of groups?.buckets ?? []) {
      yield [
        key.template,
        { count, first: first.value, last: last.value, severity: severity.value },
      ]
    }
    after = groups?.after_key
  } while (after !== undefined)
}
