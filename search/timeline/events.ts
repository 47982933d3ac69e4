import type { EntityId } from '../../model/entity.ts'
import { and, or, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { SEVERITY } from '../../model/severity.ts'
import type { LaneEvent } from '../../model/timeline.ts'
import { formatTime, MICROS_PER_MS, type TimeRange } from '../../model/time.ts'
import type { QueryContext, Store } from '../store/store.ts'
import type { Speech } from '../topology/speaker.ts'
import { saidBy, type PatternCell } from './counts.ts'
import { msOf, type Grid } from './grid.ts'
import { titleOf } from './title.ts'
import type { Voices } from './voices.ts'

/** A pattern that the view holds no more often is shown record by record, whatever its severity. */
const RARE = 3
/** Most rare patterns asked for, the rarest. */
const MOST_RARE = 500
/** Most records read one by one, as a page of the store holds them. */
const MOST_EVENTS = 10_000

/** Which records are shown one by one. */
export interface Notable {
  /** Undefined where no lane has any. */
  readonly filter: Filter | undefined
  /** Lanes whose notable records are few enough. */
  readonly quiet: ReadonlySet<EntityId>
  /** How often a lane's entity said a pattern. */
  ofPattern(lane: EntityId, template: string): number
}

/** Warnings and worse, and rare patterns, of those of the lanes that have at most `most` of them. */
export function notableOf(
  patterns: readonly PatternCell[],
  lanes: ReadonlyMap<EntityId, ReadonlySet<Speech>>,
  voices: Voices,
  most: number,
): Notable {
  const rare = rarePatterns(patterns)
  const said = new Map<string, number>()
  const notable = new Map<EntityId, number>()
  for (const { speech, template, severity, count } of patterns) {
    const isNotable = severity >= SEVERITY.warn || (template !== null && rare.has(template))
    for (const lane of voices.lanesOf(speech)) {
      const key = `${lane}\0${template ?? ''}`
      said.set(key, (said.get(key) ?? 0) + count)
      if (isNotable) notable.set(lane, (notable.get(lane) ?? 0) + count)
    }
  }
  const quiet = new Set([...lanes.keys()].filter((lane) => (notable.get(lane) ?? 0) <= most))
  const speeches = [...quiet].flatMap((lane) => (notable.has(lane) ? [...lanes.get(lane)!] : []))
  return {
    filter: speeches.length === 0 ? undefined : and(saidBy(speeches), isNotable(rare)),
    quiet,
    ofPattern: (lane, template) => said.get(`${lane}\0${template}`) ?? 1,
  }
}

function rarePatterns(patterns: readonly PatternCell[]): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const { template, count } of patterns) {
    if (template !== null) counts.set(template, (counts.get(template) ?? 0) + count)
  }
  const rare = [...counts].filter(([, count]) => count <= RARE)
  rare.sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
  return new Set(rare.slice(0, MOST_RARE).map(([template]) => template))
}

function isNotable(rare: ReadonlySet<string>): Filter {
  const isSevere: Filter = {
    kind: 'compare',
    field: 'severity',
    operator: '>=',
    value: String(SEVERITY.warn),
  }
  return rare.size === 0
    ? isSevere
    : or(isSevere, { kind: 'in', field: 'template', values: [...rare] })
}

/** The notable records, oldest first, with the lane that each stands in. */
export interface Events {
  readonly records: readonly { readonly lane: EntityId; readonly record: LogRecord }[]
  readonly notes: readonly string[]
}

/** Reads the notable records of the quiet lanes. */
export async function readEvents(
  filter: Filter,
  range: TimeRange,
  { notable, voices }: { readonly notable: Notable; readonly voices: Voices },
  store: Pick<Store, 'search'>,
  context: QueryContext,
): Promise<Events> {
  if (notable.filter === undefined) return { records: [], notes: [] }
  const page = await store.search(
    { filter: and(filter, notable.filter), range, order: 'oldest', limit: MOST_EVENTS },
    context,
  )
  const records = page.records.flatMap((record) => {
    const lane = voices.laneAt(speechOf(record), record.time, record.time + 1)
    return notable.quiet.has(lane) ? [{ lane, record }] : []
  })
  const cut =
    page.next === undefined ? [] : [`only the first ${MOST_EVENTS} events are shown one by one`]
  return { records, notes: [...page.notes, ...cut] }
}

/** As the counts tell voices apart. */
function speechOf({ host, entity, source }: LogRecord): Speech {
  return host === null ? { host, entity, source } : { host, entity: null, source: null }
}

export function laneEvent(
  record: LogRecord,
  lane: EntityId,
  notable: Notable,
  grid: Grid,
): LaneEvent {
  const { id, time, timeNs, uncertaintyUs, severity, template } = record
  return {
    id,
    time: formatTime(time, timeNs),
    atMs: msOf(time, grid),
    uncertaintyMs: uncertaintyUs / MICROS_PER_MS,
    severity,
    template: template?.id ?? null,
    title: titleOf(record),
    ofPattern: template === null ? 1 : notable.ofPattern(lane, template.id),
  }
}
