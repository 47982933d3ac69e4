import type { Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import type { QueryContext, Store } from '../store/store.ts'
import { HAPPENING_US, otherHappenings } from './chance.ts'
import { templateOf } from './frequencies.ts'

/** What of a store is asked. */
export type Reading = Pick<Store, 'around' | 'counts'>

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
 * all the time does not push aside the one line that matters.
 */
export async function nearestTo(
  record: LogRecord,
  filter: Filter,
  windowUs: number,
  store: Reading,
  context: QueryContext,
): Promise<Neighbourhood> {
  const { records, templates } = await store.around(
    {
      ...{ filter, at: record.time, windowUs },
      ...{ nearest: MOST_NEAR, ofRare: MOST_OF_KINDS, stretchUs: HAPPENING_US },
    },
    context,
  )
  const others = new Map(
    templates.map(({ template, count, stretches }) => [
      template,
      otherHappenings(count, stretches, 2 * windowUs),
    ]),
  )
  return {
    records: records.filter(({ id }) => id !== record.id),
    othersLike: (other) => others.get(templateOf(other)) ?? 0,
  }
}
