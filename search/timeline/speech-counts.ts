import type { Cell } from '../../model/aggregate.ts'
import { and, type CountKey, type Filter } from '../../model/query.ts'
import { SEVERITY as LEAST_SEVERE } from '../../model/severity.ts'
import type { TimeRange } from '../../model/time.ts'
import { cellOf } from '../../model/counted-key.ts'
import type { Counts, QueryContext, Store } from '../store/store.ts'
import type { Speech } from '../topology/speaker.ts'
import type { Grid } from './grid.ts'

/** What is counted, and where. */
export interface Counting {
  readonly filter: Filter
  readonly range: TimeRange
  readonly store: Pick<Store, 'counts'>
  readonly context: QueryContext
}

export const field = (name: string): CountKey => ({ kind: 'field', field: name })
export const binOf = ({ widthUs }: Grid): CountKey => ({ kind: 'bin', widthUs })
export const NO_HOST: Filter = { kind: 'not', filter: { kind: 'exists', field: 'host' } }

const MOST_SEVERE = 24

/** The least severity of each class that a density tells apart. */
const LEAST_OF_CLASS = [
  LEAST_SEVERE.unknown,
  LEAST_SEVERE.warn,
  LEAST_SEVERE.error,
  LEAST_SEVERE.fatal,
] as const

/** Severities by those classes: an answer does not grow with what is calm. */
export const SEVERITY_CLASS: CountKey = {
  kind: 'among',
  field: 'severity',
  sets: LEAST_OF_CLASS.map((least, place) => {
    const end = LEAST_OF_CLASS[place + 1] ?? MOST_SEVERE + 1
    return Array.from({ length: end - least }, (_, i) => String(least + i))
  }),
}

export const severityOf = (severityClass: Cell): number => LEAST_OF_CLASS[Number(severityClass)]!

/** Groups by voice: beside the counts and further keys, each group's voice by its place. */
export interface SpokenCounts extends Counts {
  readonly speeches: readonly Speech[]
  readonly places: Uint32Array
}

/** Counts by voice, one for each list of further keys, and those by keys alone. */
interface Spoken {
  readonly bySpeech: readonly (readonly SpokenCounts[])[]
  readonly alone: readonly Counts[]
  readonly notes: readonly string[]
}

/**
 * Counts by voice and further keys, and by other keys alone. A record with a host is its host's whatever it is
 * about; those without one, where there are any, are asked for again by entity and source.
 */
export async function countBySpeech(
  { filter, range, store, context }: Counting,
  bySpeech: readonly (readonly CountKey[])[],
  alone: readonly (readonly CountKey[])[] = [],
): Promise<Spoken> {
  const hosts = bySpeech.map((keys) => [field('host'), ...keys])
  const counted = await store.counts({ filter, range, groupings: [...hosts, ...alone] }, context)
  const speeches = new Speeches()
  const hosted = counted.slice(0, hosts.length).map((counts) => [hostsOf(counts, speeches)])
  const spoken = {
    bySpeech: hosted,
    alone: counted.slice(hosts.length),
    notes: counted[0]?.notes ?? [],
  }
  if (!counted.slice(0, hosts.length).some(({ keys }) => keys[0]!.cells.includes(null))) {
    return spoken
  }
  const others = await countWithoutHost({ filter, range, store, context }, bySpeech, speeches)
  return {
    ...spoken,
    bySpeech: hosted.map((groups, index) => [...groups, others[index]!]),
    notes: [...spoken.notes, ...(others[0]?.notes ?? [])],
  }
}

export async function countWithoutHost(
  { filter, range, store, context }: Counting,
  bySpeech: readonly (readonly CountKey[])[],
  speeches: Speeches,
): Promise<SpokenCounts[]> {
  const groupings = bySpeech.map((keys) => [field('entity'), field('source'), ...keys])
  const counted = await store.counts({ filter: and(filter, NO_HOST), range, groupings }, context)
  return counted.map((counts) => othersOf(counts, speeches))
}

/** Takes the first key of each group as the host that spoke. */
function hostsOf(
  { keys: [hosts, ...keys], counts, notes }: Counts,
  speeches: Speeches,
): SpokenCounts {
  const { cells, places } = hosts!
  const known = cells.map((host) => speeches.of(host as string | null, null, null))
  return { keys, counts, notes, speeches: known, places }
}

/** Takes the first two keys of each group as the entity and the source of what has no host. */
function othersOf(
  { keys: [entities, sources, ...keys], counts, notes }: Counts,
  speeches: Speeches,
): SpokenCounts {
  const known: Speech[] = []
  const placeOf = new Map<Speech, number>()
  const places = Uint32Array.from(counts, (_, group) => {
    const entity = cellOf(entities!, group) as string | null
    const speech = speeches.of(null, entity, cellOf(sources!, group) as string | null)
    let place = placeOf.get(speech)
    if (place === undefined) {
      placeOf.set(speech, (place = known.length))
      known.push(speech)
    }
    return place
  })
  return { keys, counts, notes, speeches: known, places }
}

/** One object for each voice. */
export class Speeches {
  readonly #known = new Map<string, Speech>()

  of(host: string | null, entity: string | null, source: string | null): Speech {
    const name = host ?? voiceWithoutHost(entity, source)
    let speech = this.#known.get(name)
    if (speech === undefined) this.#known.set(name, (speech = { host, entity, source }))
    return speech
  }
}

export const voiceWithoutHost = (entity: string | null, source: string | null): string =>
  `${entity ?? ''}\0${source ?? ''}`

/** A group by host that has none is counted by what it has instead. */
export const isVoice = ({ host, entity, source }: Speech): boolean =>
  host !== null || entity !== null || source !== null
