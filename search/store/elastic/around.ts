import { cellOf } from '../../../model/counted-key.ts'
import type { CountKey } from '../../../model/query.ts'
import { MAX_TIME, MIN_TIME, type Micros, type TimeRange } from '../../../model/time.ts'
import { rareTemplates } from '../rare-templates.ts'
import type { Around, AroundRequest, QueryContext, SearchPage, Store } from '../store.ts'
import { firstOfTemplates } from './first-of-templates.ts'
import type { Reading } from './reading.ts'

/** What is around a time: both sides are counted while the nearest are read, then the nearest of rare templates. */
export async function around(
  reading: Reading,
  store: Pick<Store, 'counts' | 'search'>,
  { filter, at, windowUs, nearest, ofRare, stretchUs }: AroundRequest,
  context: QueryContext,
): Promise<Around> {
  const by: CountKey[] = [
    { kind: 'field', field: 'template' },
    { kind: 'bin', widthUs: stretchUs },
  ]
  const templates = new Map<string | null, { count: number; stretches: Set<number> }>()
  const notes = new Set<string>()
  const count = async (range: TimeRange): Promise<Map<string | null, number>> => {
    const [counted] = await store.counts({ filter, range, groupings: [by] }, context)
    const { keys, counts, notes: missing } = counted!
    for (const note of missing) notes.add(note)
    const ofSide = new Map<string | null, number>()
    for (const [group, records] of counts.entries()) {
      const template = cellOf(keys[0]!, group) as string | null
      ofSide.set(template, (ofSide.get(template) ?? 0) + records)
      const known = templates.get(template) ?? { count: 0, stretches: new Set() }
      templates.set(template, known)
      known.count += records
      known.stretches.add(cellOf(keys[1]!, group) as number)
    }
    return ofSide
  }
  const search = async (range: TimeRange, order: 'newest' | 'oldest'): Promise<SearchPage> => {
    const page = await store.search({ filter, range, order, limit: nearest }, context)
    for (const note of page.notes) notes.add(note)
    return page
  }
  const side = async (range: TimeRange, order: 'newest' | 'oldest') => {
    if (range.from >= range.to) return []
    const [counts, { records }] = await Promise.all([count(range), search(range, order)])
    const known = new Set(records.map(({ template }) => template?.id))
    const others = [...counts].flatMap(([template, records]): [string, number][] =>
      template === null || known.has(template) ? [] : [[template, records]],
    )
    const rare = rareTemplates(new Map(others), ofRare)
    if (rare.length === 0) return records
    const request = { filter, range, order, templates: rare }
    const firsts = await firstOfTemplates(reading, store, request, context)
    for (const note of firsts.notes) notes.add(note)
    return [...records, ...firsts.records]
  }
  const sides = await Promise.all([
    side({ from: Math.max(MIN_TIME, at - windowUs) as Micros, to: at }, 'newest'),
    side({ from: at, to: Math.min(MAX_TIME, at + windowUs) as Micros }, 'oldest'),
  ])
  return {
    records: sides.flat(),
    templates: [...templates].map(([template, { count: records, stretches }]) => ({
      template,
      count: records,
      stretches: stretches.size,
    })),
    notes: [...notes],
  }
}
