import { cellOf } from '../../model/counted-key.ts'
import { compareText } from '../../model/match.ts'
import { ALL, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import {
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  type Micros,
  type TimeRange,
} from '../../model/time.ts'
import { related } from '../correlate/related.ts'
import type { QueryContext, Store } from '../store/store.ts'
import { viewOf } from '../timeline/view.ts'
import { resolveEntities } from '../topology/resolve-query.ts'
import type { Topology } from '../topology/topology.ts'

/** What one question is and what a store answers it. */
export interface Question {
  readonly what: string
  ask(store: Store, topology: Topology): Promise<unknown>
}

/** A comparison takes as long as it takes: a copy must not fail at its end because its days are large. */
const PATIENT: QueryContext = { timeoutMs: 86_400_000 }
const RECORDS = 100
/** Records of a day whose links are asked for. */
const RELATED = 3
const LINKS = 20
const COLUMNS = 240
const WARNING: Filter = { kind: 'compare', field: 'severity', operator: '>=', value: '13' }

/** What people ask of a day, as questions. `start`: of the day, microseconds. */
export function questionsOf(day: string, start: Micros, sample: DaySample): Question[] {
  const range: TimeRange = { from: start, to: (start + MICROS_PER_DAY) as Micros }
  const find = (order: 'newest' | 'oldest') => async (store: Store) => {
    const request = { filter: ALL, range, order, limit: RECORDS, withRaw: true }
    return (await store.search(request, PATIENT)).records
  }
  return [
    { what: `the ${RECORDS} newest records of ${day}`, ask: find('newest') },
    { what: `the ${RECORDS} oldest records of ${day}`, ask: find('oldest') },
    {
      what: `the histogram of ${day} by severity`,
      ask: async (store) => {
        const bins = { kind: 'bin', widthUs: 15 * MICROS_PER_MINUTE } as const
        const request = { filter: ALL, range, groupings: [[bins, keyOn('severity')]] }
        return groupsOf(store, request)
      },
    },
    {
      what: `the counts of ${day} by host, severity and pattern`,
      ask: async (store) => {
        const groupings = [[keyOn('host'), keyOn('severity'), keyOn('template')]]
        return groupsOf(store, { filter: ALL, range, groupings })
      },
    },
    {
      what: `the patterns of ${day}`,
      ask: async (store) =>
        new Map(
          (await store.patterns({ filter: ALL, range }, PATIENT)).map((one) => [one.template, one]),
        ),
    },
    ...sample.records.map((record) => ({
      what: `what belongs with record ${record.id}`,
      ask: async (store: Store, topology: Topology) =>
        (await related(record, { store, topology, context: PATIENT })).links.slice(0, LINKS),
    })),
    ...sample.views.map((view) => timelineOf(day, view)),
    ...sample.views.slice(0, 1).map((view) => statisticsOf(day, view)),
    {
      what: `the metrics of ${day}`,
      ask: async (store) => {
        const asked = { entities: sample.entities, metrics: [], range, stepUs: 0 }
        const series = sample.entities.length === 0 ? [] : await store.series(asked, PATIENT)
        return new Map(series.map((one) => [JSON.stringify(one.series), one]))
      },
    },
  ]
}

/** What is asked about more closely. */
export interface DaySample {
  readonly records: readonly LogRecord[]
  readonly views: readonly SampledView[]
  /** Whose metrics are compared point by point. */
  readonly entities: readonly string[]
}

interface SampledView {
  readonly range: TimeRange
  /** Whom it is near; null for everybody. */
  readonly near: string | null
}

/** Chooses what is asked about, from what there is in the source. */
export async function sampleOf(
  store: Store,
  topology: Topology,
  range: TimeRange,
  entities: readonly string[],
): Promise<DaySample> {
  const find = async (filter: Filter) =>
    (await store.search({ filter, range, order: 'newest', limit: RELATED }, PATIENT)).records
  const warnings = await find(WARNING)
  const records = warnings.length > 0 ? warnings : await find(ALL)
  const last = records[0]
  if (last === undefined) return { records: [], views: [], entities }
  const around: TimeRange = {
    from: (last.time - MICROS_PER_HOUR) as Micros,
    to: (last.time + MICROS_PER_MINUTE) as Micros,
  }
  const names = [last.host, last.entity].filter((name) => name !== null)
  const known = names.find((name) => topology.resolve(name, around).length > 0)
  const views = [null, ...(known === undefined ? [] : [known])].map((near) => ({
    ...{ range: around, near },
  }))
  return { records, views, entities }
}

function timelineOf(day: string, { range, near }: SampledView): Question {
  const written: Filter = near === null ? ALL : { kind: 'near', name: near }
  return {
    what: `the timeline of ${day}${near === null ? '' : ` near ${near}`}`,
    ask: async (store, topology) => {
      const { filter } = resolveEntities(written, topology, range)
      const query = near === null ? '' : `near:${JSON.stringify(near)}`
      const now = range.to
      const request = { query, written, filter, range, columns: COLUMNS, now, behind: [] }
      return viewOf(request, { store, topology, context: PATIENT })
    },
  }
}

/** Of the hour that is looked at: every record of it is read, and a day may have very many. */
function statisticsOf(day: string, { range }: SampledView): Question {
  return {
    what: `the statistics of an hour of ${day} by host`,
    ask: async (store) => {
      const { rows } = await store.aggregate(
        {
          ...{ filter: ALL, range, by: [keyOn('host')] },
          aggregates: [
            { function: 'count', as: 'count' },
            { function: 'max', field: 'severity', as: 'worst' },
            { function: 'distinct', field: 'template', as: 'patterns' },
          ],
        },
        PATIENT,
      )
      return rows.map((row) => JSON.stringify(row)).sort(compareText)
    },
  }
}

export const keyOn = (field: string) => ({ kind: 'field', field }) as const

/** Counts of the groups of one grouping, by their cells as JSON. */
export async function groupsOf(
  store: Store,
  request: Parameters<Store['counts']>[0],
): Promise<Map<string, number>> {
  const [counts] = await store.counts(request, PATIENT)
  const { keys, counts: numbers } = counts!
  return new Map(
    Array.from(numbers, (count, group) => [
      JSON.stringify(keys.map((key) => cellOf(key, group))),
      count,
    ]),
  )
}
