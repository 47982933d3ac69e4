import { templateText } from '../../../model/template.ts'
import { PatternTally, type PatternExtent } from '../pattern-tally.ts'
import type { PatternCount, PatternsRequest, QueryContext } from '../store.ts'
import { unsureOf } from './aggregate.ts'
import { NOTHING, type Query } from './clause.ts'
import { compileFilter } from './compile.ts'
import type { Reading } from './reading.ts'
import { Budget, searchOnce } from './scan.ts'
import { walk } from './search.ts'
import type { StateIndex } from './state-index.ts'

/** The templates of the matching records, most frequent first, equal counts by template id. */
export async function patterns(
  reading: Reading,
  state: StateIndex,
  { filter, range }: PatternsRequest,
  context: QueryContext,
): Promise<PatternCount[]> {
  const budget = new Budget(context)
  const clause = compileFilter(filter, range, reading.compileRegex)
  const tally = new PatternTally<string>()
  const texts = new Map<string, string>()
  if (clause.sure !== NOTHING) {
    for await (const [template, extent] of extents(reading, clause.sure, budget)) {
      tally.add(template, extent)
    }
  }
  const query = unsureOf(clause)
  if (query !== NOTHING) {
    for await (const record of walk(reading, { filter, query }, budget)) {
      const { template } = record
      if (template === null) continue
      texts.set(template.id, template.text)
      tally.addRecord(template.id, record)
    }
  }
  const unknown = tally.names.filter((id) => !texts.has(id))
  for (const [id, pattern] of await state.many('template', unknown)) {
    texts.set(id, templateText(pattern))
  }
  // A template stands in the index before any record of it; where somebody has deleted it, its id is left.
  return tally.counts((template) => ({ template, text: texts.get(template) ?? template }))
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
): AsyncGenerator<[template: string, extent: PatternExtent]> {
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
