import type { EntityId } from '../../model/entity.ts'
import { and, or, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import type { LaneEvent } from '../../model/timeline.ts'
import { formatTime, MICROS_PER_MS, type TimeRange } from '../../model/time.ts'
import type { QueryContext, Store } from '../store/store.ts'
import type { Speech } from '../topology/speaker.ts'
import { IS_SEVERE, saidBy, type Speaker } from './counts.ts'
import { msOf, type Grid } from './grid.ts'
import { titleOf } from './title.ts'
import type { Voices } from './voices.ts'

/** A pattern that the view holds no more often is shown record by record, whatever its severity. */
const RARE = 3
/** Most rare patterns asked for, the rarest. */
const MOST_RARE = 500
/** Most records read one by one, as a page of the store holds them. */
const MOST_EVENTS = 10_000

/** Which records are worth showing one by one: warnings and worse, and rare patterns. */
export interface Notable {
  readonly rare: ReadonlySet<string>
  /** Voices of the lanes that do not warn too often for that. */
  readonly speeches: readonly Speech[]
}

/** `lanes` are those of the view with who spoke in them; `most` single events of a lane are wanted. */
export function notableOf(
  patterns: ReadonlyMap<string, number>,
  lanes: readonly (Speaker | undefined)[],
  most: number,
): Notable {
  const rare = [...patterns].filter(([, count]) => count <= RARE)
  rare.sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
  const speeches = lanes.flatMap((spoken) => {
    if (spoken === undefined) return []
    const { warning, error, fatal } = spoken.counted.counts()
    return warning + error + fatal > most ? [] : [...spoken.speeches]
  })
  return { rare: new Set(rare.slice(0, MOST_RARE).map(([template]) => template)), speeches }
}

function isNotable(rare: ReadonlySet<string>): Filter {
  if (rare.size === 0) return IS_SEVERE
  return or(IS_SEVERE, { kind: 'in', field: 'template', values: [...rare] })
}

/** Single events of the view. */
export interface Events {
  /** Oldest first, with the lane that each stands in. */
  readonly records: readonly { readonly lane: EntityId; readonly record: LogRecord }[]
  readonly notes: readonly string[]
}

/** Reads the notable records. */
export async function readEvents(
  { filter, range, store, context }: Reading,
  { rare, speeches }: Notable,
  voices: Voices,
): Promise<Events> {
  if (speeches.length === 0) return { records: [], notes: [] }
  const page = await store.search(
    {
      filter: and(filter, saidBy(speeches), isNotable(rare)),
      range,
      order: 'oldest',
      limit: MOST_EVENTS,
    },
    context,
  )
  const records = page.records.map((record) => {
    const lane = voices.laneAt(speechOf(record), record.time, record.time + 1)
    return { lane, record }
  })
  const cut =
    page.next === undefined ? [] : [`only the first ${MOST_EVENTS} events are shown one by one`]
  return { records, notes: [...page.notes, ...cut] }
}

interface Reading {
  readonly filter: Filter
  readonly range: TimeRange
  readonly store: Pick<Store, 'search'>
  readonly context: QueryContext
}

/** As the counts tell voices apart. */
function speechOf({ host, entity, source }: LogRecord): Speech {
  return host === null ? { host, entity, source } : { host, entity: null, source: null }
}

/** A lane's events, oldest first; null where there are more than `most`, which its density shows. */
export function eventsOfLane(
  records: readonly LogRecord[],
  severe: number,
  most: number,
  grid: Grid,
): LaneEvent[] | null {
  if (severe > most || records.length > most) return null
  const counts = new Map<string, number>()
  for (const { template } of records) {
    if (template !== null) counts.set(template.id, (counts.get(template.id) ?? 0) + 1)
  }
  return records.map((record) => {
    const { id, time, timeNs, uncertaintyUs, severity, template } = record
    return {
      id,
      time: formatTime(time, timeNs),
      atMs: msOf(time, grid),
      uncertaintyMs: uncertaintyUs / MICROS_PER_MS,
      severity,
      template: template?.id ?? null,
      title: titleOf(record),
      ofPattern: template === null ? 1 : counts.get(template.id)!,
    }
  })
}
