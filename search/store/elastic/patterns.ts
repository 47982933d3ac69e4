import { templateText } from '../../../model/template.ts'
import { PatternTally, type PatternExtent } from '../pattern-tally.ts'
import type { PatternCount, PatternsRequest, QueryContext } from '../store.ts'
import { NOTHING, type Query } from './clause.ts'
import { compileFilter } from './compile.ts'
import type { Reading } from './reading.ts'
import { unreadable } from './records.ts'
import { Budget, searchOnce } from './scan.ts'
import { walkUnsure } from './search.ts'

/** The templates of the matching records, most frequent first, equal counts by template id. */
export async function patterns(
  reading: Reading,
  { filter, range }: PatternsRequest,
  context: QueryContext,
): Promise<PatternCount[]> {
  const budget = new Budget(context)
  const clause = compileFilter(filter, range, reading.compileRegex)
  const tally = new PatternTally<string>()
  const texts = new Map<string, string>()
  if (clause.sure !== NOTHING) {
    const all = await extents(reading, clause.sure, budget)
    const templates = await reading.descriptors.read(
      'template',
      all.map(([pattern]) => pattern),
    )
    for (const [pattern, extent] of all) {
      const template = templates.get(pattern)
      if (template === undefined) throw unreadable()
      texts.set(template.id, templateText(template.pattern))
      tally.add(template.id, extent)
    }
  }
  for await (const record of walkUnsure(reading, { filter, range, ...clause }, budget)) {
    const { template } = record
    if (template === null) continue
    texts.set(template.id, template.text)
    tally.addRecord(template.id, record)
  }
  return tally.counts((template) => ({ template, text: texts.get(template)! }))
}

/** Templates of one answer. */
const PAGE = 10_000

interface Value {
  readonly value: number
}

interface Buckets {
  readonly groups: {
    readonly after_key?: object
    readonly buckets: readonly {
      readonly key: { readonly pattern: string }
      readonly doc_count: number
      readonly first: Value
      readonly last: Value
      readonly severity: Value
    }[]
  }
}

async function extents(
  { connection, indices }: Reading,
  query: Query,
  budget: Budget,
): Promise<[pattern: string, extent: PatternExtent][]> {
  const found: [string, PatternExtent][] = []
  let after: object | undefined
  do {
    const sources = [{ pattern: { terms: { field: 'pattern' } } }]
    const body = {
      query,
      size: 0,
      track_total_hits: false,
      aggs: {
        groups: {
          composite: { size: PAGE, sources, ...(after === undefined ? {} : { after }) },
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
    const { buckets = [], after_key } = answer.aggregations?.groups ?? {}
    for (const { key, doc_count: count, first, last, severity } of buckets) {
      found.push([
        key.pattern,
        { count, first: first.value, last: last.value, severity: severity.value },
      ])
    }
    after = buckets.length < PAGE ? undefined : after_key
  } while (after !== undefined)
  return found
}
