import { and, type Filter } from '../../../model/query.ts'
import type { LogRecord } from '../../../model/record.ts'
import type { TimeRange } from '../../../model/time.ts'
import type { QueryContext, Store } from '../store.ts'

export interface FirstsRequest {
  readonly filter: Filter
  readonly range: TimeRange
  readonly order: 'newest' | 'oldest'
  /** Their ids. */
  readonly templates: readonly string[]
}

/** In the order asked for; of a template without a match there is none. */
export interface Firsts {
  readonly records: LogRecord[]
  readonly notes: readonly string[]
}

/** Records of a page: most of what is looked for is rare. */
const PAGE = 500

/** The first record of each template, where a store cannot tell which it is without reading the others. */
export async function firstsByReading(
  store: Pick<Store, 'search'>,
  { filter, range, order, templates }: FirstsRequest,
  context: QueryContext,
): Promise<Firsts> {
  const wanted = and(filter, { kind: 'in', field: 'template', values: templates })
  const missing = new Set(templates)
  const records: LogRecord[] = []
  const notes = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await store.search(
      { filter: wanted, range, order, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
      context,
    )
    for (const note of page.notes) notes.add(note)
    for (const record of page.records) {
      if (missing.delete(record.template?.id ?? '')) records.push(record)
    }
    cursor = page.next
  } while (cursor !== undefined && missing.size > 0)
  return { records, notes: [...notes] }
}
